#include "espalier/dsl/ops/elementwise.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {

using detail::called_at;
namespace {

using detail::ArrayAccess;
using detail::elementwise;
using detail::elementwise_float;
using ir::Comparison;
using ir::Op;

Array compare(Operand x, Operand y, Comparison direction, const char* name) { return elementwise(Op::compare, {x, y}, ir::CompareAttrs{direction}, name); }
bool is_bool(const Array& a) { return !a.is_nothing() && a.dtype() == bool_; }
bool is_integer(const Array& a) { return !a.is_nothing() && (ir::is_integer(a.dtype()) || ir::is_bool(a.dtype())); }
// What a rounding function returns for integers: themselves.
Array rounding(Op op, Operand x, const char* name) { return is_integer(x.array) ? x.array : elementwise(op, {x}, {}, name); }

// Both operands in the float dtype that they promote to. Otherwise a formula that selects between one of them and a number of
// its own, or takes its logarithm, would settle a weak one as f32, or compute in the narrower dtype.
std::pair<Operand, Operand> met(const Operand& x, const Operand& y) {
  if (x.array.is_nothing() || y.array.is_nothing() || (x.array.weak() && y.array.weak())) return {x, y};
  const DType dtype = detail::float_dtype(x.array.weak() ? y.array.dtype() : (y.array.weak() ? x.array.dtype() : promote(x.array.dtype(), y.array.dtype())));
  return {Operand(x.array.as(dtype, x.where), x.where), Operand(y.array.as(dtype, y.where), y.where)};
}

}  // namespace

Array detail::constant_for_derivatives(const Array& x, Where where) {
  if (x.is_nothing() || !ir::is_inexact(x.dtype()) || x.weak()) return x;
  return detail::apply(Op::stop_gradient, {Operand(x, where)}, {}, where, "stop_gradient");
}

// Of two bools + is "or" and * is "and", as in NumPy; - is refused.
Array operator+(Operand x, Operand y) { return elementwise(is_bool(x.array) && is_bool(y.array) ? Op::or_ : Op::add, {x, y}, {}, "add"); }
Array operator-(Operand x, Operand y) { return elementwise(Op::sub, {x, y}, {}, "subtract"); }
Array operator*(Operand x, Operand y) { return elementwise(is_bool(x.array) && is_bool(y.array) ? Op::and_ : Op::mul, {x, y}, {}, "multiply"); }
Array operator/(Operand x, Operand y) { return elementwise_float(Op::div, {x, y}, "divide"); }
Array operator%(Operand x, Operand y) { return mod(x, y); }
Array operator-(Operand x) { return elementwise(Op::neg, {x}, {}, "negative"); }
Array operator+(Operand x) { return x.array; }
Array operator<(Operand x, Operand y) { return compare(x, y, Comparison::lt, "less"); }
Array operator<=(Operand x, Operand y) { return compare(x, y, Comparison::le, "less_equal"); }
Array operator>(Operand x, Operand y) { return compare(x, y, Comparison::gt, "greater"); }
Array operator>=(Operand x, Operand y) { return compare(x, y, Comparison::ge, "greater_equal"); }
Array operator==(Operand x, Operand y) { return compare(x, y, Comparison::eq, "equal_to"); }
Array operator!=(Operand x, Operand y) { return compare(x, y, Comparison::ne, "not_equal"); }
Array operator&(Operand x, Operand y) { return elementwise(Op::and_, {x, y}, {}, "bitwise_and"); }
Array operator|(Operand x, Operand y) { return elementwise(Op::or_, {x, y}, {}, "bitwise_or"); }
Array operator^(Operand x, Operand y) { return elementwise(Op::xor_, {x, y}, {}, "bitwise_xor"); }
Array operator~(Operand x) { return elementwise(Op::not_, {x}, {}, "bitwise_not"); }
Array operator<<(Operand x, Operand y) { return elementwise(Op::shift_left, {x, y}, {}, "left_shift"); }
Array operator>>(Operand x, Operand y) {
  const bool is_unsigned = !x.array.is_nothing() && ir::is_unsigned(x.array.dtype());
  return elementwise(is_unsigned ? Op::shift_right_logical : Op::shift_right_arithmetic, {x, y}, {}, "right_shift");
}

