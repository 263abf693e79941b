// Differences of neighbours, and what follows from them: slopes, integrals, angles without jumps.
#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/numeric.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
using detail::part_of;
namespace {

// Everything here runs within called_at, which knows the user's place.

[[noreturn]] void fail_samples(const char* name, const Array& x, const Array& places, int axis) {
  ShapeError error(name, "places of shape " + places.shape().str() + " do not stand along axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(x).str(), "give a vector with one for each sample");
  error.shapes = {x.shape(), places.shape()};
  throw error;
}

Array neighbours(const Array& x, int axis) {
  const std::int64_t n = x.shape()[axis];
  if (n < 2) return part_of(x, axis, 0, 0);
  const Array later = part_of(x, axis, 1, n), earlier = part_of(x, axis, 0, n - 1);
  return x.dtype() == bool_ ? later != earlier : later - earlier;
}

// What is put beside x: a scalar is repeated over the other axes.
Array beside(const Array& given, const Array& x, int axis) {
  if (given.ndim() != 0) return given;
  std::vector<std::int64_t> shape = x.shape().extents();
  shape[static_cast<std::size_t>(axis)] = 1;
  return broadcast_to(given.weak() ? given.as(x.dtype()) : given, Shape(shape));
}

// A vector as it stands along one axis of n.
Array along(const Array& v, int axis, int n) {
  std::vector<std::int64_t> shape(static_cast<std::size_t>(n), 1);
  shape[static_cast<std::size_t>(axis)] = v.size();
  return reshape(v, Shape(shape));
}

// Slopes of samples at equal distances h.
Array slope(const Array& x, int axis, const Array& h) {
  const std::int64_t n = x.shape()[axis];
  const Array steps = neighbours(x, axis) / h;
  const Array inner = (part_of(x, axis, 2, n) - part_of(x, axis, 0, n - 2)) / (2 * h);
  return concatenate({part_of(steps, axis, 0, 1), inner, part_of(steps, axis, n - 2, n - 1)}, {.axis = axis});
}
// Slopes of samples at places: weights of the parabola through three neighbours, at the one between.
Array slope_at(const Array& x, int axis, const Array& places) {
  const std::int64_t n = x.shape()[axis];
  const Array distance = along(neighbours(places, 0), axis, x.ndim()), steps = neighbours(x, axis) / distance;
  const Array before = part_of(distance, axis, 0, n - 2), behind = part_of(distance, axis, 1, n - 1);
  const Array inner = (part_of(steps, axis, 0, n - 2) * behind + part_of(steps, axis, 1, n - 1) * before) / (before + behind);
  return concatenate({part_of(steps, axis, 0, 1), inner, part_of(steps, axis, n - 2, n - 1)}, {.axis = axis});
}

}  // namespace

Array diff(Operand x, DiffOptions o) {
  return called_at(x.where, "diff", [&] {
    Array a = detail::settled(x);
    if (o.n < 0) throw ArgumentError("diff", "differences are taken " + std::to_string(o.n) + " times", "give 0 or more");
    if (a.ndim() == 0) {
      ShapeError error("diff", detail::ArrayAccess::type(a).str() + " is a scalar: it has no neighbours", "give an array with an axis");
      error.shapes = {a.shape()};
      throw error;
    }
    const int axis = detail::axis_of(o.axis, a.ndim(), "diff", {});
    std::vector<Array> parts;
    if (!o.prepend.is_nothing()) parts.push_back(beside(o.prepend, a, axis));
    parts.push_back(a);
    if (!o.append.is_nothing()) parts.push_back(beside(o.append, a, axis));
    a = concatenate(parts, {.axis = axis});
    for (std::int64_t i = 0; i < o.n && a.shape()[axis] != 0; ++i) a = neighbours(a, axis);
    return a;
  });
}
Array ediff1d(Operand x, Ediff1dOptions o) {
  return called_at(x.where, "ediff1d", [&] {
    const Array inner = neighbours(ravel(detail::settled(x)), 0);
    std::vector<Array> parts;
    if (!o.to_begin.is_nothing()) parts.push_back(ravel(o.to_begin).as(inner.dtype()));
    parts.push_back(inner);
    if (!o.to_end.is_nothing()) parts.push_back(ravel(o.to_end).as(inner.dtype()));
    return concatenate(parts);
  });
}

std::vector<Array> gradient(Operand x, GradientOptions o) {
  return called_at(x.where, "gradient", [&] {
    const Array a = detail::settled_floats(x);
    std::vector<Array> slopes;
    for (const std::int64_t given : detail::axes_of(o.axis, a.ndim(), "gradient", {})) {
      const int axis = static_cast<int>(given);
      if (a.shape()[axis] < 2) {
        ShapeError error("gradient", "axis " + std::to_string(axis) + " of " + detail::ArrayAccess::type(a).str() + " has less than two samples", "a slope needs two");
        error.shapes = {a.shape()};
        throw error;
      }
      if (o.spacing.ndim() != 0 && (o.spacing.ndim() != 1 || o.spacing.size() != a.shape()[axis])) fail_samples("gradient", a, o.spacing, axis);
      slopes.push_back(o.spacing.ndim() == 0 ? slope(a, axis, o.spacing) : slope_at(a, axis, o.spacing));
    }
    return slopes;
  });
}

Array trapezoid(Operand y, TrapezoidOptions o) {
  return called_at(y.where, "trapezoid", [&] {
    const Array a = detail::settled_floats(y);
    const int axis = detail::axis_of(o.axis, a.ndim(), "trapezoid", {});
    const std::int64_t n = a.shape()[axis];
    Array width = o.dx;
    if (!o.x.is_nothing()) {
      if (o.x.ndim() == 1 && o.x.size() == n) width = along(neighbours(o.x, 0), axis, a.ndim());
      else if (o.x.shape() == a.shape()) width = neighbours(o.x, axis);
      else fail_samples("trapezoid", a, o.x, axis);
    }
    if (n < 2) return sum(part_of(a, axis, 0, 0), axis);
    return sum(width * (part_of(a, axis, 1, n) + part_of(a, axis, 0, n - 1)) / 2, axis);
  });
}

Array unwrap(Operand x, UnwrapOptions o) {
  return called_at(x.where, "unwrap", [&] {
    const Array a = detail::settled_floats(x);
    const int axis = detail::axis_of(o.axis, a.ndim(), "unwrap", {});
    if (a.shape()[axis] < 2) return a;
    const double half = o.period / 2;
    const Array step = neighbours(a, axis), within = mod(step + half, o.period) - half;
    // A jump of exactly half a period keeps its direction.
    const Array nearest = where((within == -half) & (step > 0), half, within);
    const Array moved = where(abs(step) < o.discont.value_or(half), 0.0, nearest - step);
    return concatenate({part_of(a, axis, 0, 1), part_of(a, axis, 1, a.shape()[axis]) + cumsum(moved, {.axis = axis})}, {.axis = axis});
  });
}

}  // namespace espalier
