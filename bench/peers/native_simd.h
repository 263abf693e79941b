#pragma once
// Registers of f32 for hand-written kernels: 16 lanes with AVX-512, 8 with AVX2. Compiled for the machine it runs on.
#include <immintrin.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <memory>
#include <vector>

namespace bench {

#ifdef __AVX512F__
inline constexpr int lanes = 16;
#else
inline constexpr int lanes = 8;
#endif
typedef float Vector __attribute__((vector_size(4 * lanes)));
typedef float Unaligned __attribute__((vector_size(4 * lanes), aligned(4)));

inline Vector load(const float* p) { return *reinterpret_cast<const Unaligned*>(p); }
inline void store(float* p, Vector v) { *reinterpret_cast<Unaligned*>(p) = v; }
inline Vector all(float x) { return Vector{} + x; }

#ifdef __AVX512F__
typedef __mmask16 Mask;
inline Mask first(int n) { return n >= lanes ? 0xffff : (n <= 0 ? 0 : (1u << n) - 1); }
inline Vector load(const float* p, Mask m, float other) { return (Vector)_mm512_mask_loadu_ps((__m512)all(other), m, p); }
inline void stream(float* p, Vector v) { _mm512_stream_ps(p, (__m512)v); }
inline Vector maximum(Vector a, Vector b) { return (Vector)_mm512_max_ps((__m512)a, (__m512)b); }
inline float sum(Vector v) { return _mm512_reduce_add_ps((__m512)v); }
inline float maximum(Vector v) { return _mm512_reduce_max_ps((__m512)v); }
inline Vector rsqrt_estimate(Vector v) { return (Vector)_mm512_rsqrt14_ps((__m512)v); }
#else
typedef std::int32_t Mask __attribute__((vector_size(32)));
inline Mask first(int n) { return Mask{0, 1, 2, 3, 4, 5, 6, 7} < Mask{} + n; }
inline Vector load(const float* p, Mask m, float other) { return (Vector)_mm256_blendv_ps((__m256)all(other), _mm256_maskload_ps(p, (__m256i)m), (__m256)m); }
inline void stream(float* p, Vector v) { _mm256_stream_ps(p, (__m256)v); }
inline Vector maximum(Vector a, Vector b) { return (Vector)_mm256_max_ps((__m256)a, (__m256)b); }
inline float sum(Vector v) {
  __m128 half = _mm_add_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1));
  half = _mm_add_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_add_ss(half, _mm_movehdup_ps(half)));
}
inline float maximum(Vector v) {
  __m128 half = _mm_max_ps(_mm256_castps256_ps128((__m256)v), _mm256_extractf128_ps((__m256)v, 1));
  half = _mm_max_ps(half, _mm_movehl_ps(half, half));
  return _mm_cvtss_f32(_mm_max_ss(half, _mm_movehdup_ps(half)));
}
inline Vector rsqrt_estimate(Vector v) { return (Vector)_mm256_rsqrt_ps((__m256)v); }
#endif

/// A square of registers, transposed.
inline void transpose_tile(const float* x, std::size_t x_stride, float* y, std::size_t y_stride) {
#ifdef __AVX512F__
  alignas(64) float tile[256];
  for (int i = 0; i < 16; ++i) store(tile + 16 * i, load(x + i * x_stride));
  const __m512i column = _mm512_mullo_epi32(_mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0), _mm512_set1_epi32(16));
  for (int k = 0; k < 16; ++k) _mm512_store_ps(y + k * y_stride, _mm512_i32gather_ps(column, tile + k, 4));
#else
  __m256 r[8], t[8];
  for (int i = 0; i < 4; ++i) {
    for (int h = 0; h < 2; ++h) r[i + 4 * h] = _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(x + i * x_stride + 4 * h)), _mm_loadu_ps(x + (i + 4) * x_stride + 4 * h), 1);
  }
  for (int h = 0; h < 8; h += 4) {
    for (int i = 0; i < 2; ++i) {
      t[h + 2 * i] = _mm256_unpacklo_ps(r[h + 2 * i], r[h + 2 * i + 1]);
      t[h + 2 * i + 1] = _mm256_unpackhi_ps(r[h + 2 * i], r[h + 2 * i + 1]);
    }
    for (int i = 0; i < 2; ++i) {
      _mm256_storeu_ps(y + (h + 2 * i) * y_stride, _mm256_shuffle_ps(t[h + i], t[h + 2 + i], 0x44));
      _mm256_storeu_ps(y + (h + 2 * i + 1) * y_stride, _mm256_shuffle_ps(t[h + i], t[h + 2 + i], 0xee));
    }
  }
#endif
}

// Branch-free functions that the compiler vectorises in a loop; polynomials of the Cephes library (Moshier, 1992).
inline float fast_exp(float x) {
  x = std::min(std::max(x, -87.3f), 88.3f);
  const float n = std::nearbyint(x * 1.44269504f);
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  const std::int32_t bits = (static_cast<std::int32_t>(n) + 127) << 23;
  float scale;
  std::memcpy(&scale, &bits, 4);
  return p * scale;
}
inline float fast_log(float x) {
  std::int32_t bits;
  std::memcpy(&bits, &x, 4);
  const std::int32_t exponent = (bits - 0x3f3504f3) >> 23;
  bits -= exponent << 23;
  float m;
  std::memcpy(&m, &bits, 4);
  m -= 1.0f;
  float p = 7.0376836292e-2f;
  p = p * m - 1.1514610310e-1f;
  p = p * m + 1.1676998740e-1f;
  p = p * m - 1.2420140846e-1f;
  p = p * m + 1.4249322787e-1f;
  p = p * m - 1.6668057665e-1f;
  p = p * m + 2.0000714765e-1f;
  p = p * m - 2.4999993993e-1f;
  p = p * m + 3.3333331174e-1f;
  const float square = m * m;
  return m - 0.5f * square + m * square * p + static_cast<float>(exponent) * 0.69314718f;
}
// Rational approximations as in Eigen's and XLA's f32 erf and tanh.
inline float fast_erf(float x) {
  x = std::min(std::max(x, -4.0f), 4.0f);
  const float y = x * x;
  float a = -2.72614225801306e-10f;
  a = a * y + 2.77068142495902e-08f;
  a = a * y - 2.10102402082508e-06f;
  a = a * y - 5.69250639462346e-05f;
  a = a * y - 7.34990630326855e-04f;
  a = a * y - 2.95459980854025e-03f;
  a = a * y - 1.60960333262415e-02f;
  float b = -1.45660718464996e-05f;
  b = b * y - 2.13374055278905e-04f;
  b = b * y - 1.68282697438203e-03f;
  b = b * y - 7.37332916720468e-03f;
  b = b * y - 1.42647390514189e-02f;
  return x * a / b;
}
inline float fast_tanh(float x) {
  x = std::min(std::max(x, -7.9053111f), 7.9053111f);
  const float y = x * x;
  float a = -2.76076847742355e-16f;
  a = a * y + 2.00018790482477e-13f;
  a = a * y - 8.60467152213735e-11f;
  a = a * y + 5.12229709037114e-08f;
  a = a * y + 1.48572235717979e-05f;
  a = a * y + 6.37261928875436e-04f;
  a = a * y + 4.89352455891786e-03f;
  float b = 1.19825839466702e-06f;
  b = b * y + 1.18534705686654e-04f;
  b = b * y + 2.26843463243900e-03f;
  b = b * y + 4.89352518554385e-03f;
  return x * a / b;
}
inline float fast_sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }

}  // namespace bench
