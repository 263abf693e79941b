#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/lazy_layer.h"
#include "espalier/stdlib/nn/normalized.h"

namespace espalier::nn {

/// Brings each group of neighbouring features to mean 0 and variance 1, over the group and all axes between the first (the
/// batch) and the last (the features); see Wu & He, 2018.
struct [[nodiscard]] GroupNorm {
  Parameter weight = {};      ///< [features]: a factor; Nothing where not affine
  Parameter bias = {};        ///< [features]: a summand; Nothing where not affine
  std::int64_t groups = 1;    ///< how many there are
  std::int64_t features = 1;  ///< the extent of the last axis
  double epsilon = 1e-6;      ///< added to the variance
  Lazy lazy = {};             ///< of one that waits for its parameters

  /// ArgumentError unless the groups divide the features.
  static GroupNorm init(std::int64_t groups, std::int64_t features, NormOptions options = {}, Where where = Where::current());
  /// For the features of x: how `lazy` makes it. ArgumentError unless the groups divide them.
  static GroupNorm for_input(const Key& key, const Array& x, std::int64_t groups, NormOptions options = {}, Where where = Where::current());
  /// x normalised, of its shape. ShapeError unless x is [batch, ..., features].
  Array operator()(Operand x) const;
};

/// A group norm of groups of one feature: over the axes between batch and features (Ulyanov et al., 2016).
struct [[nodiscard]] InstanceNorm {
  Parameter weight = {};      ///< [features]: a factor; Nothing where not affine
  Parameter bias = {};        ///< [features]: a summand; Nothing where not affine
  std::int64_t features = 1;  ///< the extent of the last axis
  double epsilon = 1e-6;      ///< added to the variance
  Lazy lazy = {};             ///< of one that waits for its parameters

  /// For x of [batch, ..., features].
  static InstanceNorm init(std::int64_t features, NormOptions options = {}, Where where = Where::current());
  /// x normalised, of its shape. ShapeError unless x is [batch, ..., features].
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
