#include "native.h"

namespace bench {
namespace {

inline float chain(float x) {
  float t = x * 1.1f + 0.3f;
  t = t * t - x;
  t = fast_exp(t * -0.25f) * x + 1.0f;
  return std::max(t, 0.0f) * 0.5f;
}

// A block of elements: the unit of work of a thread, and what non-temporal stores gather first.
constexpr std::size_t block = 4096;

__attribute__((noinline)) void map_chain(const float* __restrict x, float* __restrict y, std::size_t n) {
#pragma omp simd
  for (std::size_t i = 0; i < n; ++i) y[i] = chain(x[i]);
}
void map_blocks(const float* x, float* y, std::size_t n) {
#pragma omp parallel for schedule(static)
  for (std::size_t k = 0; k < n; k += block) map_chain(x + k, y + k, block);
}
// Past the caches: the result is not read soon, so it need not be fetched before it is written.
void map_streaming(const float* x, float* y, std::size_t n) {
#pragma omp parallel for schedule(static)
  for (std::size_t k = 0; k < n; k += block) {
    alignas(64) float part[block];
    map_chain(x + k, part, block);
    for (std::size_t i = 0; i < block; i += lanes) stream(y + k + i, load(part + i));
  }
  _mm_sfence();
}

Workload chained(std::string name, std::size_t n) {
  return {std::move(name), std::to_string(n), [n] {
    const auto map = n >= (1 << 22) ? map_streaming : (n > (1 << 15) && omp_get_max_threads() > 1 ? map_blocks : map_chain);
    const Floats x = uniform(1, static_cast<std::int64_t>(n)), y(n);
    return prepared([=] { map(x, y, n); }, [=] { return magnitude(y); });
  }};
}

void triad(const float* x, const float* z, float* y, std::size_t n) {
#pragma omp parallel for schedule(static)
  for (std::size_t k = 0; k < n; k += block) {
    for (std::size_t i = k; i < k + block; i += lanes) stream(y + i, load(x + i) * all(0.5f) + load(z + i));
  }
  _mm_sfence();
}

Workload triad(std::size_t n) {
  return {"triad16M", std::to_string(n), [n] {
    const Floats x = uniform(1, static_cast<std::int64_t>(n)), z = uniform(2, static_cast<std::int64_t>(n)), y(n);
    return prepared([=] { triad(x, z, y, n); }, [=] { return magnitude(y); });
  }};
}

}  // namespace

Workloads elementwise() { return {chained("chain16M", 1 << 24), chained("chain64K", 1 << 16), chained("chain1K", 1 << 10), triad(1 << 24)}; }

}  // namespace bench
