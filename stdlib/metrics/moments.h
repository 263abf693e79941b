#pragma once
// Means and sums of squares that stay exact where the mean is large beside the spread.
#include "espalier/stdlib/metrics/state.h"

namespace espalier::metrics::detail {

/// What values are described by: sum(w), their mean and sum(w (v - mean)²), in f64.
struct Moments {
  MetricState count, mean, squares;
};
/// Of no values, for each of a shape.
Moments no_moments(Shape shape = {});
/// Of the values along the leading axis, with weights of their shape or Nothing. Where a weight is 0 the value may be NaN.
Moments moments_of(const Array& values, const Array& weight);
/// Of the values of both, and of all those that are stacked along a leading axis: Chan, Golub and LeVeque 1979, Updating formulae and a pairwise algorithm for
/// computing sample variances.
Moments joined(const Moments& a, const Moments& b);
Moments joined(const Moments& stacked);

}  // namespace espalier::metrics::detail
