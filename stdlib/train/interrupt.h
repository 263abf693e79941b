#pragma once
// Interrupt: Ctrl-C ends a run cleanly.
#include <csignal>
#include <memory>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// While a run lasts, the first SIGINT ends it cleanly: after the batch that runs, with the test and the end of the epoch. A
/// second one ends the process at once, as it would without this. The handler before is put back when the run ends, or when
/// this goes. One run at a time can have it, for a signal is of the whole process.
class Interrupt {
 public:
  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_train_batch_end(Progress& progress);
  void on_train_end(Progress& progress);
  bool wants_logs(const Progress&) const { return false; }
  /// @}

 private:
  std::shared_ptr<void> installed_;  // puts the handler before back
};

}  // namespace espalier
