// Factorizations: one large matrix, a system of equations, and many small matrices.
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

Workloads factorizations() {
  const auto cholesky = [](ep::Array a) { return ep::linalg::cholesky(a); };
  return {
      jitted("cholesky", "512 f64", cholesky, [] { return std::tuple{definite<double>({512, 512})}; }),
      jitted("cholesky_batched", "10000x8x8", cholesky, [] { return std::tuple{definite<float>({10000, 8, 8})}; }),
      jitted("solve", "512x512x64 f64", [](ep::Array a, ep::Array b) { return ep::linalg::solve(a, b); },
             [] { return std::tuple{definite<double>({512, 512}), uniform<double>(2, {512, 64})}; }),
  };
}

}  // namespace bench
