#pragma once
// ProgressBar: how far a run is, how fast, and its values.
#include <chrono>
#include <cstdio>
#include <string>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// One line that redraws itself on a terminal, ten times a second; one line per epoch elsewhere: batches, rate, time, values.
struct ProgressBar {
  std::FILE* out = stdout;            ///< where it writes
  std::optional<bool> redraws = none;  ///< whether its line redraws; by default on a terminal

  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_epoch_begin(Progress& progress);
  void on_train_batch_end(Progress& progress);
  void on_epoch_end(Progress& progress);
  bool wants_logs(const Progress& progress) const;
  /// @}

  std::chrono::steady_clock::time_point begin = {};  ///< of the epoch
  std::chrono::steady_clock::time_point drawn = {};  ///< when the line was drawn last
  int done = 0;                                      ///< batches of the epoch
};

namespace detail {
/// "epoch 2/10  [=====>    ]  120/468  1,204 batches/s  ETA 0:42  loss 0.3412", and once the epoch is done "epoch 2/10  468 batches
/// in 0.4 s  1,204 batches/s  loss 0.3412".
std::string progress_line(const Progress& progress, int batches_done, double seconds, bool is_done);
}  // namespace detail

}  // namespace espalier
