// Layers over sequences, as the programs of family nn: cells of recurrent networks, attention. Theirs have a weight for each gate and
// an axis for heads, ours the gates' and the heads' weights side by side.
#include "espalier/stdlib/nn.h"

#include "program.h"

#include "espalier/dsl/ops.h"

namespace espalier::conformance {
namespace {

Array beside(const Arrays& parts) { return concatenate(parts, {.axis = -1}); }

Arrays simple_cell(const Json&, const Arrays& x) { return {nn::RNNCell{.input = {x[2], x[3]}, .hidden = {x[4]}}(x[0], x[1])}; }
Arrays gru_cell(const Json&, const Arrays& x) {
  const Array none_of_rz = zeros_like(x[11]);
  const nn::GRUCell cell{.input = {beside({x[2], x[4], x[6]}), beside({x[3], x[5], x[7]})}, .hidden = {beside({x[8], x[9], x[10]}), beside({none_of_rz, none_of_rz, x[11]})}};
  return {cell(x[0], x[1])};
}
Arrays lstm_cell(const Json&, const Arrays& x) {
  const nn::LSTMCell cell{.input = {beside({x[3], x[6], x[9], x[12]}), beside({x[5], x[8], x[11], x[14]})}, .hidden = {beside({x[4], x[7], x[10], x[13]})}};
  const nn::LSTMCarry next = cell({.cell = x[0], .hidden = x[1]}, x[2]);
  return {next.cell, next.hidden};
}

// Kernels [d, h, k] and biases [h, k] of queries, keys and values; then [h, k, o] and [o].
Arrays attention(const Json& a, const Arrays& x) {
  const auto heads_beside = [&](std::size_t at) { return nn::Linear{reshape(x[at], {x[at].shape(0), -1}), ravel(x[at + 1])}; };
  const nn::MultiHeadAttention layer{.query = heads_beside(2), .key = heads_beside(4), .value = heads_beside(6), .out = {reshape(x[8], {-1, x[8].shape(-1)}), x[9]}, .heads = a.at("num_heads").get<std::int64_t>(), .causal = a.at("causal").get<bool>()};
  return {layer(x[0], {.context = x[1]})};
}
Arrays dot_product(const Json& a, const Arrays& x) {
  if (x[0].dtype() == f64) throw Unsupported("JAX takes this softmax in f32 whatever the dtype, so its f64 results hold seven digits");
  return {dot_product_attention(x[0], x[1], x[2], {.causal = a.at("is_causal").get<bool>()})};
}
// Angles are f64 there.
Arrays rope(const Json&, const Arrays& x) { return {nn::RotaryEmbedding()(x[0].as(f64))}; }

}  // namespace

const Rules& sequence_layer_rules() {
  static const Rules rules = {
      {"simple_cell", simple_cell},
      {"gru_cell", gru_cell},
      {"lstm_cell", lstm_cell},
      {"attention", attention},
      {"dot_product_attention", dot_product},
      {"rope", rope},
  };
  return rules;
}

}  // namespace espalier::conformance
