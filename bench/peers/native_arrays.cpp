#include <cstring>
#include <utility>

#include "native.h"

namespace bench {
namespace {

constexpr std::size_t million = 1 << 20, block = 4096;

template <class F> __attribute__((noinline)) void map(const float* __restrict x, float* __restrict y, std::size_t n, F f) {
#pragma omp parallel for schedule(static)
  for (std::size_t k = 0; k < n; k += block) {
#pragma omp simd
    for (std::size_t i = k; i < k + block; ++i) y[i] = f(x[i]);
  }
}
template <class F> Workload mapped(std::string name, std::string size, F f) {
  return {std::move(name), std::move(size), [f] {
    const Floats x = uniform(1, million, -4, 4), y(million);
    return prepared([=] { map(x, y, million, f); }, [=] { return magnitude(y); });
  }};
}

double total(const float* x, std::size_t n) {
  constexpr std::size_t part = 65536;
  double result = 0;
#pragma omp parallel for schedule(static) reduction(+ : result)
  for (std::size_t k = 0; k < n; k += part) {
    Vector s[8] = {};
    for (std::size_t i = k; i < k + part; i += 8 * lanes) {
      for (int q = 0; q < 8; ++q) s[q] += load(x + i + lanes * q);
    }
    Vector all = {};
    for (int q = 0; q < 8; ++q) all += s[q];
    result += sum(all);
  }
  return result;
}

// 64 columns are read down, and full lines written.
void transpose(const float* x, float* y, int n) {
  const auto stride = static_cast<std::size_t>(n);
#pragma omp parallel for schedule(static)
  for (int j0 = 0; j0 < n; j0 += 64) {
    for (int i0 = 0; i0 < n; i0 += 16) {
      for (int j = j0; j < j0 + 64; j += lanes) {
        for (int i = i0; i < i0 + 16; i += lanes) transpose_tile(x + i * stride + j, stride, y + j * stride + i, stride);
      }
    }
  }
}

// Sums of all elements up to each, within a register.
inline Vector running(Vector x) {
#ifdef __AVX512F__
  const __m512i zero = _mm512_setzero_si512();
  __m512 v = (__m512)x;
  v = _mm512_add_ps(v, (__m512)_mm512_alignr_epi32((__m512i)v, zero, 15));
  v = _mm512_add_ps(v, (__m512)_mm512_alignr_epi32((__m512i)v, zero, 14));
  v = _mm512_add_ps(v, (__m512)_mm512_alignr_epi32((__m512i)v, zero, 12));
  return (Vector)_mm512_add_ps(v, (__m512)_mm512_alignr_epi32((__m512i)v, zero, 8));
#else
  __m256 v = (__m256)x;
  v = _mm256_add_ps(v, (__m256)_mm256_slli_si256((__m256i)v, 4));
  v = _mm256_add_ps(v, (__m256)_mm256_slli_si256((__m256i)v, 8));
  const __m256 low = _mm256_permute2f128_ps(v, v, 8);  // the lower half, above zeros
  return (Vector)_mm256_add_ps(v, _mm256_permute_ps(low, 0xff));
#endif
}
inline Vector last(Vector v) {
#ifdef __AVX512F__
  return (Vector)_mm512_permutexvar_ps(_mm512_set1_epi32(15), (__m512)v);
#else
  return (Vector)_mm256_permutevar8x32_ps((__m256)v, _mm256_set1_epi32(7));
#endif
}
void cumulative_sum(const float* x, float* y, std::size_t n) {
  Vector carry = {};
  for (std::size_t i = 0; i < n; i += lanes) {
    const Vector part = running(load(x + i));
    store(y + i, part + carry);
    carry += last(part);
  }
}

// A radix sort by three digits of 11 bits, of the numbers that order as floats do.
struct Radix {
  std::vector<std::uint32_t> a, b;
  void operator()(const float* x, float* y, std::size_t n) {
    constexpr std::uint32_t digits = 2048;
    static std::uint32_t begin[3][digits];
    std::memset(begin, 0, sizeof begin);
    a.resize(n), b.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      std::uint32_t bits;
      std::memcpy(&bits, x + i, 4);
      bits ^= static_cast<std::uint32_t>(static_cast<std::int32_t>(bits) >> 31) | 0x80000000u;
      a[i] = bits;
      ++begin[0][bits % digits], ++begin[1][bits / digits % digits], ++begin[2][bits / digits / digits];
    }
    for (auto& pass : begin) {
      std::uint32_t so_far = 0;
      for (std::uint32_t& d : pass) so_far += std::exchange(d, so_far);
    }
    for (std::size_t i = 0; i < n; ++i) b[begin[0][a[i] % digits]++] = a[i];
    for (std::size_t i = 0; i < n; ++i) a[begin[1][b[i] / digits % digits]++] = b[i];
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t bits = a[i] ^ (((a[i] >> 31) - 1) | 0x80000000u);
      std::memcpy(y + begin[2][a[i] / digits / digits]++, &bits, 4);
    }
  }
};

}  // namespace

Workloads arrays() {
  return {
      mapped("gelu1M", "1M erf", [](float x) { return 0.5f * x * (1 + fast_erf(x * 0.70710678f)); }),
      mapped("exp1M", "1M", [](float x) { return fast_exp(x); }),
      mapped("tanh1M", "1M", [](float x) { return fast_tanh(x); }),
      {"sum16M", "16M", [] {
    const Floats x = uniform(1, 16 * million, 0, 1);
    const auto result = std::make_shared<double>();
    return prepared([=] { *result = total(x, 16 * million); }, [=] { return *result; });
  }},
      {"transpose4096", "4096x4096", [] {
    constexpr int n = 4096;
    const Floats x = uniform(1, n * n), y(std::size_t{n} * n);
    return prepared([=] { transpose(x, y, n); }, [=] { return magnitude(y); });
  }},
      {"sort1M", "1M", [] {
    const Floats x = uniform(1, million), y(million);
    const auto sort = std::make_shared<Radix>();
    return prepared([=] { (*sort)(x, y, million); }, [=] { return magnitude(y); });
  }},
      {"cumsum1M", "1M", [] {
    const Floats x = uniform(1, million), y(million);
    return prepared([=] { cumulative_sum(x, y, million); }, [=] { return magnitude(y); });
  }},
  };
}

}  // namespace bench
