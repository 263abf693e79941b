#pragma once
// Plans: what a transform of one length needs, whatever it is applied to.
#include <cstdint>
#include <memory>
#include <vector>

namespace espalier::ir::fourier {

/// cos and sin of -2 pi k / n, exact where they are 0, 1/2 or 1, and correctly rounded elsewhere but for one ulp.
struct Root {
  long double re, im;
};
Root root(std::int64_t k, std::int64_t n);

/// Primes above this are not worth a stage of their own.
inline constexpr std::int64_t largest_radix = 31;

/// The radices of a length's stages, none if it has a prime factor above `largest_radix`.
std::vector<int> radices(std::int64_t n);

/// One of Stockham's stages: it reads lines of radix * rest elements, `stride` of them side by side.
struct Stage {
  int radix;
  std::int64_t rest, stride;
  std::size_t twiddles;  // where its factors begin: radix - 1 for each of the rest
};

/// A transform of one length in stages.
template <class T> struct Plan {
  std::int64_t n;
  std::vector<Stage> stages;
  std::vector<T> re, im;            // twiddles
  std::vector<std::vector<T>> cos, sin;  // the roots of unity of radices without a formula of their own; by radix
};
/// The plan of a length, made once in the life of the process.
template <class T> const Plan<T>& plan_of(std::int64_t n);

/// A line as a matrix of rows * columns elements: columns are transformed, multiplied by these factors, and then rows. The factor of row k,
/// column c is high[k / low_rows][c] * low[k % low_rows][c].
template <class T> struct Split {
  static constexpr std::int64_t low_rows = 32;
  std::int64_t rows, columns;
  std::vector<T> high_re, high_im, low_re, low_im;
};
/// The split of a length whose factors are as equal as they can be; rows is 1 for a prime.
template <class T> const Split<T>& split_of(std::int64_t n);

/// Bluestein's algorithm: a line is multiplied by the chirp exp(-i pi k^2 / n), convolved with its conjugate over `padded` elements, and
/// multiplied again. `spectrum` is the transform of what it is convolved with, divided by `padded`.
template <class T> struct Chirp {
  std::int64_t padded;
  std::vector<T> re, im, spectrum_re, spectrum_im;
};
template <class T> const Chirp<T>& chirp_of(std::int64_t n);

}  // namespace espalier::ir::fourier
