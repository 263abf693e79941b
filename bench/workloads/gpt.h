#pragma once
// A decoder-only transformer (Radford et al., 2019), shared by the rows that train and compile it.
#include <cmath>
#include <vector>

#include "workload.h"

namespace bench {

struct LayerNorm {
  ep::Parameter gain, bias;
  ep::Array operator()(ep::Array x) const {
    const auto centred = x - mean(x, {.axis = -1, .keepdims = true});
    const auto variance = mean(square(centred), {.axis = -1, .keepdims = true});
    return centred * rsqrt(variance + 1e-5) * gain + bias;
  }
};
struct Affine {
  ep::Parameter weight, bias;
  ep::Array operator()(ep::Array x) const { return matmul(x, weight) + bias; }
};

struct Block {
  LayerNorm before_attention, before_mlp;
  Affine qkv, out, up, down;
  ep::Static<int> heads;

  ep::Array attention(ep::Array x) const {
    const auto batch = x.shape(0), steps = x.shape(1), width = x.shape(2), each = width / heads.value;
    const auto parts = split(qkv(x), 3, {.axis = -1});
    const auto head = [&](const ep::Array& a) { return transpose(reshape(a, {batch, steps, heads.value, each}), {0, 2, 1, 3}); };
    const auto q = head(parts[0]), k = head(parts[1]), v = head(parts[2]);
    const auto scores = matmul(q, swapaxes(k, -1, -2)) * (1 / std::sqrt(static_cast<double>(each)));
    const auto seen = tril(ep::full({steps, steps}, true, ep::bool_));
    const auto weights = softmax(where(seen, scores, -std::numeric_limits<double>::infinity()), -1);
    return out(reshape(transpose(matmul(weights, v), {0, 2, 1, 3}), {batch, steps, width}));
  }
  ep::Array operator()(ep::Array x) const {
    x = x + attention(before_attention(x));
    return x + down(gelu(up(before_mlp(x))));
  }
};

struct Gpt {
  ep::Parameter tokens, positions;
  std::vector<Block> blocks;
  LayerNorm last;

  ep::Array operator()(ep::Array ids) const {
    ep::Array x = tokens[ids] + positions;
    for (const Block& block : blocks) x = block(x);
    return matmul(last(x), tokens.T());
  }
};

inline LayerNorm layer_norm_of(std::int64_t width) { return {ep::ones({width}), ep::zeros({width})}; }
/// Weights of the streams seed to seed + 3.
inline Block block(std::int64_t width, int heads, std::uint32_t seed) {
  const auto affine = [](std::uint32_t seed, std::int64_t in, std::int64_t out) { return Affine{weight(seed, {in, out}), ep::zeros({out})}; };
  return {layer_norm_of(width), layer_norm_of(width), affine(seed, width, 3 * width), affine(seed + 1, width, width), affine(seed + 2, width, 4 * width), affine(seed + 3, 4 * width, width), {heads}};
}
inline Gpt gpt(std::int64_t width, int heads, int layers, std::int64_t steps, std::int64_t vocabulary) {
  Gpt net{uniform(50, {vocabulary, width}, -0.05, 0.05), uniform(51, {steps, width}, -0.05, 0.05), {}, layer_norm_of(width)};
  for (int i = 0; i < layers; ++i) net.blocks.push_back(block(width, heads, 60 + 4 * static_cast<std::uint32_t>(i)));
  return net;
}

/// The mean negative log-likelihood of the token that comes next.
inline ep::Array gpt_loss(const Gpt& net, ep::Array ids, ep::Array next) {
  return -mean(take_along_axis(log_softmax(net(ids), -1), expand_dims(next, -1), -1));
}

}  // namespace bench
