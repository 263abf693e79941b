// Logarithms to the bases 2 and 10, exact at the powers of their base.
#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {
namespace {

using detail::ArrayAccess;

constexpr double infinity = std::numeric_limits<double>::infinity();

// What a formula needs to know of f32 and f64.
struct Format {
  DType word;                           // integers of its width
  int mantissa, bias;
  std::int64_t cut;                     // the bits of the square root of 1/2
  double small, large, into, back;      // below small, times `into`, above large, times `back`: far from all limits
  int shift;                            // the logarithm of `into` to base 2
  double tiny;                          // below it, times 10^decades: normal
  int decades, powers;                  // how many 10^(2^i) make the largest power of ten
};
Format format(DType dtype) {
  if (dtype == f64) return {i64, 52, 1023, 0x3fe6a09e667f3bcd, 0x1p-1000, 0x1p1000, 0x1p512, 0x1p-512, 512, 1e-290, 17, 9};
  return {i32, 23, 127, 0x3f3504f3, 0x1p-100f, 0x1p100f, 0x1p64f, 0x1p-64f, 64, 1e-30, 8, 6};
}

// l times a constant that has more digits than the dtype: times the constant cut to the dtype, plus times the rest. Both are
// positive, so infinities stay infinite.
Array times(const Array& l, double constant, double rest) {
  if (l.dtype() == f64) return l * constant + l * rest;
  float own = static_cast<float>(constant);
  if (own > constant) own = std::nextafter(own, 0.0f);
  return l * own + l * (constant - own);
}

// f of x in its settled dtype, of halves in f32. A weak number is computed in f64 and stays weak. Of complex numbers a quotient of
// logarithms.
template <class F> Array of_settled(const Operand& x, const char* name, double base, double (*exact)(double), const F& f) {
  return detail::called_at(x.where, name, [&]() -> Array {
    if (detail::is_complex(x)) return log(x) / std::log(base);
    if (ArrayAccess::is_number(x.array)) return ArrayAccess::weak_scalar(f32, exact(ArrayAccess::real(x.array)), 0, x.where);
    const bool weak = x.array.weak();
    const DType dtype = weak ? f64 : detail::float_dtype(x.array.dtype());
    const Array result = f(detail::to_dtype(x.array, ir::is_half(dtype) ? f32 : dtype, x.where)).as(dtype, x.where);
    return weak ? detail::weak_of(result, f32, x.where) : result;
  });
}

}  // namespace

// x = m 2^n with m about 1: n + log(m) / ln 2. The factors 2^-n are made of bits, so that they are constants to derivatives.
Array log2(Operand x) {
  return of_settled(x, "log2", 2, std::log2, [](const Array& a) {
    const DType dtype = a.dtype();
    const Format f = format(dtype);
    const Array positive = (a > 0) & (a < infinity);
    const Array small = positive & (a < f.small), large = positive & (a > f.large);
    const Array usual = a * where(small, f.into, where(large, f.back, Array(1.0).as(dtype)));
    const Array n = right_shift(bitcast(usual, f.word) - f.cut, f.mantissa);
    const Array scale = where(positive, bitcast(left_shift(f.bias - n, f.mantissa), dtype), 1.0);
    const Array shifted = where(positive, n + where(small, -f.shift, where(large, f.shift, 0)), 0);
    return shifted.as(i32).as(dtype) + times(log(usual * scale), 1.4426950408889634, 2.0355273740931033e-17);
  });
}

// x = m 10^k with k the whole number nearest to the logarithm: k + log(m) / ln 10. The exponent and the mantissa, read as
// one number, are the logarithm to base 2 within 0.05.
Array log10(Operand x) {
  return of_settled(x, "log10", 10, std::log10, [](const Array& a) {
    const DType dtype = a.dtype();
    const Format f = format(dtype);
    const Array positive = (a > 0) & (a < infinity);
    const Array tiny = positive & (a < f.tiny);
    const Array usual = a * where(tiny, std::pow(10.0, f.decades), Array(1.0).as(dtype));
    const Array word = bitcast(usual, f.word);
    const Array high = f.word == i64 ? right_shift(word, 32).as(i32) : word;
    const double one = std::ldexp(1.0, f.word == i64 ? f.mantissa - 32 : f.mantissa);
    const Array about = (high.as(dtype) / one - (f.bias - 0.043)) * std::log10(2.0);
    // Not -1 + 0.5 for -0.5: that would double the error of the half.
    const Array nearest = where(abs(about) < 0.6, 0.0, rint(about));
    const double most = std::floor(std::log10(dtype == f64 ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max()));
    const Array k = where(positive, minimum(nearest, most), 0.0).as(i32), size = abs(k);
    Array power = Array(1.0).as(dtype);
    for (int i = 0; i < f.powers; ++i) power = where((size & (1 << i)) != 0, power * std::pow(10.0, 1 << i), power);
    const Array m = where(k < 0, usual * power, usual / power);
    return (k - where(tiny, f.decades, 0)).as(dtype) + times(log(m), 0.4342944819032518, 1.098319650216765e-17);
  });
}

}  // namespace espalier
