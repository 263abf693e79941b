#include "espalier/stdlib/ode/odeint.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/ode/adaptive.h"

namespace espalier::ode::detail {

void require_options(const char* op, const OdeOptions& o) {
  if (o.max_steps < 1) throw ArgumentError(op, "max_steps is " + std::to_string(o.max_steps), "it takes one step or more");
  if (o.steps_per_interval < 1) throw ArgumentError(op, "steps_per_interval is " + std::to_string(o.steps_per_interval), "it takes one step or more between two times");
  if (!(o.rtol >= 0 && o.atol >= 0 && o.rtol + o.atol > 0)) throw ArgumentError(op, "rtol is " + std::to_string(o.rtol) + " and atol " + std::to_string(o.atol), "neither is negative, and one is more than 0");
}

void require_state(const char* op, const Array& flat) {
  if (!ir::is_floating(flat.dtype())) throw DTypeError(op, "the state is " + std::string(ir::name(flat.dtype())), "give y0 of floating numbers");
  if (flat.size() == 0) throw ArgumentError(op, "the state has no numbers", "give a y0 with one or more");
}

Array times_of(const char* op, const Array& ts, DType dtype) {
  if (ts.ndim() != 1 || ts.size() == 0) {
    ShapeError error(op, "the times have shape " + ts.shape().str(), "give one axis of times, the first that of y0");
    error.shapes = {ts.shape()};
    throw error;
  }
  if (!ir::is_floating(ts.dtype()) && !ir::is_integer(ts.dtype())) throw DTypeError(op, "the times are " + std::string(ir::name(ts.dtype())), "give numbers");
  return ts.as(dtype);
}

Array as_slope(const char* op, const Array& slope, const Array& y) {
  if (slope.size() == y.size()) return slope.as(y.dtype());
  ShapeError error(op, "f gives " + std::to_string(slope.size()) + " numbers for a state of " + std::to_string(y.size()), "dy/dt is like y");
  error.shapes = {slope.shape(), y.shape()};
  throw error;
}

namespace {

Array adaptive(const FlatField& f, const Array& y0, const Array& ts, const OdeOptions& o) {
  const auto to = [&](const Adaptive& from, const Array& end) {
    const auto goes_on = [&](const Adaptive& at) { return (at.t != end) & (at.steps < o.max_steps); };
    Adaptive start = from;
    start.steps = zeros_like(from.steps);
    return while_loop(goes_on, [&](const Adaptive& at) { return advanced(f, at, end, o).at; }, start, {.max_steps = o.max_steps});
  };
  const auto interval = [&](const Adaptive& from, const Array& end) {
    Adaptive at = checkpoint(to)(from, end);
    at.y = where(at.t == end, at.y, NAN);
    return std::pair{at, at.y};
  };
  return scan(interval, begun(f, y0, ts[0], o), ts[slice(1, none)]).second;
}

Array fixed(const FlatField& f, const Array& y0, const Array& ts, const OdeOptions& o) {
  const auto to = [&](const Array& y, const Array& from, const Array& end) {
    const Array h = (end - from) / static_cast<double>(o.steps_per_interval);
    return fori_loop(0, o.steps_per_interval, [&](const Array& i, const Array& at) { return fixed_step(o.method, f, at, from + i.as(from.dtype()) * h, h); }, y);
  };
  const auto interval = [&](const std::pair<Array, Array>& at, const Array& end) {
    const Array y = checkpoint(to)(at.first, at.second, end);
    return std::pair{std::pair{y, end}, y};
  };
  return scan(interval, std::pair{y0, ts[0]}, ts[slice(1, none)]).second;
}

}  // namespace

Array odeint(const FlatField& f, const Array& y0, const Array& ts, const OdeOptions& o) {
  const Array rest = o.method == dopri5 ? adaptive(f, y0, ts, o) : fixed(f, y0, ts, o);
  return concatenate({expand_dims(y0, 0), rest});
}

}  // namespace espalier::ode::detail
