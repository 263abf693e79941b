// A transform by Stockham's algorithm in radix 4, and factorizations through OpenBLAS's LAPACK, whose matrices are column-major.
#include <complex>
#include <numbers>
#include <utility>

#include "native.h"

extern "C" {
void dpotrf_(const char* triangle, const int* n, double* a, const int* lda, int* info);
void dgesv_(const int* n, const int* columns, double* a, const int* lda, int* pivots, double* b, const int* ldb, int* info);
}

namespace bench {
namespace {

// x and y hold n = 4^k complex numbers; the result is in x. w[2 k] and w[2 k + 1] are the parts of exp(-2 pi i k / n).
void transform(int n, float* x, float* y, const float* w) {
  float *from = x, *to = y;
  for (int left = n, stride = 1; left >= 4; left /= 4, stride *= 4) {
    const int quarter = left / 4, step = n / left;
#pragma omp parallel for if (omp_get_max_threads() > 1)
    for (int p = 0; p < quarter; ++p) {
      float re[4], im[4];
      for (int k = 1; k < 4; ++k) re[k] = w[2 * k * p * step], im[k] = w[2 * k * p * step + 1];
      const float* a = from + std::size_t{2} * stride * p;
      float* o = to + std::size_t{8} * stride * p;
      const std::size_t d = std::size_t{2} * stride * quarter, s = std::size_t{2} * stride;
#pragma omp simd
      for (int q = 0; q < stride; ++q) {
        const float r0 = a[2 * q], i0 = a[2 * q + 1], r1 = a[d + 2 * q], i1 = a[d + 2 * q + 1], r2 = a[2 * d + 2 * q], i2 = a[2 * d + 2 * q + 1], r3 = a[3 * d + 2 * q], i3 = a[3 * d + 2 * q + 1];
        const float pr = r0 + r2, pi = i0 + i2, mr = r0 - r2, mi = i0 - i2, qr = r1 + r3, qi = i1 + i3, tr = i1 - i3, ti = r3 - r1;
        const auto put = [&](int k, float u, float v) {
          o[k * s + 2 * q] = u * re[k] - v * im[k];
          o[k * s + 2 * q + 1] = u * im[k] + v * re[k];
        };
        o[2 * q] = pr + qr;
        o[2 * q + 1] = pi + qi;
        put(1, mr + tr, mi + ti);
        put(2, pr - qr, pi - qi);
        put(3, mr - tr, mi - ti);
      }
    }
    std::swap(from, to);
  }
  if (from != x) std::copy(from, from + 2 * n, x);
}

using Doubles = Memory<double>;
Doubles definite(int n) {
  const auto a = uniform_values<double>(1, std::int64_t{n} * n);
  Doubles product(std::size_t(n) * n);
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      double sum = i == j ? n : 0;
      for (int k = 0; k < n; ++k) sum += a[std::size_t(i) * n + k] * a[std::size_t(j) * n + k];
      product[std::size_t(i) * n + j] = sum;
    }
  return product;
}

}  // namespace

Workloads linear_algebra() {
  return {
      {"fft", "2^20 c64", [] {
    constexpr int n = 1 << 20;
    const Floats re = uniform(1, n), im = uniform(2, n), x(2 * n), y(2 * n), w(2 * n);
    for (int k = 0; k < n; ++k) {
      const auto root = std::polar(1.0, -2 * std::numbers::pi * k / n);
      w[2 * k] = static_cast<float>(root.real()), w[2 * k + 1] = static_cast<float>(root.imag());
    }
    const auto call = [=] {
      for (int k = 0; k < n; ++k) x[2 * k] = re[k], x[2 * k + 1] = im[k];
      transform(n, x, y, w);
    };
    return prepared(call, [=] {
      double sum = 0;
      for (int k = 0; k < n; ++k) sum += std::hypot(static_cast<double>(x[2 * k]), static_cast<double>(x[2 * k + 1]));
      return sum;
    });
  }},
      {"cholesky", "512 f64", [] {
    const int n = 512;
    const Doubles a = definite(n), l(a.size());
    const auto call = [=] {
      int info = 0;
      std::copy(a.get(), a.get() + a.size(), l.get());
      dpotrf_("U", &n, l, &n, &info);  // the upper triangle of its columns is the lower one of our rows
      for (int i = 0; i < n; ++i) std::fill(l + i * n + i + 1, l + (i + 1) * n, 0.0);
    };
    return prepared(call, [=] { return magnitude(l); });
  }},
      {"solve", "512x512x64 f64", [] {
    const int n = 512, columns = 64;
    const Doubles a = definite(n), lu(a.size()), b = uniform_values<double>(2, n * columns), x(b.size()), y(b.size());
    const Memory<int> pivots(n);
    const auto call = [=] {
      int info = 0;
      std::copy(a.get(), a.get() + a.size(), lu.get());  // symmetric: rows are columns
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < columns; ++j) x[std::size_t(j) * n + i] = b[std::size_t(i) * columns + j];
      dgesv_(&n, &columns, lu, &n, pivots, x, &n, &info);
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < columns; ++j) y[std::size_t(i) * columns + j] = x[std::size_t(j) * n + i];
    };
    return prepared(call, [=] { return magnitude(y); });
  }},
  };
}

}  // namespace bench
