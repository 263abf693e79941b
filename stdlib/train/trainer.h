#pragma once
// Trainer: the loop around a step, with callbacks, tests and predictions.
#include <functional>

#include "espalier/stdlib/io/safetensors.h"
#include "espalier/stdlib/nn/summary.h"
#include "espalier/stdlib/optim/hyperparameters.h"
#include "espalier/stdlib/train/checkpoint.h"
#include "espalier/stdlib/train/compiled_steps.h"
#include "espalier/stdlib/train/history.h"
#include "espalier/stdlib/train/other_steps.h"
#include "espalier/stdlib/train/progress_bar.h"
#include "espalier/stdlib/train/rows.h"
#include "espalier/stdlib/train/session.h"

namespace espalier {

/// What a test or a step reports, by name.
using metrics::Logs;

namespace detail {
/// TrainingError, ArgumentError: what a run cannot be told.
void require_fit_options(const FitOptions& options, Where where);
void require_batch_size(const char* op, int batch_size, Where where);
[[noreturn]] void throw_no_step(const char* op, Where where);
[[noreturn]] void throw_lost(Where where);
/// What a file holds of a trainer, beside the values of the epoch so far.
template <class M, class O, class G> struct Saved {
  M module;
  O optimizer;
  G objective;
  Key key = {};
  Array step = {}, epoch = {}, batch = {};
};
/// The arrays of both by name, those of the second under "running.".
std::map<std::string, Array> with_running(const std::vector<io::detail::NamedLeaf>& state, const std::vector<io::detail::NamedLeaf>& running);
/// The arrays of the running values in a file, or those given where it has none.
std::vector<Array> running_arrays(const std::vector<io::detail::NamedLeaf>& like, const std::map<std::string, Array>& file);
/// StructureError unless the file has an array for each leaf.
void require_arrays(const std::vector<io::detail::NamedLeaf>& like, const std::map<std::string, Array>& file, const std::filesystem::path& path, Where where);
/// The learning rate of an optimizer's next step, if it has one.
template <class O> std::optional<double> rate_of(const O& optimizer) {
  if constexpr (std::is_same_v<O, Nothing>) return std::nullopt;
  else {
    std::optional<double> rate;
    (void)map_subtrees([&](const optim::ScaleBySchedule& scale) {
      if (optim::detail::is_rate(scale) && !rate) rate = scale.schedule(scale.count.is_nothing() ? Array(0) : Array(scale.count)).template item<double>();
      return scale;
    }, optimizer);
    return rate;
  }
}
/// Sets a value while it lives, and puts the one before back.
template <class T> class Held {
 public:
  Held(T& place, T value) : place_(place), before_(std::exchange(place, std::move(value))) {}
  ~Held() { place_ = std::move(before_); }
  Held(const Held&) = delete;

 private:
  T& place_;
  T before_;
};
}  // namespace detail

/// Trains a module, and holds it: ep::Trainer trainer(net, ep::Recipe{.loss = …, .metrics = …, .optimizer = …}); trainer.fit(data,
/// {.epochs = 10}). Which level of control the module takes follows from its members:
///   core     init_step(Key, batch) -> module  train_step(batch) -> {Logs, module}  test_step  pred_step(inputs) -> {output, module}
///            reset_step() -> module: before each epoch and test; a module that has it accumulates its logs itself, else they are
///            means of a batch, which the Trainer weighs by the batch's samples
///   managed  managed_init_step(Key, batch) -> module  managed_train_step(Key, batch) -> {loss, module}  managed_test_step
///            managed_pred_step(Key, inputs) -> {output, module}; ep::log(name, scalar or metric) inside; optional static
///            params(LeafInfo), batch_stats(LeafInfo) -> bool
///   high     operator()(inputs), of a batch with a member `inputs`, and with `target` and `sample_weight` where losses and metrics
///            ask for them; optional init(Key, inputs) -> module; lazy layers of `nn` get their parameters at the first batch
/// Each step is one function of a tree of all state, compiled once per shape of batch; its key is the Trainer's with the number
/// of the step folded in.
template <class M, class L = Nothing, class X = Nothing, class O = Nothing> class Trainer final : RunningTrainer {
  using Objective = decltype(detail::objective_of(std::declval<const L&>(), std::declval<const X&>()));
  using State = detail::TrainerState<M, O, Objective>;
  using TestState = detail::TestState<M, Objective>;

 public:
  /// Of this module and recipe. Nothing is run yet.
  explicit Trainer(M module, Recipe<L, X, O> recipe = {})
      : state_{std::move(module), std::move(recipe.optimizer), detail::objective_of(recipe.loss, recipe.metrics).reset()}, strategy_{recipe.strategy}, seed_{recipe.seed} {
    auto [init, steps, tests] = random::split<3>(random::key(seed_));
    init_key_ = init;
    test_key_ = tests;
    state_.key = steps;
    state_.step = zeros({}, i32);
    state_.running.started = zeros({}, bool_);
  }

  /// Trains, and gives the values of each epoch. The data is a tree whose leaves have one leading axis of samples, or a range of
  /// batches. An epoch's values weigh every sample alike; a last, smaller batch is kept. TrainingError where no step would be run;
  /// ShapeError where leading axes differ; else the errors of steps and callbacks, after which the trainer can be used as it then is.
  template <class D>
  History fit(D&& data, const FitOptions& options = {}, Where where = Where::current()) {
    detail::require_fit_options(options, where);
    using T = std::remove_cvref_t<D>;
    if (options.validation_split == 0) return fit_on(data, static_cast<T*>(nullptr), options, where);
    if constexpr (Tree<T>) {
      const std::int64_t size = detail::samples_of_batch(data, where);
      const auto trained = size - static_cast<std::int64_t>(options.validation_split * static_cast<double>(size));
      const T first = map([&](const Array& x) { return detail::samples_between(x, 0, trained); }, data);
      const T last = map([&](const Array& x) { return detail::samples_between(x, trained, size); }, data);
      return fit_on(first, &last, options, where);
    } else throw ArgumentError("fit", "validation_split is of a tree of arrays, and the data is a range of batches", "give the validation data as the second argument", where);
  }
  /// The same, with a test on other data after each epoch, whose values are "val_…".
  template <class D, class V>
    requires(!std::is_same_v<std::remove_cvref_t<V>, FitOptions>)
  History fit(D&& data, V&& validation, const FitOptions& options = {}, Where where = Where::current()) {
    detail::require_fit_options(options, where);
    if (options.validation_split != 0) throw ArgumentError("fit", "validation data and a validation_split are given", "give one of them", where);
    return fit_on(data, &validation, options, where);
  }

  /// The values of a whole data set. The module is as it was before.
  template <class D> Logs evaluate(D&& data, const BatchOptions& options = {}, Where where = Where::current()) {
    detail::require_batch_size("evaluate", options.batch_size, where);
    detail::Session session(options.callbacks, *this);
    session.progress.epoch = epoch_;
    session.progress.step = steps_;
    return tested(data, session, options.batch_size, where);
  }
  /// The outputs for all inputs, a tree whose leaves have one leading axis; those of the batches stand behind each other.
  template <class I> [[nodiscard]] auto predict(const I& inputs, const BatchOptions& options = {}, Where where = Where::current()) {
    detail::require_batch_size("predict", options.batch_size, where);
    detail::Session session(options.callbacks, *this);
    detail::Rows<I> rows(inputs, {.batch_size = options.batch_size}, where);
    session.progress.batches = static_cast<int>(rows.batches());
    session.call(Hook::predict_begin);
    using Output = decltype(predict_on_batch(inputs));
    std::vector<Output> outputs;
    std::optional<I> batch;
    rows.start(0, 0);
    for (session.progress.batch = 0; rows.next(batch); ++session.progress.batch) {
      session.call(Hook::predict_batch_begin);
      outputs.push_back(predict_on_batch(*batch));
      session.call(Hook::predict_batch_end);
    }
    if (outputs.empty()) detail::throw_no_step("predict", where);
    session.call(Hook::predict_end);
    return joined(outputs);
  }

  /// One train step, and the values of this batch alone. Those of an epoch begin anew.
  template <class B> Logs train_on_batch(const B& batch, Where where = Where::current()) {
    initialize(batch, where);
    begin_epoch_values();
    train(batch, where);
    Logs logs = values<B>();
    begin_epoch_values();
    return logs;
  }
  /// The values of one batch; the module is as it was before.
  template <class B> Logs test_on_batch(const B& batch, Where where = Where::current()) {
    initialize(batch, where);
    return values_of_test<B>(tested_with(test_begin(batch), batch, 0));
  }
  /// The outputs for one batch of inputs; the module is as it was before.
  template <class I> [[nodiscard]] auto predict_on_batch(const I& inputs, Where where = Where::current()) {
    require_state(where);
    using Step = detail::PredictStep<M, I>;
    if (!initialized_) initialize_for_inputs(inputs);
    const Key key = random::fold_in(test_key_, 0);
    if (!strategy_.compiles()) return Step()(state_.module, key, inputs).first;
    return compiled_.of(Step(), "predict_step")(state_.module, key, inputs).first;
  }
  /// The module's table, called with inputs like these; see nn::summary. Nothing is computed.
  template <class... I> std::string summary(const I&... example) const { return nn::summary(state_.module, example...); }

  /// Writes all state, module, optimizer, metrics, key, step, epoch and how far it is, as `save_checkpoint` does, with its errors.
  void save(const std::filesystem::path& path) const { saver()(path); }
  /// The state that `save` or ModelCheckpoint wrote, of a trainer of the same types: a file, or the newest undamaged one of a folder. A run of `fit` with `.initial_epoch = trainer.epoch()`, the same data and
  /// options goes on with the batch after the last one, bit for bit. StructureError where it is of another state; else the errors
  /// of `load_checkpoint`.
  void load(const std::filesystem::path& path, Where where = Where::current()) {
    if (!initialized_) initialize_optimizer();
    detail::Saved<M, O, Objective> saved = saved_state();
    const std::filesystem::path file = undamaged_checkpoint(path, where);
    const std::map<std::string, Array> arrays = io::read_safetensors(file, where);
    detail::require_arrays(io::detail::named_leaves(saved), arrays, file, where);
    saved = io::load_safetensors(saved, file, {.strict = false}, where);
    state_ = State{saved.module, saved.optimizer, saved.objective, state_.running, saved.key, saved.step};
    lost_ = false;
    steps_ = saved.step.template item<std::int64_t>();
    epoch_ = saved.epoch.template item<int>();
    position_ = resume_at_ = saved.batch.template item<std::int64_t>();
    waiting_ = arrays;
    if (primed_) restore_running();
  }

  /// The module as it is now.
  const M& module() const { return state_.module; }
  /// The optimizer as it is now.
  const O& optimizer() const { return state_.optimizer; }
  /// How many train steps were done.
  std::int64_t step() const { return steps_; }
  /// How many epochs were done: the number of the next one.
  int epoch() const { return epoch_; }
  /// Ends the run cleanly: after the batch that runs, with the test and the end of the epoch.
  void stop() override { stopped_ = true; }

 private:
  template <class D> static auto batches_of(D& data, const detail::RowsOptions& options, Where where) {
    using T = std::remove_cv_t<D>;
    if constexpr (Tree<T>) return detail::Rows<T>(data, options, where);
    else return detail::Ranged<D>(data);
  }
  template <class B> static constexpr bool is_high = !detail::CoreTrains<M, B> && !detail::ManagedTrains<M, B>;
  template <class B> static constexpr bool is_high_test = !detail::CoreTests<M, B> && !detail::ManagedTests<M, B>;

  void require_state(Where where) const {
    if (lost_) detail::throw_lost(where);
  }
  // The module gets its parameters at the first batch, if it waits for them.
  template <class I> void initialize_for_inputs(const I& inputs) {
    if constexpr (detail::HighInits<M, I>) state_.module = state_.module.init(init_key_, inputs);
    else if constexpr (tree::Module<M> && std::is_invocable_v<M&, const I&>) state_.module = nn::init(state_.module, init_key_, inputs);
    initialize_optimizer();
  }
  void initialize_optimizer() {
    if constexpr (!std::is_same_v<O, Nothing>) state_.optimizer = state_.optimizer.init(state_.module);
    initialized_ = true;
  }
  template <class B> void initialize(const B& batch, Where where) {
    require_state(where);
    if (!initialized_) {
      if constexpr (detail::CoreInits<M, B>) state_.module = state_.module.init_step(init_key_, batch);
      else if constexpr (detail::ManagedInits<M, B>) state_.module = state_.module.managed_init_step(init_key_, batch);
      else if constexpr (requires { batch.inputs; }) initialize_for_inputs(batch.inputs);
      if (!initialized_) initialize_optimizer();
    }
    if constexpr (!is_high<B>) {
      if (primed_) return;
      // What a step logs becomes a part of the state, so that the first step has the structure of all others.
      state_.running = detail::cleared(eval_shape(step_of<B>(), state_, batch).running);
      primed_ = true;
      if (!waiting_.empty()) restore_running();
    }
  }
  void begin_epoch_values() {
    state_.objective = state_.objective.reset();
    state_.running = detail::cleared(state_.running);
    if constexpr (detail::CoreResets<M>) state_.module = state_.module.reset_step();
  }

  template <class B> using Step = detail::TrainStep<State, M, Objective, B>;
  template <class B> Step<B> step_of() const { return {strategy_.lanes(), kinds_}; }
  template <class B> void train(const B& batch, Where where) {
    require_state(where);
    if (!strategy_.compiles()) state_ = step_of<B>()(state_, batch);
    else if (!strategy_.donates() || keeps_previous_) state_ = compiled_.of(step_of<B>(), "train_step")(std::as_const(state_), batch);
    else {
      try {
        state_ = compiled_.of(step_of<B>(), "train_step")(std::move(state_), batch);
      } catch (...) {
        // What was traced in vain is whole; what failed while it ran may have been given away.
        tree::for_each_leaf(state_, [&](const Array& leaf) { lost_ = lost_ || detail::ArrayAccess::kind(leaf) == detail::ArrayAccess::Kind::donated; });
        throw;
      }
    }
    ++steps_;
  }
  template <class B> Logs values() const {
    Logs logs = detail::values_of(state_.running, *kinds_);
    if constexpr (is_high<B>) detail::add_values(logs, detail::values_of_objective<L, X>(state_.objective));
    return logs;
  }

  template <class D, class V> History fit_on(D& data, V* validation, const FitOptions& options, Where where) {
    std::vector<Callback> callbacks = options.callbacks;
    bool has_bar = false;
    for (const Callback& callback : callbacks) has_bar = has_bar || callback.holds<ProgressBar>();
    if (options.verbose != 0 && !has_bar) callbacks.push_back(ProgressBar());
    detail::Session session(std::move(callbacks), *this);
    auto batches = batches_of(data, {options.batch_size, options.shuffle, options.drop_last, seed_}, where);
    using B = typename decltype(batches)::Batch;
    std::int64_t count = batches.batches();
    if (options.steps_per_epoch > 0) count = count == 0 ? options.steps_per_epoch : std::min<std::int64_t>(count, options.steps_per_epoch);

    std::optional<B> batch;
    std::optional<State> previous;  // the state before a step, where a callback may ask what went wrong in it
    const detail::Held<bool> keeping(keeps_previous_, session.keeps_previous());
    const detail::Held<std::function<std::string()>> rerun(rerun_, [&] { return first_bad_op_of(*previous, *batch); });
    History history;
    Progress& progress = session.progress;
    progress.epochs = options.epochs;
    progress.step = steps_;
    stopped_ = false;
    session.call(Hook::train_begin);
    for (int epoch = options.initial_epoch; epoch < options.epochs && !stopped_; ++epoch) {
      progress.epoch = epoch;
      progress.batches = static_cast<int>(count);
      progress.logs = {};
      const std::int64_t first = std::exchange(resume_at_, 0);
      batches.start(epoch, first);
      session.call(Hook::epoch_begin);
      std::int64_t done = 0;
      for (progress.batch = static_cast<int>(first); !stopped_ && (options.steps_per_epoch == 0 || progress.batch < options.steps_per_epoch) && batches.next(batch); ++progress.batch) {
        if (done++ == 0) {
          initialize(*batch, where);
          if (first == 0) begin_epoch_values();
        }
        session.call(Hook::train_batch_begin);
        if (keeps_previous_) previous = state_;
        train(*batch, where);
        position_ = progress.batch + 1;
        progress.step = steps_;
        progress.logs = session.wants_logs() ? values<B>() : Logs();
        session.call(Hook::train_batch_end);
      }
      if (done == 0) {
        // A run that is resumed behind the last batch of an epoch still ends that epoch.
        batches.start(epoch, 0);
        if (first == 0 || !batches.next(batch)) detail::throw_no_step("fit", where);
        initialize(*batch, where);
      }
      progress.logs = values<B>();
      if (validation != nullptr) test_epoch(*validation, session, options.batch_size, where);
      position_ = 0;
      epoch_ = epoch + 1;
      session.call(Hook::epoch_end);
      history.add(epoch, progress.logs);
    }
    session.call(Hook::train_end);
    return history;
  }

  // The values of the validation join those of the epoch.
  template <class V> void test_epoch(V& validation, detail::Session& session, int batch_size, Where where) {
    Progress trained = session.progress;
    if constexpr (detail::can_test<M, typename decltype(batches_of(validation, {}, where))::Batch>) detail::add_values(trained.logs, tested(validation, session, batch_size, where), "val_");
    else throw TrainingError("fit", "there is validation data, and the module has no test step", "write test_step or managed_test_step, or leave the validation out", where);
    session.progress = std::move(trained);
  }
  template <class B> TestState test_begin(const B& batch) {
    TestState test{state_.module, state_.objective.reset()};
    test.running.started = zeros({}, bool_);
    if constexpr (detail::CoreResets<M>) test.module = test.module.reset_step();
    if constexpr (!is_high_test<B>) test.running = detail::cleared(eval_shape(detail::TestStep<TestState, M, B>{test_kinds_}, test, test_key_, batch).running);
    return test;
  }
  template <class B> TestState tested_with(TestState test, const B& batch, int number) {
    const detail::TestStep<TestState, M, B> step{test_kinds_};
    const Key key = random::fold_in(test_key_, number);
    if (!strategy_.compiles()) return step(test, key, batch);
    return compiled_.of(step, "test_step")(std::move(test), key, batch);
  }
  template <class B> Logs values_of_test(const TestState& test) const {
    Logs logs = detail::values_of(test.running, *test_kinds_);
    if constexpr (is_high_test<B>) detail::add_values(logs, detail::values_of_objective<L, X>(test.objective));
    return logs;
  }
  template <class D> Logs tested(D& data, detail::Session& session, int batch_size, Where where) {
    auto batches = batches_of(data, {.batch_size = batch_size}, where);
    using B = typename decltype(batches)::Batch;
    Progress& progress = session.progress;
    progress.logs = {};
    progress.batches = static_cast<int>(batches.batches());
    session.call(Hook::test_begin);
    std::optional<B> batch;
    std::optional<TestState> test;
    batches.start(0, 0);
    for (progress.batch = 0; batches.next(batch); ++progress.batch) {
      if (!test) {
        initialize(*batch, where);
        test = test_begin(*batch);
      }
      session.call(Hook::test_batch_begin);
      test = tested_with(std::move(*test), *batch, progress.batch);
      session.call(Hook::test_batch_end);
    }
    if (!test) detail::throw_no_step("evaluate", where);
    progress.logs = values_of_test<B>(*test);
    session.call(Hook::test_end);
    return progress.logs;
  }

  template <class T> static T joined(const std::vector<T>& parts) {
    if (parts.size() == 1) return parts.front();
    T whole = tree::clone(parts.front());
    std::vector<std::vector<const Array*>> leaves;
    for (const T& part : parts) leaves.push_back(tree::leaf_pointers(part));
    std::size_t at = 0;
    tree::for_each_leaf(whole, [&](Array& leaf) {
      std::vector<Array> all;
      for (const auto& pointers : leaves) all.push_back(*pointers[at]);
      ++at;
      if (!leaf.is_nothing()) leaf = concatenate(all);
    });
    return whole;
  }

  template <class B> std::string first_bad_op_of(const State& before, const B& batch) {
    try {
      (void)jit(step_of<B>(), {.name = "checked_step", .check = Check::nan})(before, batch);
    } catch (const CheckError& error) {
      return error.what();
    }
    return "";
  }

  // RunningTrainer, for callbacks.
  std::vector<std::pair<std::string, Array>> parameters() const override { return leaves_with_path(filter<Parameter>(state_.module)); }
  std::function<void(const std::filesystem::path&)> saver() const override {
    return [state = saved_state(), running = state_.running, step = steps_](const std::filesystem::path& path) {
      save_checkpoint(detail::with_running(io::detail::named_leaves(state), io::detail::named_leaves(running)), path, {.step = step});
    };
  }
  std::shared_ptr<const void> snapshot() const override { return std::make_shared<std::pair<M, O>>(state_.module, state_.optimizer); }
  void restore(const std::shared_ptr<const void>& snapshot) override {
    const auto& [module, optimizer] = *static_cast<const std::pair<M, O>*>(snapshot.get());
    state_.module = module;
    state_.optimizer = optimizer;
  }
  std::optional<double> learning_rate() const override { return detail::rate_of(state_.optimizer); }
  std::string first_bad_op() override { return rerun_ ? rerun_() : ""; }
  detail::Saved<M, O, Objective> saved_state() const {
    return {state_.module, state_.optimizer, state_.objective, state_.key, state_.step, Array(epoch_).as(i32), Array(position_).as(i64)};
  }
  // What a file says of the epoch so far; names are known once a step was traced.
  void restore_running() {
    state_.running = unflatten(state_.running, detail::running_arrays(io::detail::named_leaves(state_.running), waiting_));
    waiting_.clear();
  }

  State state_;
  Strategy strategy_;
  std::uint64_t seed_;
  Key init_key_, test_key_;
  std::shared_ptr<detail::LoggedKinds> kinds_ = std::make_shared<detail::LoggedKinds>();
  std::shared_ptr<detail::LoggedKinds> test_kinds_ = std::make_shared<detail::LoggedKinds>();
  detail::CompiledSteps compiled_;
  std::int64_t steps_ = 0, position_ = 0, resume_at_ = 0;  // position: batches of the running epoch that are done
  int epoch_ = 0;
  bool initialized_ = false, primed_ = false, stopped_ = false, lost_ = false, keeps_previous_ = false;
  std::map<std::string, Array> waiting_;  // of a file, for `restore_running`
  std::function<std::string()> rerun_;
};
/// Types follow from the values.
/// @{
template <class M> Trainer(M) -> Trainer<M>;
template <class M, class L, class X, class O> Trainer(M, Recipe<L, X, O>) -> Trainer<M, L, X, O>;
/// @}

}  // namespace espalier
