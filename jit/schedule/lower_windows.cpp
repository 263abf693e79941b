#include "espalier/jit/schedule/lower_windows.h"

#include "espalier/jit/schedule/replace_nodes.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool is_of_windows(const Graph&, const Node& node) { return node.op == Op::conv || node.op == Op::overlap_add; }

std::vector<Expr> as_windows(const Graph& graph, const Node& node, std::span<const Expr> operands) {
  if (node.op == Op::conv) return {lowered(graph.attrs_as<ConvAttrs>(node), operands[0], operands[1])};
  return {lowered(graph.attrs_as<OverlapAddAttrs>(node), operands[0])};
}

}  // namespace

Graph lower_windows(const Graph& graph) { return replace_nodes(graph, {is_of_windows, as_windows}); }

}  // namespace espalier::codegen
