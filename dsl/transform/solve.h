#pragma once
// custom_root, custom_linear_solve: solvers whose derivatives follow from what they solve.
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/transform/batching.h"
#include "espalier/dsl/transform/custom.h"
#include "espalier/dsl/transform/grad.h"

namespace espalier {

/// The tag of a linear function that is its own transpose.
struct Symmetric {};
/// For `custom_linear_solve`: the matrix is symmetric, so its solver solves the transposed system too.
inline constexpr Symmetric symmetric{};

namespace detail {

/// The solution of the op, whose leaves are the unknowns. `function` takes x, `solve` a guess, `tangent` (x…, y…).
std::vector<Array> root_op(const TracedRule& function, const TracedRule& solve, const TracedRule& tangent, std::span<const Array> guess, Where where);
/// All take one vector; the last two are null where the transposed system has no solver.
std::vector<Array> linear_solve_op(const TracedRule& matvec, const TracedRule& solve, const TracedRule* transpose_matvec, const TracedRule* transpose_solve, std::span<const Array> b, Where where);
/// The solution of A x = b for one right-hand side, by elimination with partial pivoting. `columns` are the columns of A.
Array eliminate(const Array& columns, const Array& b, Where where);

template <class X> struct SolverResult {
  static_assert(sizeof(X) == 0, "a solver returns what it solves for: solve(f, guess) -> x, tangent_solve(g, y) -> x and solve(matvec, b) -> x, all of one type");
};
template <class F> struct LinearFunction {
  static_assert(sizeof(F) == 0, "the function whose root is looked for, and a linear one, give what they take: f(x) is of the type of x");
};

template <class... A> TracedRule as_rule(Traced<A...> traced) { return {std::move(traced.graph), std::move(traced.captures)}; }
/// Weak leaves settle: an unknown has a dtype.
template <class X> X with_dtypes(const X& x, Where where) {
  X result = tree::clone(x);
  tree::for_each_leaf(result, [&](Array& leaf) { if (leaf.weak()) leaf = leaf.as(leaf.dtype(), where); });
  return result;
}

/// The solver that makes the matrix, column by column.
struct DenseSolve {
  Where where;
  template <class G, class X> X operator()(const G& g, const X& y) const {
    const auto [flat, unravel] = ravel_tree(y, where);
    const auto column = [&](const Array& v) { return ravel_tree(X(g(unravel(v, where))), where).first; };
    const Array columns = vmap(column, {}, where)(eye(flat.size(), {.dtype = flat.dtype()}, where));
    return unravel(eliminate(columns, flat, where), where);
  }
};

template <class F, class X, class Solve, class TangentSolve> X root(const F& f, const X& given, const Solve& solve, const TangentSolve& tangent_solve, Where where) {
  if constexpr (!std::is_invocable_r_v<X, const Solve&, const F&, const X&>) return SolverResult<X>(), given;
  else if constexpr (!std::is_same_v<ResultOf<F, std::tuple<X>>, X>) return LinearFunction<X>(), given;
  else {
    const X guess = with_dtypes(given, where);
    if (Trace::current() == nullptr) return solve(f, guess);
    const auto solved = [&](const X& start) -> X { return solve(f, start); };
    const auto tangent = [&](const X& x, const X& y) -> X { return tangent_solve(linearize(f, x, where).second, y); };
    const TracedRule function = as_rule(trace_function(f, "custom_root", std::tuple<X>(tree::clone(guess)), nullptr, where));
    const TracedRule solver = as_rule(trace_function(solved, "custom_root", std::tuple<X>(tree::clone(guess)), nullptr, where));
    const TracedRule tangents = as_rule(trace_function(tangent, "custom_root", std::tuple<X, X>(tree::clone(guess), tree::clone(guess)), nullptr, where));
    return with_leaves(guess, root_op(function, solver, tangents, tree::present_leaves(guess), where));
  }
}

/// `transposed`: a solver of the transposed system, `Symmetric`, or null for none.
template <class F, class X, class Solve, class Transposed> X linear_solution(const F& matvec, const X& given, const Solve& solve, const Transposed& transposed, Where where) {
  if constexpr (!std::is_invocable_r_v<X, const Solve&, const F&, const X&>) return SolverResult<X>(), given;
  else if constexpr (!std::is_same_v<ResultOf<F, std::tuple<X>>, X>) return LinearFunction<X>(), given;
  else {
    const X b = with_dtypes(given, where);
    if (Trace::current() == nullptr) return solve(matvec, b);
    const auto rule = [&](const auto& f) { return as_rule(trace_function(f, "custom_linear_solve", std::tuple<X>(tree::clone(b)), nullptr, where)); };
    const TracedRule product = rule(matvec);
    const TracedRule solver = rule([&](const X& y) -> X { return solve(matvec, y); });
    const auto made = [&](const TracedRule* transpose_matvec, const TracedRule* transpose_solve) {
      return with_leaves(b, linear_solve_op(product, solver, transpose_matvec, transpose_solve, tree::present_leaves(b), where));
    };
    if constexpr (std::is_same_v<Transposed, std::nullptr_t>) return made(nullptr, nullptr);
    else if constexpr (std::is_same_v<Transposed, Symmetric>) return made(&product, &solver);
    else {
      const auto vecmat = [&](const X& y) -> X { return linear_transpose(matvec, y, where)(y, where); };
      const TracedRule transposed_product = rule(vecmat);
      const TracedRule transposed_solver = rule([&](const X& y) -> X { return transposed(vecmat, y); });
      return made(&transposed_product, &transposed_solver);
    }
  }
}
template <class F, class X> using Unknown = std::tuple_element_t<0, Arguments<F, AsArray<X>>>;

}  // namespace detail

/// x with f(x) = 0, found by `solve(f, x0) -> x`. Derivatives follow from f alone, by the implicit function theorem: where f captures c,
/// f_x dx = -f_c dc. `tangent_solve(g, y) -> x` solves g(x) = y for the linear g = f_x; by default its matrix is made and eliminated. It
/// is linear in y, and reverse mode transposes it: hand iterative ones to `custom_linear_solve`. x, f(x) and all results have one type,
/// of floating or complex leaves: DTypeError or ShapeError otherwise. Derivatives with respect to x0 are zero. As in JAX.
/// @{
template <class F, class X, class Solve> [[nodiscard]] auto custom_root(const F& f, const X& x0, const Solve& solve, Where where = Where::current()) {
  return detail::root<F, detail::Unknown<F, X>>(f, detail::argument_as<detail::Unknown<F, X>>(x0), solve, detail::DenseSolve{where}, where);
}
template <class F, class X, class Solve, class TangentSolve>
  requires(!std::is_same_v<TangentSolve, Where>)
[[nodiscard]] auto custom_root(const F& f, const X& x0, const Solve& solve, const TangentSolve& tangent_solve, Where where = Where::current()) {
  return detail::root<F, detail::Unknown<F, X>>(f, detail::argument_as<detail::Unknown<F, X>>(x0), solve, tangent_solve, where);
}
/// @}

/// x with matvec(x) = b for a linear matvec, found by `solve(matvec, b) -> x`. Derivatives solve again, with b or what matvec captures
/// changed: A dx = db - dA x. Reverse mode needs `transpose_solve(vecmat, b) -> x`, which solves with the transpose of matvec, or
/// `symmetric`: DifferentiationError without. b, x and matvec(x) have one type, of floating or complex leaves: DTypeError or
/// ShapeError otherwise. As in JAX.
/// @{
template <class F, class X, class Solve> [[nodiscard]] auto custom_linear_solve(const F& matvec, const X& b, const Solve& solve, Where where = Where::current()) {
  return detail::linear_solution<F, detail::Unknown<F, X>>(matvec, detail::argument_as<detail::Unknown<F, X>>(b), solve, nullptr, where);
}
template <class F, class X, class Solve, class TransposeSolve>
  requires(!std::is_same_v<TransposeSolve, Where>)
[[nodiscard]] auto custom_linear_solve(const F& matvec, const X& b, const Solve& solve, const TransposeSolve& transpose_solve, Where where = Where::current()) {
  return detail::linear_solution<F, detail::Unknown<F, X>>(matvec, detail::argument_as<detail::Unknown<F, X>>(b), solve, transpose_solve, where);
}
/// @}

}  // namespace espalier
