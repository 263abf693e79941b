#include "espalier/ir/linearize.h"

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/jvp.h"

namespace espalier::ir {

Linearized linearize(const Graph& graph, const std::vector<bool>& active) {
  const Jvp pushed = jvp(graph, active);
  std::vector<bool> unknown(pushed.graph.n_inputs, false), force(pushed.graph.outputs.size(), false);
  for (std::size_t i = graph.n_inputs; i < unknown.size(); ++i) unknown[i] = true;
  for (std::size_t o = graph.outputs.size(); o < force.size(); ++o) force[o] = true;
  Split parts = split(pushed.graph, unknown, force);
  return {std::move(parts.known), std::move(parts.unknown), pushed.output_active, parts.n_residuals};
}

Vjp vjp(const Graph& graph, const std::vector<bool>& active) {
  const Linearized parts = linearize(graph, active);
  const Graph pulled = transpose(parts.linear, parts.n_residuals);
  Builder b;
  std::vector<Value> inputs, args;
  for (Type type : graph.input_types()) inputs.push_back(b.input(type));
  const auto primal = b.splice(parts.primal, inputs);
  args.assign(primal.end() - parts.n_residuals, primal.end());
  for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
    if (parts.output_active[o]) args.push_back(b.input(graph.type_of(graph.outputs[o])));
  }
  std::vector<Value> outputs(primal.begin(), primal.end() - parts.n_residuals);
  const auto cotangents = b.splice(pulled, args);
  outputs.insert(outputs.end(), cotangents.begin(), cotangents.end());
  return {b.finish(outputs), parts.output_active};
}

}  // namespace espalier::ir
