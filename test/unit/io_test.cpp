// Readers: what a file holds, and what is said of files that are not what they should be.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "espalier/stdlib/io.h"
#include "idx_file.h"

namespace ep = espalier;
using ep::io::read_idx;
using ep::test::Bytes, ep::test::gzipped, ep::test::idx_bytes, ep::test::TemporaryFile;

namespace {

TEST(Idx, ReadsEveryType) {
  const struct {
    std::uint8_t type;
    Bytes elements;
    ep::DType dtype;
    std::vector<double> values;
  } rows[] = {
      {0x08, {0, 1, 255}, ep::u8, {0, 1, 255}},
      {0x09, {0, 0x7f, 0x80}, ep::i8, {0, 127, -128}},
      {0x0b, {0x01, 0x02, 0xff, 0xfe, 0x80, 0x00}, ep::i16, {258, -2, -32768}},
      {0x0c, {0, 1, 2, 3, 0xff, 0xff, 0xff, 0xff, 0x80, 0, 0, 0}, ep::i32, {66051, -1, -2147483648.}},
      {0x0d, {0x3f, 0x80, 0, 0, 0xc0, 0x20, 0, 0, 0x7f, 0x80, 0, 0}, ep::f32, {1, -2.5, std::numeric_limits<double>::infinity()}},
      {0x0e, {0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0x04, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, ep::f64, {1, -2.5, 0}},
  };
  for (const auto& row : rows) {
    const Bytes bytes = idx_bytes(row.type, {3}, row.elements);
    for (const Bytes& stored : {bytes, gzipped(bytes)}) {
      const TemporaryFile file(stored);
      const ep::Array x = read_idx(file.path());
      EXPECT_EQ(x.dtype(), row.dtype);
      EXPECT_EQ(x.shape(), ep::Shape(3));
      EXPECT_EQ(x.to_vector<double>(), row.values);
    }
  }
}

TEST(Idx, ReadsEveryShape) {
  const struct {
    std::vector<std::uint32_t> extents;
    std::size_t size;
  } rows[] = {{{}, 1}, {{0}, 0}, {{2, 3}, 6}, {{4, 0, 3}, 0}, {{1, 1, 2, 1, 5}, 10}, {std::vector<std::uint32_t>(255, 1), 1}};
  for (const auto& row : rows) {
    Bytes elements(row.size);
    for (std::size_t i = 0; i < elements.size(); ++i) elements[i] = static_cast<std::uint8_t>(i);
    const TemporaryFile file(idx_bytes(0x08, row.extents, elements));
    const ep::Array x = read_idx(std::filesystem::path(file.path()));
    EXPECT_EQ(x.shape().extents(), std::vector<std::int64_t>(row.extents.begin(), row.extents.end()));
    EXPECT_EQ(x.to_vector<std::uint8_t>(), elements);
  }
}

TEST(Idx, ReadsLargeGzippedFiles) {
  const TemporaryFile file(gzipped(idx_bytes(0x08, {5000, 1000}, Bytes(5000000, 7))));
  EXPECT_EQ(read_idx(file.path()).to_vector<std::uint8_t>(), Bytes(5000000, 7));
}

TEST(Idx, UnzipsNoMoreThanTheLimit) {
  const TemporaryFile bomb(gzipped(idx_bytes(0x0d, {1000, 1000}, Bytes(4000000, 0)))), plain(idx_bytes(0x08, {300}, Bytes(300, 7)));
  EXPECT_EQ(read_idx(bomb.path(), {.max_unzipped_bytes = 4000000}).size(), 1000000);
  try {
    read_idx(bomb.path(), {.max_unzipped_bytes = 3999999});
    ADD_FAILURE() << "read";
  } catch (const ep::FormatError& error) {
    EXPECT_NE(error.message.find("promises 4000000 bytes, more than the 3999999 bytes that a gzipped file may expand to"), std::string::npos) << error.what();
    EXPECT_EQ(error.offset, 12);
  }
  EXPECT_EQ(read_idx(plain.path(), {.max_unzipped_bytes = 10}).size(), 300) << "what is not gzipped expands to nothing";
}

// A file large enough to hold what its header promises: 2 GiB, were they all zeros. It is refused before memory is taken.
TEST(Idx, RefusesABomb) {
  Bytes bytes = gzipped(idx_bytes(0x08, {1u << 15, 1u << 16}, Bytes(1 << 20, 0)));
  bytes.resize(3 << 20);
  const TemporaryFile bomb(bytes);
  try {
    read_idx(bomb.path());
    ADD_FAILURE() << "read";
  } catch (const ep::FormatError& error) {
    EXPECT_NE(error.message.find("more than the 1073741824 bytes that a gzipped file may expand to"), std::string::npos) << error.what();
  }
}

std::string format_error(const Bytes& bytes, std::int64_t* offset = nullptr) {
  const TemporaryFile file(bytes);
  try {
    read_idx(file.path());
  } catch (const ep::FormatError& error) {
    EXPECT_EQ(error.path, file.path());
    if (offset != nullptr) *offset = error.offset;
    EXPECT_NE(std::string(error.what()).find("io_test.cpp:"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find(file.path()), std::string::npos) << error.what();
    EXPECT_FALSE(error.hint.empty());
    return error.message;
  }
  ADD_FAILURE() << "read";
  return "";
}

TEST(Idx, SaysWhatIsWrong) {
  const Bytes good = idx_bytes(0x08, {2, 3}, {1, 2, 3, 4, 5, 6});
  const auto changed = [&](std::size_t at, std::uint8_t to) {
    Bytes bytes = good;
    bytes[at] = to;
    return bytes;
  };
  const auto cut = [](Bytes bytes, std::size_t size) {
    bytes.resize(size);
    return bytes;
  };
  const struct {
    const char* name;
    Bytes bytes;
    const char* wanted;
    std::int64_t offset;
  } rows[] = {
      {"empty", {}, "ends within its header", 0},
      {"three bytes", cut(good, 3), "ends within its header", 3},
      {"half a shape", cut(good, 9), "ends within its header", 9},
      {"an element short", cut(good, good.size() - 1), "the header promises u8[2,3], more than the file can hold", 12},
      {"an element long", cut(good, good.size() + 1), "bytes follow", 19},
      {"not 0", changed(1, 3), "starts with two bytes of 0", 4},
      {"no type", changed(2, 0x0a), "no element type has the number 10", 4},
      {"too many", changed(4, 0xff), "more than the file can hold", 12},
      {"text", Bytes{'h', 'e', 'l', 'l', 'o'}, "starts with two bytes of 0", 4},
      {"overflowing", idx_bytes(0x0e, {0xffffffff, 0xffffffff, 0xffffffff}, {}), "are beyond any memory", 16},
      {"gzipped, short", gzipped(cut(good, good.size() - 1)), "but the file ends here", 17},
      {"gzipped, too many", gzipped(changed(4, 0xff)), "more than the file can hold", 12},
      {"gzip cut", cut(gzipped(good), gzipped(good).size() - 10), "corrupt or end too early", -1},
      {"gzip without its checksum", cut(gzipped(good), gzipped(good).size() - 8), "corrupt or end too early", -1},
  };
  for (const auto& row : rows) {
    std::int64_t offset = -2;
    const std::string message = format_error(row.bytes, &offset);
    EXPECT_NE(message.find(row.wanted), std::string::npos) << row.name << ": " << message;
    if (row.offset >= 0) {
      EXPECT_EQ(offset, row.offset) << row.name;
    }
  }
  Bytes corrupt = gzipped(good);
  corrupt[corrupt.size() - 6] ^= 1;  // in the checksum
  EXPECT_NE(format_error(corrupt).find("corrupt"), std::string::npos);
}

TEST(Idx, SaysThatThereIsNoFile) {
  const auto io_error = [](const std::string& path) -> std::string {
    try {
      read_idx(path);
    } catch (const ep::FormatError&) {
      ADD_FAILURE() << "a FormatError";
    } catch (const ep::IoError& error) {
      EXPECT_EQ(error.path, path);
      EXPECT_NE(std::string(error.what()).find("io_test.cpp:"), std::string::npos);
      return error.message;
    }
    return "";
  };
  EXPECT_NE(io_error("/nowhere/train-images-idx3-ubyte.gz").find("No such file"), std::string::npos);
  EXPECT_NE(io_error("/").find("it is a directory"), std::string::npos);
  EXPECT_NE(io_error("").find("cannot read"), std::string::npos);
}

}  // namespace
