#pragma once
#include "espalier/dsl/tree.h"
#include "espalier/stdlib/nn/initializers.h"

namespace espalier::nn {

/// Options of `Embedding::init`.
struct EmbeddingOptions {
  Named by_name = Named();
  Initializer weight_init = initializers::embedding_normal;  ///< how the weight starts
  DType dtype = f32;                                         ///< of the weight
};
/// A vector of features for each of n ids: rows of a table that is learned.
struct [[nodiscard]] Embedding {
  Parameter weight = {};  ///< [n, features]

  /// With a weight drawn from `key`.
  static Embedding init(const Key& key, std::int64_t n, std::int64_t features, EmbeddingOptions options = {}, Where where = Where::current());
  /// The rows of integer ids [...]: [..., features]. Negative ids count from the end; NaN where there is no such row. DTypeError for
  /// other ids; MissingValue if the weight is Nothing.
  Array operator()(Operand ids) const;
  /// x weightᵀ, the products with all rows: [..., features] to [..., n], such as logits over the ids. ShapeError unless x is
  /// [..., features].
  Array attend(Operand x) const;
};

}  // namespace espalier::nn