Array exp(Operand x) { return elementwise_float(Op::exp, {x}, "exp"); }
Array exp2(Operand x) { return elementwise_float(Op::exp2, {x}, "exp2"); }
Array expm1(Operand x) { return elementwise_float(Op::expm1, {x}, "expm1"); }
Array log(Operand x) { return elementwise_float(Op::log, {x}, "log"); }
Array log1p(Operand x) { return elementwise_float(Op::log1p, {x}, "log1p"); }
Array sqrt(Operand x) { return elementwise_float(Op::sqrt, {x}, "sqrt"); }
Array rsqrt(Operand x) { return elementwise_float(Op::rsqrt, {x}, "rsqrt"); }
Array cbrt(Operand x) { return elementwise_float(Op::cbrt, {x}, "cbrt"); }
Array sin(Operand x) { return elementwise_float(Op::sin, {x}, "sin"); }
Array cos(Operand x) { return elementwise_float(Op::cos, {x}, "cos"); }
Array tan(Operand x) { return elementwise_float(Op::tan, {x}, "tan"); }
Array asin(Operand x) { return elementwise_float(Op::asin, {x}, "asin"); }
Array acos(Operand x) { return elementwise_float(Op::acos, {x}, "acos"); }
Array atan(Operand x) { return elementwise_float(Op::atan, {x}, "atan"); }
Array sinh(Operand x) { return elementwise_float(Op::sinh, {x}, "sinh"); }
Array cosh(Operand x) { return elementwise_float(Op::cosh, {x}, "cosh"); }
Array tanh(Operand x) { return elementwise_float(Op::tanh, {x}, "tanh"); }
Array asinh(Operand x) { return elementwise_float(Op::asinh, {x}, "asinh"); }
Array acosh(Operand x) { return elementwise_float(Op::acosh, {x}, "acosh"); }
Array atanh(Operand x) { return elementwise_float(Op::atanh, {x}, "atanh"); }
Array erf(Operand x) { return elementwise_float(Op::erf, {x}, "erf"); }
Array erfc(Operand x) { return elementwise_float(Op::erfc, {x}, "erfc"); }
Array erf_inv(Operand x) { return elementwise_float(Op::erf_inv, {x}, "erf_inv"); }
Array lgamma(Operand x) { return elementwise_float(Op::lgamma, {x}, "lgamma"); }
Array digamma(Operand x) { return elementwise_float(Op::digamma, {x}, "digamma"); }
Array bessel_i0e(Operand x) { return elementwise_float(Op::bessel_i0e, {x}, "bessel_i0e"); }
Array bessel_i1e(Operand x) { return elementwise_float(Op::bessel_i1e, {x}, "bessel_i1e"); }
Array floor(Operand x) { return rounding(Op::floor, x, "floor"); }
Array ceil(Operand x) { return rounding(Op::ceil, x, "ceil"); }
Array rint(Operand x) { return rounding(Op::round_even, x, "rint"); }
Array round(Operand x) { return rounding(Op::round_even, x, "round"); }
Array trunc(Operand x) {
  return called_at(x.where, "trunc", [&] { return is_integer(x.array) ? x.array : where(x < 0, ceil(x), floor(x)); });
}
Array abs(Operand x) { return !x.array.is_nothing() && x.array.dtype() == bool_ ? x.array : elementwise(Op::abs, {x}, {}, "abs"); }
Array sign(Operand x) { return elementwise(Op::sign, {x}, {}, "sign"); }
Array negative(Operand x) { return -x; }

