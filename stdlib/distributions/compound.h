#pragma once
// Distributions made of others.
#include "espalier/dsl/array.h"
#include "espalier/dsl/caller.h"
#include "espalier/dsl/key.h"

namespace espalier::distributions {

namespace detail {
/// A shape without its last axis. ShapeError if there is none: the components of a mixture stand along it.
Shape without_components(const Shape& batch);
/// log sum exp(log_softmax(logits) + log_probs) over the last axis, and weighted sums: of values [..., K, event…].
Array mixed_log(const Array& logits, const Array& log_probs);
Array mixed(const Array& logits, const Array& values, int event_ndims);
/// mixed variances and squares of means, less the square of the mixed means.
Array mixed_variance(const Array& logits, const Array& variances, const Array& means, int event_ndims);
/// x with a new axis in front of its last event_ndims.
Array with_component_axis(const Array& x, int event_ndims);
/// Of draws [shape…, batch…, K, event…] one component each, drawn by its weight; and the two keys that draws need.
Array picked(const Key& key, const Array& logits, const Array& draws, int event_ndims);
std::pair<Key, Key> two_keys(const Key& key);
/// The sum over the last axes; the array itself for none.
Array sum_last(const Array& x, int axes);
/// Where the function grows x, else 1 - x.
Array turned(const Array& grows, const Array& x);
/// A shape without its last axes. ShapeError if there are fewer.
Shape without_axes(const char* op, const Shape& shape, int axes);
}  // namespace detail

/// One of the components, by the weights softmax(logits). D has the components along the last axis of its batch. It has neither entropy nor mode: there is no formula.
template <class D> struct Mixture {
  Array logits = {};   ///< [..., components]
  D components = {};   ///< of batch shape [..., components]
  static constexpr int event_ndims = D::event_ndims;  ///< that of the components
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return detail::without_components(components.batch_shape()); });
  }
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      const auto [which, draws] = detail::two_keys(key);
      return detail::picked(which, logits, components.sample(draws, shape), event_ndims);
    });
  }
  [[nodiscard]] Array log_prob(Operand x) const {
    return espalier::detail::called_at(x.where, [&] { return detail::mixed_log(logits, components.log_prob(detail::with_component_axis(x.array, event_ndims))); });
  }
  [[nodiscard]] Array mean(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return detail::mixed(logits, components.mean(), event_ndims); });
  }
  [[nodiscard]] Array variance(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return detail::mixed_variance(logits, components.variance(), components.mean(), event_ndims); });
  }
  [[nodiscard]] Array cdf(Operand x) const {
    return espalier::detail::called_at(x.where, [&] { return detail::mixed(logits, components.cdf(detail::with_component_axis(x.array, event_ndims)), event_ndims); });
  }
  /// @}
};
template <class D> Mixture(Array, D) -> Mixture<D>;  ///< from its members

/// What a bijector makes of draws of the base: exp of a normal number is Transformed{Normal{0, 1}, Exp{}}. Mean, mode, variance and entropy have no formula for all.
template <class D, class B> struct Transformed {
  D base = {};      ///< what is drawn
  B bijector = {};  ///< what is made of it
  static constexpr int event_ndims = D::event_ndims;  ///< that of the base
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const { return base.batch_shape(where); }
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return bijector.forward(base.sample(key, shape)); });
  }
  [[nodiscard]] Array log_prob(Operand y) const {
    return espalier::detail::called_at(y.where, [&] {
      const Array x = bijector.inverse(y.array);
      return base.log_prob(x) - detail::sum_last(bijector.log_slope(x), event_ndims);
    });
  }
  [[nodiscard]] Array cdf(Operand y) const {
    return espalier::detail::called_at(y.where, [&] { return detail::turned(bijector.grows(), base.cdf(bijector.inverse(y.array))); });
  }
  /// @}
};
template <class D, class B> Transformed(D, B) -> Transformed<D, B>;  ///< from its members

/// Many draws as one: the last `ndims` axes of the batch become axes of the event, whose log_prob is the sum. It has no cdf.
template <class D> struct Independent {
  D base = {};    ///< what is drawn
  int ndims = 1;  ///< how many axes are one event
  static constexpr int base_ndims = D::event_ndims;  ///< axes of an event of the base
  /// What every distribution has.
  /// @{
  [[nodiscard]] Shape batch_shape(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] { return detail::without_axes("Independent", base.batch_shape(), ndims); });
  }
  [[nodiscard]] Array sample(const Key& key, Shape shape = {}, Where where = Where::current()) const { return base.sample(key, shape, where); }
  [[nodiscard]] Array log_prob(Operand x) const {
    return espalier::detail::called_at(x.where, [&] {
      (void)batch_shape();
      return detail::sum_last(base.log_prob(x), ndims);
    });
  }
  [[nodiscard]] Array entropy(Where where = Where::current()) const {
    return espalier::detail::called_at(where, [&] {
      (void)batch_shape();
      return detail::sum_last(base.entropy(), ndims);
    });
  }
  [[nodiscard]] Array mean(Where where = Where::current()) const { return base.mean(where); }
  [[nodiscard]] Array mode(Where where = Where::current()) const { return base.mode(where); }
  [[nodiscard]] Array variance(Where where = Where::current()) const { return base.variance(where); }
  /// @}
};
template <class D> Independent(D, int) -> Independent<D>;  ///< from its members

}  // namespace espalier::distributions
