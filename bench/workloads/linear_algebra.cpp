// Factorizations and transforms: what a library does elsewhere.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

// Symmetric and positive definite, far from singular.
ep::Array definite(std::int64_t n) {
  const ep::Array a = uniform<double>(1, {n, n});
  return matmul(a, a.T()) + static_cast<double>(n) * ep::eye(n, {.dtype = ep::f64});
}

}  // namespace

Workloads linear_algebra() {
  constexpr std::int64_t million = 1 << 20;
  return {
      jitted("fft", "2^20 c64", [](ep::Array x) { return ep::fft::fft(x); }, [] { return std::tuple{complex(uniform(1, million), uniform(2, million))}; }),
      jitted("cholesky", "512 f64", [](ep::Array x) { return ep::linalg::cholesky(x); }, [] { return std::tuple{definite(512)}; }),
      jitted("solve", "512 f64", [](ep::Array a, ep::Array b) { return ep::linalg::solve(a, b); }, [] { return std::tuple{definite(512), uniform<double>(2, {512, 16})}; }),
  };
}

}  // namespace bench