Array reciprocal(Operand x) {
  return called_at(x.where, "reciprocal", [&] { return 1 / x; });
}
Array square(Operand x) {
  return called_at(x.where, "square", [&] { return x * x; });
}
Array sinc(Operand x) {
  return called_at(x.where, "sinc", [&] {
    const Array angle = x * std::acos(-1.0), square = angle * angle, beside_zero = (detail::is_complex(x) ? abs(square) : square) < 0.25;
    const Array safe = where(beside_zero, 1.0, angle);
    // Its Taylor series near 0, where all derivatives of the quotient would cancel: 1 - z/3! + z²/5! - …, nested.
    const Array z = where(beside_zero, square, 0.0);
    const Array series = 1 - z / 6 * (1 - z / 20 * (1 - z / 42 * (1 - z / 72 * (1 - z / 110 * (1 - z / 156 * (1 - z / 210))))));
    return where(beside_zero, series, sin(safe) / safe);
  });
}
// clang-format off
Array deg2rad(Operand x) { return called_at(x.where, "deg2rad", [&] { return x * (std::acos(-1.0) / 180); }); }
Array rad2deg(Operand x) { return called_at(x.where, "rad2deg", [&] { return x * (180 / std::acos(-1.0)); }); }
Array isnan(Operand x) { return called_at(x.where, "isnan", [&] { return x != x; }); }
Array isinf(Operand x) { return called_at(x.where, "isinf", [&] { return abs(x) == std::numeric_limits<double>::infinity(); }); }
// clang-format on
Array isfinite(Operand x) { return is_integer(x.array) ? (x == x) : elementwise(Op::is_finite, {x}, {}, "isfinite"); }
Array signbit(Operand x) {
  return called_at(x.where, "signbit", [&] {
    detail::require_real(x, "signbit");
    if (is_integer(x.array)) return x < 0;
    const Array number = x.array.weak() ? detail::to_dtype(x.array, f64, x.where) : x.array;
    const Array minus = bitcast(number, ir::byte_size(number.dtype()) == 8 ? i64 : (ir::byte_size(number.dtype()) == 4 ? i32 : i16)) < 0;
    return x.array.weak() ? detail::weak_of(minus, bool_, x.where) : minus;
  });
}
Array logical_not(Operand x) {
  return called_at(x.where, "logical_not", [&] { return ~x.array.as(bool_, x.where); });
}
Array bitwise_count(Operand x) { return elementwise(Op::popcount, {x}, {}, "bitwise_count"); }
Array clz(Operand x) { return elementwise(Op::clz, {x}, {}, "clz"); }

Array add(Operand x, Operand y) { return x + y; }
Array subtract(Operand x, Operand y) { return x - y; }
Array multiply(Operand x, Operand y) { return x * y; }
Array divide(Operand x, Operand y) { return x / y; }

