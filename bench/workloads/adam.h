#pragma once
// Adam, shared by the rows that train.
#include "workload.h"

namespace bench {

/// Parameters with Adam's two moments and the number of steps taken (Kingma & Ba, 2014).
template <class Net> struct AdamState {
  Net net, first, second;
  ep::Array count;
};
template <class Net> AdamState<Net> adam_state(Net net) {
  const auto zeros = [](ep::Array p) { return ep::zeros_like(p); };
  return {net, ep::map(zeros, net), ep::map(zeros, net), ep::full({}, 0, ep::i32)};
}

struct AdamOptions {
  double rate = 1e-3, b1 = 0.9, b2 = 0.999;
  double decay = 0;  ///< of matrices (Loshchilov & Hutter, 2019)
};
template <class Net> AdamState<Net> adam(const AdamState<Net>& state, const Net& gradient, AdamOptions o = {}) {
  const auto count = state.count + 1;
  const auto steps = count.as(ep::f32);
  const auto c1 = 1 - pow(o.b1, steps), c2 = 1 - pow(o.b2, steps);
  const auto first = ep::map([&](ep::Array m, ep::Array g) { return o.b1 * m + (1 - o.b1) * g; }, state.first, gradient);
  const auto second = ep::map([&](ep::Array v, ep::Array g) { return o.b2 * v + (1 - o.b2) * g * g; }, state.second, gradient);
  const auto net = ep::map([&](ep::Array p, ep::Array m, ep::Array v) {
    const auto step = o.rate * (m / c1) / (sqrt(v / c2) + 1e-8);
    return o.decay != 0 && p.ndim() >= 2 ? p * (1 - o.rate * o.decay) - step : p - step;
  }, state.net, first, second);
  return {net, first, second, count};
}

}  // namespace bench
