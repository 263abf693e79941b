#pragma once
// Derivatives of traced functions: what grad, jvp, vjp and linearize are made of. Graphs in, arrays out.
#include "espalier/dsl/transform/function.h"

namespace espalier::detail {

/// The outputs of `graph` on `args`, then the gradient of output 0 (a floating scalar) with respect to each active
/// argument. DifferentiationError if output 0 is no such scalar.
std::vector<Array> outputs_and_gradients(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active);

/// Outputs, then their tangents (zeros where nothing flows), one for each output; `tangents` match the active arguments.
/// Outputs that are not floating have Nothing as tangent.
struct Pushed {
  std::vector<Array> outputs, tangents;
};
Pushed push_forward(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active, std::span<const Array> tangents);

/// A function linearized at a point: a linear graph, the residuals it reads, and which outputs have tangents.
struct Linearization {
  ir::Graph linear;
  std::vector<Array> residuals;
  std::vector<bool> active, output_active;   // of the function's inputs and outputs
  std::vector<ir::Type> inputs, outputs;     // their types

  /// Tangents of the active inputs -> one tangent per output (zeros, or Nothing where the output is not floating).
  std::vector<Array> push(std::span<const Array> tangents) const;
  /// One cotangent per output (those of inactive outputs are ignored) -> one per active input.
  std::vector<Array> pull(std::span<const Array> cotangents) const;
};
struct Linearized {
  std::vector<Array> outputs;
  Linearization at;
};
Linearized linearize_at(const ir::Graph& graph, std::span<const Array> args, const std::vector<bool>& active);

/// A graph that is linear in its first `n_linear` inputs, to be pulled back through itself: the others, `captures`, are its residuals.
/// DifferentiationError where a constant that is not zero is added to what is linear.
Linearization linear_at(const ir::Graph& graph, std::size_t n_linear, std::span<const Array> captures);

/// Columns of the Jacobian of a one-output graph by one input: shape output.shape + input.shape. Forward pushes the basis
/// of the input through at once, reverse pulls the basis of the output.
Array jacobian_forward(const ir::Graph& graph, std::span<const Array> args, std::size_t input, std::size_t output);
Array jacobian_reverse(const ir::Graph& graph, std::span<const Array> args, std::size_t input, std::size_t output);

/// Cotangents and tangents must be what the values are: StructureError, ShapeError or DTypeError naming both, at the place of
/// the call or, if that is not known, where what was given was made.
void require_like(std::span<const Array> given, std::span<const ir::Type> wanted, const char* op, const char* what, Where where);

}  // namespace espalier::detail
