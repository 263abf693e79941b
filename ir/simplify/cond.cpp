#include <algorithm>
#include <cstring>

#include "espalier/ir/effects.h"
#include "espalier/ir/simplify/control.h"

namespace espalier::ir {
namespace {

// Which inputs the effects and the flagged outputs of a program need.
std::vector<bool> needed_inputs(const Graph& graph, const std::vector<bool>& outputs) {
  std::vector<bool> needed(graph.types.size(), false);
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i]) needed[graph.outputs[i]] = true;
  }
  for (std::size_t i = graph.nodes.size(); i-- > 0;) {
    const Node& node = graph.nodes[i];
    bool any = node.effect;
    for (std::uint32_t r = 0; r < node.n_results; ++r) any = any || needed[node.first_result + r];
    if (!any) continue;
    for (Value v : graph.operands_of(node)) needed[v] = true;
  }
  needed.resize(graph.n_inputs);
  return needed;
}

// The branch without the outputs and inputs that are not kept.
GraphRef narrowed(const Graph& branch, const std::vector<bool>& inputs, const std::vector<bool>& outputs) {
  std::vector<Type> types;
  for (Value i = 0; i < branch.n_inputs; ++i) {
    if (inputs[i]) types.push_back(branch.types[i]);
  }
  Rewriter body(types, {});
  std::vector<Value> args;
  Value next = 0;
  for (Value i = 0; i < branch.n_inputs; ++i) args.push_back(inputs[i] ? next++ : no_value);
  Graph kept = branch;
  kept.outputs.clear();
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i]) kept.outputs.push_back(branch.outputs[i]);
  }
  kept = canonical(kept);  // what needs an input that is not kept is dead
  return std::make_shared<const Graph>(body.finish(body.splice(kept, args)));
}

// The input that result `r` is in every branch, if it is one.
std::optional<Value> passed_through(const CondAttrs& a, std::size_t r) {
  const Value input = a.branches[0]->outputs[r];
  for (const auto& branch : a.branches) {
    if (branch->outputs[r] != input || input >= branch->n_inputs) return std::nullopt;
  }
  return input;
}

}  // namespace

Results simplify_cond(Rewriter& rw, const ControlNode& n) {
  const auto& a = std::get<CondAttrs>(n.attrs);
  const auto operands = n.in.subspan(1);
  const bool one = std::all_of(a.branches.begin(), a.branches.end(), [&](const auto& b) { return *b == *a.branches[0]; });
  if (one) return rw.splice(*a.branches[0], operands);
  if (const Literal* index = rw.splat(n.in[0])) {
    std::int32_t i = 0;
    std::memcpy(&i, index->data(), sizeof i);
    return rw.splice(*a.branches[std::clamp<std::int64_t>(i, 0, static_cast<std::int64_t>(a.branches.size()) - 1)], operands);
  }

  std::vector<Value> results(n.types.size(), no_value);
  std::vector<bool> outputs = n.used, inputs(operands.size(), false);
  for (std::size_t r = 0; r < outputs.size(); ++r) {
    const auto input = passed_through(a, r);
    if (!input || !outputs[r]) continue;
    outputs[r] = false;
    results[r] = operands[*input];
  }
  for (const auto& branch : a.branches) {
    const auto needed = needed_inputs(*branch, outputs);
    for (std::size_t i = 0; i < needed.size(); ++i) inputs[i] = inputs[i] || needed[i];
  }
  const bool all_inputs = std::find(inputs.begin(), inputs.end(), false) == inputs.end();
  const bool all_outputs = std::find(outputs.begin(), outputs.end(), false) == outputs.end();
  if (all_inputs && all_outputs) return std::nullopt;
  const bool acts = std::any_of(a.branches.begin(), a.branches.end(), [](const auto& b) { return has_effects(*b); });
  if (!acts && std::find(outputs.begin(), outputs.end(), true) == outputs.end()) return results;

  CondAttrs rest;
  for (const auto& branch : a.branches) rest.branches.push_back(narrowed(*branch, inputs, outputs));
  std::vector<Value> in{n.in[0]};
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    if (inputs[i]) in.push_back(operands[i]);
  }
  Value next = rw.add(Op::cond, in, rest);
  for (std::size_t r = 0; r < outputs.size(); ++r) {
    if (outputs[r]) results[r] = next++;
  }
  return results;
}

}  // namespace espalier::ir
