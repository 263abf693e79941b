#include "espalier/ir/checks/uses.h"

#include <algorithm>

namespace espalier::ir::checks {
namespace {

// Masks beyond are taken to be full: an element that is discarded behind so many ops may then be reported.
constexpr std::size_t most_edges = 8;
constexpr std::uint8_t most_depth = 48;

bool asks(const Graph& graph, const Node& node) {
  if (node.op == Op::is_finite) return true;
  return node.op == Op::compare && graph.operands_of(node)[0] == graph.operands_of(node)[1];
}
// What decides about operand `slot` of a node whether it counts: an operand of the node, and the value it must have. -1: nothing does.
struct Guard {
  int operand = -1;
  bool holds = true;
};
Guard guard_of(const Graph& graph, const Node& node, std::uint32_t slot) {
  if (node.op == Op::select && slot != 0) return {0, slot == 1};
  const bool logic = (node.op == Op::and_ || node.op == Op::or_) && is_bool(graph.type_of(node.first_result).dtype());
  if (logic) return {static_cast<int>(1 - slot), node.op == Op::and_};
  return {};
}
bool keeps_places(const Node& node) {
  return is_elementwise(node.op) || node.op == Op::broadcast || node.op == Op::reshape || node.op == Op::transpose;
}

}  // namespace

Uses::Uses(const Graph& graph, bool asking_is_no_use)
    : graph_(graph), definers_(definers(graph)), asking_is_no_use_(asking_is_no_use), used_(graph.types.size(), Used::none),
      ready_(graph.types.size(), no_node), depth_(graph.types.size(), 0), edges_(graph.types.size()), masks_(graph.types.size(), no_value) {
  for (Value v : graph.outputs) use_all(v);
  for (std::size_t n = graph.nodes.size(); n-- > 0;) reach(static_cast<std::uint32_t>(n));
}

void Uses::use_all(Value v) {
  used_[v] = Used::all;
  edges_[v].clear();
}

void Uses::reach(std::uint32_t n) {
  const Node& node = graph_.nodes[n];
  const auto operands = graph_.operands_of(node);
  Used result = Used::none;
  for (std::uint32_t r = 0; r < node.n_results; ++r) result = std::max(result, used_[node.first_result + r]);
  if (node.effect) result = Used::all;
  if (result == Used::none || (asking_is_no_use_ && asks(graph_, node))) return;
  for (std::uint32_t slot = 0; slot < operands.size(); ++slot) {
    const bool guarded = guard_of(graph_, node, slot).operand >= 0;
    if (keeps_places(node) && !node.effect && (guarded || result == Used::some)) use(operands[slot], n, slot);
    else use_all(operands[slot]);
  }
}

void Uses::use(Value v, std::uint32_t n, std::uint32_t slot) {
  if (used_[v] == Used::all) return;
  const Node& node = graph_.nodes[n];
  const Value result = node.first_result;
  const auto depth = static_cast<std::uint8_t>(depth_[result] + 1);
  if (edges_[v].size() == most_edges || depth > most_depth) return use_all(v);
  used_[v] = Used::some;
  depth_[v] = std::max(depth_[v], depth);
  edges_[v].push_back({n, slot});
  const auto wait = [&](std::uint32_t needed) {
    if (needed != no_node) ready_[v] = ready_[v] == no_node ? needed : std::max(ready_[v], needed);
  };
  if (used_[result] == Used::some) wait(ready_[result]);
  const Guard guard = guard_of(graph_, node, slot);
  if (guard.operand >= 0) wait(definers_[graph_.operands_of(node)[static_cast<std::size_t>(guard.operand)]]);
}

// Bounded by most_depth.
Expr Uses::mask(Builder& b, const std::vector<Value>& values, Value v) {
  if (masks_[v] == no_value) {
    Expr any;
    for (const Edge edge : edges_[v]) {
      const Expr one = through(b, values, edge);
      any = any.builder == nullptr ? one : binary(Op::or_, any, one);
    }
    masks_[v] = any.value;
  }
  return {&b, masks_[v]};
}

Expr Uses::through(Builder& b, const std::vector<Value>& values, Edge edge) {
  const Node& node = graph_.nodes[edge.node];
  const auto operands = graph_.operands_of(node);
  const Guard guard = guard_of(graph_, node, edge.slot);
  Expr counts;
  if (used_[node.first_result] == Used::some) counts = mask(b, values, node.first_result);
  if (guard.operand >= 0) {
    Expr chosen{&b, values[operands[static_cast<std::size_t>(guard.operand)]]};
    if (!guard.holds) chosen = unary(Op::not_, chosen);
    counts = counts.builder == nullptr ? chosen : binary(Op::and_, counts, chosen);
  }
  const Shape& shape = graph_.type_of(operands[edge.slot]).shape();
  if (node.op == Op::broadcast) {
    const auto& a = graph_.attrs_as<BroadcastAttrs>(node);
    Ints gone;
    for (int axis = 0; axis < counts.ndim(); ++axis) {
      const auto at = std::find(a.dims.begin(), a.dims.end(), axis);
      if (at == a.dims.end() || shape[static_cast<int>(at - a.dims.begin())] != counts.shape()[axis]) gone.push_back(axis);
    }
    return reshape(reduce(counts, Reduction::or_, gone), shape);
  }
  if (node.op == Op::transpose) {
    const auto& a = graph_.attrs_as<TransposeAttrs>(node);
    Ints back(a.permutation.size());
    for (std::size_t i = 0; i < back.size(); ++i) back[static_cast<std::size_t>(a.permutation[i])] = static_cast<std::int64_t>(i);
    return transpose(counts, back);
  }
  return reshape(counts, shape);
}

}  // namespace espalier::ir::checks
