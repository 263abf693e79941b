// The gradient of a scalar: its vjp, seeded with 1, beside the program itself.
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/simplify.h"

namespace espalier::ir {
namespace {

void require_loss(const Graph& graph) {
  if (graph.outputs.empty()) throw DifferentiationError("grad", "the function has no output", "return the loss");
  const Value loss = graph.outputs[0];
  const Type type = graph.type_of(loss);
  if (type.ndim() == 0 && is_floating(type.dtype())) return;
  const std::uint32_t node = definers(graph)[loss];
  const Loc loc = node == no_node ? Loc() : graph.nodes[node].loc;
  const std::string made = loc.line == 0 ? "" : " made at " + std::string(loc.file) + ":" + std::to_string(loc.line);
  throw DifferentiationError("grad", "the loss is " + type.str() + made + ", not a floating-point scalar", "reduce it with sum or mean; for arrays use jacrev, jacfwd or vjp");
}

}  // namespace

Graph value_and_gradient(const Graph& graph, const std::vector<bool>& active) {
  require_loss(graph);
  Graph loss_only = graph;
  loss_only.outputs.resize(1);
  const Vjp pulled = vjp(canonical(loss_only), active);
  Builder b;
  std::vector<Value> inputs;
  for (Type type : graph.input_types()) inputs.push_back(b.input(type));
  std::vector<Value> outputs = b.splice(graph, inputs);
  if (pulled.output_active[0]) inputs.push_back(full(b, graph.type_of(graph.outputs[0]), 1).value);
  const auto loss_and_gradients = b.splice(pulled.graph, inputs);
  outputs.insert(outputs.end(), loss_and_gradients.begin() + 1, loss_and_gradients.end());
  return eliminate_common(b.finish(outputs));
}

}  // namespace espalier::ir
