#pragma once
// Functions of trees as functions of one array of rank 1: what the solvers are written for.
#include <functional>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/transform/solve.h"

namespace espalier::solvers::detail {

/// A function of the unknowns, end to end.
using FlatFunction = std::function<Array(const Array&)>;

/// The unknown of f where x is given: an Array for a number or a kind.
template <class F, class X> using Unknown = espalier::detail::Unknown<F, X>;

/// The leaves of a result, end to end.
template <class R> Array flattened(const R& result) {
  if constexpr (Tree<R>) return ravel_tree(result).first;
  else return ravel_tree(Array(result)).first;
}
/// The start, settled in a dtype.
template <class U, class X> U start_of(const X& x0, Where where) { return espalier::detail::with_dtypes(espalier::detail::argument_as<U>(x0), where); }

/// ArgumentError unless there is something to solve for: at least one number, of a floating dtype.
void require_unknowns(const char* op, const Array& flat);
/// ShapeError unless f gives as many numbers as it takes.
Array with_size(const char* op, Array result, const Array& x);

/// `solve(function, start) -> Array`, all flat, as a function of trees: f maps what x0 is to what it is.
template <class F, class X, class Solve> auto solved(const char* op, const F& f, const X& x0, const Solve& solve, Where where) {
  using U = Unknown<F, X>;
  return espalier::detail::called_at(where, [&]() -> U {
    const U start = start_of<U>(x0, where);
    const auto parts = ravel_tree(start);
    require_unknowns(op, parts.first);
    const FlatFunction flat = [&](const Array& v) { return with_size(op, flattened(f(parts.second(v))), v); };
    return parts.second(solve(flat, parts.first));
  });
}

}  // namespace espalier::solvers::detail
