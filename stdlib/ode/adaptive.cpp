#include "espalier/stdlib/ode/adaptive.h"

#include "espalier/dsl/ops.h"

namespace espalier::ode::detail {
namespace {

// The root of the mean of squares; its derivative is 0 where it is 0.
Array size_of(const Array& x) {
  const Array square_of = mean(square(x));
  return where(square_of > 0, sqrt(where(square_of > 0, square_of, 1)), 0);
}

}  // namespace

Adaptive begun(const FlatField& f, const Array& y0, const Array& t0, const OdeOptions& o) {
  const Array slope = f(y0, t0), scale = o.atol + o.rtol * abs(y0), of_y = size_of(y0 / scale), of_slope = size_of(slope / scale);
  const Array first = where((of_y < 1e-5) | (of_slope < 1e-5), 1e-6, 0.01 * of_y / where(of_slope > 0, of_slope, 1));
  const Array bend = size_of((f(y0 + first * slope, t0 + first) - slope) / scale) / first, most = maximum(of_slope, bend);
  const Array second = where(most <= 1e-15, maximum(1e-6, first * 1e-3), pow(0.01 / where(most > 0, most, 1), 0.2));
  return {t0, y0, slope, stop_gradient(minimum(100 * first, second)).as(y0.dtype()), zeros({}, i32)};
}

Advanced advanced(const FlatField& f, const Adaptive& at, const Array& end, const OdeOptions& o) {
  const Array left = end - at.t, last = at.length >= abs(left), h = where(last, left, sign(left) * at.length);
  const Tried tried = dormand_prince(f, at.y, at.slope, at.t, h);
  const Array error = stop_gradient(size_of(tried.error / (o.atol + o.rtol * maximum(abs(at.y), abs(tried.y)))));
  const Array fits = error <= 1, factor = clip(0.9 * pow(maximum(error, 1e-10), -0.2), 0.2, where(fits, 10., 1.));
  // A step that was cut at the end says nothing against the length that it would have had.
  const Array grown = stop_gradient(abs(h)) * where(isfinite(factor), factor, 0.2), length = where(fits & last, maximum(grown, at.length), grown);
  return {Adaptive{where(fits, where(last, end, at.t + h), at.t), where(fits, tried.y, at.y), where(fits, tried.slope, at.slope), length, at.steps + 1}, tried, h, fits};
}

}  // namespace espalier::ode::detail
