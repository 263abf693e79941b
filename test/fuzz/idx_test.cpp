// Damaged IDX files: each is read or refused with a FormatError. The damage is the same on every run.
#include <gtest/gtest.h>

#include <random>

#include "espalier/stdlib/io.h"
#include "../unit/idx_file.h"

namespace ep = espalier;
using ep::test::Bytes;

namespace {

// Some bytes changed, some left out, some doubled, the end cut off.
Bytes damaged(Bytes bytes, std::mt19937& draw) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(draw() % n); };
  const std::size_t blows = 1 + below(4);
  for (std::size_t i = 0; i < blows && !bytes.empty(); ++i) {
    // Half of the blows hit the header.
    const std::size_t at = draw() % 2 ? below(std::min<std::size_t>(bytes.size(), 20)) : below(bytes.size());
    const auto place = bytes.begin() + static_cast<std::ptrdiff_t>(at);
    switch (draw() % 6) {
      case 0: *place = static_cast<std::uint8_t>(draw()); break;
      case 1: *place ^= static_cast<std::uint8_t>(1u << below(8)); break;
      case 2: *place = draw() % 2 ? 0xff : 0; break;
      case 3: bytes.erase(place); break;
      case 4: bytes.insert(place, static_cast<std::uint8_t>(draw())); break;
      case 5: bytes.resize(at); break;
    }
  }
  return bytes;
}

struct Outcome {
  int read = 0, refused = 0;
};
Outcome read_damaged(const Bytes& whole, int files) {
  std::mt19937 draw(42);
  const ep::test::TemporaryFile file(whole);
  Outcome outcome;
  for (int i = 0; i < files; ++i) {
    file.write(damaged(whole, draw));
    try {
      const ep::Array x = ep::io::read_idx(file.path());
      EXPECT_LE(x.nbytes(), 1 << 20) << i;  // no more than the file can hold
      ++outcome.read;
    } catch (const ep::FormatError& error) {
      EXPECT_EQ(error.path, file.path());
      EXPECT_GE(error.offset, 0);
      ++outcome.refused;
    }
  }
  return outcome;
}

TEST(DamagedIdx, IsReadOrRefused) {
  for (const std::uint8_t type : {0x08, 0x0b, 0x0e}) {
    Bytes elements(6 * 7 * (type == 0x08 ? 1 : (type == 0x0b ? 2 : 8)));
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<std::uint8_t>(31 * i);
    const Bytes whole = ep::test::idx_bytes(type, {6, 7}, elements);
    const Outcome plain = read_damaged(whole, 2000), zipped = read_damaged(ep::test::gzipped(whole), 2000);
    // A changed byte of an element is not noticed in a plain file. In a gzipped one the checksum finds it, except in gzip's
    // header.
    EXPECT_GT(plain.read, 100);
    EXPECT_GT(plain.refused, 100);
    EXPECT_GT(zipped.refused, 1000);
  }
}

}  // namespace
