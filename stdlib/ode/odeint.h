#pragma once
// odeint: solutions at given times.
#include "espalier/dsl/caller.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/ode/step.h"

namespace espalier::ode {

/// Options of `odeint` and `dense`.
struct OdeOptions {
  Named by_name = Named();
  Method method = dopri5;               ///< how a step is made
  double rtol = 1.4e-8;                 ///< dopri5: the error of a step is at most rtol |y| + atol, as the root mean square over all numbers of y
  double atol = 1.4e-8;                 ///< dopri5: see rtol
  std::int64_t max_steps = 4096;        ///< dopri5: between two times; where they do not suffice, the result is NaN from there on
  std::int64_t steps_per_interval = 1;  ///< the other methods
};

namespace detail {

/// ys [times, n] of y0 [n].
Array odeint(const FlatField& f, const Array& y0, const Array& ts, const OdeOptions& options);
/// ArgumentError unless the options are ones that can be followed.
void require_options(const char* op, const OdeOptions& options);
/// ArgumentError or DTypeError unless y0 has floating numbers alone.
void require_state(const char* op, const Array& flat);
/// ShapeError or DTypeError unless the times are [n] of a floating dtype, or of integers.
Array times_of(const char* op, const Array& ts, DType dtype);
/// ShapeError unless f gives as many numbers as y has.
Array as_slope(const char* op, const Array& slope, const Array& y);

/// What y is: an Array for a number or a kind.
template <class Y> using State = std::conditional_t<tree::is_leaf<Y> || !Tree<Y>, Array, Y>;

template <class F, class Y> FlatField flat_field(const char* op, const F& f, const Unravel<Y>& unravel) {
  return [op, &f, &unravel](const Array& y, const Array& t) {
    const Y slope = f(unravel(y), t);
    return as_slope(op, ravel_tree(slope).first, y);
  };
}

}  // namespace detail

/// y at each of the times ts [n], in growing or in falling order, of dy/dt = f(y, t) with y = y0 at the first: y0's type with a new leading axis. y is any tree of floating leaves, and f(y, t)
/// is one like it. It compiles, batches by vmap, and has derivatives both ways, with respect to y0, ts and what f captures: those of the steps that were done, as long as they were. Reverse mode keeps
/// y at each time, and computes the steps between again. DTypeError, ShapeError or ArgumentError where something is none of this.
template <class F, class Y> [[nodiscard]] auto odeint(const F& f, const Y& y0, Operand ts, OdeOptions options = {}) {
  using S = detail::State<Y>;
  return espalier::detail::called_at(ts.where, [&]() -> S {
    const S start = espalier::detail::with_dtypes(S(y0), ts.where);
    const auto parts = ravel_tree(start);
    detail::require_options("odeint", options);
    detail::require_state("odeint", parts.first);
    const Array times = detail::times_of("odeint", ts.array, parts.first.dtype());
    const Array ys = detail::odeint(detail::flat_field("odeint", f, parts.second), parts.first, times, options);
    return vmap([&](const Array& y) { return parts.second(y); })(ys);
  });
}

}  // namespace espalier::ode
