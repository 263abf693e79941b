#include "espalier/jit/schedule/updates.h"

#include <numeric>

#include "espalier/jit/schedule/access.h"

namespace espalier::codegen {

using namespace ir;

std::optional<std::size_t> updated_operand(const Graph& graph, const Node& node, std::size_t result) {
  if (node.op == Op::dynamic_update_slice || node.op == Op::scatter || node.op == Op::scatter_reduce) return 0;
  const Attrs& attrs = graph.attrs_of(node);
  if (const auto* scan = std::get_if<ScanAttrs>(&attrs); scan != nullptr && result < static_cast<std::size_t>(scan->carries)) return static_cast<std::size_t>(scan->consts) + result;
  if (const auto* loop = std::get_if<WhileAttrs>(&attrs)) return static_cast<std::size_t>(loop->consts) + result;
  std::optional<std::size_t> common;
  if (const auto* cond = std::get_if<CondAttrs>(&attrs)) {
    for (const GraphRef& branch : cond->branches) {  // nesting is as deep as the user's
      const Value source = update_source(*branch, branch->outputs[result]);
      if (source == no_value || (common && *common != source + 1)) return {};
      common = source + 1;
    }
  }
  return common;
}

Value update_source(const Graph& body, Value value) {
  const auto definer = definers(body);
  while (definer[value] != no_node) {
    const Node& node = body.nodes[definer[value]];
    const auto operand = updated_operand(body, node, value - node.first_result);
    if (!operand || body.type_of(body.operands_of(node)[*operand]) != body.type_of(value)) return no_value;
    value = body.operands_of(node)[*operand];
  }
  return value;
}

std::vector<Value> old_slices(const Graph& graph) {
  constexpr std::int64_t small = 4;                         // parts of the array
  constexpr std::size_t most_work = std::size_t{1} << 24;  // nodes looked at
  const auto definer = definers(graph);
  std::vector<Value> base(graph.types.size());  // the array that each is, under another shape
  std::vector<std::uint32_t> uses(graph.types.size(), 0);
  std::iota(base.begin(), base.end(), Value{0});
  for (const Node& node : graph.nodes) {
    const auto operands = graph.operands_of(node);
    if (node.op == Op::reshape) base[node.first_result] = base[operands[0]];
    else
      for (Value v : operands) ++uses[base[v]];
  }
  std::vector<Value> found;
  std::size_t work = 0;
  for (std::uint32_t u = 0; u < graph.nodes.size() && work < most_work; ++u) {
    const Node& update = graph.nodes[u];
    for (std::uint32_t r = 0; r < update.n_results; ++r) {
      const auto operand = updated_operand(graph, update, r);
      if (!operand) continue;
      const Value array = base[graph.operands_of(update)[*operand]];
      if (uses[array] < 2) continue;
      work += 3 * graph.nodes.size();
      // What is computed from the update; then what a kernel that computes some of it may read in passing.
      std::vector<bool> behind(graph.nodes.size(), false), in_passing(graph.nodes.size(), false);
      behind[u] = true;
      const auto made_by = [&](Value v) { return definer[v]; };
      for (std::uint32_t n = u + 1; n < graph.nodes.size(); ++n)
        for (Value v : graph.operands_of(graph.nodes[n])) behind[n] = behind[n] || (made_by(v) != no_node && behind[made_by(v)]);
      for (std::size_t n = graph.nodes.size(); n-- > 0;) {
        const FusionKind kind = fusion_kind(graph, graph.nodes[n]);
        const bool reads = kind == FusionKind::map || kind == FusionKind::view || kind == FusionKind::reduction;
        if (!reads || !(behind[n] || in_passing[n])) continue;
        for (Value v : graph.operands_of(graph.nodes[n]))
          if (made_by(v) != no_node) in_passing[made_by(v)] = true;
      }
      for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
        const Node& node = graph.nodes[n];
        const bool slices = node.op == Op::slice || node.op == Op::dynamic_slice;
        if (!slices || behind[n] || !in_passing[n] || base[graph.operands_of(node)[0]] != array) continue;
        if (small * graph.type_of(node.first_result).size() <= graph.type_of(array).size()) found.push_back(node.first_result);
      }
    }
  }
  return found;
}

}  // namespace espalier::codegen
