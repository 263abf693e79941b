#include "espalier/stdlib/solvers/roots.h"

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::solvers::detail {

void require_unknowns(const char* op, const Array& flat) {
  if (!ir::is_floating(flat.dtype())) throw DTypeError(op, "the unknowns are " + std::string(ir::name(flat.dtype())), "give floating numbers to start from");
  if (flat.size() == 0) throw ArgumentError(op, "there is no unknown", "give at least one number to start from");
}

Array with_size(const char* op, Array result, const Array& x) {
  if (result.size() == x.size()) return result;
  ShapeError error(op, "the function gives " + std::to_string(result.size()) + " numbers for " + std::to_string(x.size()) + " unknowns", "give as many equations as unknowns");
  error.shapes = {result.shape(), x.shape()};
  throw error;
}

void require_interval(const Array& low, const Array& high) {
  if (low.shape() != high.shape()) {
    ShapeError error("bisection", "low has " + std::to_string(low.size()) + " numbers and high " + std::to_string(high.size()), "give both ends of each interval");
    error.shapes = {low.shape(), high.shape()};
    throw error;
  }
}

namespace {

struct Point {
  Array x, residual, steps;
};
Array first_step() { return zeros({}, i32); }
// Nothing else is carried, and a NaN ends the loop: no step leads out of it.
template <class Carry> auto unsolved(const RootOptions& o) {
  return [&o](const Carry& at) { return (max(abs(at.residual)) > o.tol) & (at.steps < o.max_steps); };
}

}  // namespace

Array newton(const FlatFunction& f, const Array& x0, const RootOptions& o) {
  return custom_root(f, x0, [&](const FlatFunction& g, const Array& start) {
    const auto step = [&](const Point& at) {
      const Array x = at.x - linalg::solve(jacfwd(g)(at.x), at.residual);
      return Point{x, g(x), at.steps + 1};
    };
    return while_loop(unsolved<Point>(o), step, Point{start, g(start), first_step()}, {.max_steps = o.max_steps}).x;
  });
}

namespace {
struct BroydenPoint {
  Array x, residual, inverse, steps;
};
}  // namespace

Array broyden(const FlatFunction& f, const Array& x0, const RootOptions& o) {
  return custom_root(f, x0, [&](const FlatFunction& g, const Array& start) {
    const auto step = [&](const BroydenPoint& at) {
      const Array d = -matmul(at.inverse, at.residual), x = at.x + d, residual = g(x), foreseen = matmul(at.inverse, residual - at.residual);
      const Array along = dot(d, foreseen), safe = where(along == 0, 1, along);
      const Array change = where(along == 0, 0, outer(d - foreseen, matmul(d, at.inverse)) / safe);
      return BroydenPoint{x, residual, at.inverse + change, at.steps + 1};
    };
    return while_loop(unsolved<BroydenPoint>(o), step, BroydenPoint{start, g(start), linalg::inv(jacfwd(g)(start)), first_step()}, {.max_steps = o.max_steps}).x;
  });
}

Array fixed_point(const FlatFunction& f, const Array& x0, const RootOptions& o) {
  const FlatFunction difference = [&](const Array& x) { return f(x) - x; };
  return custom_root(difference, x0, [&](const FlatFunction& g, const Array& start) {
    const auto step = [&](const Point& at) {
      const Array x = at.x + at.residual;
      return Point{x, g(x), at.steps + 1};
    };
    return while_loop(unsolved<Point>(o), step, Point{start, g(start), first_step()}, {.max_steps = o.max_steps}).x;
  });
}

namespace {
struct Interval {
  Array low, high, steps;
};
}  // namespace

Array bisection(const FlatFunction& f, const Array& low, const Array& high, const RootOptions& o) {
  return custom_root(f, low, [&](const FlatFunction& g, const Array& start) {
    const Array below = sign(g(start)), above = sign(g(high));
    const auto open = [&](const Interval& i) { return (max(abs(i.high - i.low)) > o.tol) & (i.steps < o.max_steps); };
    const auto halve = [&](const Interval& i) {
      const Array middle = i.low + (i.high - i.low) / 2, at = sign(g(middle));
      return Interval{where((at == below) | (at == 0), middle, i.low), where(at == below, i.high, middle), i.steps + 1};
    };
    const Interval end = while_loop(open, halve, Interval{start, high, first_step()}, {.max_steps = o.max_steps});
    const Array found = end.low + (end.high - end.low) / 2;
    return where(below == 0, start, where(above == 0, high, where(below * above < 0, found, NAN)));
  });
}

}  // namespace espalier::solvers::detail
