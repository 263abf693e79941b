#include "espalier/ir/linearize.h"

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/canonical.h"

namespace espalier::ir {
namespace {

// Drops the tangents of outputs that nobody asks for.
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
}

// Both parts of a jvp graph, as they were recorded.
Linearized taken_apart(const Graph& graph, const Jvp& pushed) {
  std::vector<bool> unknown(pushed.graph.n_inputs, false), force(pushed.graph.outputs.size(), false);
  for (std::size_t i = graph.n_inputs; i < unknown.size(); ++i) unknown[i] = true;
  for (std::size_t o = graph.outputs.size(); o < force.size(); ++o) force[o] = true;
  Split parts = split(pushed.graph, unknown, force);
  return {std::move(parts.known), std::move(parts.unknown), pushed.output_active, parts.n_residuals};
}

}  // namespace

Linearized linearize(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted) {
  Jvp pushed = push(graph, active);
  if (!wanted.empty()) keep_wanted(pushed, graph.outputs.size(), wanted);
  pushed.graph = canonical(pushed.graph);
  Linearized out = taken_apart(graph, pushed);
  out.primal = canonical(out.primal);
  out.linear = canonical(out.linear);
  return out;
}

Vjp vjp(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted) {
  Jvp pushed = push(graph, active);
  if (!wanted.empty()) {
    keep_wanted(pushed, graph.outputs.size(), wanted);
    pushed.graph = compact(pushed.graph);
  }
  const Linearized parts = taken_apart(graph, pushed);
  Builder b;
  b.reserve(4 * graph.nodes.size());
  std::vector<Value> inputs, cotangents;
  for (Type type : graph.input_types()) inputs.push_back(b.input(type));
  const auto primal = b.splice(parts.primal, inputs);
  for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
    if (parts.output_active[o]) cotangents.push_back(b.input(graph.type_of(graph.outputs[o])));
  }
  const auto n_outputs = primal.size() - parts.n_residuals;
  std::vector<Value> outputs(primal.begin(), primal.begin() + static_cast<std::ptrdiff_t>(n_outputs));
  const auto pulled = pull(b, parts.linear, std::span(primal).subspan(n_outputs), cotangents);
  outputs.insert(outputs.end(), pulled.begin(), pulled.end());
  return {b.finish(outputs), parts.output_active};
}

}  // namespace espalier::ir
