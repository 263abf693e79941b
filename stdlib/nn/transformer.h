#pragma once
#include "espalier/stdlib/nn/attention.h"
#include "espalier/stdlib/nn/layer_norm.h"
#include "espalier/stdlib/nn/mlp.h"

namespace espalier::nn {

/// Options of `TransformerBlock::init`.
struct TransformerBlockOptions {
  Named by_name = Named();
  std::int64_t hidden = 0;                               ///< of the two linear layers; 0: four times the features
  bool causal = false;                                   ///< a place sees itself and those before it
  bool rope = false;                                     ///< queries and keys are turned by their places
  bool bias = true;                                      ///< whether linear layers have one
  double dropout = 0;                                    ///< the probability to drop a weight of attention, and an element of what is added
  std::int64_t cache = 0;                                ///< places that the attention's cache keeps; 0: there is none
  Activation activation = &gelu;                         ///< between the linear layers
  double epsilon = 1e-6;                                 ///< of the norms
  Initializer weight_init = initializers::lecun_normal;  ///< how weights start
  DType dtype = f32;                                     ///< of the parameters
};
/// x + attention(norm(x)), and of that y + mlp(norm(y)): a layer of a transformer with its norms first (Xiong et al. 2020,
/// arXiv:2002.04745).
struct [[nodiscard]] TransformerBlock {
  LayerNorm attention_norm = {};       ///< of what attends
  MultiHeadAttention attention = {};   ///< with its cache, if there is one
  LayerNorm mlp_norm = {};             ///< of what goes into the mlp
  MLP mlp = {};                        ///< two linear layers, over each place alone
  Dropout drop = {.rate = 0};          ///< of what is added
  Lazy lazy = {};                      ///< of one that waits for its parameters

  /// With parameters drawn from keys split off `key`. ArgumentError unless heads divide the features.
  static TransformerBlock init(const Key& key, std::int64_t features, std::int64_t heads, TransformerBlockOptions options = {}, Where where = Where::current());
  /// The same with an empty cache in its attention, as `MultiHeadAttention::with_cache`.
  TransformerBlock with_cache(std::int64_t length, std::int64_t batch = 0, Where where = Where::current()) const;

  using signature = Array (*)(Operand);  ///< that of its call operators
  /// x of [T, features] or [B, T, features], of its shape. Errors are those of `MultiHeadAttention`, whose cache a call writes.
  /// @{
  Array operator()(Operand x, AttentionCall call = {});
  Array operator()(Operand x, AttentionCall call = {}) const;
  /// @}
};

}  // namespace espalier::nn
