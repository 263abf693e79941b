// Of functions with derivatives of the user's.
#include <algorithm>

#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

std::vector<Type> floating(Types types) {
  std::vector<Type> found;
  std::copy_if(types.begin(), types.end(), std::back_inserter(found), [](Type t) { return is_inexact(t.dtype()); });
  return found;
}
std::vector<Type> joined(std::initializer_list<Types> parts) {
  std::vector<Type> all;
  for (Types part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
void require_results(Op op, const GraphRef& graph, const std::vector<Type>& wanted, const std::string& what) {
  const auto given = graph->output_types();
  if (given.size() != wanted.size()) fail_arguments(op, what + " returns " + std::to_string(given.size()) + " values, not " + std::to_string(wanted.size()));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Type pair[] = {given[i], wanted[i]};
    if (given[i] != wanted[i]) fail_shapes(op, what + ": result " + std::to_string(i) + " must be " + wanted[i].str() + ", not " + given[i].str(), pair);
  }
}
Types arguments_of(Op op, int arguments, Types in) {
  if (arguments < 0 || static_cast<std::size_t>(arguments) > in.size()) fail_arguments(op, std::to_string(arguments) + " arguments of " + std::to_string(in.size()) + " operands");
  return in.first(static_cast<std::size_t>(arguments));
}
// The unknowns of a solver, which are numbers that have derivatives.
std::vector<Type> unknowns_of(Op op, int unknowns, Types in) {
  const Types found = arguments_of(op, unknowns, in);
  for (Type t : found)
    if (!is_inexact(t.dtype())) fail_dtypes(op, "the unknowns are floating or complex, not " + t.str(), found);
  return {found.begin(), found.end()};
}

}  // namespace

std::vector<Type> custom_jvp(const CustomJvpAttrs& a, Types in) {
  const Op op = Op::custom_jvp;
  require_operands(op, a.body, in, "the function");
  const auto results = a.body->output_types();
  require_operands(op, a.rule, joined({in, floating(arguments_of(op, a.arguments, in))}), "the rule");
  require_results(op, a.rule, joined({results, floating(results)}), "the rule");
  return results;
}

std::vector<Type> custom_vjp(const CustomVjpAttrs& a, Types in) {
  const Op op = Op::custom_vjp;
  require_operands(op, a.body, in, "the function");
  require_operands(op, a.forward, in, "the forward function");
  const auto results = a.body->output_types(), made = a.forward->output_types();
  if (made.size() < results.size()) fail_arguments(op, "the forward function returns less than the function does");
  require_results(op, a.forward, joined({results, Types(made).subspan(results.size())}), "the forward function");
  const Types arguments = arguments_of(op, a.arguments, in);
  require_operands(op, a.backward, joined({in.subspan(arguments.size()), Types(made).subspan(results.size()), floating(results)}), "the backward function");
  require_results(op, a.backward, floating(arguments), "the backward function");
  return results;
}

std::vector<Type> custom_linear(const CustomLinearAttrs& a, Types in) {
  const Op op = Op::custom_linear;
  const Types residuals = arguments_of(op, a.residuals, in);
  const auto read = a.backward->input_types();
  if (read.size() < residuals.size()) fail_arguments(op, "the backward function takes fewer values than there are residuals");
  const std::vector<Type> results(read.begin() + static_cast<std::ptrdiff_t>(residuals.size()), read.end());
  require_operands(op, a.backward, joined({residuals, results}), "the backward function");
  require_results(op, a.backward, joined({in.subspan(residuals.size())}), "the backward function");
  return results;
}

std::vector<Type> custom_root(const CustomRootAttrs& a, Types in) {
  const Op op = Op::custom_root;
  const auto unknowns = unknowns_of(op, a.unknowns, in);
  require_operands(op, a.function, in, "the function");
  require_results(op, a.function, unknowns, "the function");
  require_operands(op, a.solve, in, "the solver");
  require_results(op, a.solve, unknowns, "the solver");
  require_operands(op, a.tangent_solve, joined({unknowns, in}), "the tangent solver");
  require_results(op, a.tangent_solve, unknowns, "the tangent solver");
  return unknowns;
}
std::vector<Type> custom_linear_solve(const LinearSolveAttrs& a, Types in) {
  const Op op = Op::custom_linear_solve;
  const auto unknowns = unknowns_of(op, a.unknowns, in);
  if (!a.transpose.empty() && a.transpose.size() != 2) fail_arguments(op, "of the transpose there are " + std::to_string(a.transpose.size()) + " functions, not two or none");
  const auto require = [&](const GraphRef& graph, const std::string& what) {
    require_operands(op, graph, in, what);
    require_results(op, graph, unknowns, what);
  };
  require(a.matvec, "the product");
  require(a.solve, "the solver");
  for (const GraphRef& graph : a.transpose) require(graph, "of the transpose, a function");
  return unknowns;
}

}  // namespace espalier::ir::inference
