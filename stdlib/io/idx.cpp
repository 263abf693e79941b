// IDX (LeCun, Cortes & Burges, the MNIST database): two bytes of 0, a byte that names the type, the rank, the extents as
// 32-bit words, the elements row-major. All words are big-endian.
#include "espalier/stdlib/io/idx.h"

#include <bit>
#include <cstring>
#include <vector>

#include "espalier/stdlib/io/byte_source.h"

namespace espalier::io {
namespace {

template <std::size_t size> struct Word;
// clang-format off
template <> struct Word<1> { using type = std::uint8_t; };
template <> struct Word<2> { using type = std::uint16_t; };
template <> struct Word<4> { using type = std::uint32_t; };
template <> struct Word<8> { using type = std::uint64_t; };
// clang-format on

template <class T> T big_endian(const std::uint8_t* bytes) {
  typename Word<sizeof(T)>::type word = 0;
  for (std::size_t i = 0; i < sizeof(T); ++i) word = static_cast<decltype(word)>(std::uint64_t{word} << 8 | bytes[i]);
  return std::bit_cast<T>(word);
}

void read_header(ByteSource& source, std::span<std::uint8_t> bytes) {
  if (source.read(bytes) != bytes.size()) source.fail("the file ends within its header", "get the file anew: this one is truncated");
}

Shape read_shape(ByteSource& source, int rank) {
  std::vector<std::int64_t> extents;
  for (int axis = 0; axis < rank; ++axis) {
    std::uint8_t word[4];
    read_header(source, word);
    extents.push_back(big_endian<std::uint32_t>(word));
  }
  return Shape(std::move(extents));
}

template <class T> Array read_elements(ByteSource& source, const Shape& shape, const IdxOptions& options, Where where) {
  const std::string promised = "the header promises " + shape.str() + " elements of " + (sizeof(T) == 1 ? "a byte" : std::to_string(sizeof(T)) + " bytes");
  if (shape.size() > (source.capacity() - source.offset()) / static_cast<std::int64_t>(sizeof(T))) {
    source.fail(promised + ", more than the file can hold", "get the file anew: this one is truncated or no IDX file");
  }
  if (source.zipped() && shape.size() > options.max_unzipped_bytes / static_cast<std::int64_t>(sizeof(T))) {
    source.fail(promised + ", more than the " + std::to_string(options.max_unzipped_bytes) + " bytes that a gzipped file may expand to", "if that is right, give {.max_unzipped_bytes = …}");
  }
  const auto count = static_cast<std::size_t>(shape.size());
  std::vector<T> elements(count);
  const std::span<std::uint8_t> bytes(reinterpret_cast<std::uint8_t*>(elements.data()), count * sizeof(T));
  if (source.read(bytes) != bytes.size()) source.fail(promised + ", but the file ends here", "get the file anew: this one is truncated");
  std::uint8_t more;
  if (source.read({&more, 1}) != 0) source.fail("bytes follow after the array of the header", "an IDX file holds one array: get the file anew");
  if (sizeof(T) > 1 && std::endian::native == std::endian::little) {
    for (T& element : elements) {
      std::uint8_t stored[sizeof(T)];
      std::memcpy(stored, &element, sizeof(T));
      element = big_endian<T>(stored);
    }
  }
  return Array(elements, shape, where);
}

}  // namespace

Array read_idx(const std::filesystem::path& path, IdxOptions options, Where where) {
  ByteSource source({"read_idx", path.string(), where});
  std::uint8_t magic[4];
  read_header(source, magic);
  const auto not_idx = [&](const std::string& why) { source.fail(why, "is it an IDX file, gzipped or not? Its first bytes are 0, 0, a type and a rank"); };
  if (magic[0] != 0 || magic[1] != 0) not_idx("an IDX file starts with two bytes of 0");
  const Shape shape = read_shape(source, magic[3]);
  switch (magic[2]) {
    case 0x08: return read_elements<std::uint8_t>(source, shape, options, where);
    case 0x09: return read_elements<std::int8_t>(source, shape, options, where);
    case 0x0b: return read_elements<std::int16_t>(source, shape, options, where);
    case 0x0c: return read_elements<std::int32_t>(source, shape, options, where);
    case 0x0d: return read_elements<float>(source, shape, options, where);
    case 0x0e: return read_elements<double>(source, shape, options, where);
  }
  not_idx("no element type has the number " + std::to_string(magic[2]));
  return {};
}

}  // namespace espalier::io
