#pragma once
#include <vector>

#include "espalier/dsl/ops/neural.h"
#include "espalier/stdlib/nn/activation.h"
#include "espalier/stdlib/nn/linear.h"

namespace espalier::nn {

struct MLPOptions {
  Named by_name = Named();
  Activation activation = &relu;
  bool bias = true;
  Initializer weight_init = initializers::lecun_normal;
  Initializer bias_init = initializers::zeros;
  DType dtype = f32;
};
/// A multilayer perceptron: linear layers with an activation between them, none after the last.
struct [[nodiscard]] MLP {
  std::vector<Linear> layers = {};
  Activation activation = &relu;

  /// `sizes`: those of the hidden layers, then that of the output. ArgumentError if there are none.
  static MLP init(const Key& key, std::int64_t in, const std::vector<std::int64_t>& sizes, MLPOptions options = {}, Where where = Where::current());
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
