#include "espalier/ir/canonical.h"

namespace espalier::ir {
namespace {

// The nodes that the outputs need, each after those that it needs, in the order a left-to-right walk finishes them.
std::vector<std::uint32_t> post_order(const Graph& graph, std::span<const std::uint32_t> definer,
                                      std::span<const Value> outputs) {
  struct Frame { std::uint32_t node, next_operand; };
  std::vector<std::uint32_t> order;
  std::vector<bool> seen(graph.nodes.size(), false);
  std::vector<Frame> stack;
  order.reserve(graph.nodes.size());
  auto visit = [&](Value value) {
    const std::uint32_t node = definer[value];
    if (node == no_node || seen[node]) return;
    seen[node] = true;
    stack.push_back({node, 0});
  };
  for (Value output : outputs) {
    visit(output);
    while (!stack.empty()) {
      Frame& top = stack.back();
      const auto operands = graph.operands_of(graph.nodes[top.node]);
      if (top.next_operand == operands.size()) {
        order.push_back(top.node);
        stack.pop_back();
      } else {
        visit(operands[top.next_operand++]);
      }
    }
  }
  return order;
}

}  // namespace

Graph canonical(const Graph& recorded, std::span<const Value> inputs, std::span<const Value> outputs) {
  const auto definer = definers(recorded);
  Graph graph;
  graph.n_inputs = static_cast<std::uint32_t>(inputs.size());
  std::vector<Value> renamed(recorded.types.size(), no_value);
  for (Value input : inputs) {
    renamed[input] = static_cast<Value>(graph.types.size());
    graph.types.push_back(recorded.types[input]);
  }
  const auto order = post_order(recorded, definer, outputs);
  graph.nodes.reserve(order.size());
  graph.types.reserve(order.size() + inputs.size());
  graph.operands.reserve(order.size() * 2);
  for (std::uint32_t index : order) {
    Node node = recorded.nodes[index];
    const auto operands = recorded.operands_of(node);
    node.first_operand = static_cast<std::uint32_t>(graph.operands.size());
    for (Value operand : operands) graph.operands.push_back(renamed[operand]);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      renamed[node.first_result + r] = static_cast<Value>(graph.types.size() + r);
    }
    const Value first = static_cast<Value>(graph.types.size());
    for (std::uint32_t r = 0; r < node.n_results; ++r) graph.types.push_back(recorded.types[node.first_result + r]);
    node.first_result = first;
    if (node.attrs != 0) {
      graph.attrs.push_back(recorded.attrs[node.attrs]);
      node.attrs = static_cast<std::uint32_t>(graph.attrs.size() - 1);
    }
    graph.nodes.push_back(node);
  }
  for (Value output : outputs) graph.outputs.push_back(renamed[output]);
  return graph;
}

Graph canonical(const Graph& graph) {
  std::vector<Value> inputs(graph.n_inputs);
  for (Value i = 0; i < graph.n_inputs; ++i) inputs[i] = i;
  return canonical(graph, inputs, graph.outputs);
}

}  // namespace espalier::ir