Array pow(Operand x, Operand y) {
  return called_at(x.where, "pow", [&] {
    const bool literal_integer = ArrayAccess::is_number(y.array) && ir::is_signed(y.array.dtype());
    if (!literal_integer || is_integer(x.array)) {
      return is_integer(x.array) && is_integer(y.array) ? elementwise(Op::pow, {x, y}, {}, "pow") : elementwise_float(Op::pow, {x, y}, "pow");
    }
    // By squaring, as jax.lax.integer_pow: exact where the products are exact, and cheap to differentiate.
    const auto n = ArrayAccess::integer(y.array);
    if (n == 0) return Operand(x == x, x.where).array.as(x.array.weak() ? f32 : x.array.dtype(), x.where) * 0 + 1;
    Array result, base = x.array;
    for (std::uint64_t rest = n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n); rest != 0; rest >>= 1) {
      if (rest & 1) result = result.is_nothing() ? base : Operand(result, x.where) * Operand(base, x.where);
      if (rest > 1) base = Operand(base, x.where) * Operand(base, x.where);
    }
    return n < 0 ? 1 / Operand(result, x.where) : result;
  });
}
Array float_power(Operand x, Operand y) {
  return called_at(x.where, "float_power", [&] { return pow(x.array.as(f64, x.where), y.array.as(f64, y.where)); });
}
Array maximum(Operand x, Operand y) { return elementwise(Op::max, {x, y}, {}, "maximum"); }
Array minimum(Operand x, Operand y) { return elementwise(Op::min, {x, y}, {}, "minimum"); }
Array fmax(Operand x, Operand y) {
  return called_at(x.where, "fmax", [&] { return where((x > y) | isnan(y), x, y); });
}
Array fmin(Operand x, Operand y) {
  return called_at(x.where, "fmin", [&] { return where((x < y) | isnan(y), x, y); });
}
Array atan2(Operand y, Operand x) { return elementwise_float(Op::atan2, {y, x}, "atan2"); }
Array hypot(Operand x, Operand y) {
  return called_at(x.where, "hypot", [&] {
    detail::require_real(x, "hypot"), detail::require_real(y, "hypot");
    const Array a = abs(x), b = abs(y), most = maximum(a, b), least = minimum(a, b);
    const Array ratio = least / where(most == 0, 1.0, most);
    const Array length = most * sqrt(1 + ratio * ratio);
    return where(isinf(a) | isinf(b), std::numeric_limits<double>::infinity(), length);
  });
}
Array copysign(Operand x, Operand y) {
  return called_at(x.where, "copysign", [&] {
    // Selects instead of combining bits, so that it has a derivative.
    const auto [a, b] = met(x * 1.0, y * 1.0);
    return where(signbit(a) != signbit(b), -a, a);
  });
}
Array nextafter(Operand x, Operand y) { return elementwise_float(Op::nextafter, {x, y}, "nextafter"); }
namespace {
// The logarithm of the sum of two powers of a base: the larger exponent, and what the smaller one adds to it.
template <class F> Array sum_of_powers(const Operand& x, const Operand& y, const F& added) {
  // Of two equal operands one counts as the larger throughout. `maximum` would split the derivative between both, and the
  // second derivative would be lost.
  const Array x_is_most = x >= y, most = where(x_is_most, x, y), least = where(x_is_most, y, x), gap = least - most;
  const Array lost = isnan(gap);  // of equal infinities, or a NaN
  return where(lost, x + y, most + added(where(lost, 0.0, gap)));
}
}  // namespace
Array logaddexp(Operand x, Operand y) {
  return called_at(x.where, "logaddexp", [&] { return sum_of_powers(x, y, [](const Array& gap) { return log1p(exp(gap)); }); });
}
Array logaddexp2(Operand x, Operand y) {
  return called_at(x.where, "logaddexp2", [&] { return sum_of_powers(x, y, [](const Array& gap) { return log1p(exp2(gap)) / std::log(2.0); }); });
}
Array heaviside(Operand x, Operand y) {
  return called_at(x.where, "heaviside", [&] {
    detail::require_real(x, "heaviside");
    return where(x < 0, 0.0, where(x > 0, 1.0, where(x == 0, y, x)));
  });
}
Array polygamma(Operand n, Operand x) { return elementwise_float(Op::polygamma, {n, x}, "polygamma"); }
Array zeta(Operand s, Operand q) { return elementwise_float(Op::zeta, {s, q}, "zeta"); }
Array igamma(Operand a, Operand x) { return elementwise_float(Op::igamma, {a, x}, "igamma"); }
Array igammac(Operand a, Operand x) { return elementwise_float(Op::igammac, {a, x}, "igammac"); }
Array igamma_grad_a(Operand a, Operand x) { return elementwise_float(Op::igamma_grad_a, {a, x}, "igamma_grad_a"); }
Array random_gamma_grad(Operand a, Operand x) { return elementwise_float(Op::random_gamma_grad, {a, x}, "random_gamma_grad"); }
Array betainc(Operand a, Operand b, Operand x) { return elementwise_float(Op::betainc, {a, b, x}, "betainc"); }
// Where x is 0 the logarithm is kept as long as it is finite: it is the derivative. Adding 0 turns -0 into 0.
Array xlogy(Operand given, Operand of) {
  return called_at(given.where, "xlogy", [&] {
    const auto [x, y] = met(given, of);
    const Array has_log = (y > 0) & (y < std::numeric_limits<double>::infinity());
    return x * log(where((x == 0) & ~has_log, 1.0, y)) + 0.0;
  });
}
Array xlog1py(Operand given, Operand of) {
  return called_at(given.where, "xlog1py", [&] {
    const auto [x, y] = met(given, of);
    const Array has_log = (y > -1) & (y < std::numeric_limits<double>::infinity());
    return x * log1p(where((x == 0) & ~has_log, 0.0, y)) + 0.0;
  });
}
Array entr(Operand x) {
  return called_at(x.where, "entr", [&] { return where(x < 0, -std::numeric_limits<double>::infinity(), 0.0 - xlogy(x, x)); });
}
Array rel_entr(Operand given, Operand of) {
  return called_at(given.where, "rel_entr", [&] {
    const auto [x, y] = met(given, of);
    const Array inside = (x > 0) & (y > 0);
    const Array value = x * (log(where(inside, x, 1.0)) - log(where(inside, y, 1.0)));
    return where(inside, value, where((x == 0) & (y >= 0), 0.0, std::numeric_limits<double>::infinity()));
  });
}
Array kl_div(Operand x, Operand y) {
  return called_at(x.where, "kl_div", [&] { return rel_entr(x, y) - x + y; });
}

