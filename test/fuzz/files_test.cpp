// Damaged files of arrays and tables: each is read or refused with a FormatError. They start from the files of ../data/io, which NumPy
// and the package safetensors wrote. The damage is the same on every run.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "../unit/data_file.h"
#include "../unit/files.h"
#include "readers.h"

namespace {

using namespace espalier::test;

struct Format {
  const char* name;
  bool (*feed)(std::span<const std::uint8_t>);
  bool heads_at_end;  // where most of its structure stands
};
void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

std::vector<Bytes> seeds(const Format& format) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(data_path(std::string("io/") + format.name))) paths.push_back(entry.path());
  std::sort(paths.begin(), paths.end());
  std::vector<Bytes> files;
  for (const auto& path : paths) files.push_back(bytes_of(path));
  return files;
}

// Some bytes changed, left out or doubled, a number of eight bytes set to an end of its range, the end cut off.
Bytes damaged(Bytes bytes, bool at_end, std::mt19937& draw) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(draw() % n); };
  const std::size_t blows = 1 + below(4);
  for (std::size_t i = 0; i < blows && !bytes.empty(); ++i) {
    // Half of the blows hit the structure.
    const std::size_t near = below(std::min<std::size_t>(bytes.size(), 128));
    const std::size_t at = draw() % 2 ? (at_end ? bytes.size() - 1 - near : near) : below(bytes.size());
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (draw() % 8) {
      case 0: *place = static_cast<std::uint8_t>(draw()); break;
      case 1: *place ^= static_cast<std::uint8_t>(1u << below(8)); break;
      case 2: *place = draw() % 2 ? 0xff : 0; break;
      case 3: bytes.erase(place); break;
      case 4: bytes.insert(place, static_cast<std::uint8_t>(draw())); break;
      case 5: bytes.resize(at); break;
      case 6: *place = static_cast<std::uint8_t>("0123456789,:;'\"()[]{}<>|-+.eE#\n LTF"[below(35)]); break;
      case 7:
        for (std::size_t k = at; k < std::min(bytes.size(), at + 1 + below(8)); ++k) bytes[k] = draw() % 16 ? 0xff : 0;
        break;
    }
  }
  return bytes;
}

class DamagedFiles : public testing::TestWithParam<Format> {};

TEST_P(DamagedFiles, GoodOnesAreRead) {
  // A table is read without its header where its first byte is odd, which its words are then not.
  if (GetParam().feed == feed_csv) return;
  for (const Bytes& whole : seeds(GetParam())) EXPECT_TRUE(GetParam().feed(whole));
}

TEST_P(DamagedFiles, AreReadOrRefused) {
  std::mt19937 draw(42);
  int read = 0, refused = 0;
  for (const Bytes& whole : seeds(GetParam())) {
    for (int i = 0; i < 400; ++i) (GetParam().feed(damaged(whole, GetParam().heads_at_end, draw)) ? read : refused) += 1;
  }
  EXPECT_GT(read, 10);
  EXPECT_GT(refused, 100);
}

TEST_P(DamagedFiles, BeginningsAreReadOrRefused) {
  for (const Bytes& whole : seeds(GetParam())) {
    for (std::size_t n = 0; n < whole.size(); ++n) GetParam().feed(std::span(whole).first(n));
  }
}

INSTANTIATE_TEST_SUITE_P(Formats, DamagedFiles, testing::Values(Format{"csv", feed_csv, false}, Format{"npy", feed_npy, false}, Format{"npz", feed_npz, true}, Format{"safetensors", feed_safetensors, false}),
                         [](const auto& info) { return std::string(info.param.name); });

}  // namespace
