#include "espalier/stdlib/random/uniform.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier::random {
namespace {

using espalier::detail::called_at;

// What a uniform float is made of: `mantissa` of the `drawn_bits` random ones, under the exponent of 1, in a `word`.
struct Format {
  DType drawn, word;
  int drawn_bits, mantissa;
  std::int64_t one;
};
Format format(DType dtype, Where where) {
  switch (dtype) {
    case f16: return {u16, u16, 16, 10, 0x3c00};
    case bf16: return {u8, u16, 8, 7, 0x3f80};  // a byte fills its mantissa
    case f32: return {u32, u32, 32, 23, 0x3f800000};
    case f64: return {u64, u64, 64, 52, 0x3ff0000000000000};
    case bool_:
    case i8:
    case i16:
    case i32:
    case i64:
    case u8:
    case u16:
    case u32:
    case u64:
    case c64:
    case c128: break;
  }
  DTypeError error("uniform", "draws floats: f16, bf16, f32 or f64", "use randint for integers, bernoulli for bools", where);
  error.dtypes = {dtype};
  throw error;
}

// What an integer dtype of less than 64 bits holds; bounds of wider ones wrap as C++ converts them.
struct Range {
  std::int64_t min, max;
};
std::optional<Range> range(DType dtype, Where where) {
  switch (dtype) {
    case i8: return Range{INT8_MIN, INT8_MAX};
    case i16: return Range{INT16_MIN, INT16_MAX};
    case i32: return Range{INT32_MIN, INT32_MAX};
    case u8: return Range{0, UINT8_MAX};
    case u16: return Range{0, UINT16_MAX};
    case u32: return Range{0, UINT32_MAX};
    case i64:
    case u64: return {};
    case bool_:
    case f16:
    case bf16:
    case f32:
    case f64:
    case c64:
    case c128: break;
  }
  DTypeError error("randint", "draws integers", "use uniform for floats, bernoulli for bools", where);
  error.dtypes = {dtype};
  throw error;
}
void require_integer(Operand bound) {
  const DType dtype = bound.array.dtype();
  if (dtype >= i8 && dtype <= u64) return;
  DTypeError error("randint", "bounds are integers, not " + to_string(abstract(bound.array.shape(), dtype)), "convert them with .as(i32)", bound.where);
  error.dtypes = {dtype};
  throw error;
}

// What is known of draws before they are made: whether the bounds' distance is a number of the dtype, and whether rounding,
// with or without a fused product, leaves the largest one below the upper bound.
struct Between {
  bool known = false, width_is_finite = false, stays_below = false;
};
template <class T> Between between(T low, T high) {
  const T width = high - low, largest = 1 - std::numeric_limits<T>::epsilon();
  const T rounded = largest * width + low, fused = std::fma(largest, width, low);
  return {true, std::isfinite(width), std::max({low, rounded, fused}) < high};
}
Between between_bounds(const UniformOptions& options) {
  using espalier::detail::ArrayAccess;
  if (!ArrayAccess::is_number(options.minval) || !ArrayAccess::is_number(options.maxval)) return {};
  const double low = ArrayAccess::real(options.minval), high = ArrayAccess::real(options.maxval);
  if (options.dtype == f64) return between(low, high);
  if (options.dtype == f32) return between(static_cast<float>(low), static_cast<float>(high));
  return {};
}

}  // namespace

Array uniform(const Key& key, Shape shape, UniformOptions options, Where where) {
  detail::require_one_key(key, "uniform", where);
  const Format f = format(options.dtype, where);
  return called_at(where, [&] {
    const Array mantissa = right_shift_logical(bits(key, shape, f.drawn).as(f.word), f.drawn_bits - f.mantissa);
    const Array unit = bitcast(mantissa | f.one, options.dtype) - 1;
    const Array low = broadcast_to(options.minval.as(options.dtype), shape), high = broadcast_to(options.maxval.as(options.dtype), shape);
    const Between between = between_bounds(options);
    const Array width = high - low, usual = maximum(low, unit * width + low);  // rounding may carry a draw below the range
    const auto mixed = [&] { return low * (1 - unit) + high * unit; };
    const Array draw = between.width_is_finite ? usual : (between.known ? mixed() : espalier::where(isfinite(width), usual, mixed()));
    if (between.stays_below) return draw;
    return minimum(draw, maximum(low, nextafter(high, -std::numeric_limits<double>::infinity())));
  });
}

Array randint(const Key& key, Shape shape, Operand minval, Operand maxval, RandintOptions options) {
  const Where where = minval.where;
  detail::require_one_key(key, "randint", where);
  require_integer(minval);
  require_integer(maxval);
  const std::optional<Range> limits = range(options.dtype, where);
  const DType word = limits ? u32 : u64, wide = options.dtype == u64 ? u64 : i64;
  return called_at(where, [&] {
    const espalier::detail::Intended modular(Check::overflow);
    // A maxval beyond the dtype lets its largest value be drawn: the span is one wider than the clamped bounds say.
    const Array from = minval.array.as(wide), to = maxval.array.as(wide);
    const Array low = limits ? clip(from, limits->min, limits->max) : from;
    const Array high = limits ? clip(to, limits->min, limits->max) : to;
    Array width = high.as(word) - low.as(word);
    if (limits) width = width + (to > limits->max).as(word);
    const Array span = espalier::where(high > low, width, 1);

    // Twice the bits of a word, modulo the span: (a 2^n + b) % span, with 2^n % span squared up from 2^(n/2) so that no
    // product overflows. A span of 0 stands for 2^n, which no word holds: it leaves its dividend.
    const auto [first, second] = split(key);
    const Array a = bits(first, shape, word), b = bits(second, shape, word);
    const auto rest = [&](const Array& x) { return espalier::where(span == 0, x, fmod(x, span)); };
    const Array root = rest(Array(std::int64_t{1} << (limits ? 16 : 32)).as(word));
    const Array power = rest(root * root);
    const Array offset = rest(rest(a) * power + rest(b));
    return broadcast_to(low.as(options.dtype), shape) + offset.as(options.dtype);
  });
}

}  // namespace espalier::random
