#pragma once
// What holds for every metric: merging is updating with both, aggregating is merging what is stacked, over devices too, and all of it is
// the same inside jit, vmap and scan.
#include <gtest/gtest.h>

#include "espalier/dsl/transform.h"
#include "espalier/stdlib/metrics.h"

namespace espalier::test {

inline constexpr Tolerance near_enough{.rtol = 1e-6, .atol = 1e-9, .equal_nan = true};

/// `a` and `b` have one structure and are batches of `metric`, which has seen nothing.
template <class M, class I> void expect_laws(const M& metric, const I& a, const I& b) {
  static_assert(metrics::Metric<M>);
  const M both = metric.update(a).update(b);
  EXPECT_TRUE(allclose(metric.batch_updates(a).merge(metric.batch_updates(b)), both, near_enough));
  EXPECT_TRUE(allclose(both.batch_updates(b), metric.update(b), near_enough));
  EXPECT_TRUE(equal(both.reset(), metric));
  EXPECT_TRUE(allclose(both.merge(both.reset()), both, near_enough));  // no batch changes nothing
  EXPECT_TRUE(allclose(metric.merge(both), both, near_enough));
  const auto pairs = map([](const Array& x, const Array& y) { return stack({x, y}); }, a, b);
  EXPECT_TRUE(allclose(jit([&](I x, I y) { return metric.update(x).update(y); })(a, b), both, near_enough));
  EXPECT_TRUE(allclose(scan([](M m, I inputs) { return std::pair{m.update(inputs), nothing}; }, metric, pairs).first, both, near_enough));
}

/// Aggregating is merging what is stacked, where states are of one batch each.
template <class M, class I> void expect_aggregates(const M& metric, const I& a, const I& b) {
  expect_laws(metric, a, b);
  const M both = metric.update(a).update(b);
  const auto pairs = map([](const Array& x, const Array& y) { return stack({x, y}); }, a, b);
  EXPECT_TRUE(allclose(vmap([&](I inputs) { return metric.batch_updates(inputs); })(pairs).aggregate(), both, near_enough));
  // Devices: each gathers the states of all.
  const auto device = [&](I inputs) { return all_gather(metric.batch_updates(inputs), "devices").aggregate(); };
  const auto on_all = jit([&](I inputs) { return vmap(device, {.axis_name = "devices"})(inputs); })(pairs);
  EXPECT_TRUE(allclose(map([](const Array& x) { return x[1]; }, on_all), both, near_enough));
}

}  // namespace espalier::test
