#pragma once
// dense: the solution everywhere between two times.
#include "espalier/dsl/ops/shape.h"
#include "espalier/stdlib/ode/odeint.h"

namespace espalier::ode {

namespace detail {
/// The steps that were done, in the order of time from t0 to t1; the rest of the rows repeats t1.
struct Steps {
  Array times = {};      ///< [steps + 1]: where they begin, then t1
  Array from = {};       ///< [steps, n]: y where a step begins
  Array middle = {};     ///< y half way
  Array to = {};         ///< y where it ends
  Array slope = {};      ///< f where it begins
  Array slope_to = {};   ///< f where it ends
};
Steps stepped(const FlatField& f, const Array& y0, const Array& t0, const Array& t1, const OdeOptions& options);
/// y at t, a scalar: the polynomial of degree 4 through a step's values and slopes.
Array between(const Steps& steps, const Array& t);
/// ShapeError unless it is a scalar.
Array time_of(const char* op, const Array& t, DType dtype);
}  // namespace detail

/// A solution: dense(t) is y at t, a scalar, or, of an array of times, y with its axes in front. Outside the interval it is what the first or last step's polynomial gives. It is a tree.
template <class Y> struct [[nodiscard]] Dense {
  detail::Steps steps = {};  ///< what the solution is made of
  Y like = {};               ///< y0

  /// y at t.
  Y operator()(Operand t) const {
    return espalier::detail::called_at(t.where, [&] {
      const Unravel<Y> unravel(like);
      const Array times = t.array.as(steps.times.dtype());
      const auto at = [&](const Array& u) { return unravel(detail::between(steps, u)); };
      if (times.ndim() == 0) return at(times);
      const Y flat = vmap(at)(ravel(times));
      return map([&](const Array& y) {
        std::vector<std::int64_t> extents(times.shape().begin(), times.shape().end());
        extents.insert(extents.end(), y.shape().begin() + 1, y.shape().end());
        return reshape(y, Shape(extents));
      }, flat);
    });
  }
};

/// The solution from t0 to t1 of dy/dt = f(y, t) with y = y0 at t0, by dopri5: of order 4 between its steps. `.max_steps` rows are kept, so give what suffices. Derivatives as in `odeint`. ArgumentError
/// for another method; other errors as in `odeint`.
template <class F, class Y> [[nodiscard]] auto dense(const F& f, const Y& y0, Operand t0, Operand t1, OdeOptions options = {}) {
  using S = detail::State<Y>;
  return espalier::detail::called_at(t0.where, [&]() -> Dense<S> {
    const S start = espalier::detail::with_dtypes(S(y0), t0.where);
    const auto parts = ravel_tree(start);
    detail::require_options("dense", options);
    detail::require_state("dense", parts.first);
    const DType dtype = parts.first.dtype();
    return {detail::stepped(detail::flat_field("dense", f, parts.second), parts.first, detail::time_of("dense", t0.array, dtype), detail::time_of("dense", t1.array, dtype), options), start};
  });
}

}  // namespace espalier::ode
