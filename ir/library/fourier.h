#pragma once
// Discrete Fourier transforms of lines: what ops of the family call, evaluated and compiled alike.
#include <cstdint>

namespace espalier::ir::fourier {

/// Where the numbers of an array lie: number k has its real part at re[k * unit] and its imaginary part at im[k * unit]; the unit is 2
/// where parts alternate, and 1 where each has an array of its own.
template <class T> struct Parts {
  T* re;
  T* im;
  std::int64_t unit;
};

/// Lines along the middle axis of an array [outer, length, inner].
struct Lines {
  std::int64_t outer, inner;
};

/// y_k = sum_j x_j exp(-2 pi i j k / n) of each line; `inverse` turns the sign of the exponent. Nothing is divided by n. Any n: products of
/// small primes by Stockham's algorithm, others by Bluestein's.
template <class T> void transform(std::int64_t n, Lines lines, bool inverse, Parts<const T> x, Parts<T> y);

/// The same of n real numbers: the first n / 2 + 1 of y, of which the others are the conjugates.
template <class T> void transform_real(std::int64_t n, Lines lines, const T* x, Parts<T> y);

/// n real numbers from n / 2 + 1 complex ones, with the sign of the inverse: what `transform` would give for these followed by the
/// conjugates that make it real.
template <class T> void inverse_real(std::int64_t n, Lines lines, Parts<const T> x, T* y);

}  // namespace espalier::ir::fourier
