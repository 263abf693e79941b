#pragma once
// Transformations that do not step each time: apply_if_finite, accumulate.
#include "espalier/stdlib/optim/optimizer.h"
#include "espalier/stdlib/optim/selected.h"

namespace espalier::optim {

namespace detail {
/// Whether all numbers of all leaves are finite.
Array all_finite(std::span<const Array> leaves);
/// The mean of `count` gradients and one more; and as it is kept.
Array gathered_mean(const Array& mean, const Array& gradient, const Array& count);
Array kept_mean(const Array& mean, std::optional<DType> dtype);
}  // namespace detail

/// No step, and no change of `inner`, while gradients hold a NaN or infinity; but after max_errors such steps in a row the next one is done.
template <class T> struct [[nodiscard]] ApplyIfFinite {
  T inner = {};                   ///< what happens to finite gradients
  std::int64_t max_errors = 0;  ///< how many steps in a row are left out at most
  OptState errors = {};         ///< how many were, up to now, i32
  OptState total_errors = {};   ///< steps left out or done with such gradients since the start, i32

  /// With fresh state for parameters like these.
  template <Tree P> ApplyIfFinite init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> ApplyIfFinite { return {inner.init(params), max_errors, detail::first_count(), detail::first_count()}; });
  }
  /// {what the gradients become, this after the step}. Errors as `inner` has them, ArgumentError without init.
  template <Tree P> [[nodiscard]] std::pair<P, ApplyIfFinite> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, ApplyIfFinite> {
      if (errors.is_nothing()) detail::throw_uninitialised("apply_if_finite", 0, tree::leaf_count(params));
      const std::vector<Array> all = leaves(grads);
      const Array finite = detail::all_finite(all);
      ApplyIfFinite next = *this;
      next.errors = where_finite(finite, errors, 0);
      next.total_errors = where_finite(finite, total_errors, total_errors);
      const Array go = finite | (next.errors > max_errors);
      auto [updates, stepped] = inner.transform(grads, params);
      next.inner = detail::chosen("apply_if_finite", go, stepped, inner);
      return {map([&](const Array& u) { return where_else_zero(go, u); }, updates), std::move(next)};
    });
  }

 private:
  static OptState where_finite(const Array& finite, const OptState& count, const Array& otherwise) {
    return espalier::where(finite, otherwise, detail::next_count(count));
  }
  static Array where_else_zero(const Array& go, const Array& u) { return espalier::where(go, u, zeros_like(u)); }
};
/// ApplyIfFinite of t. Non-finite gradients come of losses that overflow; a run of more than max_errors of them means that something is wrong.
template <class T> [[nodiscard]] Optimizer<ApplyIfFinite<T>> apply_if_finite(T t, std::int64_t max_errors) { return chain(ApplyIfFinite<T>{std::move(t), max_errors}); }

/// Every `steps` steps `inner` takes the mean of the last `steps` gradients; the updates between are 0.
template <class T> struct [[nodiscard]] Accumulate {
  T inner = {};                     ///< what happens to the means
  std::int64_t steps = 1;           ///< how many gradients are one
  std::optional<DType> dtype = {};  ///< in which the mean is kept between steps; none: f32 for halves, else the gradient's
  OptState count = {};              ///< gradients gathered, i32: 0 after a step of `inner`
  Moments mean = {};                ///< their mean

  /// With fresh state for parameters like these.
  template <Tree P> Accumulate init(const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      Accumulate next{inner.init(params), steps, dtype, detail::first_count(), detail::zero_moments(params)};
      for (OptState& m : next.mean)
        if (!m.is_nothing()) m = detail::kept_mean(m, dtype);
      return next;
    });
  }
  /// {what the gradients become, this after the step}. Errors as `inner` has them, ArgumentError without init.
  template <Tree P> [[nodiscard]] std::pair<P, Accumulate> transform(const P& grads, const P& params, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&]() -> std::pair<P, Accumulate> {
      detail::require_initialised("accumulate", mean, params);
      Accumulate next = *this;
      const Array last = count == steps - 1;
      const P means = detail::map_gradients("accumulate", grads, params, [&](std::size_t i, const Array& g, const Array&) {
        const Array m = detail::gathered_mean(detail::moment(mean[i], g), g, count), kept = detail::kept_mean(m, dtype);
        next.mean[i] = espalier::where(last, zeros_like(kept), kept);
        return m.as(g.dtype());
      });
      next.count = espalier::where(last, 0, detail::next_count(count));
      auto [updates, stepped] = inner.transform(means, params);
      next.inner = detail::chosen("accumulate", last, stepped, inner);
      return {map([&](const Array& u) { return espalier::where(last, u, zeros_like(u)); }, updates), std::move(next)};
    });
  }
};
/// Options of `accumulate`.
struct AccumulateOptions {
  Named by_name = Named();
  std::optional<DType> dtype = {};  ///< in which the mean is kept between steps; none: f32 for halves, else the gradient's. Optax has f32 always
};
/// Accumulate of t: batches `steps` times as large, without their memory. ArgumentError unless steps is positive.
template <class T> [[nodiscard]] Optimizer<Accumulate<T>> accumulate(T t, std::int64_t steps, AccumulateOptions options = {}, Where where = Where::current()) {
  if (steps < 1) throw ArgumentError("accumulate", "steps is " + std::to_string(steps), "a step gathers one gradient or more", where);
  return chain(Accumulate<T>{std::move(t), steps, options.dtype});
}

}  // namespace espalier::optim
