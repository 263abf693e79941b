#pragma once
// Kinds: arrays whose C++ type says what they are for. `filter<Parameter>(tree)` finds them; an own kind is one line:
// struct Lora : ep::Parameter { using Parameter::Parameter; using Parameter::operator=; };
// The kinds here declare their assignments with `&`, so that a write to a temporary, make().weight = w, does not compile. An own
// kind gets its assignment from C++, which lets make().lora = lora pass; it is refused where the kind declares it so too.
#include "espalier/dsl/array.h"

namespace espalier {

namespace detail {
/// The array with its dtype settled: kinds are never weak, or a model made from literals would compile twice.
Array settled(const Array& array, Where where);

/// A base of the kinds: an array that settles whatever it is given.
struct Settled : Array {
  Settled() = default;
  Settled(Array value, Where where = Where::current()) : Array(value.weak() ? settled(value, where) : std::move(value)) {}
  template <Scalar T> Settled(T value, Where where = Where::current()) : Array(settled(Array(value, where), where)) {}
  template <Scalar T, std::same_as<DType> D> Settled(T value, D dtype, Where where = Where::current()) : Array(value, dtype, where) {}
  Settled(std::initializer_list<Nested> values, Place place = Where::current()) : Array(values, place) {}
  template <std::same_as<DType> D> Settled(std::initializer_list<Nested> values, D dtype, Where where = Where::current()) : Array(values, dtype, where) {}
  template <ArrayData R> explicit Settled(const R& data, Place place = Where::current()) : Array(data, place) {}
  template <ArrayData R> Settled(const R& data, Shape shape, Where where = Where::current()) : Array(data, shape, where) {}

  Settled(const Settled&) = default;
  Settled(Settled&&) noexcept = default;
  Settled& operator=(const Settled&) & = default;
  Settled& operator=(Settled&&) & noexcept = default;
  Settled& operator=(const Array& value) & {
    Array::operator=(value.weak() ? settled(value, value.where()) : value);
    return *this;
  }
  Settled& operator=(Array&& value) & { return *this = static_cast<const Array&>(value); }
  template <Scalar T> Settled& operator=(T value) & { return *this = Array(value); }
  Settled& operator=(std::initializer_list<Nested> values) & {
    Array::operator=(values);
    return *this;
  }
  template <class V> void operator=(V&&) && { refuse_lost_write<V>(); }
  template <class V = Settled> void operator=(std::initializer_list<Nested>) && { refuse_lost_write<V>(); }
  template <class X = void> const Settled& operator=(const Array& value) const& {
    Array::operator= <X>(value);
    return *this;
  }
};
}  // namespace detail

/// What a model learns: `grad` differentiates it, optimizers update it.
struct Parameter : detail::Settled {
  using Settled::Settled;
  using Settled::operator=;
  Parameter() = default;
  Parameter(const Parameter&) = default;
  Parameter(Parameter&&) noexcept = default;
  Parameter& operator=(const Parameter&) & = default;
  Parameter& operator=(Parameter&&) & noexcept = default;
  /// A frozen parameter gets no gradient; see `freeze`. Part of the structure of a tree.
  bool frozen = false;
};
/// What changes while a model runs, without being learned.
struct State : detail::Settled {
  using Settled::Settled;
  using Settled::operator=;
  State() = default;
  State(const State&) = default;
  State(State&&) noexcept = default;
  State& operator=(const State&) & = default;
  State& operator=(State&&) & noexcept = default;
};
/// State of a model, such as running statistics.
struct ModelState : State {
  using State::State;
  using State::operator=;
  ModelState() = default;
  ModelState(const ModelState&) = default;
  ModelState(ModelState&&) noexcept = default;
  ModelState& operator=(const ModelState&) & = default;
  ModelState& operator=(ModelState&&) & noexcept = default;
};
/// Statistics of the batches seen.
struct BatchStat : ModelState {
  using ModelState::ModelState;
  using ModelState::operator=;
  BatchStat() = default;
  BatchStat(const BatchStat&) = default;
  BatchStat(BatchStat&&) noexcept = default;
  BatchStat& operator=(const BatchStat&) & = default;
  BatchStat& operator=(BatchStat&&) & noexcept = default;
};
/// What a model keeps to compute its next output faster.
struct Cache : ModelState {
  using ModelState::ModelState;
  using ModelState::operator=;
  Cache() = default;
  Cache(const Cache&) = default;
  Cache(Cache&&) noexcept = default;
  Cache& operator=(const Cache&) & = default;
  Cache& operator=(Cache&&) & noexcept = default;
};
/// State of an optimizer.
struct OptState : State {
  using State::State;
  using State::operator=;
  OptState() = default;
  OptState(const OptState&) = default;
  OptState(OptState&&) noexcept = default;
  OptState& operator=(const OptState&) & = default;
  OptState& operator=(OptState&&) & noexcept = default;
};
/// What a metric has accumulated.
struct MetricState : State {
  using State::State;
  using State::operator=;
  MetricState() = default;
  MetricState(const MetricState&) = default;
  MetricState(MetricState&&) noexcept = default;
  MetricState& operator=(const MetricState&) & = default;
  MetricState& operator=(MetricState&&) & noexcept = default;
};
/// A value to report.
struct Log : detail::Settled {
  using Settled::Settled;
  using Settled::operator=;
  Log() = default;
  Log(const Log&) = default;
  Log(Log&&) noexcept = default;
  Log& operator=(const Log&) & = default;
  Log& operator=(Log&&) & noexcept = default;
};
/// A loss to report.
struct LossLog : Log {
  using Log::Log;
  using Log::operator=;
  LossLog() = default;
  LossLog(const LossLog&) = default;
  LossLog(LossLog&&) noexcept = default;
  LossLog& operator=(const LossLog&) & = default;
  LossLog& operator=(LossLog&&) & noexcept = default;
};
/// A metric to report.
struct MetricLog : Log {
  using Log::Log;
  using Log::operator=;
  MetricLog() = default;
  MetricLog(const MetricLog&) = default;
  MetricLog(MetricLog&&) noexcept = default;
  MetricLog& operator=(const MetricLog&) & = default;
  MetricLog& operator=(MetricLog&&) & noexcept = default;
};

/// The empty tree; also the y of a scan without ys.
struct Nothing {
  bool operator==(const Nothing&) const = default;  ///< always true
};
/// The empty tree as a value.
inline constexpr Nothing nothing;

}  // namespace espalier