Array equal_to(Operand x, Operand y) { return x == y; }
Array not_equal(Operand x, Operand y) { return x != y; }
Array less(Operand x, Operand y) { return x < y; }
Array less_equal(Operand x, Operand y) { return x <= y; }
Array greater(Operand x, Operand y) { return x > y; }
Array greater_equal(Operand x, Operand y) { return x >= y; }
// clang-format off
Array logical_and(Operand x, Operand y) { return called_at(x.where, "logical_and", [&] { return x.array.as(bool_, x.where) & y.array.as(bool_, y.where); }); }
Array logical_or(Operand x, Operand y) { return called_at(x.where, "logical_or", [&] { return x.array.as(bool_, x.where) | y.array.as(bool_, y.where); }); }
Array logical_xor(Operand x, Operand y) { return called_at(x.where, "logical_xor", [&] { return x.array.as(bool_, x.where) ^ y.array.as(bool_, y.where); }); }
// clang-format on
Array bitwise_and(Operand x, Operand y) { return x & y; }
Array bitwise_or(Operand x, Operand y) { return x | y; }
Array bitwise_xor(Operand x, Operand y) { return x ^ y; }
Array left_shift(Operand x, Operand y) { return x << y; }
Array right_shift(Operand x, Operand y) { return x >> y; }
Array right_shift_logical(Operand x, Operand y) { return elementwise(Op::shift_right_logical, {x, y}, {}, "right_shift_logical"); }

Array where(Operand condition, Operand x, Operand y) {
  const Where at = condition.where;
  return detail::located(at, "where", [&] {
    const Array test = condition.array.dtype() == bool_ && !condition.array.weak() ? condition.array : condition.array.as(bool_, at);
    detail::Promoted met = detail::promote_operands(std::vector<Array>{x.array, y.array}, "where", at);
    std::vector<Array> all{test, met.arrays[0], met.arrays[1]};
    const Shape shape = detail::broadcast_shape(all, "where", at);
    for (Array& a : all) a = detail::broadcast_to_shape(a, shape, "where", at);
    const Array result = detail::apply_many(Op::select, all, {}, at, "where")[0];
    if (!met.weak) return result;
    // Where all three are weak scalars the choice is one too. A condition that is an array settles it.
    return condition.array.weak() ? detail::weak_of(result, met.dtype, at) : result.as(met.dtype, at);
  });
}
Array select(const std::vector<Array>& conditions, const std::vector<Array>& choices, Operand otherwise) {
  return called_at(otherwise.where, "select", [&] {
    if (conditions.size() != choices.size()) {
      throw ArgumentError("select", std::to_string(choices.size()) + " choices meet " + std::to_string(conditions.size()) + " conditions", "give a choice for each condition");
    }
    Array chosen = otherwise.array;
    for (std::size_t i = conditions.size(); i-- > 0;) chosen = where(conditions[i], choices[i], chosen);
    return chosen;
  });
}
// clang-format off
Array fma(Operand x, Operand y, Operand z) {
  const auto is = [&](bool (*kind)(DType)) {
    return std::ranges::any_of(std::array{&x, &y, &z}, [&](const Operand* o) { return !o->array.is_nothing() && kind(o->array.dtype()); });
  };
  if (is(ir::is_floating) && !is(ir::is_complex)) return elementwise(Op::fma, {x, y, z}, {}, "fma");
  return called_at(x.where, "fma", [&] { return x * y + z; });
}
Array clip(Operand x, Operand min, Operand max) { return called_at(x.where, "clip", [&] { return minimum(maximum(x, min), max); }); }
Array clip(Operand x, Operand min, std::nullopt_t) { return called_at(x.where, "clip", [&] { return maximum(x, min); }); }
Array clip(Operand x, std::nullopt_t, Operand max) { return called_at(x.where, "clip", [&] { return minimum(x, max); }); }
// clang-format on

