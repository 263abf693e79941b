#include "espalier/jit/schedule/replace_nodes.h"

#include "espalier/ir/attr_fields.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool has_wanted(const Graph& graph, const Replacement& replacement) {
  bool found = false;
  for (const Node& node : graph.nodes) {
    found = found || replacement.is_wanted(graph, node);
    for_each_body(graph.attrs_of(node), [&](const GraphRef& body) { found = found || has_wanted(*body, replacement); });
  }
  return found;
}

}  // namespace

Graph replace_nodes(const Graph& graph, const Replacement& replacement) {
  if (!has_wanted(graph, replacement)) return graph;
  Builder b;
  std::vector<Value> values(graph.types.size(), no_value);
  for (Value i = 0; i < graph.n_inputs; ++i) values[i] = b.input(graph.type_of(i));
  for (const Node& node : graph.nodes) {
    b.loc = node.loc;
    std::vector<Value> operands;
    for (Value v : graph.operands_of(node)) operands.push_back(values[v]);
    if (replacement.is_wanted(graph, node)) {
      std::vector<Expr> exprs;
      for (Value v : operands) exprs.push_back({&b, v});
      const std::vector<Expr> results = replacement.results(graph, node, exprs);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = results[r].value;
      continue;
    }
    Attrs attrs = graph.attrs_of(node);
    for_each_body(attrs, [&](GraphRef& body) { body = std::make_shared<const Graph>(replace_nodes(*body, replacement)); });
    const Value first = b.add(node.op, operands, std::move(attrs), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  b.loc = {};
  std::vector<Value> outputs;
  for (Value output : graph.outputs) outputs.push_back(values[output]);
  return b.finish(outputs);
}

}  // namespace espalier::codegen
