// The programs that the nesting tests transform: each f64[3] -> f64[3], bounded where the tests look, smooth there.
#include <algorithm>
#include <cmath>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "nesting.h"

namespace espalier::nesting {
namespace {

Array polynomial(Array x) { return 0.3 * pow(x, 3) - 0.5 * x * roll(x, 1) + 0.2; }
Vector polynomial_in_numbers(const Vector& x) {
  Vector y;
  for (std::size_t i = 0; i < 3; ++i) y.push_back(0.3 * x[i] * x[i] * x[i] - 0.5 * x[i] * x[(i + 2) % 3] + 0.2);
  return y;
}

Array transcendental(Array x) {
  return sin(x) * exp(-x * x) + 0.3 * tanh(2 * x) + 0.2 * log1p(x * x) - 0.1 * atan2(x, 1 + cos(x)) + 0.1 * erf(x) * sigmoid(x) / sqrt(1 + x * x);
}
Vector transcendental_in_numbers(const Vector& v) {
  Vector y;
  for (double x : v) {
    y.push_back(std::sin(x) * std::exp(-x * x) + 0.3 * std::tanh(2 * x) + 0.2 * std::log1p(x * x) - 0.1 * std::atan2(x, 1 + std::cos(x)) +
                0.1 * std::erf(x) / (1 + std::exp(-x)) / std::sqrt(1 + x * x));
  }
  return y;
}

Array attention(Array x) {
  const Array scores = 2 * outer(x, x) + Array({{0.1, 0.4, -0.3}, {0.2, -0.5, 0.6}, {-0.7, 0.3, 0.2}}, f64);
  return matmul(softmax(scores, -1), tanh(x));
}
Vector attention_in_numbers(const Vector& x) {
  const double bias[3][3] = {{0.1, 0.4, -0.3}, {0.2, -0.5, 0.6}, {-0.7, 0.3, 0.2}};
  Vector y;
  for (std::size_t i = 0; i < 3; ++i) {
    double total = 0, value = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      const double e = std::exp(2 * x[i] * x[j] + bias[i][j]);
      total += e;
      value += e * std::tanh(x[j]);
    }
    y.push_back(value / total);
  }
  return y;
}

Array reductions(Array x) {
  const Array table = expand_dims(x, 1) * Array({{1.0, 0.5}}, f64) + Array({{0.0, 0.3}}, f64);
  return x * mean(x) + 0.3 * max(x) - 0.5 * prod(table, 1) + 0.1 * cumsum(x, 0) + 0.2 * max(table, 0)[1] - 0.3 * min(x) * x + 0.2 * logsumexp(x) * var(x);
}
Vector reductions_in_numbers(const Vector& x) {
  const double sum = x[0] + x[1] + x[2], mean = sum / 3, most = *std::max_element(x.begin(), x.end()), least = *std::min_element(x.begin(), x.end());
  double var = 0, exps = 0, so_far = 0, most_right = -HUGE_VAL;
  for (double v : x) {
    var += (v - mean) * (v - mean) / 3;
    exps += std::exp(v);
    most_right = std::max(most_right, 0.5 * v + 0.3);
  }
  Vector y;
  for (double v : x) {
    so_far += v;
    y.push_back(v * mean + 0.3 * most - 0.5 * v * (0.5 * v + 0.3) + 0.1 * so_far + 0.2 * most_right - 0.3 * least * v + 0.2 * std::log(exps) * var);
  }
  return y;
}

// Starts that depend on the data, one of them beyond the end: it clamps.
Array slices(Array x) {
  const Array at = argmax(x);
  const Array row = dynamic_slice(concatenate({x, sin(x)}), {at + 1}, {2});
  const Array updated = dynamic_update_slice(0.5 * x, row * row, {at});
  return updated.at(at).add(0.2 * dynamic_slice(x, {at + 2}, {1})[0]) - 0.3 * x[slice(none, none, -1)];
}
Vector slices_in_numbers(const Vector& x) {
  const Vector both{x[0], x[1], x[2], std::sin(x[0]), std::sin(x[1]), std::sin(x[2])};
  const auto at = static_cast<std::size_t>(std::max_element(x.begin(), x.end()) - x.begin());
  Vector y{0.5 * x[0], 0.5 * x[1], 0.5 * x[2]};
  const std::size_t put = std::min<std::size_t>(at, 1);
  for (std::size_t i = 0; i < 2; ++i) y[put + i] = both[at + 1 + i] * both[at + 1 + i];
  y[at] += 0.2 * x[2];
  for (std::size_t i = 0; i < 3; ++i) y[i] -= 0.3 * x[2 - i];
  return y;
}

struct Filter {
  State state;
  struct Inner {
    State calls;
    Array weight(const Array& x) {
      calls = calls + 1;
      return sin(x) * calls;
    }
  } inner;
  Array operator()(const Array& x) {
    state = 0.6 * state + inner.weight(x);
    return state * 0.5;
  }
};
Array stateful(Array x) {
  auto [first, once] = mutate(Filter{0.1 * x, {Array(1.0)}})(x);
  auto [second, twice] = mutate(once)(first);
  return second + 0.1 * twice.state * twice.inner.calls;
}
Vector stateful_in_numbers(const Vector& v) {
  Vector y;
  for (double x : v) {
    const double one = 0.06 * x + 2 * std::sin(x), two = 0.6 * one + 3 * std::sin(0.5 * one);
    y.push_back(0.5 * two + 0.1 * two * 3);
  }
  return y;
}

Array choices(Array x) {
  const Array bent = where(x > 0.1, x * x, -0.5 * x);
  return bent + 0.5 * clip(2 * x, -0.7, 0.9) + 0.2 * abs(x) * maximum(x, 0.2) - 0.1 * minimum(roll(x, 1), x) + 0.1 * relu(x - 0.05);
}
Vector choices_in_numbers(const Vector& x) {
  Vector y;
  for (std::size_t i = 0; i < 3; ++i) {
    const double v = x[i], before = x[(i + 2) % 3];
    y.push_back((v > 0.1 ? v * v : -0.5 * v) + 0.5 * std::clamp(2 * v, -0.7, 0.9) + 0.2 * std::fabs(v) * std::max(v, 0.2) - 0.1 * std::min(before, v) + 0.1 * std::max(v - 0.05, 0.0));
  }
  return y;
}

Array integers(Array x) {
  const Array k = floor(x * 3).as(i32), odd = (k & 1) == 1, places = iota(Shape{3}, 0);
  return x * x * (k % 3).as(f64) * 0.3 + where(odd, 0.4 * x, -0.2 * x) + 0.1 * x * (places * 2 - k).as(f64) + 0.2 * x * one_hot(argmin(x), 3, {.dtype = f64}) + 0.1 * sum(k);
}
Vector integers_in_numbers(const Vector& x) {
  Vector y;
  int total = 0;
  const auto least = std::min_element(x.begin(), x.end()) - x.begin();
  for (double v : x) total += static_cast<int>(std::floor(3 * v));
  for (int i = 0; i < 3; ++i) {
    const double v = x[static_cast<std::size_t>(i)];
    const int k = static_cast<int>(std::floor(3 * v)), rest = ((k % 3) + 3) % 3;
    y.push_back(v * v * rest * 0.3 + (k & 1 ? 0.4 * v : -0.2 * v) + 0.1 * v * (2 * i - k) + (i == least ? 0.2 * v : 0) + 0.1 * total);
  }
  return y;
}

constexpr Program table[] = {
    {"transcendental", transcendental, transcendental_in_numbers},
    {"attention", attention, attention_in_numbers},
    {"reductions", reductions, reductions_in_numbers},
    {"slices", slices, slices_in_numbers},
    {"stateful", stateful, stateful_in_numbers},
    {"choices", choices, choices_in_numbers},
    {"integers", integers, integers_in_numbers},
    {"polynomial", polynomial, polynomial_in_numbers},
};

}  // namespace

std::span<const Program> programs() { return table; }

}  // namespace espalier::nesting
