#pragma once
// Exact numbers, beside which results are held: a long double has the digits of every dtype with arithmetic.
#include <complex>
#include <cstdint>
#include <string>
#include <vector>

#include "espalier/ir/attrs.h"

namespace espalier::test {

/// An array of exact numbers, row-major. Of what only moves they are places (see `place`), not values. An array of complex numbers
/// has a trailing axis of 2: their parts.
struct Numbers {
  Shape shape;
  std::vector<long double> values;
  /// What errors are measured against where terms cancel, for each value; empty: the values themselves.
  std::vector<long double> scale{};

  long double& operator[](std::int64_t i) { return values[static_cast<std::size_t>(i)]; }
  long double operator[](std::int64_t i) const { return values[static_cast<std::size_t>(i)]; }
  std::int64_t size() const { return static_cast<std::int64_t>(values.size()); }
};
/// A shape of zeros.
Numbers blank(const Shape& shape);
/// The shape of the numbers of a type.
Shape numbers_shape(ir::Type type);
/// Of an array of parts the complex numbers, and back; a real array has none.
std::vector<std::complex<long double>> complex_of(const Numbers& parts);
Numbers parts_of(const Shape& shape, const std::vector<std::complex<long double>>& values);
/// The elements of a literal of a dtype with arithmetic.
Numbers numbers_of(const ir::Literal& x);

/// Element `i` of operand `operand`, as a number: what moves is followed by it.
constexpr long double place(std::size_t operand, std::int64_t i) { return static_cast<long double>(operand) * 0x1p40L + static_cast<long double>(i); }
/// The place of a zero that comes from no operand.
inline constexpr long double nowhere = -1;
/// The places of all elements of an operand.
Numbers places_of(const Shape& shape, std::size_t operand);

/// Integers in which no sum, difference or product of elements overflows, and the same modulo 2^128.
__extension__ using Int = __int128;
__extension__ using Word = unsigned __int128;
/// What an integer or bool dtype makes of an integer: the last bits, with the dtype's sign.
Int wrapped(Word value, DType dtype);

/// The first element of `got` that is further than `bound` units in the last place from the exact one, as text; "" if none is.
/// Integers and bools have no such distance. The parts of a complex number are measured in units of its magnitude; where the exact
/// number is not finite, it is enough that the other is not either.
std::string further_than(double bound, const ir::Literal& got, const Numbers& exact);
/// The first element of `got` whose bits are not those of its place among the operands, as text; "" if there is none.
std::string moved_wrong(const ir::Literal& got, const Numbers& places, const std::vector<ir::Literal>& operands);

/// Calls `f(index, flat)` for each index of a shape, in row-major order.
template <class F> void for_each_index(const Shape& shape, F&& f) {
  ir::Ints index(static_cast<std::size_t>(shape.ndim()), 0);
  for (std::int64_t flat = 0, n = shape.size(); flat < n; ++flat) {
    f(static_cast<const ir::Ints&>(index), flat);
    for (int i = shape.ndim(); i-- > 0;) {
      if (++index[static_cast<std::size_t>(i)] < shape[i]) break;
      index[static_cast<std::size_t>(i)] = 0;
    }
  }
}
/// Where an index stands in row-major order.
std::int64_t flat_of(const Shape& shape, const ir::Ints& index);

}  // namespace espalier::test
