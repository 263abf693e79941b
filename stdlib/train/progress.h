#pragma once
// What a callback is told, and what it may ask of the trainer that runs it.
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "espalier/stdlib/metrics/logs.h"

namespace espalier {

/// What callbacks may ask of a running trainer, whatever its types are. A `Progress` passes the questions on.
class RunningTrainer {
 public:
  virtual ~RunningTrainer() = default;
  /// Ends the run cleanly: after the batch that runs, with the end of the epoch.
  virtual void stop() = 0;
  /// The leaves of the module that are parameters, with their paths.
  [[nodiscard]] virtual std::vector<std::pair<std::string, Array>> parameters() const = 0;
  /// All state as it is now (a copy of handles), as a function that writes it to a path and may run on another thread, later.
  [[nodiscard]] virtual std::function<void(const std::filesystem::path&)> saver() const = 0;
  /// The module and optimizer as they are now, to be given to `restore`.
  [[nodiscard]] virtual std::shared_ptr<const void> snapshot() const = 0;
  /// Puts a snapshot back.
  virtual void restore(const std::shared_ptr<const void>& snapshot) = 0;
  /// The learning rate that the next step has, that of the first link where there are several; none without one.
  [[nodiscard]] virtual std::optional<double> learning_rate() const = 0;
  /// Runs the last batch again, op by op with checks, and says which op made the first NaN or infinity: "" if none did.
  virtual std::string first_bad_op() = 0;
};

/// What callbacks get. `logs` holds the values so far: of the epoch at the end of a batch, where a callback wants them then; of
/// the whole epoch, with "val_…" of the validation, at its end; of the whole set at the end of a test.
struct Progress {
  int epoch = 0;            ///< the running one, from 0
  int batch = 0;            ///< of the epoch, or of the test or prediction, from 0
  std::int64_t step = 0;    ///< train steps that the trainer has done, over all runs
  metrics::Logs logs = {};  ///< values by name
  int epochs = 1;           ///< the last epoch's number, as `FitOptions` has it
  int batches = 0;          ///< of the epoch, the test or the prediction; 0: not known before its end
  RunningTrainer* trainer = nullptr;  ///< that runs

  /// Ends the run cleanly: after this batch, with the end of the epoch and `on_train_end`.
  void stop() const { trainer->stop(); }
};

}  // namespace espalier
