#pragma once
#include "espalier/stdlib/nn/mode.h"

namespace espalier::nn {

struct BatchNormOptions {
  Named by_name = Named();
  double momentum = 0.99;
  double epsilon = 1e-5;
  int axis = -1;
  bool affine = true;
  DType dtype = f32;
};
/// Brings each feature to mean 0 and variance 1 over the batch and all other axes (Ioffe & Szegedy, 2015), with the biased
/// variance. In training it uses the batch's statistics and moves the running ones: running = momentum running +
/// (1 - momentum) batch; evaluating, it uses the running ones. A call changes it: modules that hold it are called through
/// mutate or apply.
struct [[nodiscard]] BatchNorm {
  Parameter weight = {}, bias = {};  ///< [features]; Nothing where not affine
  BatchStat mean = {}, var = {};     ///< [features]
  Mode mode = Mode::train;
  double momentum = 0.99;
  double epsilon = 1e-5;
  int axis = -1;  ///< where the features stand

  static BatchNorm init(std::int64_t features, BatchNormOptions options = {}, Where where = Where::current());
  /// ShapeError unless x has `features` elements along the axis.
  Array operator()(Operand x);
};

}  // namespace espalier::nn
