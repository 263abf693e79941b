// Functions with derivatives of the user's: where a tangent meets one, its rule takes its place.
#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"

namespace espalier::ir {
namespace {

// The tangents of the floating arguments, zeros where there are none. What a function captures has no tangent by its rule, so one that
// has a tangent all the same would be lost.
std::vector<Value> tangents_of_arguments(const JvpNode& n, int arguments, const char* op) {
  std::vector<Value> tangents;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    const bool is_argument = i < static_cast<std::size_t>(arguments);
    if (!is_argument && n.tangents[i].present) {
      throw DifferentiationError(op, "the function captures an array that is differentiated, " + n.operands[i].type().str() + ", and its rule says nothing of that one", "pass it as an argument, or capture stop_gradient of it");
    }
    if (is_argument && is_inexact(n.operands[i].dtype())) tangents.push_back(n.zeros_or(i).value);
  }
  return tangents;
}
std::vector<Value> primals_of(const JvpNode& n) {
  std::vector<Value> values;
  for (const Expr& e : n.operands) values.push_back(e.value);
  return values;
}
// Results, each floating one with its tangent.
ControlJvp paired(const JvpNode& n, std::vector<Value> results, const Value* tangents) {
  ControlJvp out;
  for (Value v : results) out.tangents.push_back(is_inexact(n.b.type(v).dtype()) ? Tangent(Expr{&n.b, *tangents++}) : Tangent());
  out.results = std::move(results);
  return out;
}

}  // namespace

ControlJvp jvp_custom_jvp(const JvpNode& n) {
  const auto& a = std::get<CustomJvpAttrs>(n.attrs);
  std::vector<Value> args = primals_of(n);
  const auto tangents = tangents_of_arguments(n, a.arguments, "custom_jvp");
  args.insert(args.end(), tangents.begin(), tangents.end());
  const auto made = n.b.splice(*a.rule, args);
  const auto count = static_cast<std::ptrdiff_t>(a.body->outputs.size());
  return paired(n, {made.begin(), made.begin() + count}, made.data() + count);
}

ControlJvp jvp_custom_vjp(const JvpNode& n) {
  const auto& a = std::get<CustomVjpAttrs>(n.attrs);
  const auto tangents = tangents_of_arguments(n, a.arguments, "custom_vjp");
  const std::vector<Value> args = primals_of(n);
  const auto made = n.b.splice(*a.forward, args);
  const auto count = static_cast<std::ptrdiff_t>(a.body->outputs.size());
  std::vector<Value> operands(args.begin() + a.arguments, args.end());
  operands.insert(operands.end(), made.begin() + count, made.end());
  const auto residuals = static_cast<int>(operands.size());
  operands.insert(operands.end(), tangents.begin(), tangents.end());
  const Value first = n.b.add(Op::custom_linear, operands, CustomLinearAttrs{a.backward, residuals});
  std::vector<Value> linear(a.backward->n_inputs - static_cast<std::size_t>(residuals));
  for (std::size_t i = 0; i < linear.size(); ++i) linear[i] = first + static_cast<Value>(i);
  return paired(n, {made.begin(), made.begin() + count}, linear.data());
}

ControlJvp jvp_custom_linear(const JvpNode&) {
  throw DifferentiationError("custom_vjp", "a function with a reverse rule has no derivative in forward mode", "differentiate it with grad or vjp, or give it a rule by custom_jvp");
}

std::vector<Tangent> transpose_custom_linear(const TransposeNode& n) {
  const auto& a = std::get<CustomLinearAttrs>(n.attrs);
  const auto residuals = static_cast<std::size_t>(a.residuals);
  std::vector<Value> args;
  for (std::size_t i = 0; i < residuals; ++i) {
    if (n.linear[i]) throw DifferentiationError("custom_vjp", "a residual depends on a tangent", "differentiate in reverse mode first");
    args.push_back(n.operands[i].value);
  }
  for (std::size_t r = 0; r < n.cotangents.size(); ++r) args.push_back(instantiate(n.b, n.cotangents[r], n.result_types[r]).value);
  const auto cotangents = n.b.splice(*a.backward, args);
  std::vector<Tangent> out(residuals);
  for (Value v : cotangents) out.emplace_back(Expr{&n.b, v});
  return out;
}

}  // namespace espalier::ir
