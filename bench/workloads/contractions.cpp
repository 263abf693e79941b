// Products of matrices: square, thin, batched, and with a vector.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array product(ep::Array a, ep::Array b) { return matmul(a, b); }

template <class T> Workload square_product(std::string name, std::int64_t n) {
  return jitted(std::move(name), std::to_string(n), product, [=] { return std::tuple{uniform<T>(1, {n, n}), uniform<T>(2, {n, n})}; });
}

}  // namespace

Workloads contractions() {
  Workloads all;
  for (const int n : {4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}) all.push_back(square_product<float>("gemm_f32", n));
  for (const int n : {64, 256, 1024}) all.push_back(square_product<double>("gemm_f64", n));
  all.push_back(jitted("gemv", "4096x4096", product, [] { return std::tuple{uniform(1, {4096, 4096}), uniform(2, 4096)}; }));
  all.push_back(jitted("skinny", "64x4096x64", product, [] { return std::tuple{uniform(1, {64, 4096}), uniform(2, {4096, 64})}; }));
  all.push_back(jitted("batched", "10000x8x8x8", product,
                       [] { return std::tuple{uniform(1, {10000, 8, 8}), uniform(2, {10000, 8, 8})}; }));
  return all;
}

}  // namespace bench
