#pragma once
#include "espalier/stdlib/nn/dropout.h"
#include "espalier/stdlib/nn/linear.h"
#include "espalier/stdlib/nn/rotary.h"

namespace espalier::nn {

/// Options of `MultiHeadAttention::init`.
struct MultiHeadAttentionOptions {
  Named by_name = Named();
  bool causal = false;                                   ///< a place sees itself and those before it
  bool rope = false;                                     ///< queries and keys are turned by their places: `RotaryEmbedding`
  bool bias = true;                                      ///< whether the four layers have one
  double dropout = 0;                                    ///< the probability to drop a weight of attention
  std::int64_t cache = 0;                                ///< places that a cache keeps; 0: there is none
  std::int64_t context_features = 0;                     ///< of a context; 0: as many as x has
  Initializer weight_init = initializers::lecun_normal;  ///< how weights start
  Initializer bias_init = initializers::zeros;           ///< how biases start
  DType dtype = f32;                                     ///< of the parameters
};
/// What a call of `MultiHeadAttention` may be given beside x.
struct AttentionCall {
  Named by_name = Named();
  Array context = {};  ///< [..., S, features]: where keys and values are from; x itself if Nothing
  Array mask = {};     ///< bool: which pairs count; broadcast to [..., heads, T, S]
};
/// Attention in several heads side by side (Vaswani et al. 2017, arXiv:1706.03762): heads of queries, keys and values, which are
/// linear in x and in the context, go through `dot_product_attention`; `out` is linear in what the heads give. Where the layers of
/// keys and values have fewer columns, several heads of queries share one of theirs.
///
/// With a cache it decodes: a call gets the places that follow those of the calls before, [T, features], T often 1, and sees them
/// all; a causal layer then gives what it would of the whole sequence. Such a call writes the cache: mutate or apply.
struct [[nodiscard]] MultiHeadAttention {
  Linear query = {};            ///< [features, heads D]
  Linear key = {};              ///< [features of the context, groups D]
  Linear value = {};            ///< [features of the context, groups E]
  Linear out = {};              ///< [heads E, features]
  Cache keys = {};              ///< [..., length, groups, D]: those of the places so far; Nothing without a cache
  Cache values = {};            ///< [..., length, groups, E]
  Cache filled = {};            ///< i32: how many places there are so far
  Dropout drop = {.rate = 0};   ///< of the weights of attention
  std::int64_t heads = 1;       ///< of queries
  bool causal = false;          ///< a place sees itself and those before it
  bool rope = false;            ///< queries and keys are turned by their places
  double rope_base = 10000;     ///< the base of `RotaryEmbedding`
  Lazy lazy = {};               ///< of one that waits for its parameters

  /// With parameters drawn from keys split off `key`. ArgumentError unless heads divide the features.
  static MultiHeadAttention init(const Key& key, std::int64_t features, std::int64_t heads, MultiHeadAttentionOptions options = {}, Where where = Where::current());
  /// The same with an empty cache for `length` places, of one sequence or of a batch of so many; of length 0 without one.
  /// ArgumentError for negative numbers; MissingValue if a weight is Nothing.
  MultiHeadAttention with_cache(std::int64_t length, std::int64_t batch = 0, Where where = Where::current()) const;

  using signature = Array (*)(Operand);  ///< that of its call operators
  /// x of [T, features] or [B, T, features]. ShapeError unless x, context and cache go together; with a cache ArgumentError for a
  /// context, IndexError where it is full (compiled code cannot tell: there the last places are overwritten), and MutabilityError
  /// if the layer is const.
  /// @{
  Array operator()(Operand x, AttentionCall call = {});
  Array operator()(Operand x, AttentionCall call = {}) const;
  /// @}
};

}  // namespace espalier::nn
