#include "espalier/stdlib/nn/embedding.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/ir/dtype.h"
#include "espalier/stdlib/nn/features.h"
#include "espalier/stdlib/nn/layer_call.h"

namespace espalier::nn {

using espalier::detail::called_at;

Embedding Embedding::init(const Key& key, std::int64_t n, std::int64_t features, EmbeddingOptions options, Where where) {
  return called_at(where, [&] { return Embedding{options.weight_init(key, {n, features}, options.dtype)}; });
}

Array Embedding::operator()(Operand ids) const {
  return layer_call(*this, ids, [&](const Embedding& self) {
    detail::require_present("Embedding", self, "weight", self.weight, ids.where);
    const DType dtype = ids.array.dtype();
    if (!ir::is_integer(dtype)) {
      DTypeError error("Embedding", "ids are integers, not " + std::string(ir::name(dtype)) + ids.array.shape().str(), "convert them with .as(i32)");
      error.dtypes = {dtype};
      throw error;
    }
    return take(self.weight, ids, {.axis = 0});
  }, "Embedding");
}

Array Embedding::attend(Operand x) const {
  return called_at(x.where, "Embedding::attend", [&] {
    detail::require_present("Embedding", *this, "weight", weight, x.where);
    detail::require_features("Embedding", *this, x, -1, weight.shape(1));
    return tensordot(x, weight, {-1, -1});
  });
}

}  // namespace espalier::nn
