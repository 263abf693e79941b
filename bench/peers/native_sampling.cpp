#include "native.h"

namespace bench {
namespace {

// Twenty rounds of threefry2x32 (Salmon et al., 2011) under the key 0, of which the two words are mixed as JAX does.
inline std::uint32_t random_word(std::uint32_t counter) {
  constexpr std::uint32_t key[3] = {0, 0, 0x1BD11BDAu};
  constexpr int rotation[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  std::uint32_t a = key[0], b = counter + key[1];
  for (int r = 0; r < 5; ++r) {
    for (int j = 0; j < 4; ++j) {
      const int s = rotation[r & 1][j];
      a += b;
      b = ((b << s) | (b >> (32 - s))) ^ a;
    }
    a += key[(r + 1) % 3];
    b += key[(r + 2) % 3] + static_cast<std::uint32_t>(r) + 1;
  }
  return a ^ b;
}

// The inverse of erf (Giles, 2010), both branches computed.
inline float erf_inv(float x) {
  const float w = -fast_log((1 - x) * (1 + x)), v = w - 2.5f, q = std::sqrt(w) - 3.0f;
  float a = 2.81022636e-08f;
  for (const float c : {3.43273939e-07f, -3.5233877e-06f, -4.39150654e-06f, 0.00021858087f, -0.00125372503f, -0.00417768164f, 0.246640727f, 1.50140941f}) a = a * v + c;
  float b = -0.000200214257f;
  for (const float c : {0.000100950558f, 0.00134934322f, -0.00367342844f, 0.00573950773f, -0.0076224613f, 0.00943887047f, 1.00167406f, 2.83297682f}) b = b * q + c;
  return x * (w < 5.0f ? a : b);
}

__attribute__((noinline)) float payoffs(std::uint32_t first, int count) {
  constexpr float least = -0.99999994f;
  float total = 0;
#pragma omp simd reduction(+ : total)
  for (int i = 0; i < count; ++i) {
    const std::uint32_t bits = (random_word(first + static_cast<std::uint32_t>(i)) >> 9) | 0x3f800000u;
    float u;
    std::memcpy(&u, &bits, 4);
    u = std::max((u - 1.0f) * 2.0f + least, least);
    total += std::max(100.0f * fast_exp(0.01f + 0.2f * 1.41421356f * erf_inv(u)) - 100.0f, 0.0f);
  }
  return total;
}

}  // namespace

Workloads sampling() {
  return {{"montecarlo", "1e7 threefry", [] {
    constexpr int n = 10'000'000, block = 1000;
    const auto result = std::make_shared<double>();
    const auto call = [=] {
      double total = 0;
#pragma omp parallel for schedule(static) reduction(+ : total)
      for (int i = 0; i < n; i += block) total += payoffs(static_cast<std::uint32_t>(i), block);
      *result = total / n * std::exp(-0.03);
    };
    return prepared(call, [=] { return *result; });
  }}};
}

}  // namespace bench
