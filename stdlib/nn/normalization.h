#pragma once
// Layers that bring activations to mean 0 and variance 1, then scale and shift them.
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
/// Normalises each feature over the batch and all other axes (Ioffe & Szegedy, 2015), with the biased variance. In training
/// it uses the batch's statistics and moves the running ones: running = momentum running + (1 - momentum) batch; evaluating
/// it uses the running ones. Calls change it, so modules that hold it are called through mutate or apply.
struct BatchNorm {
  Parameter weight = {}, bias = {};  ///< [features]; Nothing where not affine
  BatchStat mean = {}, var = {};     ///< [features]
  Mode mode = Mode::train;
  double momentum = 0.99;
  double epsilon = 1e-5;
  int axis = -1;

  static BatchNorm init(std::int64_t features, BatchNormOptions options = {}, Where where = Where::current());
  /// ShapeError unless x has `features` elements along the axis.
  Array operator()(Operand x);
};

struct NormOptions {
  Named by_name = Named();
  double epsilon = 1e-6;
  bool affine = true;
  DType dtype = f32;
};
/// Normalises each example over its last axis (Ba et al., 2016).
struct LayerNorm {
  Parameter weight = {}, bias = {};  ///< [features]; Nothing where not affine
  double epsilon = 1e-6;

  static LayerNorm init(std::int64_t features, NormOptions options = {}, Where where = Where::current());
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
