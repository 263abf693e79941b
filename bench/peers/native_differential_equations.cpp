#include "native.h"

namespace bench {
namespace {

constexpr int n = 60, steps = 600;
constexpr float dt = 0.005f;

// A state with room for the two neighbours that wrap around at either end.
struct State {
  alignas(64) float memory[96] = {};
  float* at() { return memory + 16; }
  const float* at() const { return memory + 16; }
  void wrap() {
    float* x = at();
    x[-2] = x[n - 2];
    x[-1] = x[n - 1];
    x[n] = x[0];
    x[n + 1] = x[1];
  }
};

inline void slope(const float* x, float* out) {
#pragma omp simd
  for (int i = 0; i < n; ++i) out[i] = (x[i + 1] - x[i - 2]) * x[i - 1] - x[i] + 8.0f;
}
// out = J(x)^T g, J the derivative of slope.
inline void slope_adjoint(const float* x, State& g, float* out) {
  g.wrap();
  const float* d = g.at();
#pragma omp simd
  for (int i = 0; i < n; ++i) out[i] = d[i - 1] * x[i - 2] - d[i + 2] * x[i + 1] + d[i + 1] * (x[i + 2] - x[i - 1]) - d[i];
}

// x after all steps; `stages`, if any, keeps what each stage was evaluated at.
void integrate(State& x, State* stages) {
  State a;
  float k1[64], k2[64], k3[64], k4[64];
  const auto stage = [&](State& at, int step, int index, float* k) {
    at.wrap();
    if (stages != nullptr) stages[step * 4 + index] = at;
    slope(at.at(), k);
  };
  const auto advanced = [&](float h, const float* k) {
#pragma omp simd
    for (int i = 0; i < n; ++i) a.at()[i] = x.at()[i] + h * k[i];
  };
  for (int s = 0; s < steps; ++s) {
    stage(x, s, 0, k1);
    advanced(0.5f * dt, k1);
    stage(a, s, 1, k2);
    advanced(0.5f * dt, k2);
    stage(a, s, 2, k3);
    advanced(dt, k3);
    stage(a, s, 3, k4);
#pragma omp simd
    for (int i = 0; i < n; ++i) x.at()[i] += (dt / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
  }
}

// g: gradient at the end -> gradient at the start.
void adjoint(const State* stages, State& g) {
  State k;
  float d1[64], d2[64], d3[64], d4[64];
  const auto stage = [&](const State& at, float weight, float h, const float* later, float* out) {
#pragma omp simd
    for (int i = 0; i < n; ++i) k.at()[i] = weight * g.at()[i] + (later != nullptr ? h * later[i] : 0.0f);
    slope_adjoint(at.at(), k, out);
  };
  for (int s = steps - 1; s >= 0; --s) {
    stage(stages[4 * s + 3], dt / 6, 0, nullptr, d4);
    stage(stages[4 * s + 2], dt / 3, dt, d4, d3);
    stage(stages[4 * s + 1], dt / 3, 0.5f * dt, d3, d2);
    stage(stages[4 * s], dt / 6, 0.5f * dt, d2, d1);
#pragma omp simd
    for (int i = 0; i < n; ++i) g.at()[i] += d1[i] + d2[i] + d3[i] + d4[i];
  }
}

State start() {
  State x;
  const auto values = uniform_values(1, n);
  for (int i = 0; i < n; ++i) x.at()[i] = values[i] + 8.0f;
  return x;
}

}  // namespace

Workloads differential_equations() {
  return {
      {"ode_rk4", "L96 n60 600 steps", [] {
    const auto result = std::make_shared<State>();
    const auto call = [=, from = start()] { integrate(*result = from, nullptr); };
    return prepared(call, [=] { return magnitude(result->at(), n); });
  }},
      {"ode_rk4_grad", "L96 n60 600 steps", [] {
    const Memory<State> stages(steps * 4);
    const auto gradient = std::make_shared<State>();
    const auto loss = std::make_shared<double>();
    const auto call = [=, from = start()] {
      State x = from;
      integrate(x, stages);
      double total = 0;
      for (int i = 0; i < n; ++i) {
        total += x.at()[i] * x.at()[i];
        gradient->at()[i] = 2 * x.at()[i];
      }
      adjoint(stages, *gradient);
      *loss = total;
    };
    return prepared(call, [=] { return std::abs(*loss) + magnitude(gradient->at(), n); });
  }},
  };
}

}  // namespace bench
