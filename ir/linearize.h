#pragma once
// Linearization: a jvp graph split into what is known without tangents, and the linear rest.
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// `primal`: inputs -> (outputs…, residuals…). `linear`: (residuals…, tangents of active inputs…) -> tangents of the
/// outputs flagged in `output_active`. Only outputs flagged in `wanted` (empty: all) have tangents.
struct Linearized {
  Graph primal, linear;
  std::vector<bool> output_active;
  std::uint32_t n_residuals = 0;
};
Linearized linearize(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted = {});

/// The transpose of a linear program: `linear` maps (residuals…, tangents…) -> outputs, linear in the tangents; the
/// result maps (residuals…, cotangents of the outputs…) -> cotangents of the tangents (zeros where nothing flows).
Graph transpose(const Graph& linear, std::uint32_t n_residuals);

/// DifferentiationError unless the program, in its inputs from `n_residuals` on, only adds what is linear in them or zero: that
/// f(0) is 0. Whether each op is linear, `transpose` asks.
void require_linear(const Graph& program, std::uint32_t n_residuals);

/// Reverse mode in one program: (inputs…, cotangents of the outputs flagged…) -> (outputs…, cotangents of the active
/// inputs…). Only floating outputs that depend on an active input are flagged.
struct Vjp {
  Graph graph;
  std::vector<bool> output_active;
};
Vjp vjp(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& wanted = {});

/// The gradient of output 0 in one program: inputs -> (outputs…, gradients of output 0 by the active inputs…). What value
/// and gradient share is computed once. DifferentiationError unless output 0 is a floating scalar.
Graph value_and_gradient(const Graph& graph, const std::vector<bool>& active);

}  // namespace espalier::ir
