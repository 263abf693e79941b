#include "native_convolution.h"

extern "C" {
void sgemm_(const char*, const char*, const int*, const int*, const int*, const float*, const float*, const int*, const float*, const int*, const float*, float*, const int*);
void dgemm_(const char*, const char*, const int*, const int*, const int*, const double*, const double*, const int*, const double*, const int*, const double*, double*, const int*);
}

namespace bench {

void gemm(bool transpose_a, bool transpose_b, int m, int n, int k, const float* a, int lda, const float* b, int ldb, float beta, float* c, int ldc) {
  const float one = 1;
  sgemm_(transpose_b ? "T" : "N", transpose_a ? "T" : "N", &n, &m, &k, &one, b, &ldb, a, &lda, &beta, c, &ldc);
}

void small_product(int n, const float* a, const float* b, float* c) {
  constexpr int height = lanes == 16 ? 12 : 6;
  for (int j = 0; j < n; j += 2 * lanes) {
    int i = 0;
    for (; i + height <= n; i += height) tile<height>(n, a + i * n, n, 1, b + j, n, c + i * n + j, n);
    for (; i + 4 <= n; i += 4) tile<4>(n, a + i * n, n, 1, b + j, n, c + i * n + j, n);
    for (; i + 2 <= n; i += 2) tile<2>(n, a + i * n, n, 1, b + j, n, c + i * n + j, n);
  }
}

namespace {

// Up to 16: the extents are constants, the compiler unrolls.
template <int n> __attribute__((noinline)) void tiny_product(const float* __restrict a, const float* __restrict b, float* __restrict c) {
  for (int i = 0; i < n; ++i) {
    float row[n] = {};
    for (int k = 0; k < n; ++k) {
      const float x = a[i * n + k];
#pragma omp simd
      for (int j = 0; j < n; ++j) row[j] += x * b[k * n + j];
    }
#pragma omp simd
    for (int j = 0; j < n; ++j) c[i * n + j] = row[j];
  }
}

// The better of a kernel by hand and OpenBLAS, as measured once: a programmer would pick it.
template <class Call> double best_of_some(const Call& call) {
  double best = 1e9;
  for (int i = 0; i < 20; ++i) best = std::min(best, seconds(20, call));
  return best;
}

Workload square(int n) {
  return {"gemm_f32", std::to_string(n), [n] {
    const Floats a = uniform(1, n * n), b = uniform(2, n * n), c(static_cast<std::size_t>(n) * n);
    const auto library = [=] { product(a, b, c, n, n, n); };
    const auto by_hand = [=] {
      if (n == 4) tiny_product<4>(a, b, c);
      else if (n == 8) tiny_product<8>(a, b, c);
      else if (n == 16) tiny_product<16>(a, b, c);
      else small_product(n, a, b, c);
    };
    const auto check = [=] { return magnitude(c); };
    if (n <= 128 && best_of_some(by_hand) < best_of_some(library)) return prepared(by_hand, check);
    return prepared(library, check);
  }};
}

Workload square_f64(int n) {
  return {"gemm_f64", std::to_string(n), [n] {
    const Memory<double> a = uniform_values<double>(1, n * n), b = uniform_values<double>(2, n * n), c(static_cast<std::size_t>(n) * n);
    const auto call = [=] {
      const double one = 1, zero = 0;
      dgemm_("N", "N", &n, &n, &n, &one, b, &n, a, &n, &zero, c, &n);
    };
    return prepared(call, [=] { return magnitude(c); });
  }};
}

// Four rows at a time, so that each part of x is loaded once for four.
void matrix_vector(int n, const float* a, const float* x, float* y) {
#pragma omp parallel for schedule(static)
  for (int i = 0; i < n; i += 4) {
    Vector s[8] = {};
    const float* p = a + static_cast<std::size_t>(i) * n;
    for (int j = 0; j < n; j += 2 * lanes) {
      for (int r = 0; r < 4; ++r) {
        s[r] += load(p + r * n + j) * load(x + j);
        s[4 + r] += load(p + r * n + j + lanes) * load(x + j + lanes);
      }
    }
    for (int r = 0; r < 4; ++r) y[i + r] = sum(s[r] + s[4 + r]);
  }
}

// An 8 x 8 product; with AVX-512 two rows of the result share a register.
inline void product8(const float* a, const float* b, float* c) {
#ifdef __AVX512F__
  __m512 result[4], rows[4];
  for (int i = 0; i < 4; ++i) {
    rows[i] = _mm512_loadu_ps(a + 16 * i);
    result[i] = _mm512_setzero_ps();
  }
#pragma GCC unroll 8
  for (int k = 0; k < 8; ++k) {
    const __m512 bk = _mm512_broadcast_f32x8(_mm256_loadu_ps(b + 8 * k));
    const __m512i element = _mm512_set_epi32(8 + k, 8 + k, 8 + k, 8 + k, 8 + k, 8 + k, 8 + k, 8 + k, k, k, k, k, k, k, k, k);
#pragma GCC unroll 4
    for (int i = 0; i < 4; ++i) result[i] = _mm512_fmadd_ps(_mm512_permutexvar_ps(element, rows[i]), bk, result[i]);
  }
  for (int i = 0; i < 4; ++i) _mm512_storeu_ps(c + 16 * i, result[i]);
#else
  Vector result[8] = {};
#pragma GCC unroll 8
  for (int k = 0; k < 8; ++k) {
    const Vector bk = load(b + 8 * k);
#pragma GCC unroll 8
    for (int i = 0; i < 8; ++i) result[i] += all(a[8 * i + k]) * bk;
  }
  for (int i = 0; i < 8; ++i) store(c + 8 * i, result[i]);
#endif
}

}  // namespace

Workloads contractions() {
  Workloads found;
  for (const int n : {4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048}) found.push_back(square(n));
  for (const int n : {64, 256, 1024}) found.push_back(square_f64(n));
  found.push_back({"gemv", "4096x4096", [] {
    constexpr int n = 4096;
    const Floats a = uniform(1, n * n), x = uniform(2, n), y(n);
    return prepared([=] { matrix_vector(n, a, x, y); }, [=] { return magnitude(y); });
  }});
  found.push_back({"skinny", "64x4096x64", [] {
    const Floats a = uniform(1, 64 * 4096), b = uniform(2, 4096 * 64), c(64 * 64);
    return prepared([=] { product(a, b, c, 64, 64, 4096); }, [=] { return magnitude(c); });
  }});
  found.push_back({"batched", "10000x8x8x8", [] {
    constexpr int batch = 10000;
    const Floats a = uniform(1, batch * 64), b = uniform(2, batch * 64), c(batch * 64);
    const auto call = [=] {
#pragma omp parallel for schedule(static)
      for (int i = 0; i < batch; ++i) product8(a + i * 64, b + i * 64, c + i * 64);
    };
    return prepared(call, [=] { return magnitude(c); });
  }});
  found.push_back({"conv2d", "3x3 64->64 56x56 b8", [] {
    constexpr int images = 8, rows = images * Convolution::side, size = rows * Convolution::row_size;
    const Floats x = uniform(1, size), w = uniform(2, Convolution::weights), y(size), room(Convolution::room(images));
    const auto call = [=] {
      Convolution::pad(images, x, room);
#pragma omp parallel for schedule(static)
      for (int row = 0; row < rows; ++row) Convolution::row(row, room, w, y + std::size_t(row) * Convolution::row_size);
    };
    return prepared(call, [=] { return magnitude(y); });
  }});
  return found;
}

}  // namespace bench
