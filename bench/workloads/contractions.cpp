// Products of matrices: square, thin, batched, and with a vector; and of windows, which is a convolution.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

ep::Array product(ep::Array a, ep::Array b) { return matmul(a, b); }
ep::Array convolution(ep::Array x, ep::Array w) { return conv(x, w, {.padding = "SAME"}); }

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
  all.push_back(jitted("conv2d", "3x3 64->64 56x56 b8", convolution, [] { return std::tuple{uniform(1, {8, 56, 56, 64}), uniform(2, {3, 3, 64, 64})}; }));
  return all;
}

}  // namespace bench
