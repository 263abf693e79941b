#pragma once
#include <vector>

#include "espalier/dsl/ops/neural.h"
#include "espalier/stdlib/nn/activation.h"
#include "espalier/stdlib/nn/linear.h"

namespace espalier::nn {

/// Options of `MLP::init`.
struct MLPOptions {
  Named by_name = Named();
  Activation activation = &relu;                         ///< between the layers
  bool bias = true;                                      ///< whether layers have one
  Initializer weight_init = initializers::lecun_normal;  ///< how weights start
  Initializer bias_init = initializers::zeros;           ///< how biases start
  DType dtype = f32;                                     ///< of the parameters
};
/// A multilayer perceptron: linear layers with an activation between them, none after the last.
struct [[nodiscard]] MLP {
  std::vector<Linear> layers = {};  ///< in the order in which they are called
  Activation activation = &relu;    ///< between them
  Lazy lazy = {};                   ///< of one that waits for its parameters

  /// `sizes`: those of the hidden layers, then that of the output. ArgumentError if there are none.
  static MLP init(const Key& key, std::int64_t in, const std::vector<std::int64_t>& sizes, MLPOptions options = {}, Where where = Where::current());
  /// [..., in] to [..., out]. ShapeError unless x is [..., in].
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
