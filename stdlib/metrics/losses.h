#pragma once
// Several losses as one: the loss of a batch to differentiate, and their running means to report.
#include <tuple>
#include <utility>

#include "espalier/stdlib/metrics/logs.h"
#include "espalier/stdlib/metrics/mean.h"
#include "espalier/stdlib/metrics/reduction.h"

namespace espalier::metrics {

template <class... L> class Losses;

namespace detail {

template <class L> inline constexpr bool is_losses = false;
template <class... L> inline constexpr bool is_losses<Losses<L...>> = true;
template <class L> inline constexpr bool is_losses<NamedMetric<L>> = is_losses<L>;

/// A loss with its mean over the samples of all batches.
template <class L> struct RunningLoss {
  L loss;
  Mean mean = {};
};
/// What a group keeps of a loss; a group in a group keeps itself.
template <class L> using Running = std::conditional_t<is_losses<L>, L, RunningLoss<L>>;

/// ShapeError that names the loss, unless its value is a scalar.
void require_scalar(const std::string& name, const Array& value, Where where);
/// What a reduced loss over samples of this shape counts for: how many they are, what they weigh, or 1 for a sum. `kept`: bool per
/// sample, those that are not ignored; Nothing: all.
Array counted_as(Reduction reduction, const Shape& samples, const Array& weight, const Array& kept);
/// target != ignored where the target is class ids, one for each sample; else Nothing.
Array kept_ids(const Array& target, std::int64_t ignored, const Shape& samples);
/// What a batch adds to a mean. A batch that counts for nothing adds nothing, whatever its value.
Weighed weighed_batch(const Array& value, const Array& count);
/// The extent of the leading axis, 1 of a scalar.
double extent_of(const Array& x);

template <class T> std::optional<double> samples_in(const T& member) {
  std::optional<double> samples;
  if constexpr (Tree<T>) {
    tree::for_each_leaf(member, [&](const Array& leaf) { if (!samples && !leaf.is_nothing()) samples = extent_of(leaf); });
  }
  return samples;
}
/// How many samples inputs are: the leading extent of the target, else of the preds, else of the values, else 1.
template <class I> double samples_of(const I& inputs) {
  std::optional<double> samples;
  if constexpr (requires { inputs.target; }) samples = samples_in(inputs.target);
  if constexpr (requires { inputs.preds; }) samples = samples ? samples : samples_in(inputs.preds);
  if constexpr (requires { inputs.values; }) samples = samples ? samples : samples_in(inputs.values);
  return samples.value_or(1);
}

/// What the loss of a batch counts for in its running mean: as the loss itself divides, where it has a reduction; else the samples.
template <class L, class I> Array count_of(const L& loss, const I& inputs, Where where) {
  if constexpr (requires { L::is_adapter; }) return count_of(loss.metric, L::seen(inputs, where), where);
  else if constexpr (requires(L each) { each.reduction = Reduction::none; each(inputs, where).shape(); }) {
    L each = loss;
    each.reduction = Reduction::none;
    const Shape samples = each(inputs, where).shape();  // its values are not used: compiled code does not compute them
    Array kept;
    if constexpr (requires { kept_ids(inputs.target, *loss.ignore_index, samples); }) {
      if (loss.ignore_index) kept = kept_ids(inputs.target, *loss.ignore_index, samples);
    }
    return counted_as(loss.reduction, samples, sample_weight_of(inputs), kept);
  } else {
    return samples_of(inputs);
  }
}

}  // namespace detail

/// Losses(CrossEntropy(), named("penalty", my_loss)): each is called with the inputs and gives a scalar; the loss of a batch is their
/// sum. Beside it each has a running mean, in which a batch counts by its samples, so that a last, smaller one weighs less: as the
/// loss divides (by the samples, or by their weights), or once for a Reduction::sum. Names are as in `Metrics`; without losses the
/// loss is 0.
template <class... L> class [[nodiscard("a metric is a value: keep the one that update, merge and reset return")]] Losses {
 public:
  std::tuple<detail::Running<L>...> losses;                          ///< the losses, with their running means
  static constexpr auto fields = espalier::fields<&Losses::losses>;  ///< makes it a tree

  /// Of these losses; groups nest.
  explicit Losses(L... losses) : losses(detail::Running<L>{std::move(losses)}...) {}

  /// The loss of this batch, and the group with one batch more. Errors are those of the losses; ShapeError for a loss that is no
  /// scalar.
  template <class I = Inputs> [[nodiscard("keep the loss of the batch, and the group with it")]] std::pair<Array, Losses> loss_and_update(const I& inputs, Where where = Where::current()) const {
    Array loss;
    const auto add = [&](const Array& value) { loss = loss.is_nothing() ? value : loss + value; };
    Losses next = each([&](const auto& part) { return updated(part, inputs, add, where); });
    return {loss.is_nothing() ? zeros({}, default_dtype(), where) : loss, std::move(next)};
  }
  /// With one batch more.
  template <class I = Inputs> Losses update(const I& inputs, Where where = Where::current()) const { return loss_and_update(inputs, where).second; }
  /// Of this batch alone.
  template <class I = Inputs> Losses batch_updates(const I& inputs, Where where = Where::current()) const { return reset().update(inputs, where); }
  /// As in every metric: reset is of no batch, merge of the batches of both, aggregate of states stacked along a leading axis.
  /// @{
  Losses reset() const {
    return each([](const auto& part) { return with_mean(part, [](const auto& mean) { return mean.reset(); }); });
  }
  Losses aggregate(Where where = Where::current()) const {
    return each([&](const auto& part) { return with_mean(part, [&](const auto& mean) { return mean.aggregate(where); }); });
  }
  Losses merge(const Losses& other, Where where = Where::current()) const {
    espalier::detail::called_at(where, [&] { detail::require_mergeable(*this, other); });
    return merge(other, where, std::index_sequence_for<L...>{});
  }
  /// @}
  /// The sum of the running means, f32: 0 without losses, NaN before the first batch.
  [[nodiscard]] Array total_loss(Where where = Where::current()) const {
    Array total = zeros({}, default_dtype(), where);
    std::apply([&](const auto&... part) { ((total = total + total_of(part, where)), ...); }, losses);
    return total;
  }
  /// The running means by name.
  [[nodiscard]] Logs compute(Where where = Where::current()) const {
    Logs logs;
    std::apply([&](const auto&... part) { (report(logs, part, where), ...); }, losses);
    return logs;
  }

 private:
  struct FromParts {};
  Losses(FromParts, std::tuple<detail::Running<L>...> parts) : losses(std::move(parts)) {}

  template <class F> Losses each(const F& f) const {
    return Losses(FromParts(), std::apply([&](const auto&... part) { return std::tuple<detail::Running<L>...>{f(part)...}; }, losses));
  }
  template <std::size_t... i> Losses merge(const Losses& other, [[maybe_unused]] Where where, std::index_sequence<i...>) const {
    return Losses(FromParts(), std::tuple<detail::Running<L>...>{
                                   with_mean(std::get<i>(losses), [&](const auto& mean) { return mean.merge(mean_of(std::get<i>(other.losses)), where); })...});
  }

  template <class P, class I, class Add> static auto updated(const detail::RunningLoss<P>& part, const I& inputs, const Add& add, Where where) {
    const auto& loss = detail::metric_in(part.loss);
    return espalier::detail::called_at(where, [&] {
      const Array value = detail::value_of(loss, inputs, where);
      detail::require_scalar(detail::name_of(part.loss), value, where);
      add(value);
      return detail::RunningLoss<P>{part.loss, part.mean.with(detail::weighed_batch(value, detail::count_of(loss, inputs, where)))};
    });
  }
  template <class P, class I, class Add> static P updated(const P& group, const I& inputs, const Add& add, Where where) {
    auto [value, next] = detail::metric_in(group).loss_and_update(inputs, where);
    add(value);
    return detail::with_metric(group, std::move(next));
  }
  template <class P, class F> static detail::RunningLoss<P> with_mean(const detail::RunningLoss<P>& part, const F& f) { return {part.loss, f(part.mean)}; }
  template <class P, class F> static P with_mean(const P& group, const F& f) { return detail::with_metric(group, f(detail::metric_in(group))); }
  template <class P> static const Mean& mean_of(const detail::RunningLoss<P>& part) { return part.mean; }
  template <class P> static const auto& mean_of(const P& group) { return detail::metric_in(group); }
  template <class P> static Array total_of(const detail::RunningLoss<P>& part, Where where) { return part.mean.compute(where); }
  template <class P> static Array total_of(const P& group, Where where) { return detail::metric_in(group).total_loss(where); }
  template <class P> static void report(Logs& logs, const detail::RunningLoss<P>& part, Where where) {
    logs[detail::free_name(logs, detail::name_of(part.loss))] = part.mean.compute(where);
  }
  template <class P> static void report(Logs& logs, const P& group, Where where) { detail::report_group(logs, group, detail::metric_in(group).compute(where)); }
};
/// Losses(a, b) holds an A and a B.
template <class... L> Losses(L...) -> Losses<L...>;

}  // namespace espalier::metrics
