#pragma once
#include "espalier/stdlib/nn/lazy_layer.h"
#include "espalier/stdlib/nn/mode.h"

namespace espalier::nn {

/// Options of `BatchNorm::init`.
struct BatchNormOptions {
  Named by_name = Named();
  double momentum = 0.99;      ///< how much of the running statistics a batch leaves
  double epsilon = 1e-5;       ///< added to the variance
  int axis = -1;               ///< where the features stand
  bool affine = true;          ///< has a weight and a bias, which start at 1 and 0
  std::string axis_name = "";  ///< of a vmap whose members are one batch
  DType dtype = f32;           ///< of weight, bias and statistics
};
/// Brings each feature to mean 0 and variance 1 over the batch and all other axes (Ioffe & Szegedy, 2015), with the biased
/// variance. In training it uses the batch's statistics and moves the running ones: running = momentum running +
/// (1 - momentum) batch; evaluating, it uses the running ones. With an `axis_name` all members of that axis of a vmap are one
/// batch, and move the running statistics alike. A call changes it: modules that hold it are called through mutate or apply.
struct [[nodiscard]] BatchNorm {
  Parameter weight = {};       ///< [features]: a factor; Nothing where not affine
  Parameter bias = {};         ///< [features]: a summand; Nothing where not affine
  BatchStat mean = {};         ///< [features]: the running mean
  BatchStat var = {};          ///< [features]: the running variance
  Mode mode = Mode::train;     ///< which statistics a call uses
  double momentum = 0.99;      ///< how much of the running statistics a batch leaves
  double epsilon = 1e-5;       ///< added to the variance
  int axis = -1;               ///< where the features stand
  std::string axis_name = "";  ///< of a vmap over whose members the batch's statistics are taken too; empty: over x alone
  Lazy lazy = {};              ///< of one that waits for its parameters

  /// With mean 0 and variance 1 so far.
  static BatchNorm init(std::int64_t features, BatchNormOptions options = {}, Where where = Where::current());
  /// For what it is called with: lazy<BatchNorm>().
  static BatchNorm for_input(const Key& key, const Array& x, BatchNormOptions options = {}, Where where = Where::current());
  /// x normalised, of its shape, in the dtype that x and the statistics promote to. ShapeError unless x has `features` elements
  /// along the axis; AxisNameError if no vmap around maps `axis_name`.
  Array operator()(Operand x);
};

}  // namespace espalier::nn
