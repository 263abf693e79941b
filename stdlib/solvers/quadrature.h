#pragma once
// Integrals over an interval.
#include "espalier/stdlib/solvers/flat.h"

namespace espalier::solvers {

/// Options of `quad`.
struct QuadOptions {
  Named by_name = Named();
  int order = 21;              ///< points on each piece: 15 or 21
  std::int64_t intervals = 1;  ///< into how many equal pieces the interval is cut
};

namespace detail {
Array quad(const FlatFunction& f, const Array& a, const Array& b, const QuadOptions& options);
}  // namespace detail

/// The integral of f from a to b, scalars: the rule of Gauss and Kronrod, exact for polynomials up to degree 31 (23 for order 15) and nearly so for functions that are smooth between a and b. f
/// takes a scalar and gives an array of any shape. The derivative is that of the sum. ArgumentError for another order or no piece, ShapeError unless a and b are scalars.
template <class F> [[nodiscard]] Array quad(const F& f, Operand a, Operand b, QuadOptions options = {}) {
  return espalier::detail::called_at(a.where, [&] { return detail::quad([&](const Array& x) -> Array { return f(x); }, a.array, b.array, options); });
}

}  // namespace espalier::solvers
