#pragma once
// The polynomial that fits samples: beside the other functions of polynomials in use, here because it solves a system.
#include <optional>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `polyfit`.
struct PolyfitOptions {
  Named by_name = Named();
  std::optional<double> rcond = {};  ///< as in `linalg::lstsq`, of the matrix of powers; by default the number of points times the dtype's epsilon
  Array w = {};                      ///< [points]: each residual is multiplied by its weight before it is squared
};
/// The polynomial of this degree that fits y at x best, in the sense of least squares, as numpy.polyfit: coefficients [degree + 1], the
/// highest power first, or [degree + 1, k] for y of shape [points, k]. The columns of powers are scaled to length 1 before they are solved.
/// Floats. ShapeError unless x is a vector of one point or more, and y and w have as many; ArgumentError for a negative degree.
[[nodiscard]] Array polyfit(Operand x, Operand y, std::int64_t degree, PolyfitOptions options = {});

}  // namespace espalier
