// Factorizations and transforms, which are library functions elsewhere.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

// Symmetric and positive definite.
template <class T> ep::Array definite(const ep::Shape& shape) {
  const ep::Array x = uniform<T>(1, shape);
  const std::int64_t n = shape[-1];
  return matmul(x, swapaxes(x, -1, -2)) + static_cast<double>(n) * ep::eye(n, {.dtype = x.dtype()});
}

}  // namespace

Workloads linear_algebra() {
  const auto cholesky = [](ep::Array a) { return ep::linalg::cholesky(a); };
  const auto solve = [](ep::Array a, ep::Array b) { return ep::linalg::solve(a, b); };
  constexpr std::int64_t million = 1 << 20;
  return {
      jitted("fft", "2^20 c64", [](ep::Array x) { return ep::fft::fft(x); }, [] { return std::tuple{complex(uniform(1, million), uniform(2, million))}; }),
      jitted("cholesky", "512 f64", cholesky, [] { return std::tuple{definite<double>({512, 512})}; }),
      jitted("cholesky_batched", "10000x8x8", cholesky, [] { return std::tuple{definite<float>({10000, 8, 8})}; }),
      jitted("solve", "512x512x64 f64", solve, [] { return std::tuple{definite<double>({512, 512}), uniform<double>(2, {512, 64})}; }),
      jitted("solve_batched", "10000x8x8x1", solve, [] { return std::tuple{definite<float>({10000, 8, 8}), uniform(2, {10000, 8, 1})}; }),
  };
}

}  // namespace bench
