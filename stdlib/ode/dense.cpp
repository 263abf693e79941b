#include "espalier/stdlib/ode/dense.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/ode/adaptive.h"

namespace espalier::ode::detail {

Array time_of(const char* op, const Array& t, DType dtype) {
  if (t.ndim() == 0) return t.as(dtype);
  ShapeError error(op, "a time has shape " + t.shape().str(), "t0 and t1 are scalars");
  error.shapes = {t.shape()};
  throw error;
}

Steps stepped(const FlatField& f, const Array& y0, const Array& t0, const Array& t1, const OdeOptions& o) {
  if (o.method != dopri5) throw ArgumentError("dense", "the method is not dopri5", "others have no values between their steps: odeint gives theirs at any times");
  struct Recorded {
    Adaptive at;
    Steps steps;
    Array count;
  };
  const Array rows = broadcast_to(expand_dims(y0, 0), {o.max_steps, y0.size()});
  const Steps none_yet{broadcast_to(expand_dims(t1, 0), {o.max_steps + 1}), rows, rows, rows, zeros_like(rows), zeros_like(rows)};
  const auto goes_on = [&](const Recorded& r) { return (r.at.t != t1) & (r.at.steps < o.max_steps); };
  const auto step = [&](const Recorded& r) {
    const Advanced next = advanced(f, r.at, t1, o);
    // Refused steps are written over by the next.
    const auto put = [&](const Array& table, const Array& row) { return table.at(r.count).set(row); };
    const Steps steps{put(r.steps.times, r.at.t), put(r.steps.from, r.at.y), put(r.steps.middle, next.tried.middle), put(r.steps.to, next.tried.y), put(r.steps.slope, r.at.slope), put(r.steps.slope_to, next.tried.slope)};
    return Recorded{next.at, steps, r.count + next.fits.as(i32)};
  };
  const Recorded end = while_loop(goes_on, step, Recorded{begun(f, y0, t0, o), none_yet, zeros({}, i32)}, {.max_steps = o.max_steps});
  Steps steps = end.steps;
  steps.times = where(end.at.t == t1, steps.times, NAN);
  return steps;
}

Array between(const Steps& s, const Array& t) {
  // Times may fall: they are compared in the direction in which they go.
  const Array way = sign(s.times[-1] - s.times[0]), begun_before = sum((way * s.times[slice(none, -1)] <= way * t) & (s.times[slice(none, -1)] != s.times[-1]), {.dtype = i32});
  const Array i = maximum(begun_before - 1, 0), begin = s.times[i], length = s.times[i + 1] - begin, x = (t - begin) / where(length == 0, 1, length);
  const Array a = s.from[i], b = s.to[i], m = s.middle[i], da = length * s.slope[i], db = length * s.slope_to[i];
  const Array c4 = 2 * db - 2 * da - 8 * (a + b) + 16 * m, c3 = 5 * da - 3 * db + 18 * a + 14 * b - 32 * m, c2 = db - 4 * da - 11 * a - 5 * b + 16 * m;
  return a + x * (da + x * (c2 + x * (c3 + x * c4)));
}

}  // namespace espalier::ode::detail
