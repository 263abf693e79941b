// What the machine can do, as workloads of their own. Here `check` is the work of one call: operations or bytes moved, so
// that run.py divides it by the time.
#include "native.h"

namespace bench {
namespace {

constexpr std::size_t mebi = 1 << 20;

// Independent multiply-adds in as many registers as hide the latency on two ports.
template <class V> void multiply_adds(std::int64_t rounds) {
  constexpr int chains = lanes == 16 ? 16 : 12;
#pragma omp parallel
  {
    V a[chains];
    const V b = V{} + 0.9999f, c = V{} + 1e-6f;
#pragma GCC unroll 16
    for (int i = 0; i < chains; ++i) a[i] = V{} + static_cast<float>(i);
    for (std::int64_t i = 0; i < rounds; ++i) {
#pragma GCC unroll 16
      for (int j = 0; j < chains; ++j) a[j] = a[j] * b + c;
      asm volatile("" : "+v"(a[0]), "+v"(a[1]), "+v"(a[2]), "+v"(a[3]), "+v"(a[4]), "+v"(a[5]), "+v"(a[6]), "+v"(a[7]));
    }
#pragma GCC unroll 16
    for (int j = 0; j < chains; ++j) asm volatile("" ::"v"(a[j]));
  }
}
template <class V> Workload peak(std::string name, int elements) {
  return {"roofline", std::move(name), [elements] {
    constexpr std::int64_t rounds = 200000, chains = lanes == 16 ? 16 : 12;
    return prepared([] { multiply_adds<V>(rounds); },
                    [elements] { return 2.0 * static_cast<double>(rounds * chains * elements * omp_get_max_threads()); });
  }};
}

// One dependent addition a cycle.
void additions(std::int64_t count) {
  std::uint64_t x = 1;
  for (std::int64_t i = 0; i < count; i += 10) {
    asm volatile("add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0;add $1,%0" : "+r"(x));
  }
}

/// body(first, last) over the arrays' elements, divided between the threads; `streams` arrays of `bytes` bytes are moved.
template <class Body> Workload bandwidth(std::string name, std::size_t bytes, int streams, Body body) {
  return {"roofline", std::move(name), [=] {
    const std::size_t n = bytes / 4;
    const Floats a = uniform(1, static_cast<std::int64_t>(n)), b(n), c(n);
    const std::size_t repeats = std::max<std::size_t>(1, 4 * mebi / bytes);  // small arrays: many times a call
    const auto call = [=] {
#pragma omp parallel
      {
        const auto part = n / static_cast<std::size_t>(omp_get_num_threads()), first = part * static_cast<std::size_t>(omp_get_thread_num());
        for (std::size_t r = 0; r < repeats; ++r) {
          body(a.get() + first, b.get() + first, c.get() + first, part);
          asm volatile("" ::: "memory");
        }
      }
    };
    return prepared(call, [=] { return static_cast<double>(bytes) * streams * static_cast<double>(repeats); });
  }};
}

void read(const float* a, float*, float*, std::size_t n) {
  Vector sums[8] = {};
  for (std::size_t i = 0; i < n; i += 8 * lanes) {
    for (int j = 0; j < 8; ++j) sums[j] += load(a + i + lanes * j);
  }
  for (int j = 0; j < 8; ++j) asm volatile("" ::"v"(sums[j]));
}
void copy(const float* a, float* b, float*, std::size_t n) {
  for (std::size_t i = 0; i < n; i += lanes) store(b + i, load(a + i));
}
void copy_streaming(const float* a, float* b, float*, std::size_t n) {
  for (std::size_t i = 0; i < n; i += lanes) stream(b + i, load(a + i));
  _mm_sfence();
}
void write_streaming(const float*, float* b, float*, std::size_t n) {
  for (std::size_t i = 0; i < n; i += lanes) stream(b + i, all(1));
  _mm_sfence();
}
void triad(const float* a, float* b, float* c, std::size_t n) {
  for (std::size_t i = 0; i < n; i += lanes) store(c + i, load(b + i) * 3 + load(a + i));
}

}  // namespace

Workloads roofline() {
  typedef double Doubles __attribute__((vector_size(4 * lanes)));
  return {
      peak<Vector>("multiply-adds f32", lanes),
      peak<Doubles>("multiply-adds f64", lanes / 2),
      {"roofline", "clock", [] { return prepared([] { additions(1000000); }, [] { return 1e6; }); }},
      bandwidth("read L2", mebi / 4, 1, read),
      bandwidth("read L3", 4 * mebi, 1, read),
      bandwidth("copy L3", 4 * mebi, 2, copy),
      bandwidth("read memory", 64 * mebi, 1, read),
      bandwidth("copy 16 MiB", 16 * mebi, 2, copy),
      bandwidth("triad 16 MiB", 16 * mebi, 3, triad),
      bandwidth("copy memory", 64 * mebi, 2, copy_streaming),
      bandwidth("write memory", 64 * mebi, 1, write_streaming),
  };
}

}  // namespace bench
