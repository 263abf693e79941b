#include "espalier/ir/stops_by_element.h"

#include <numeric>

#include "espalier/ir/graph.h"

namespace espalier::ir {
namespace {

const Node* made_by(const Graph& graph, const std::vector<std::uint32_t>& definer, Value v, Op op) {
  return definer[v] != no_node && graph.nodes[definer[v]].op == op ? &graph.nodes[definer[v]] : nullptr;
}

// Whether v is `flags`, or that repeated along axes behind its own.
bool is_spread(const Graph& graph, const std::vector<std::uint32_t>& definer, Value v, Value flags) {
  if (v == flags) return true;
  const Node* broadcast = made_by(graph, definer, v, Op::broadcast);
  if (broadcast == nullptr || graph.operands_of(*broadcast)[0] != flags) return false;
  const Ints& dims = graph.attrs_as<BroadcastAttrs>(*broadcast).dims;
  Ints leading(dims.size());
  std::iota(leading.begin(), leading.end(), 0);
  const Shape &from = graph.type_of(flags).shape(), &to = graph.type_of(v).shape();
  for (int i = 0; i < from.ndim(); ++i)
    if (from[i] != to[i]) return false;
  return dims == leading;
}

}  // namespace

bool stops_by_element(const WhileAttrs& loop) {
  const Graph &condition = *loop.condition, &body = *loop.body;
  const auto first = static_cast<Value>(loop.consts);
  if (body.outputs.empty() || body.type_of(first).dtype() != bool_ || condition.outputs.size() != 1) return false;
  const Node* any = made_by(condition, definers(condition), condition.outputs[0], Op::reduce);
  if (any == nullptr || condition.operands_of(*any)[0] != first) return false;
  const auto& reduced = condition.attrs_as<ReduceAttrs>(*any);
  if (reduced.kind != Reduction::or_ || reduced.axes.size() != static_cast<std::size_t>(body.type_of(first).ndim())) return false;

  const auto definer = definers(body);
  const Node* both = made_by(body, definer, body.outputs[0], Op::and_);
  if (both == nullptr || (body.operands_of(*both)[0] != first && body.operands_of(*both)[1] != first)) return false;
  for (std::size_t r = 1; r < body.outputs.size(); ++r) {
    if (body.outputs[r] == first + static_cast<Value>(r)) continue;  // it never changes
    const Node* chosen = made_by(body, definer, body.outputs[r], Op::select);
    if (chosen == nullptr) return false;
    const auto operands = body.operands_of(*chosen);
    if (!is_spread(body, definer, operands[0], first) || operands[2] != first + static_cast<Value>(r)) return false;
  }
  return true;
}

}  // namespace espalier::ir
