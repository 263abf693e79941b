#include "espalier/ir/ad/split_checkpoint.h"

#include <algorithm>

#include "espalier/ir/effects.h"

namespace espalier::ir {
namespace {

// Calls of jitted functions are part of the body: what is saved may lie in them. Recursion is as deep as they nest.
std::vector<Value> splice_inlined(Builder& b, const Graph& graph, std::span<const Value> args) {
  std::vector<Value> values(args.begin(), args.end());
  values.resize(graph.types.size());
  const Loc around = b.loc;
  for (const Node& node : graph.nodes) {
    std::vector<Value> operands;
    for (Value v : graph.operands_of(node)) operands.push_back(values[v]);
    b.loc = node.loc;
    if (node.op == Op::call) {
      const auto results = splice_inlined(b, *graph.attrs_as<CallAttrs>(node).body, operands);
      std::copy(results.begin(), results.end(), values.begin() + node.first_result);
      continue;
    }
    const Value first = b.add(node.op, operands, graph.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  b.loc = around;
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(values[v]);
  return outputs;
}
Graph inlined(const Graph& graph) {
  Builder b;
  std::vector<Value> args;
  for (Type type : graph.input_types()) args.push_back(b.input(type));
  return b.take(splice_inlined(b, graph, args));
}

bool saves(const CheckpointAttrs& a, const Graph& graph, const Node& node) {
  switch (a.saved) {
    case Saved::nothing: return false;
    case Saved::everything: return true;
    case Saved::dots: return node.op == Op::dot;
    case Saved::dots_without_batch: return node.op == Op::dot && graph.attrs_as<DotAttrs>(node).lhs_batch.empty();
    case Saved::names: return node.op == Op::checkpoint_name && std::find(a.names.begin(), a.names.end(), graph.attrs_as<NameAttrs>(node).name) != a.names.end();
  }
  __builtin_unreachable();
}

// What the residuals are made of: which values of the known part are saved, and which nodes run again.
struct Recomputation {
  std::vector<Value> saved;
  std::vector<bool> inputs, nodes;
};
Recomputation recomputation(const CheckpointAttrs& a, const Graph& known, std::span<const Value> residuals) {
  Recomputation out{{}, std::vector<bool>(known.n_inputs, false), std::vector<bool>(known.nodes.size(), false)};
  std::vector<bool> needed(known.types.size(), false);
  for (Value v : residuals) needed[v] = true;
  for (std::size_t i = known.nodes.size(); i-- > 0;) {
    const Node& node = known.nodes[i];
    bool any = false;
    for (std::uint32_t r = 0; r < node.n_results; ++r) any = any || needed[node.first_result + r];
    if (!any) continue;
    if (node.op != Op::constant && saves(a, known, node)) {
      for (std::uint32_t r = 0; r < node.n_results; ++r)
        if (needed[node.first_result + r]) out.saved.push_back(node.first_result + r);
      continue;
    }
    out.nodes[i] = true;
    for (Value v : known.operands_of(node)) needed[v] = true;
  }
  for (Value i = 0; i < known.n_inputs; ++i) out.inputs[i] = needed[i];
  return out;
}

CheckpointAttrs with_body(const CheckpointAttrs& a, Graph body, bool again) {
  return {std::make_shared<const Graph>(std::move(body)), a.saved, a.names, again};
}

}  // namespace

CheckpointParts split_checkpoint(const CheckpointAttrs& a, const Split& body) {
  Graph known = inlined(body.known);
  const std::vector<Value> residuals(known.outputs.end() - body.n_residuals, known.outputs.end());
  known.outputs.resize(known.outputs.size() - body.n_residuals);
  const Recomputation again = recomputation(a, known, residuals);

  CheckpointParts out;
  out.saved = again.saved.size();
  Builder b;
  std::vector<Value> values(known.types.size(), no_value), args;
  for (Value i = 0; i < known.n_inputs; ++i) {
    if (!again.inputs[i]) continue;
    values[i] = b.input(known.type_of(i));
    out.reads.push_back(i);
  }
  for (Value v : again.saved) values[v] = b.input(known.type_of(v));
  std::vector<Value> unknown;
  for (std::size_t i = body.n_residuals; i < body.unknown.n_inputs; ++i) unknown.push_back(b.input(body.unknown.type_of(static_cast<Value>(i))));
  for (std::size_t i = 0; i < known.nodes.size(); ++i) {
    if (!again.nodes[i]) continue;
    const Node& node = known.nodes[i];
    std::vector<Value> operands;
    for (Value v : known.operands_of(node)) operands.push_back(values[v]);
    const Value first = b.add(node.op, operands, without_effects(known.attrs_of(node)), node.loc);  // it has acted where it was computed first
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  for (Value v : residuals) args.push_back(values[v]);
  args.insert(args.end(), unknown.begin(), unknown.end());
  out.rest = with_body(a, b.finish(b.splice(body.unknown, args)), true);

  known.outputs.insert(known.outputs.end(), again.saved.begin(), again.saved.end());
  out.known = with_body(a, canonical(known), a.again);
  return out;
}

}  // namespace espalier::ir
