#include "espalier/ir/builder.h"

#include "espalier/ir/canonical.h"
#include "espalier/ir/effects.h"

namespace espalier::ir {

Value Builder::input(Type type) {
  const auto value = static_cast<Value>(raw_.types.size());
  raw_.types.push_back(type);
  inputs_.push_back(value);
  return value;
}

Value Builder::add(Op op, std::span<const Value> operands, Attrs attrs, Loc node_loc) {
  Type inline_types[8];
  std::vector<Type> many;
  std::span<Type> operand_types(inline_types, std::min<std::size_t>(operands.size(), 8));
  if (operands.size() > 8) {
    many.resize(operands.size());
    operand_types = many;
  }
  for (std::size_t i = 0; i < operands.size(); ++i) operand_types[i] = raw_.types[operands[i]];

  Node node;
  node.op = op;
  node.first_operand = static_cast<std::uint32_t>(raw_.operands.size());
  node.n_operands = static_cast<std::uint32_t>(operands.size());
  node.first_result = static_cast<Value>(raw_.types.size());
  node.loc = node_loc.line != 0 ? node_loc : loc;
  if (is_elementwise(op)) {  // without a vector for its one result: most nodes are
    raw_.types.push_back(infer_elementwise(op, attrs, operand_types));
  } else {
    const auto results = infer(op, attrs, operand_types);
    raw_.types.insert(raw_.types.end(), results.begin(), results.end());
    node.n_results = static_cast<std::uint32_t>(results.size());
    node.effect = has_effect(op, attrs);
  }
  if (attrs.index() != 0) {
    node.attrs = static_cast<std::uint32_t>(raw_.attrs.size());
    raw_.attrs.push_back(std::move(attrs));
  }
  raw_.operands.insert(raw_.operands.end(), operands.begin(), operands.end());
  raw_.nodes.push_back(node);
  return node.first_result;
}

std::vector<Value> Builder::splice(const Graph& graph, std::span<const Value> args) {
  std::vector<Value> map(graph.types.size(), no_value);
  for (std::uint32_t i = 0; i < graph.n_inputs; ++i) map[i] = args[i];
  for (const Node& source : graph.nodes) {
    Node node = source;
    node.first_operand = static_cast<std::uint32_t>(raw_.operands.size());
    node.first_result = static_cast<Value>(raw_.types.size());
    for (Value operand : graph.operands_of(source)) raw_.operands.push_back(map[operand]);
    for (std::uint32_t r = 0; r < source.n_results; ++r) {
      map[source.first_result + r] = static_cast<Value>(raw_.types.size());
      raw_.types.push_back(graph.types[source.first_result + r]);
    }
    if (source.attrs != 0) {
      node.attrs = static_cast<std::uint32_t>(raw_.attrs.size());
      raw_.attrs.push_back(graph.attrs[source.attrs]);
    }
    raw_.nodes.push_back(node);
  }
  std::vector<Value> outputs;
  outputs.reserve(graph.outputs.size());
  for (Value output : graph.outputs) outputs.push_back(map[output]);
  return outputs;
}

Loc Builder::where(Value value) const {
  const Node* node = made_by(value);
  return node == nullptr ? Loc() : node->loc;
}

const Node* Builder::made_by(Value value) const {
  // Nodes are in order of their results: find the one that made `value`.
  std::size_t low = 0, high = raw_.nodes.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (raw_.nodes[middle].first_result + raw_.nodes[middle].n_results <= value) low = middle + 1;
    else high = middle;
  }
  return low == raw_.nodes.size() || raw_.nodes[low].first_result > value ? nullptr : &raw_.nodes[low];
}

Graph Builder::compact(std::span<const Value> inputs, std::span<const Value> outputs) const { return ir::compact(raw_, inputs, outputs); }

Graph Builder::take(std::span<const Value> outputs) {
  raw_.n_inputs = static_cast<std::uint32_t>(inputs_.size());
  raw_.outputs.assign(outputs.begin(), outputs.end());
  return std::move(raw_);
}

void Builder::reserve(std::size_t nodes) {
  raw_.nodes.reserve(raw_.nodes.size() + nodes);
  raw_.types.reserve(raw_.types.size() + nodes);
  raw_.operands.reserve(raw_.operands.size() + 2 * nodes);
}

Graph Builder::finish(std::span<const Value> inputs, std::span<const Value> outputs) const { return canonical(raw_, inputs, outputs); }

}  // namespace espalier::ir
