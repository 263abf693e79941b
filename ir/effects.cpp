#include "espalier/ir/effects.h"

#include <algorithm>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/host_function.h"

namespace espalier::ir {

bool has_effect(Op op, const Attrs& attrs) {
  switch (info(op).effect) {
    case Effect::pure: return false;
    case Effect::host: return true;
    case Effect::bodies: break;
  }
  bool found = false;
  for_each_body(attrs, [&](const GraphRef& body) { found = found || has_effects(*body); });
  return found;
}
bool has_effects(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.effect; });
}

Graph without_effects(const Graph& graph) {
  Builder b;
  std::vector<Value> values(graph.types.size(), no_value), operands, outputs;
  for (Value i = 0; i < graph.n_inputs; ++i) values[i] = b.input(graph.types[i]);
  for (const Node& node : graph.nodes) {
    if (info(node.op).effect == Effect::host) {
      if (node.n_results == 1) values[node.first_result] = values[graph.operands_of(node)[0]];  // a token
      continue;
    }
    operands.clear();
    for (Value v : graph.operands_of(node)) operands.push_back(values[v]);
    const Attrs& attrs = graph.attrs_of(node);
    const Value first = b.add(node.op, operands, node.effect ? without_effects(attrs) : attrs, node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  for (Value v : graph.outputs) outputs.push_back(values[v]);
  return b.finish(outputs);
}
GraphRef without_effects(const GraphRef& body) { return has_effects(*body) ? std::make_shared<const Graph>(without_effects(*body)) : body; }
Attrs without_effects(Attrs attrs) {
  for_each_body(attrs, [](GraphRef& body) { body = without_effects(body); });
  return attrs;
}

void fail_unknown_function(Op op, const std::string& name) {
  throw ArgumentError(std::string(ir::name(op)), "the function \"" + name + "\" is not known: the program was read from text, which has no more of it than the name",
                      "run the program in the process that traced it");
}

}  // namespace espalier::ir
