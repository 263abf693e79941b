#include "native.h"

namespace bench {
namespace {

__attribute__((noinline)) void twice_plus_one(const float* x, float* y) {
  asm volatile("" ::: "memory");
  for (int i = 0; i < 8; ++i) y[i] = x[i] * 2 + 1;
}

}  // namespace

Workloads dispatch() {
  return {
      {"dispatch", "8 f32", [] {
    const Floats x(8), y(8);
    for (int i = 0; i < 8; ++i) x[i] = static_cast<float>(i);
    void (*volatile call)(const float*, float*) = twice_plus_one;  // a pointer, as a library's function is
    return prepared([=] { call(x, y); }, [=] { return magnitude(y); });
  }},
      {"dispatch_tree", "200 arrays", [] {
    std::vector<Floats> in, out;
    for (int i = 0; i < 200; ++i) {
      in.emplace_back(4);
      out.emplace_back(4);
      std::fill_n(in[i].get(), 4, static_cast<float>(i));
    }
    const auto call = [=] {
      for (int i = 0; i < 200; ++i) {
        for (int j = 0; j < 4; ++j) out[i][j] = in[i][j] + 1;
      }
      asm volatile("" ::: "memory");
    };
    const auto check = [=] {
      double total = 0;
      for (const Floats& leaf : out) total += magnitude(leaf);
      return total;
    };
    return prepared(call, check);
  }},
  };
}

}  // namespace bench
