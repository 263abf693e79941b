#include "espalier/ir/linearize.h"

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/jvp.h"

namespace espalier::ir {

namespace {

// Drops the tangents of outputs that nobody asks for, and what only they need.
void keep_wanted(Jvp& pushed, std::size_t n_outputs, const std::vector<bool>& wanted) {
  std::vector<Value> kept(pushed.graph.outputs.begin(), pushed.graph.outputs.begin() + static_cast<std::ptrdiff_t>(n_outputs));
  std::size_t next = n_outputs;
  for (std::size_t o = 0; o < n_outputs; ++o) {
    if (!pushed.output_active[o]) continue;
    if (wanted[o]) kept.push_back(pushed.graph.outputs[next]);
    else pushed.output_active[o] = false;
    ++next;
  }
  pushed.graph.outputs = std::move(kept);
  pushed.graph = canonical(pushed.graph);
}

}  // namespace

Linearized linearize(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted) {
  Jvp pushed = jvp(graph, active);
  if (!wanted.empty()) keep_wanted(pushed, graph.outputs.size(), wanted);
  std::vector<bool> unknown(pushed.graph.n_inputs, false), force(pushed.graph.outputs.size(), false);
  for (std::size_t i = graph.n_inputs; i < unknown.size(); ++i) unknown[i] = true;
  for (std::size_t o = graph.outputs.size(); o < force.size(); ++o) force[o] = true;
  Split parts = split(pushed.graph, unknown, force);
  return {std::move(parts.known), std::move(parts.unknown), pushed.output_active, parts.n_residuals};
}

Vjp vjp(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted) {
  const Linearized parts = linearize(graph, active, wanted);
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
