#include "espalier/dsl/transform/solve.h"

#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"

namespace espalier::detail {
namespace {

// A function of `own` values and the operands as a graph: (own…, captures of all…).
ir::GraphRef graph_of(const TracedRule& f, std::span<const ir::Type> own, const RuleOperands& operands, std::size_t first_capture) {
  ir::Builder b;
  const auto mine = inputs_for(b, own);
  const auto captures = inputs_for(b, std::span(operands.types).subspan(operands.arguments));
  return shared(b.finish(spliced(b, f, mine, captures, first_capture)));
}

}  // namespace

std::vector<Array> root_op(const TracedRule& function, const TracedRule& solve, const TracedRule& tangent, std::span<const Array> guess, Where where) {
  const RuleOperands operands(guess, {&function, &solve, &tangent});
  const auto own = operands.argument_types();
  std::vector<ir::Type> two(own.begin(), own.end());
  two.insert(two.end(), own.begin(), own.end());
  ir::CustomRootAttrs attrs;
  attrs.unknowns = static_cast<int>(guess.size());
  attrs.function = graph_of(function, own, operands, 0);
  attrs.solve = graph_of(solve, own, operands, function.captures.size());
  attrs.tangent_solve = graph_of(tangent, two, operands, function.captures.size() + solve.captures.size());
  return apply_many(ir::Op::custom_root, operands.arrays, std::move(attrs), where, "custom_root");
}

std::vector<Array> linear_solve_op(const TracedRule& matvec, const TracedRule& solve, const TracedRule* transpose_matvec, const TracedRule* transpose_solve, std::span<const Array> b, Where where) {
  const TracedRule none;
  const bool has_transpose = transpose_matvec != nullptr, is_symmetric = transpose_matvec == &matvec;
  const RuleOperands operands(b, {&matvec, &solve, has_transpose && !is_symmetric ? transpose_matvec : &none, has_transpose && !is_symmetric ? transpose_solve : &none});
  const auto own = operands.argument_types();
  ir::LinearSolveAttrs attrs;
  attrs.unknowns = static_cast<int>(b.size());
  attrs.matvec = graph_of(matvec, own, operands, 0);
  attrs.solve = graph_of(solve, own, operands, matvec.captures.size());
  if (is_symmetric) {
    attrs.transpose = {attrs.matvec, attrs.solve};
  } else if (has_transpose) {
    const std::size_t first = matvec.captures.size() + solve.captures.size();
    attrs.transpose = {graph_of(*transpose_matvec, own, operands, first), graph_of(*transpose_solve, own, operands, first + transpose_matvec->captures.size())};
  }
  return apply_many(ir::Op::custom_linear_solve, operands.arrays, std::move(attrs), where, "custom_linear_solve");
}

Array eliminate(const Array& columns, const Array& b, Where at) {
  const std::int64_t n = b.size();
  if (n == 0) return b;
  const Array matrix = columns.T();
  const Array rows = iota({n}, 0, i32, at);
  // Gauss and Jordan: columns before i are those of the identity, and what stands beside the matrix becomes the solution.
  const auto step = [&](const Array& i, const Array& given) {
    const Array pivot = argmax(where(rows >= i, abs(given.T()[i]), -1)), above = given[i];
    Array row = given[pivot];
    row = row / row[i];
    const Array table = given.at(pivot).set(above).at(i).set(row);
    return table - outer(where(rows == i, 0, table.T()[i]), row);
  };
  const auto solve = [&](const Array& a, const Array& y) { return fori_loop(0, n, step, concatenate({a, expand_dims(y, 1)}, 1), at).T()[n]; };
  const auto product = [&](const Array& x) { return matmul(matrix, x); };
  return linear_solution<std::decay_t<decltype(product)>, Array>(
      product, b, [&](const auto&, const Array& y) { return solve(matrix, y); }, [&](const auto&, const Array& y) { return solve(matrix.T(), y); }, at);
}

}  // namespace espalier::detail
