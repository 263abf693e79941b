#pragma once
// The elements of an array, as bytes in a file and in memory.
#include <optional>

#include "espalier/dsl/array.h"
#include "espalier/stdlib/io/byte_source.h"

namespace espalier::io {

/// An array as a file describes it.
struct Described {
  DType dtype = f32;
  Shape shape = {};
  bool big_endian = false;
  bool column_major = false;  ///< the first axis varies fastest: NumPy's "Fortran order"
};

/// The most axes that a file may give an array.
inline constexpr int max_axes = 255;

/// The bytes of such an array; none if there is no such number.
std::optional<std::int64_t> byte_count(DType dtype, const Shape& shape);

/// The array whose elements come next. FormatError if there are fewer, before memory is taken for them where the source knows,
/// or if a bool is neither 0 nor 1.
Array read_elements(ByteSource& source, const Described& described, Where where);

/// An array and its bytes as they lie in memory, row-major; the array holds them.
struct HeldBytes {
  Array array;
  std::span<const std::uint8_t> bytes;
};
/// Of a concrete array. TracedValue, MissingValue or DonatedValue if it has no data.
HeldBytes held_bytes(const Array& array, const char* op, Where where);

}  // namespace espalier::io
