#pragma once
// Callback: any type with some of the hooks.
#include <functional>
#include <memory>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// When a callback is called. The order is Keras': train_begin, then for each epoch epoch_begin, its batches, the test of the
/// validation, epoch_end; at last train_end.
enum class Hook {
  train_begin,
  train_end,
  epoch_begin,
  epoch_end,
  train_batch_begin,
  train_batch_end,
  test_begin,
  test_end,
  test_batch_begin,
  test_batch_end,
  predict_begin,
  predict_end,
  predict_batch_begin,
  predict_batch_end
};
/// How many hooks there are.
inline constexpr std::size_t hook_count = 14;

namespace detail {

/// Calls the hook of a callback if it has it; says whether it has. Without a progress it only says so.
template <class T> bool call_hook(T& callback, Hook hook, [[maybe_unused]] Progress* progress) {
#define ESPALIER_HOOK(name)                                                      \
  case Hook::name:                                                               \
    if constexpr (requires(Progress& p) { callback.on_##name(p); }) {            \
      if (progress != nullptr) static_cast<void>(callback.on_##name(*progress)); \
      return true;                                                               \
    } else return false;
  switch (hook) {
    ESPALIER_HOOK(train_begin)
    ESPALIER_HOOK(train_end)
    ESPALIER_HOOK(epoch_begin)
    ESPALIER_HOOK(epoch_end)
    ESPALIER_HOOK(train_batch_begin)
    ESPALIER_HOOK(train_batch_end)
    ESPALIER_HOOK(test_begin)
    ESPALIER_HOOK(test_end)
    ESPALIER_HOOK(test_batch_begin)
    ESPALIER_HOOK(test_batch_end)
    ESPALIER_HOOK(predict_begin)
    ESPALIER_HOOK(predict_end)
    ESPALIER_HOOK(predict_batch_begin)
    ESPALIER_HOOK(predict_batch_end)
  }
#undef ESPALIER_HOOK
  return false;
}

template <class T> constexpr bool has_some_hook() {
  return requires(T& t, Progress& p) { t.on_train_begin(p); } || requires(T& t, Progress& p) { t.on_train_end(p); } ||
         requires(T& t, Progress& p) { t.on_epoch_begin(p); } || requires(T& t, Progress& p) { t.on_epoch_end(p); } ||
         requires(T& t, Progress& p) { t.on_train_batch_begin(p); } || requires(T& t, Progress& p) { t.on_train_batch_end(p); } ||
         requires(T& t, Progress& p) { t.on_test_begin(p); } || requires(T& t, Progress& p) { t.on_test_end(p); } ||
         requires(T& t, Progress& p) { t.on_test_batch_begin(p); } || requires(T& t, Progress& p) { t.on_test_batch_end(p); } ||
         requires(T& t, Progress& p) { t.on_predict_begin(p); } || requires(T& t, Progress& p) { t.on_predict_end(p); } ||
         requires(T& t, Progress& p) { t.on_predict_batch_begin(p); } || requires(T& t, Progress& p) { t.on_predict_batch_end(p); };
}

}  // namespace detail

/// Holds a value of any type with some of the hooks `on_train_begin`, `on_epoch_end`, … each `(Progress&)`; copies share it.
/// A type whose `on_train_batch_end` does not read the logs each time says so by `bool wants_logs(const Progress&) const`: values
/// of an epoch that runs are computed only for a batch where some callback wants them.
class Callback {
 public:
  /// Holds a copy.
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, Callback>)
  Callback(T callback) : Callback(std::in_place, std::make_shared<T>(std::move(callback))) {}
  /// Calls a callback of yours, which must live as long: fit(data, {.callbacks = {std::ref(mine)}}).
  template <class T> Callback(std::reference_wrapper<T> callback) : Callback(std::in_place, std::shared_ptr<T>(std::shared_ptr<void>(), &callback.get())) {}

  /// Calls the hook, if the value has it.
  void operator()(Hook hook, Progress& progress) const { call_(held_.get(), hook, &progress); }
  /// Whether the value has this hook.
  bool has(Hook hook) const { return call_(held_.get(), hook, nullptr); }
  /// Whether the value reads the logs at the end of this batch.
  bool wants_logs(const Progress& progress) const { return wants_logs_(held_.get(), progress); }
  /// Whether the value asks `RunningTrainer::first_bad_op`: a type says so by `static constexpr bool asks_for_bad_op = true`. The
  /// state before each step is kept then, which takes as much memory again.
  bool asks_for_bad_op() const { return asks_for_bad_op_; }
  /// Whether the value is a T.
  template <class T> bool holds() const { return *type_ == typeid(T); }

 private:
  template <class T> Callback(std::in_place_t, std::shared_ptr<T> held) : held_(std::move(held)), type_(&typeid(T)) {
    static_assert(detail::has_some_hook<T>(),
                  "a callback has at least one of on_train_begin, on_train_end, on_epoch_begin, on_epoch_end, on_train_batch_begin, on_train_batch_end "
                  "(and the same of test and predict), each taking a Progress&");
    call_ = [](void* callback, Hook hook, Progress* progress) { return detail::call_hook(*static_cast<T*>(callback), hook, progress); };
    if constexpr (requires { T::asks_for_bad_op; }) asks_for_bad_op_ = T::asks_for_bad_op;
    wants_logs_ = [](void* callback, const Progress& progress) -> bool {
      if constexpr (requires(T& t) { t.wants_logs(progress); }) return static_cast<T*>(callback)->wants_logs(progress);
      else return detail::call_hook(*static_cast<T*>(callback), Hook::train_batch_end, nullptr);
    };
  }

  std::shared_ptr<void> held_;
  const std::type_info* type_;
  bool (*call_)(void*, Hook, Progress*);
  bool (*wants_logs_)(void*, const Progress&);
  bool asks_for_bad_op_ = false;
};

}  // namespace espalier
