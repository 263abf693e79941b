#include "espalier/stdlib/metrics/moments.h"

namespace espalier::metrics::detail {
namespace {

// x / n, and 0 where there is nothing.
Array share(const Array& x, const Array& n) { return where(n == 0, 0, x / where(n == 0, 1, n)); }

}  // namespace

Moments no_moments(Shape shape) { return {zero_state(shape), zero_state(shape), zero_state(shape)}; }

Moments moments_of(const Array& values, const Array& weight) {
  const Array v = values.as(f64), w = weight.is_nothing() ? ones_like(v) : weight.as(f64);
  const Array count = sum(w, 0), mean = share(sum(weighted(w, v), 0), count);
  return {count, mean, sum(weighted(w, square(v - mean)), 0)};
}

Moments joined(const Moments& a, const Moments& b) {
  const Array count = a.count + b.count, apart = b.mean - a.mean, part = share(b.count, count);
  return {count, a.mean + apart * part, a.squares + b.squares + square(apart) * a.count * part};
}

Moments joined(const Moments& stacked) {
  const Array count = sum(stacked.count, 0), mean = share(sum(stacked.count * stacked.mean, 0), count);
  return {count, mean, sum(stacked.squares + stacked.count * square(stacked.mean - mean), 0)};
}

}  // namespace espalier::metrics::detail
