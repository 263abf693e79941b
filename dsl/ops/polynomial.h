#pragma once
// Polynomials by their coefficients, the highest power first, as numpy.poly1d has them.
#include <optional>

#include "espalier/dsl/array.h"

namespace espalier {

/// p[0] x^(n-1) + … + p[n-1] at each element of x, by Horner's rule; 0 without coefficients. ShapeError if p is a scalar.
Array polyval(Operand p, Operand x);
/// The coefficients of the sum: as many as the longer one has. ShapeError for other arrays than vectors; so do all that follow here.
Array polyadd(Operand a, Operand b);
Array polysub(Operand a, Operand b);  ///< the coefficients of the difference
Array polymul(Operand a, Operand b);  ///< the coefficients of the product
/// The coefficients of the m-th derivative; of a constant there are none. ArgumentError for a negative m.
Array polyder(Operand p, std::int64_t m = 1);
/// Options of `polyint`.
struct PolyintOptions {
  Named by_name = Named();
  std::int64_t m = 1;  ///< how often it is integrated
  Array k = 0;         ///< the constants of integration, the first first: a number for all, or a vector of m
};
/// The coefficients of an integral. Floats. ArgumentError for a negative m, ShapeError for constants that are not m.
Array polyint(Operand p, PolyintOptions options = {});
/// Options of `vander`.
struct VanderOptions {
  Named by_name = Named();
  std::optional<std::int64_t> n = {};  ///< the number of columns; by default that of the rows
  bool increasing = false;             ///< powers increase from left to right
};
/// Vandermonde's matrix: [size of x, n], whose columns are powers of x, from n - 1 to 0.
Array vander(Operand x, VanderOptions options = {});

}  // namespace espalier
