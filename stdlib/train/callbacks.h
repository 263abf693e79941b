#pragma once
// Small callbacks.
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// A callback of functions: LambdaCallback{.on_epoch_end = [](ep::Progress& p) { … }}. Those not given do nothing.
struct LambdaCallback {
  using Function = std::function<void(Progress&)>;  ///< of a hook
  /// The hooks.
  /// @{
  Function on_train_begin = {}, on_train_end = {}, on_epoch_begin = {}, on_epoch_end = {}, on_train_batch_begin = {}, on_train_batch_end = {};
  Function on_test_begin = {}, on_test_end = {}, on_test_batch_begin = {}, on_test_batch_end = {};
  Function on_predict_begin = {}, on_predict_end = {}, on_predict_batch_begin = {}, on_predict_batch_end = {};
  /// @}
  /// Whether there is a function that reads them.
  bool wants_logs(const Progress&) const { return static_cast<bool>(on_train_batch_end); }
};

/// Adds the learning rate of the next step to the values of each epoch, as "learning_rate". Stands before callbacks that read it.
struct LearningRateMonitor {
  /// As of every callback.
  void on_epoch_end(Progress& progress) const;
};

/// Ends training with a TrainingError at the first batch after which the loss of the epoch is NaN or infinite, and names the op
/// that made the first NaN: the step is run again with checks. The state before each step is kept for that, so training takes
/// that memory again. The module is then as before that step.
struct TerminateOnNaN {
  static constexpr bool asks_for_bad_op = true;  ///< see `Callback::asks_for_bad_op`
  /// As of every callback.
  void on_train_batch_end(Progress& progress) const;
};

/// Writes the values of each epoch to a file of comma-separated values: "epoch", then the names of the first epoch in their
/// order. A value that an epoch does not have is empty. IoError where the file cannot be written.
struct CSVLogger {
  std::filesystem::path path = {};  ///< of the file
  bool append = false;              ///< whether rows join those of a file that is there, as a resumed run wants it

  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_epoch_end(Progress& progress);
  /// @}

 private:
  std::vector<std::string> names_;
};

}  // namespace espalier