Array bitcast(Operand x, DType dtype) {
  const Array a = x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array;
  const auto same_bits = [&](const Array& y, DType to) { return detail::apply(Op::bitcast, {Operand(y, x.where)}, ir::ConvertAttrs{to}, x.where, "bitcast"); };
  const auto from = static_cast<std::int64_t>(ir::byte_size(a.dtype())), to = static_cast<std::int64_t>(ir::byte_size(dtype));
  const auto has_words = [](DType t) { return !ir::is_bool(t) && !ir::is_complex(t); };
  if (from == to || !has_words(a.dtype()) || !has_words(dtype)) return same_bits(a, dtype);
  return called_at(x.where, "bitcast", [&] {
    const auto word = [](std::int64_t bytes) { return bytes == 1 ? u8 : (bytes == 2 ? u16 : (bytes == 4 ? u32 : u64)); };
    const Array words = same_bits(a, word(from));
    std::vector<std::int64_t> shape = a.shape().extents();
    if (to < from) {  // parts, the lowest first
      shape.push_back(from / to);
      const Array repeated = broadcast_to(expand_dims(words, -1), Shape(shape)), shifts = iota(Shape(shape), static_cast<int>(shape.size()) - 1, word(from)) * 8 * to;
      return same_bits(right_shift_logical(repeated, shifts).as(word(to)), dtype);
    }
    if (shape.empty() || shape.back() != to / from) {
      ShapeError error("bitcast", a.shape().str() + " of " + std::string(ir::name(a.dtype())) + " is no array of " + std::string(ir::name(dtype)), "the last axis has the " + std::to_string(to / from) + " parts of each element", x.where);
      error.shapes = {a.shape()};
      throw error;
    }
    const Array parts = words.as(word(to)) << (iota(a.shape(), a.ndim() - 1, word(to)) * 8 * from);
    return same_bits(detail::apply(Op::reduce, {Operand(parts, x.where)}, ir::ReduceAttrs{ir::Reduction::or_, {a.ndim() - 1}}, x.where, "bitcast"), dtype);
  });
}
Array reduce_precision(Operand x, int exponent_bits, int mantissa_bits) {
  return elementwise(Op::reduce_precision, {x}, ir::PrecisionAttrs{exponent_bits, mantissa_bits}, "reduce_precision");
}
Array isclose(Operand x, Operand y, IscloseOptions options) {
  return called_at(x.where, "isclose", [&] {
    const Array close = abs(x - y) <= options.atol + options.rtol * abs(y);
    const Array same = (x == y) | (close & isfinite(x) & isfinite(y));
    return options.equal_nan ? same | (isnan(x) & isnan(y)) : same;
  });
}
Array nan_to_num(Operand x, NanToNumOptions options) {
  return called_at(x.where, "nan_to_num", [&] {
    if (is_integer(x.array)) return x.array;
    if (detail::is_complex(x)) return complex(nan_to_num(real(x), options), nan_to_num(imag(x), options));
    double most = 0;
    ir::visit_real(x.array.dtype(), [&]<class T>() { most = static_cast<double>(std::numeric_limits<T>::max()); });
    const Array number = where(isnan(x), options.nan, x);
    const Array bounded = where(number == std::numeric_limits<double>::infinity(), options.posinf.value_or(most), number);
    return where(bounded == -std::numeric_limits<double>::infinity(), options.neginf.value_or(-most), bounded);
  });
}

}  // namespace espalier
