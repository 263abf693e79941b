#include "espalier/stdlib/io/elements.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "espalier/dsl/memory.h"

namespace espalier::io {
namespace {

std::string promise(const Described& described) { return "the header promises " + std::string(ir::name(described.dtype)) + described.shape.str(); }

// Extents above 0 are multiplied as if none were 0, so that no product of some of them is beyond 64 bits either.
std::optional<std::int64_t> safe_byte_count(DType dtype, const Shape& shape) {
  std::int64_t bytes = static_cast<std::int64_t>(ir::byte_size(dtype));
  for (const std::int64_t extent : shape) {
    if (__builtin_mul_overflow(bytes, std::max<std::int64_t>(extent, 1), &bytes)) return std::nullopt;
  }
  return bytes;
}

void swap_bytes(std::span<std::uint8_t> bytes, std::size_t word) {
  for (std::size_t at = 0; at < bytes.size(); at += word) std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.begin() + static_cast<std::ptrdiff_t>(at + word));
}

// From elements of which the first axis varies fastest to such of which the last one does.
void to_row_major(std::span<const std::uint8_t> from, std::span<std::uint8_t> to, const Shape& shape, std::size_t element) {
  const std::vector<std::int64_t>& extents = shape.extents();
  std::vector<std::int64_t> index(extents.size(), 0), steps(extents.size(), 1);
  for (std::size_t axis = 1; axis < extents.size(); ++axis) steps[axis] = steps[axis - 1] * extents[axis - 1];
  std::size_t source = 0;
  for (std::size_t at = 0; at < to.size(); at += element) {
    std::memcpy(to.data() + at, from.data() + source * element, element);
    for (std::size_t axis = extents.size(); axis-- > 0;) {
      source += static_cast<std::size_t>(steps[axis]);
      if (++index[axis] < extents[axis]) break;
      source -= static_cast<std::size_t>(steps[axis] * extents[axis]);
      index[axis] = 0;
    }
  }
}

}  // namespace

std::optional<std::int64_t> byte_count(DType dtype, const Shape& shape) {
  const auto bytes = safe_byte_count(dtype, shape);
  return bytes && shape.size() == 0 ? 0 : bytes;
}

Array read_elements(ByteSource& source, const Described& described, Where where) {
  const DType dtype = described.dtype;
  const auto count = byte_count(dtype, described.shape);
  if (!count) source.fail("the extents " + described.shape.str() + " are beyond any memory", "get the file anew: this one is damaged");
  if (*count > source.capacity() - source.offset()) source.fail(promise(described) + ", more than the file can hold", "get the file anew: this one is truncated or damaged");

  Array array = espalier::detail::uninitialised(ir::Type(dtype, described.shape), where);
  const std::span<std::uint8_t> bytes = espalier::detail::bytes_to_write(array);
  if (source.read(bytes) != bytes.size()) source.fail(promise(described) + ", but the file ends here", "get the file anew: this one is truncated");
  const std::size_t word = ir::byte_size(ir::part_of(dtype));
  if (described.big_endian != (std::endian::native == std::endian::big)) swap_bytes(bytes, word);
  // Any other byte in a bool would be undefined behaviour in whoever reads it.
  if (dtype == bool_ && std::any_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte > 1; })) {
    source.fail("an element of the array of dtype bool is neither 0 nor 1", "get the file anew, or store the array as u8");
  }
  if (!described.column_major || described.shape.ndim() < 2) return array;
  Array turned = espalier::detail::uninitialised(ir::Type(dtype, described.shape), where);
  to_row_major(bytes, espalier::detail::bytes_to_write(turned), described.shape, ir::byte_size(dtype));
  return turned;
}

HeldBytes held_bytes(const Array& array, const char* op, Where where) {
  HeldBytes held{espalier::detail::concrete(array, op, where), {}};
  held.bytes = espalier::detail::bytes_of(held.array);
  return held;
}

}  // namespace espalier::io
