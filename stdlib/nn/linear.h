#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/initializers.h"

namespace espalier::nn {

struct LinearOptions {
  Named by_name = Named();
  bool bias = true;
  Initializer weight_init = initializers::lecun_normal;
  Initializer bias_init = initializers::zeros;
  DType dtype = f32;
};
/// x weight + bias, over the last axis: [..., in] to [..., out]. Without a bias that member is Nothing.
struct [[nodiscard]] Linear {
  Parameter weight = {};  ///< [in, out]
  Parameter bias = {};    ///< [out]

  static Linear init(const Key& key, std::int64_t in, std::int64_t out, LinearOptions options = {}, Where where = Where::current());
  Array operator()(Operand x) const;
};

}  // namespace espalier::nn
