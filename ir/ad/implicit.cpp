// Solvers: derivatives follow from what is solved, and not from how (the implicit function theorem).
#include "espalier/ir/ad/rules.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"

namespace espalier::ir {
namespace {

std::vector<Value> values_of(std::span<const Expr> exprs) {
  std::vector<Value> values;
  for (const Expr& e : exprs) values.push_back(e.value);
  return values;
}

// The tangent of `function` at `x`, by what it captures alone; absent where it does not depend on that.
std::vector<Tangent> by_captures(const JvpNode& n, const GraphRef& function, std::span<const Value> x) {
  std::vector<bool> active(n.operands.size(), false);
  std::vector<Value> args(x.begin(), x.end());
  for (std::size_t i = x.size(); i < n.operands.size(); ++i) {
    active[i] = n.tangents[i].present;
    args.push_back(n.operands[i].value);
  }
  for (std::size_t i = x.size(); i < n.operands.size(); ++i)
    if (active[i]) args.push_back(n.tangents[i].expr.value);
  const PushedBody& pushed = push_body(n.bodies, without_effects(function), active);  // it has acted where the solver called it
  const auto made = n.b.splice(*pushed.graph, args);
  std::vector<Tangent> tangents;
  std::size_t next = function->outputs.size();
  for (bool is_active : pushed.output_active) tangents.push_back(is_active ? Tangent(Expr{&n.b, made[next++]}) : Tangent());
  return tangents;
}

bool none_of(std::span<const Tangent> tangents) {
  for (const Tangent& t : tangents)
    if (t.present) return false;
  return true;
}

// The results of the node itself, which its derivatives are made of.
std::vector<Value> recorded(const JvpNode& n, std::size_t results) {
  const Value first = n.b.add(n.op, values_of(n.operands), n.attrs);
  std::vector<Value> x(results);
  for (std::size_t i = 0; i < x.size(); ++i) x[i] = first + static_cast<Value>(i);
  return x;
}

}  // namespace

// f(x, c) = 0, so f_x dx + f_c dc = 0. Where the search began makes no difference.
ControlJvp jvp_custom_root(const JvpNode& n) {
  const auto& a = std::get<CustomRootAttrs>(n.attrs);
  ControlJvp out;
  out.results = recorded(n, static_cast<std::size_t>(a.unknowns));
  out.tangents.resize(out.results.size());
  const auto change = by_captures(n, a.function, out.results);
  if (none_of(change)) return out;
  std::vector<Value> args = out.results;
  for (std::size_t i = 0; i < change.size(); ++i) args.push_back(instantiate(n.b, change[i], n.b.type(out.results[i])).value);
  for (const Expr& e : n.operands.subspan(out.results.size())) args.push_back(e.value);
  const auto solved = n.b.splice(*a.tangent_solve, args);
  for (std::size_t i = 0; i < solved.size(); ++i) out.tangents[i] = -Expr{&n.b, solved[i]};
  return out;
}

// A x = b, so A dx = db - dA x.
ControlJvp jvp_custom_linear_solve(const JvpNode& n) {
  const auto& a = std::get<LinearSolveAttrs>(n.attrs);
  ControlJvp out;
  out.results = recorded(n, static_cast<std::size_t>(a.unknowns));
  out.tangents.resize(out.results.size());
  std::vector<Tangent> change = by_captures(n, a.matvec, out.results);
  for (std::size_t i = 0; i < change.size(); ++i) change[i] = n.t(i) - change[i];
  if (none_of(change)) return out;
  std::vector<Value> args;
  for (std::size_t i = 0; i < change.size(); ++i) args.push_back(instantiate(n.b, change[i], n.operands[i].type()).value);
  for (const Expr& e : n.operands.subspan(change.size())) args.push_back(e.value);
  const Value first = n.b.add(n.op, args, n.attrs);
  for (std::size_t i = 0; i < change.size(); ++i) out.tangents[i] = Expr{&n.b, first + static_cast<Value>(i)};
  return out;
}

std::vector<Tangent> transpose_custom_linear_solve(const TransposeNode& n) {
  const auto& a = std::get<LinearSolveAttrs>(n.attrs);
  const auto unknowns = static_cast<std::size_t>(a.unknowns);
  for (std::size_t i = unknowns; i < n.linear.size(); ++i)
    if (n.linear[i]) throw DifferentiationError("custom_linear_solve", "the matrix depends on what the solver is to be linear in", "only the right-hand side may");
  if (a.transpose.empty()) throw DifferentiationError("custom_linear_solve", "reverse mode solves the transposed system, and no solver for that was given", "give transpose_solve, or `symmetric` where the matrix is its own transpose");
  std::vector<Value> args;
  for (std::size_t r = 0; r < unknowns; ++r) args.push_back(instantiate(n.b, n.cotangents[r], n.result_types[r]).value);
  for (const Expr& e : n.operands.subspan(unknowns)) args.push_back(e.value);
  const Value first = n.b.add(Op::custom_linear_solve, args, LinearSolveAttrs{a.transpose[0], a.transpose[1], {a.matvec, a.solve}, a.unknowns});
  std::vector<Tangent> out(n.linear.size());
  for (std::size_t i = 0; i < unknowns; ++i)
    if (n.linear[i]) out[i] = Expr{&n.b, first + static_cast<Value>(i)};
  return out;
}

}  // namespace espalier::ir
