#pragma once
// How a workload is made from a function in the DSL: jitted, called with arguments that are made when it is prepared.
#include <espalier/espalier.h>

#include <limits>
#include <memory>
#include <tuple>
#include <utility>

#include "../inputs.h"
#include "../server.h"

namespace bench {

/// Arrays from the common inputs; a weight is uniform with variance 1 / fan_in, where fan_in is its first extent.
template <class T = float> ep::Array uniform(std::uint32_t seed, const ep::Shape& shape, double low = -1, double high = 1) {
  return ep::Array(uniform_values<T>(seed, shape.size(), low, high), shape);
}
inline ep::Array weight(std::uint32_t seed, const ep::Shape& shape) {
  return uniform(seed, shape, -weight_bound(shape[0]), weight_bound(shape[0]));
}
inline ep::Array integers(std::uint32_t seed, const ep::Shape& shape, std::int32_t end) {
  return ep::Array(integer_values(seed, shape.size(), end), shape);
}

/// The sum of magnitudes over all leaves, in f64.
template <class T> double magnitude(const T& tree) {
  double sum = 0;
  for (const ep::Array& leaf : ep::leaves(tree)) {
    for (const double value : (leaf.dtype() == ep::c64 || leaf.dtype() == ep::c128 ? abs(leaf) : leaf).template to_vector<double>()) sum += std::abs(value);
  }
  return sum;
}

/// f(args…) compiled; `inputs()` is the tuple of arguments.
template <class F, class Inputs> Workload jitted(std::string name, std::string size, F f, Inputs inputs) {
  return {std::move(name), std::move(size), [f, inputs] {
    const auto compiled = ep::jit(f);
    const auto args = inputs();
    return Prepared{
        [compiled, args](std::int64_t calls) {
      return std::apply([&](const auto&... arg) { return seconds(calls, [&] { compiled(arg...); }); }, args);
    },
        [compiled, args] { return magnitude(std::apply(compiled, args)); }};
  }};
}

/// step(state, batch…) -> {state, loss} compiled, the state given away in each call; the check is the third call's loss.
/// Subnormals are flushed, as JAX and -ffast-math do: after a thousand steps Adam's moments of idle units are all subnormal.
template <class F, class State, class Batch> Workload stepped(std::string name, std::string size, F step, State initial, Batch batch) {
  return {std::move(name), std::move(size), [step, initial, batch] {
    struct Training {
      decltype(initial()) state;
      double third_loss = std::numeric_limits<double>::quiet_NaN();
    };
    const auto compiled = ep::jit(step, {.flush_subnormals = true});
    const auto data = batch();
    const auto training = std::make_shared<Training>(Training{initial()});
    const auto advance = [compiled, data, training] {
      return std::apply([&](const auto&... b) {
        auto [next, loss] = compiled(std::move(training->state), b...);
        training->state = std::move(next);
        return loss;
      }, data);
    };
    advance();
    advance();
    training->third_loss = advance().template item<double>();
    return Prepared{[advance](std::int64_t calls) { return seconds(calls, advance); },
                    [training] { return training->third_loss; }};
  }};
}

}  // namespace bench
