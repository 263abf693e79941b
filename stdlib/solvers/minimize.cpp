#include "espalier/stdlib/solvers/minimize.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/optim/lbfgs.h"

namespace espalier::solvers::detail {

Array scalar(const char* op, Array value) {
  if (value.ndim() == 0) return value;
  ShapeError error(op, "the function gives shape " + value.shape().str(), "what is minimized is a scalar, such as sum(x)");
  error.shapes = {value.shape()};
  throw error;
}

Array half_square(const Array& residuals) { return sum(square(residuals)) / 2; }

// The counts are unknowns too, of which each is its own root: so the loop runs once, and nothing of it is differentiated.
Found implicit(const FlatFunction& gradient, const Array& x0, const std::function<Found(const FlatFunction&, const Array&)>& search) {
  const std::int64_t n = x0.size();
  const FlatFunction equations = [&](const Array& v) { return concatenate({gradient(v[slice(n)]), v[slice(n, none)]}); };
  const Array start = concatenate({x0, zeros({2}, x0.dtype())});
  const Array all = custom_root(equations, start, [&](const FlatFunction& both, const Array& from) {
    const Array counts = zeros({2}, from.dtype());
    const FlatFunction g = [&](const Array& x) { return both(concatenate({x, counts}))[slice(n)]; };
    const Found found = search(g, from[slice(n)]);
    return concatenate({found.x, stack({found.steps.as(from.dtype()), found.converged.as(from.dtype())})});
  });
  return {all[slice(n)], all[n].as(i32), all[n + 1] > 0};
}

namespace {

struct Bfgs {
  Array inverse;
  std::pair<Array, Bfgs> down(const Array&, const Array& g) const { return {-matmul(inverse, g), *this}; }
  // H <- (I - s y'/<s, y>) H (I - y s'/<s, y>) + s s'/<s, y>, where <s, y> > 0.
  Bfgs after(const Array& s, const Array& y) const {
    const Array along = dot(s, y), curved = along > 0, rho = 1 / where(curved, along, 1), hy = matmul(inverse, y);
    const Array next = inverse - rho * (outer(s, hy) + outer(hy, s)) + rho * (1 + rho * dot(y, hy)) * outer(s, s);
    return {where(curved, next, inverse)};
  }
};
struct Limited {
  optim::ScaleByLbfgs pairs;
  std::pair<Array, Limited> down(const Array& x, const Array& g) const {
    auto [d, next] = pairs.transform(g, x);
    return {-d, Limited{std::move(next)}};
  }
  Limited after(const Array&, const Array&) const { return *this; }
};

template <class Direction> struct Descent {
  Array x, value, gradient, steps, moved;
  Direction direction;
};
constexpr double share_of_slope = 1e-4;
constexpr std::int64_t halvings = 40;

template <class Direction> Found descended(const FlatFunction& f, const FlatFunction& gradient, const Array& x0, const Direction& direction, const MinimizeOptions& o) {
  using State = Descent<Direction>;
  const auto goes_on = [&](const State& at) { return (max(abs(at.gradient)) > o.tol) & at.moved & (at.steps < o.max_steps); };
  const auto step = [&](const State& at) {
    auto [d, turned] = at.direction.down(at.x, at.gradient);
    const Array slope = dot(at.gradient, d), downhill = slope < 0, way = where(downhill, d, -at.gradient), falls = where(downhill, slope, -dot(at.gradient, at.gradient));
    const auto too_long = [&](const Array& a) { return logical_not(f(at.x + a * way) <= at.value + share_of_slope * a * falls); };
    const Array length = while_loop(too_long, [](const Array& a) { return a / 2; }, ones({}, at.x.dtype()), {.max_steps = halvings});
    const Array x = at.x + length * way, value = f(x), g = gradient(x), better = value <= at.value;
    const Array next = where(better, x, at.x);
    State after{next, where(better, value, at.value), where(better, g, at.gradient), at.steps + 1, better & any(next != at.x), turned.after(x - at.x, g - at.gradient)};
    return after;
  };
  const State end = while_loop(goes_on, step, State{x0, f(x0), gradient(x0), zeros({}, i32), ones({}, bool_), direction}, {.max_steps = o.max_steps});
  return {end.x, end.steps, max(abs(end.gradient)) <= o.tol};
}

}  // namespace

Found bfgs(const FlatFunction& f, const Array& x0, const MinimizeOptions& o) {
  return implicit(grad(f), x0, [&](const FlatFunction& g, const Array& start) { return descended(f, g, start, Bfgs{eye(start.size(), {.dtype = start.dtype()})}, o); });
}

Found lbfgs(const FlatFunction& f, const Array& x0, const MinimizeOptions& o) {
  return implicit(grad(f), x0, [&](const FlatFunction& g, const Array& start) { return descended(f, g, start, Limited{optim::ScaleByLbfgs().init(start)}, o); });
}

}  // namespace espalier::solvers::detail
