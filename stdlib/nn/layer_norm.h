#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/lazy_layer.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

/// Brings each example to mean 0 and variance 1 over its last axis (Ba et al., 2016).
struct [[nodiscard]] LayerNorm {
  Parameter weight = {};  ///< [features]: a factor; Nothing where not affine
  Parameter bias = {};    ///< [features]: a summand; Nothing where not affine
  double epsilon = 1e-6;  ///< added to the variance
  Lazy lazy = {};         ///< of one that waits for its parameters

  /// For x of [..., features].
  static LayerNorm init(std::int64_t features, NormOptions options = {}, Where where = Where::current());
  /// x normalised, of its shape. ShapeError unless the last axis has `features` elements.
  Array operator()(Operand x) const;
};

/// Options of `RMSNorm::init`.
struct RMSNormOptions {
  Named by_name = Named();
  double epsilon = 1e-6;  ///< added to the mean square
  DType dtype = f32;      ///< of the weight
};
/// Divides each example by the root of its mean square over the last axis (Zhang & Sennrich, 2019).
struct [[nodiscard]] RMSNorm {
  Parameter weight = {};  ///< [features]: a factor
  double epsilon = 1e-6;  ///< added to the mean square
  Lazy lazy = {};         ///< of one that waits for its parameters

  /// For x of [..., features].
  static RMSNorm init(std::int64_t features, RMSNormOptions options = {}, Where where = Where::current());
  /// x normalised, of its shape. ShapeError unless the last axis has `features` elements.
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
