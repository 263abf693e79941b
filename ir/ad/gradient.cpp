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
  // One program for outputs and gradients, so that a loop of the loss runs once for both.
  std::vector<bool> wanted(graph.outputs.size(), false);
  wanted[0] = true;
  const Vjp pulled = vjp(graph, active, wanted);
  Builder b;
  std::vector<Value> inputs;
  for (Type type : graph.input_types()) inputs.push_back(b.input(type));
  if (pulled.output_active[0]) inputs.push_back(full(b, graph.type_of(graph.outputs[0]), 1).value);
  return eliminate_common(b.finish(b.splice(pulled.graph, inputs)));
}

}  // namespace espalier::ir
