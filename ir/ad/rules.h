#pragma once
// The rules of differentiation: one function per family of ops.
#include "espalier/ir/ad/tangent.h"
#include "espalier/ir/bodies.h"
#include "espalier/ir/jvp.h"

namespace espalier::ir {

/// As `jvp`, but as it was recorded, dead nodes included: for those who read it once.
Jvp push(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& keep_active = {});

/// A body with its tangents: a Jvp that nodes share.
struct PushedBody {
  GraphRef graph;
  std::vector<bool> output_active;
};
using PushedBodies = Bodies<PushedBody>;
const PushedBody& push_body(PushedBodies& bodies, const GraphRef& body, const std::vector<bool>& active, const std::vector<bool>& keep_active = {});

/// A node in hand: its operands and results in the graph being built, and its operands' tangents.
struct JvpNode {
  Builder& b;
  Op op;
  const Attrs& attrs;
  std::span<const Expr> operands;
  std::span<const Tangent> tangents;
  PushedBodies& bodies;
  Expr result;  // the first; absent (no builder) for control ops, whose rules make the primal themselves

  Expr x(std::size_t i) const { return operands[i]; }
  Expr y(Value i) const { return {&b, result.value + i}; }
  Tangent t(std::size_t i) const { return tangents[i]; }
  Expr zeros_or(std::size_t i) const { return instantiate(b, tangents[i], operands[i].type()); }
};

/// The tangent of a result, for ops whose rows do not say that it is flat.
Tangent jvp_elementwise(const JvpNode& n);
Tangent jvp_movement(Movement op, const JvpNode& n);
Tangent jvp_reducing(Reducing op, const JvpNode& n);
Tangent jvp_contraction(const JvpNode& n);
/// Those of all its results.
std::vector<Tangent> jvp_library(Library op, const JvpNode& n);

/// Control ops give all their results at once: primals, and the tangents that there are.
struct ControlJvp {
  std::vector<Value> results;
  std::vector<Tangent> tangents;
};
ControlJvp jvp_control(Control op, const JvpNode& n);
// Functions with derivatives of the user's (custom.cpp).
ControlJvp jvp_custom_jvp(const JvpNode& n);
ControlJvp jvp_custom_vjp(const JvpNode& n);
ControlJvp jvp_custom_linear(const JvpNode& n);
// Solvers (implicit.cpp).
ControlJvp jvp_custom_root(const JvpNode& n);
ControlJvp jvp_custom_linear_solve(const JvpNode& n);

/// A graph split by what is known (both parts as they were recorded): `known` maps the known inputs to (its known outputs…,
/// residuals…); `unknown` maps (residuals…, unknown inputs…) to the unknown outputs. `output_unknown` tells which outputs those
/// are.
struct Split {
  Graph known, unknown;
  std::vector<bool> output_unknown;
  std::uint32_t n_residuals = 0;
};
/// `force[o]` (optional) makes output o unknown even if it depends on nothing unknown.
Split split(const Graph& graph, const std::vector<bool>& unknown, const std::vector<bool>& force = {});

/// Records in `b` the transpose of a linear program: given its residuals and the cotangents of its outputs, those of its
/// tangents.
std::vector<Value> pull(Builder& b, const Graph& linear, std::span<const Value> residuals, std::span<const Value> cotangents);
/// The same added to what its tangents have got before: `so_far`, one for each of the first of them.
std::vector<Value> pull(Builder& b, const Graph& linear, std::span<const Value> residuals, std::span<const Value> cotangents, std::span<const Tangent> so_far);

/// The cotangents of a linear node's operands (only of those flagged in `linear`), given those of its results.
struct TransposeNode {
  Builder& b;
  const Node& node;
  const Attrs& attrs;
  std::span<const Type> types;            // of the operands
  const std::vector<bool>& linear;        // per operand
  std::span<const Expr> operands;         // in the graph being built; only those that are not linear
  std::span<const Tangent> cotangents;    // per result
  std::span<const Type> result_types;

  Tangent ct() const { return cotangents[0]; }
};
/// As many as operands; none at all if the node is not linear in those that are flagged.
std::vector<Tangent> transpose_movement(Movement op, const TransposeNode& n);
std::vector<Tangent> transpose_reducing(Reducing op, const TransposeNode& n);
std::vector<Tangent> transpose_contraction(Contraction op, const TransposeNode& n);
std::vector<Tangent> transpose_fourier(Fourier op, const TransposeNode& n);
std::vector<Tangent> transpose_library(Library op, const TransposeNode& n);
std::vector<Tangent> transpose_control(Control op, const TransposeNode& n);
std::vector<Tangent> transpose_custom_linear(const TransposeNode& n);
std::vector<Tangent> transpose_custom_linear_solve(const TransposeNode& n);

}  // namespace espalier::ir
