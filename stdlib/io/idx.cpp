// IDX (LeCun, Cortes & Burges, the MNIST database): two bytes of 0, a byte that names the type, the rank, the extents as
// 32-bit words, the elements row-major. All words are big-endian.
#include "espalier/stdlib/io/idx.h"

#include <vector>

#include "espalier/stdlib/io/elements.h"

namespace espalier::io {
namespace {

[[noreturn]] void fail_kind(const ByteSource& source, const std::string& why) { source.fail(why, "is it an IDX file, gzipped or not? Its first bytes are 0, 0, a type and a rank"); }

void read_header(ByteSource& source, std::span<std::uint8_t> bytes) {
  if (source.read(bytes) != bytes.size()) source.fail("the file ends within its header", "get the file anew: this one is truncated");
}

Shape read_shape(ByteSource& source, int rank) {
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis < rank; ++axis) {
    std::uint8_t word[4];
    read_header(source, word);
    extents.push_back(std::int64_t{word[0]} << 24 | word[1] << 16 | word[2] << 8 | word[3]);
  }
  return Shape(std::move(extents));
}

DType dtype_of(const ByteSource& source, std::uint8_t number) {
  switch (number) {
    case 0x08: return u8;
    case 0x09: return i8;
    case 0x0b: return i16;
    case 0x0c: return i32;
    case 0x0d: return f32;
    case 0x0e: return f64;
  }
  fail_kind(source, "no element type has the number " + std::to_string(number));
}

}  // namespace

Array read_idx(const std::filesystem::path& path, IdxOptions options, Where where) {
  ByteSource source({"read_idx", path.string(), where});
  std::uint8_t magic[4];
  read_header(source, magic);
  if (magic[0] != 0 || magic[1] != 0) fail_kind(source, "an IDX file starts with two bytes of 0");
  const Described described{dtype_of(source, magic[2]), read_shape(source, magic[3]), true};
  const auto bytes = byte_count(described.dtype, described.shape);
  if (source.zipped() && bytes && *bytes > options.max_unzipped_bytes && *bytes <= source.capacity() - source.offset()) {
    source.fail("the header promises " + std::to_string(*bytes) + " bytes, more than the " + std::to_string(options.max_unzipped_bytes) + " bytes that a gzipped file may expand to", "if that is right, give {.max_unzipped_bytes = …}");
  }
  Array array = read_elements(source, described, where);
  std::uint8_t more;
  if (source.read({&more, 1}) != 0) source.fail("bytes follow after the array of the header", "an IDX file holds one array: get the file anew");
  return array;
}

}  // namespace espalier::io
