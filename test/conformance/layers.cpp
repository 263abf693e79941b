// Layers, as the programs of family nn. Inputs are x, then the parameters, then the state.
#include "espalier/stdlib/nn.h"

#include "program.h"

#include "espalier/dsl/mutate.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random.h"

namespace espalier::conformance {
namespace {

Arrays dense(const Json&, const Arrays& x) { return {nn::Linear{x[1], x.size() > 2 ? x[2] : Array()}(x[0])}; }

Arrays layer_norm(const Json& a, const Arrays& x) { return {nn::LayerNorm{x[1], x[2], number_at(a, "epsilon")}(x[0])}; }
Arrays rms_norm(const Json& a, const Arrays& x) { return {nn::RMSNorm{x[1], number_at(a, "epsilon")}(x[0])}; }
Arrays group_norm(const Json& a, const Arrays& x) { return {nn::GroupNorm{x[1], x[2], a.at("num_groups").get<std::int64_t>(), x[1].size()}(x[0])}; }
Arrays instance_norm(const Json&, const Arrays& x) { return {nn::InstanceNorm{x[1], x[2], x[1].size()}(x[0])}; }

Arrays batch_norm(const Json& a, const Arrays& x) {
  const nn::BatchNorm norm{.weight = x[1], .bias = x[2], .mean = x[3], .var = x[4], .mode = a.at("train").get<bool>() ? nn::Mode::train : nn::Mode::eval, .momentum = number_at(a, "momentum"), .epsilon = number_at(a, "epsilon")};
  const auto [y, next] = mutate(norm)(x[0]);
  return {y, next.mean, next.var};
}

// The table comes first here.
Arrays embedding(const Json&, const Arrays& x) { return {nn::Embedding{x[0]}(x[1])}; }
Arrays standardised_dense(const Json&, const Arrays& x) { return {nn::WeightStandardised{nn::Linear{x[1], x[2]}}(x[0])}; }
Arrays swiglu_mlp(const Json&, const Arrays& x) { return {nn::Linear{x[3]}(silu(nn::Linear{x[1]}(x[0])) * nn::Linear{x[2]}(x[0]))}; }

// The formula of nn::Dropout, which draws from a key of its own. JAX with 64 bits compares draws in f64, whatever x is.
Arrays dropout(const Json& a, const Arrays& x) {
  const double keep = 1 - number_at(a, "rate");
  const Array mask = random::uniform(Key(x[1]), x[0].shape(), {.dtype = f64}) < keep;
  return {where(mask, x[0] / keep, 0), mask};
}

}  // namespace

const Rules& layer_rules() {
  static const Rules rules = {
      {"dense", dense},
      {"dense_nobias", dense},
      {"layer_norm", layer_norm},
      {"rms_norm", rms_norm},
      {"group_norm", group_norm},
      {"instance_norm", instance_norm},
      {"batch_norm", batch_norm},
      {"embedding", embedding},
      {"weight_standardization_dense", standardised_dense},
      {"swiglu_mlp", swiglu_mlp},
      {"dropout", dropout},
      {"identity", [](const Json&, const Arrays& x) { return Arrays{nn::Identity{}(x[0])}; }},
  };
  return rules;
}

}  // namespace espalier::conformance
