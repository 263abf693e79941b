#pragma once
// What hand-written workloads share: memory that is allocated once, OpenBLAS, and the shape of a workload.
#include <omp.h>

#include <cstdlib>
#include <memory>
#include <string>

#include "../inputs.h"
#include "../server.h"
#include "native_simd.h"

namespace bench {

/// Memory of one workload, aligned to a page, huge pages asked for from 2 MiB on. Copies share it.
template <class T> class Memory {
 public:
  explicit Memory(std::size_t count) : count_(count) {
    constexpr std::size_t huge = std::size_t{2} << 20;
    const std::size_t page = count * sizeof(T) >= huge ? huge : 4096;
    const std::size_t bytes = (count * sizeof(T) + page - 1) / page * page;
    void* memory = std::aligned_alloc(page, bytes);
    if (page == huge) madvise(memory, bytes, MADV_HUGEPAGE);
    std::memset(memory, 0, bytes);
    data_ = std::shared_ptr<T>(static_cast<T*>(memory), std::free);
  }
  Memory(const std::vector<T>& values) : Memory(values.size()) { std::copy(values.begin(), values.end(), data_.get()); }
  T* get() const { return data_.get(); }
  T& operator[](std::size_t i) const { return data_.get()[i]; }
  std::size_t size() const { return count_; }
  operator T*() const { return data_.get(); }

 private:
  std::size_t count_;
  std::shared_ptr<T> data_;
};
using Floats = Memory<float>;

inline Floats uniform(std::uint32_t seed, std::int64_t count, double low = -1, double high = 1) { return uniform_values(seed, count, low, high); }
inline Floats weight(std::uint32_t seed, std::int64_t fan_in, std::int64_t count) {
  return uniform(seed, count, -weight_bound(fan_in), weight_bound(fan_in));
}

template <class T> double magnitude(const T* values, std::size_t count) {
  double sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += std::abs(static_cast<double>(values[i]));
  return sum;
}
template <class T> double magnitude(const Memory<T>& values) { return magnitude(values.get(), values.size()); }

/// A workload from a call and its check, both of which hold what they need.
template <class Call, class Check> Prepared prepared(Call call, Check check) {
  call();
  return {[call](std::int64_t calls) { return seconds(calls, call); }, check};
}

/// Row-major c[m,n] = op(a) op(b) + beta c through OpenBLAS, whose matrices are column-major.
void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc);
/// c[m,n] = a[m,k] b[k,n]; with a transposed a[k,m]; with b transposed b[n,k].
inline void product(const float* a, const float* b, float* c, int m, int n, int k, float beta = 0) { gemm(false, false, m, n, k, a, k, b, n, beta, c, n); }
inline void product_tn(const float* a, const float* b, float* c, int m, int n, int k) { gemm(true, false, m, n, k, a, m, b, n, 0, c, n); }
inline void product_nt(const float* a, const float* b, float* c, int m, int n, int k) { gemm(false, true, m, n, k, a, k, b, k, 0, c, n); }

/// The column sums of d[rows,columns].
inline void column_sums(const float* d, float* sums, int rows, int columns) {
  std::memset(sums, 0, static_cast<std::size_t>(columns) * 4);
  for (int i = 0; i < rows; ++i) {
#pragma omp simd
    for (int j = 0; j < columns; ++j) sums[j] += d[i * columns + j];
  }
}
inline float row_maximum(const float* x, int n) {
  Vector m = all(-INFINITY);
  int j = 0;
  for (; j + lanes <= n; j += lanes) m = maximum(m, load(x + j));
  if (j < n) m = maximum(m, load(x + j, first(n - j), -INFINITY));
  return maximum(m);
}

/// A tile of a product in registers: `height` rows by two registers.
template <int height> struct Tile {
  Vector left[height] = {}, right[height] = {};

  /// Adds a b over k steps. The elements of a lie `row` and `step` apart; b is read where it lies, which is good while it fits L2.
  __attribute__((always_inline)) void add(int k, const float* a, int row, int step, const float* b, int ldb) {
    for (int p = 0; p < k; ++p) {
      const Vector b0 = load(b + p * ldb), b1 = load(b + p * ldb + lanes);
#pragma GCC unroll 16
      for (int i = 0; i < height; ++i) {
        const Vector x = all(a[i * row + p * step]);
        left[i] += x * b0;
        right[i] += x * b1;
      }
    }
  }
  __attribute__((always_inline)) void read(const float* c, int ldc) {
#pragma GCC unroll 16
    for (int i = 0; i < height; ++i) left[i] = load(c + i * ldc), right[i] = load(c + i * ldc + lanes);
  }
  __attribute__((always_inline)) void write(float* c, int ldc) const {
#pragma GCC unroll 16
    for (int i = 0; i < height; ++i) store(c + i * ldc, left[i]), store(c + i * ldc + lanes, right[i]);
  }
};
/// c = a b of one tile.
template <int height> inline void tile(int k, const float* a, int row, int step, const float* b, int ldb, float* c, int ldc) {
  Tile<height> sums;
  sums.add(k, a, row, step, b, ldb);
  sums.write(c, ldc);
}
/// c[n,n] = a[n,n] b[n,n] by a register tile, without packing; n a multiple of two registers, or even.
void small_product(int n, const float* a, const float* b, float* c);

// The groups.
Workloads roofline();
Workloads dispatch();
Workloads elementwise();
Workloads arrays();
Workloads normalised();
Workloads contractions();
Workloads training();
Workloads optimizers();
Workloads transformers();
Workloads lenet();
Workloads residual();
Workloads recurrent();
Workloads control();
Workloads differential_equations();
Workloads options();
Workloads particles();
Workloads sampling();
Workloads tables();
Workloads derivatives();
Workloads linear_algebra();

}  // namespace bench
