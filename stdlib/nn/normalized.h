#pragma once
// What all normalising layers do.
#include "espalier/dsl/array.h"

namespace espalier::nn {

/// Options of the normalising layers.
struct NormOptions {
  Named by_name = Named();
  double epsilon = 1e-6;  ///< added to the variance
  bool affine = true;  ///< has a weight and a bias, which start at 1 and 0
  DType dtype = f32;   ///< of both
};

namespace detail {

/// Statistics are computed in no less than f32.
Array widened(const Array& x);
/// (x - mean) / sqrt(var + epsilon) weight + bias, all broadcast; a weight or bias that is Nothing is left out.
Array normalized(const Array& x, const Array& mean, const Array& var, double epsilon, const Array& weight, const Array& bias);

}  // namespace detail
}  // namespace espalier::nn
