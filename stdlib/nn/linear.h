#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/initializers.h"
#include "espalier/stdlib/nn/lazy_layer.h"

namespace espalier::nn {

/// Options of `Linear::init`.
struct LinearOptions {
  Named by_name = Named();
  bool bias = true;                                      ///< whether it has one
  Initializer weight_init = initializers::lecun_normal;  ///< how the weight starts
  Initializer bias_init = initializers::zeros;           ///< how the bias starts
  DType dtype = f32;                                     ///< of both
};
/// x weight + bias, over the last axis: [..., in] to [..., out]. Without a bias that member is Nothing.
struct [[nodiscard]] Linear {
  Parameter weight = {};  ///< [in, out]
  Parameter bias = {};    ///< [out]
  Lazy lazy = {};         ///< of one that waits for its parameters

  /// With parameters drawn from two keys split off `key`.
  static Linear init(const Key& key, std::int64_t in, std::int64_t out, LinearOptions options = {}, Where where = Where::current());
  /// ShapeError unless x is [..., in]; MissingValue if the weight is Nothing.
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
