#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

/// Brings each example to mean 0 and variance 1 over its last axis (Ba et al., 2016).
struct [[nodiscard]] LayerNorm {
  Parameter weight = {}, bias = {};  ///< [features]; Nothing where not affine
  double epsilon = 1e-6;

  static LayerNorm init(std::int64_t features, NormOptions options = {}, Where where = Where::current());
  /// ShapeError unless the last axis has `features` elements.
  Array operator()(Operand x) const;
};

struct RMSNormOptions {
  Named by_name = Named();
  double epsilon = 1e-6;
  DType dtype = f32;
};
/// Divides each example by the root of its mean square over the last axis (Zhang & Sennrich, 2019).
struct [[nodiscard]] RMSNorm {
  Parameter weight = {};  ///< [features]
  double epsilon = 1e-6;

  static RMSNorm init(std::int64_t features, RMSNormOptions options = {}, Where where = Where::current());
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
