#pragma once
// What every layer must do, whatever it computes: compiled as at once, in stacks by vmap, with derivatives that finite differences
// have too, frozen and not.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/nn.h"
#include "espalier/stdlib/random.h"

namespace espalier::layer_checks {

namespace ep = espalier;
namespace nn = espalier::nn;
using ep::Array, ep::Key, ep::Shape;

inline std::vector<double> values(const Array& x) { return x.to_vector<double>(); }
inline double number(const Array& x) { return x.item<double>(); }
inline Array sample(std::uint64_t seed, Shape shape, ep::DType dtype = ep::f64) { return ep::random::normal(ep::random::key(seed), shape, {.dtype = dtype}); }
inline void expect_near(const Array& x, const Array& y, double tolerance, const std::string& what = "") {
  ASSERT_EQ(x.shape(), y.shape()) << what;
  if (x.size() == 0) return;
  EXPECT_LE(number(ep::max(ep::abs(x - y))), tolerance) << what;
}

/// An error of this type, whose text has the sentence and this file's line.
template <class E, class F> void expect_error(const F& call, const std::string& sentence, std::source_location place = std::source_location::current()) {
  try {
    call();
    ADD_FAILURE() << place.line() << ": no error: " << sentence;
  } catch (const E& error) {
    EXPECT_NE(std::string(error.what()).find(sentence), std::string::npos) << place.line() << ": " << error.what();
    const std::string file = std::string(place.file_name()).substr(std::string(place.file_name()).rfind('/') + 1);
    EXPECT_NE(std::string(error.what()).find(file + ":"), std::string::npos) << place.line() << ": " << error.what();
  }
}

/// The sum of the products of the leaves of two trees.
template <class T> double along(const T& slope, const T& direction) {
  return ep::reduce([](double sum, Array product) { return sum + number(ep::sum(product)); }, ep::map([](Array a, Array b) { return a * b; }, slope, direction), 0.0);
}

/// `init(key)` makes a layer of f64 whose call is const, which takes an x of this shape.
template <class Init> void behaves(const std::string& what, const Init& init, const Shape& shape) {
  using L = decltype(init(std::declval<Key>()));
  const auto call = [](L layer, Array x) { return layer(x); };
  const L layer = init(ep::random::key(11));
  const Array x = sample(12, shape), y = layer(x);
  expect_near(ep::jit(call)(layer, x), y, 1e-12, what + " compiled");

  // A stack of models, drawn and called at once.
  const Key keys = ep::random::split(ep::random::key(13), 3);
  const Array xs = sample(14, [&] { auto extents = shape.extents(); extents.insert(extents.begin(), 3); return Shape(extents); }());
  const L stack = ep::vmap(init)(keys);
  const Array all = ep::vmap(call)(stack, xs), with_one_x = ep::vmap(call, {.in_axes = {0, ep::none}})(stack, x);
  for (int i = 0; i < 3; ++i) {
    expect_near(all[i], init(keys[i])(xs[i]), 1e-12, what + " in a stack");
    expect_near(with_one_x[i], init(keys[i])(x), 1e-12, what + " in a stack with one x");
  }

  // Derivatives by all parameters and x along a direction, against differences.
  const Array weights = sample(15, y.shape());
  const auto loss = [weights](L l, Array v) { return ep::sum(ep::sin(l(v)) * weights); };
  const auto [by_layer, by_x] = ep::grad(loss, ep::argnums<0, 1>)(layer, x);
  const L direction = ep::map([seed = std::uint64_t{20}](Array p) mutable { return sample(seed++, p.shape()); }, ep::filter<ep::Parameter>(layer));
  const Array x_direction = sample(16, shape);
  const double h = 1e-6;
  const auto at = [&](double t) {
    return number(loss(ep::merge(layer, ep::map([t](Array p, Array d) { return p + t * d; }, ep::filter<ep::Parameter>(layer), direction)), x + t * x_direction));
  };
  const double slope = along(ep::filter<ep::Parameter>(by_layer), direction) + number(ep::sum(by_x * x_direction));
  EXPECT_NEAR((at(h) - at(-h)) / (2 * h), slope, 1e-7 * (std::abs(slope) + 1)) << what;

  // Frozen it computes the same and learns nothing.
  const L frozen = ep::freeze(layer);
  expect_near(frozen(x), y, 0, what + " frozen");
  EXPECT_EQ(ep::leaves(ep::filter<ep::Parameter>(std::get<0>(ep::grad(loss, ep::argnums<0, 1>)(frozen, x)))).size(), 0u) << what;
  EXPECT_TRUE(ep::equal(ep::unfreeze(frozen), layer)) << what;
}

}  // namespace espalier::layer_checks
