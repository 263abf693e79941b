#include "espalier/dsl/ops/float_parts.h"

#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform/while.h"
#include "espalier/ir/half.h"

namespace espalier {

using detail::called_at;
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// Everything here runs within called_at, which knows the user's place.

struct Format {
  DType word;          // integers of its width
  int mantissa, bias;  // how many bits the mantissa has, and what the exponent is counted from
};
Format format(DType dtype) { return dtype == f64 ? Format{i64, 52, 1023} : Format{i32, 23, 127}; }

// 2^n, for an n between the least and the greatest exponent of normal numbers; made of bits.
Array power_of_two(const Array& n, DType dtype) {
  const Format f = format(dtype);
  return bitcast((n.as(f.word) + f.bias) << f.mantissa, dtype);
}

// f64 or f32, in which halves are computed.
Array computed(const Operand& x, const char* name) {
  detail::require_real(x, name);
  const Array a = detail::settled_floats(x);
  return ir::is_half(a.dtype()) ? a.as(f32) : a;
}
DType result_dtype(const Operand& x) { return detail::float_dtype(x.array.dtype()); }

// Integers of one dtype, without signs.
std::pair<Array, Array> magnitudes(const Operand& x, const Operand& y, const char* name) {
  const auto met = detail::promote_operands(std::vector<Array>{detail::settled(x), detail::settled(y)}, name, x.where).arrays;
  if (!ir::is_integer(met[0].dtype())) {
    DTypeError error(name, detail::ArrayAccess::type(met[0]).str() + " holds no integers", "convert it with .as(i32)");
    error.dtypes = {met[0].dtype()};
    throw error;
  }
  const std::vector<Array> both = broadcast_arrays(met);
  return {abs(both[0]), abs(both[1])};
}

// Euclid's algorithm: each element stops by itself, where the second of the pair is 0.
Array common_divisor(const Array& x, const Array& y) {
  using Pair = std::pair<Array, Array>;
  const auto going = [](const Pair& p) { return any(p.second != 0); };
  const auto step = [](const Pair& p) {
    const Array done = p.second == 0;
    return Pair{where(done, p.first, p.second), mod(p.first, p.second)};  // modulo 0 it is 0
  };
  return while_loop(going, step, Pair{x, y}).first;
}

}  // namespace

// The exponent is read from the bits of a number that is far from all limits; the mantissa is x by powers of two, two of them, which
// are constants to derivatives.
std::pair<Array, Array> frexp(Operand x) {
  return called_at(x.where, "frexp", [&] {
    const Array a = computed(x, "frexp");
    const DType dtype = a.dtype();
    const Format f = format(dtype);
    const int shift = f.mantissa + 2;
    const Array plain = isfinite(a) & (a != 0), small = abs(a) < std::ldexp(1.0, 2 - f.bias);
    const Array usual = where(small, a * std::ldexp(1.0, shift), a);
    const Array exponent = ((bitcast(usual, f.word) >> f.mantissa) & (2 * f.bias + 1)) - (f.bias - 1);
    const Array half = exponent >> 1, mantissa = usual * power_of_two(-half, dtype) * power_of_two(half - exponent, dtype);
    const Array e = where(plain, exponent - where(small, shift, 0), 0).as(i32);
    return std::pair(where(plain, mantissa, a).as(result_dtype(x)), e);
  });
}

// Exponents beyond those of normal numbers are taken in steps, of which only the last can round.
Array ldexp(Operand x, Operand e) {
  return called_at(x.where, "ldexp", [&] {
    const Array a = computed(x, "ldexp"), given = detail::settled(e);
    if (!ir::is_integer(given.dtype())) {
      DTypeError error("ldexp", "exponents are integers, not " + detail::ArrayAccess::type(given).str(), "convert them with .as(i32)");
      error.dtypes = {given.dtype()};
      throw error;
    }
    const DType dtype = a.dtype();
    const Format f = format(dtype);
    const int least = 1 - f.bias, down = least + f.mantissa + 1, up = f.bias;
    const int most = 4 * f.bias;  // what is beyond is 0 or infinite anyway
    Array n = clip(ir::byte_size(given.dtype()) < 4 || ir::is_unsigned(given.dtype()) ? given.as(i64) : given, -most, most).as(i32), y = a;
    for (int step = 0; step < 3; ++step) {
      const Array below = n<least, above = n> up;
      y = y * where(below, std::ldexp(1.0, down), where(above, std::ldexp(1.0, up), Array(1.0).as(dtype)));
      n = n - where(below, down, where(above, up, 0));
    }
    return (y * power_of_two(clip(n, least, up), dtype)).as(result_dtype(x));
  });
}

std::pair<Array, Array> modf(Operand x) {
  return called_at(x.where, "modf", [&] {
    const Array a = computed(x, "modf"), whole = trunc(a);
    return std::pair(where(isinf(a), 0.0, a - whole).as(result_dtype(x)), whole.as(result_dtype(x)));
  });
}
Array spacing(Operand x) {
  return called_at(x.where, "spacing", [&] {
    detail::require_real(x, "spacing");
    const Array a = detail::constant_for_derivatives(detail::settled_floats(x), {}), size = abs(a);
    return copysign(nextafter(size, infinity) - size, a);
  });
}

Array gcd(Operand x, Operand y) {
  return called_at(x.where, "gcd", [&] {
    const detail::Intended by_zero(Check::div);
    const auto [a, b] = magnitudes(x, y, "gcd");
    return common_divisor(a, b);
  });
}
Array lcm(Operand x, Operand y) {
  return called_at(x.where, "lcm", [&] {
    const detail::Intended by_zero(Check::div);
    const auto [a, b] = magnitudes(x, y, "lcm");
    return floor_divide(a, common_divisor(a, b)) * b;  // by 0 it is 0
  });
}
Array isposinf(Operand x) {
  return called_at(x.where, "isposinf", [&] { return x == infinity; });
}
Array isneginf(Operand x) {
  return called_at(x.where, "isneginf", [&] { return x == -infinity; });
}

}  // namespace espalier
