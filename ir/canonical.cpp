#include "espalier/ir/canonical.h"

#include <algorithm>
#include <numeric>

namespace espalier::ir {
namespace {

// The nodes that effects and outputs need, each after those that it needs, in the order a left-to-right walk finishes them. Effects
// are visited in the order of recording, so they keep it: what an effect needs was recorded before it.
std::vector<std::uint32_t> post_order(const Graph& graph, std::span<const std::uint32_t> definer,
                                      std::span<const Value> outputs) {
  struct Frame {
    std::uint32_t node, next_operand;
  };
  std::vector<std::uint32_t> order;
  std::vector<bool> seen(graph.nodes.size(), false);
  std::vector<Frame> stack;
  order.reserve(graph.nodes.size());
  auto visit_node = [&](std::uint32_t node) {
    if (node == no_node || seen[node]) return;
    seen[node] = true;
    stack.push_back({node, 0});
  };
  auto visit = [&](Value value) { visit_node(definer[value]); };
  auto finish = [&] {
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
  };
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
    if (graph.nodes[node].effect) visit_node(node), finish();
  }
  for (Value output : outputs) visit(output), finish();
  return order;
}

// The nodes that effects and outputs need, as they were recorded.
std::vector<std::uint32_t> live(const Graph& graph, std::span<const Value> outputs) {
  std::vector<bool> needed(graph.types.size(), false);
  for (Value output : outputs) needed[output] = true;
  std::vector<std::uint32_t> order;
  order.reserve(graph.nodes.size());
  for (std::size_t n = graph.nodes.size(); n-- > 0;) {
    const Node& node = graph.nodes[n];
    bool any = node.effect;
    for (std::uint32_t r = 0; r < node.n_results; ++r) any = any || needed[node.first_result + r];
    if (!any) continue;
    for (Value operand : graph.operands_of(node)) needed[operand] = true;
    order.push_back(static_cast<std::uint32_t>(n));
  }
  std::reverse(order.begin(), order.end());
  return order;
}

// The inputs and the nodes named, in that order, with all values numbered anew.
Graph renumbered(const Graph& recorded, std::span<const Value> inputs, std::span<const std::uint32_t> order, std::span<const Value> outputs) {
  Graph graph;
  graph.n_inputs = static_cast<std::uint32_t>(inputs.size());
  std::vector<Value> renamed(recorded.types.size(), no_value);
  for (Value input : inputs) {
    renamed[input] = static_cast<Value>(graph.types.size());
    graph.types.push_back(recorded.types[input]);
  }
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

}  // namespace

Graph canonical(const Graph& recorded, std::span<const Value> inputs, std::span<const Value> outputs) {
  return renumbered(recorded, inputs, post_order(recorded, definers(recorded), outputs), outputs);
}
Graph compact(const Graph& recorded, std::span<const Value> inputs, std::span<const Value> outputs) {
  return renumbered(recorded, inputs, live(recorded, outputs), outputs);
}

namespace {

std::vector<Value> inputs_of(const Graph& graph) {
  std::vector<Value> inputs(graph.n_inputs);
  std::iota(inputs.begin(), inputs.end(), 0);
  return inputs;
}

}  // namespace

Graph canonical(const Graph& graph) { return canonical(graph, inputs_of(graph), graph.outputs); }
Graph compact(const Graph& graph) { return compact(graph, inputs_of(graph), graph.outputs); }

}  // namespace espalier::ir
