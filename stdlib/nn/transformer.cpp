#include "espalier/stdlib/nn/transformer.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn/layer_call.h"
#include "espalier/stdlib/random/keys.h"

namespace espalier::nn {
namespace {

template <class Block> Array run(Block& own, const Operand& x, const AttentionCall& call) {
  return layer_call(own, x, [&](Block& block) {
    // One Dropout draws twice: its stream goes on.
    const Array y = x + block.drop(block.attention(block.attention_norm(x), call));
    return y + block.drop(block.mlp(block.mlp_norm(y)));
  });
}

}  // namespace

TransformerBlock TransformerBlock::init(const Key& key, std::int64_t features, std::int64_t heads, TransformerBlockOptions o, Where where) {
  const auto [attention_key, mlp_key] = random::split(key, where);
  const std::int64_t hidden = o.hidden == 0 ? 4 * features : o.hidden;
  const NormOptions norm{.epsilon = o.epsilon, .dtype = o.dtype};
  return {
      .attention_norm = LayerNorm::init(features, norm, where),
      .attention = MultiHeadAttention::init(attention_key, features, heads, {.causal = o.causal, .rope = o.rope, .bias = o.bias, .dropout = o.dropout, .cache = o.cache, .weight_init = o.weight_init, .dtype = o.dtype}, where),
      .mlp_norm = LayerNorm::init(features, norm, where),
      .mlp = MLP::init(mlp_key, features, {hidden, features}, {.activation = o.activation, .bias = o.bias, .weight_init = o.weight_init, .dtype = o.dtype}, where),
      .drop = {.rate = o.dropout},
  };
}

TransformerBlock TransformerBlock::with_cache(std::int64_t length, std::int64_t batch, Where where) const {
  TransformerBlock block = *this;
  block.attention = attention.with_cache(length, batch, where);
  return block;
}

Array TransformerBlock::operator()(Operand x, AttentionCall call) { return run(*this, x, call); }
Array TransformerBlock::operator()(Operand x, AttentionCall call) const { return run(*this, x, call); }

}  // namespace espalier::nn
