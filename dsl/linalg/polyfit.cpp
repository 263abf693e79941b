#include "espalier/dsl/linalg/polyfit.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/linalg/parts.h"
#include "espalier/dsl/linalg/solvers.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/polynomial.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"

namespace espalier {
namespace {

void require_points(const Array& a, const Array& x, const char* what) {
  if (a.ndim() > 0 && a.shape()[0] == x.shape()[0]) return;
  ShapeError error("polyfit", std::string(what) + " of shape " + a.shape().str() + " for points of shape " + x.shape().str(), "give one for each point");
  error.shapes = {x.shape(), a.shape()};
  throw error;
}

}  // namespace

Array polyfit(Operand x, Operand y, std::int64_t degree, PolyfitOptions o) {
  return detail::called_at(x.where, "polyfit", [&] {
    if (degree < 0) throw ArgumentError("polyfit", "degree " + std::to_string(degree), "give 0 or more");
    const auto met = detail::promote_operands(std::vector<Array>{x.array, y.array}, "polyfit", y.where).arrays;
    const Array points = detail::settled_floats(met[0]), values = detail::settled_floats(met[1]);
    if (points.ndim() != 1 || points.shape()[0] == 0) {
      ShapeError error("polyfit", "points of shape " + points.shape().str(), "give a vector of one point or more");
      error.shapes = {points.shape()};
      throw error;
    }
    require_points(values, points, "values");
    if (values.ndim() > 2) {
      ShapeError error("polyfit", "values of shape " + values.shape().str(), "give a vector, or one column for each polynomial");
      error.shapes = {values.shape()};
      throw error;
    }
    Array powers = vander(points, {.n = degree + 1}), right = values;
    if (!o.w.is_nothing()) {
      require_points(o.w, points, "weights");
      const Array column = expand_dims(o.w.as(powers.dtype()), 1);
      powers = powers * column;
      right = values.ndim() == 1 ? right * squeeze(column, 1) : right * column;
    }
    const Array scale = sqrt(sum(square(abs(powers)), {.axis = 0}));
    const double rcond = o.rcond.value_or(static_cast<double>(points.size()) * linalg::parts::epsilon(points.dtype()));
    const Array fitted = linalg::lstsq(powers / scale, right, {.rcond = rcond}).x;
    return values.ndim() == 1 ? fitted / scale : fitted / expand_dims(scale, 1);
  });
}

}  // namespace espalier
