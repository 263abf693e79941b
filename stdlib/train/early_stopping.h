#pragma once
// EarlyStopping: ends a run whose value gets no better; and what better means.
#include <string>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// Which values are better.
enum class MonitorMode {
  automatic,  ///< greater ones where the name has "acc", "auc", "f1", "precision", "recall" or "r2"; else lesser ones
  min,        ///< lesser ones
  max         ///< greater ones
};

/// Ends the run where a value of the epoch has not become better for `patience` epochs: more than min_delta better than
/// the best so far. With patience 0 and 1 a value that stays ends the run after its second epoch, as in Keras. NaN is no better.
struct EarlyStopping {
  Named by_name = Named();
  std::string monitor = "val_loss";              ///< the value
  double min_delta = 0;                          ///< by how much, at least, a better value differs
  int patience = 0;                              ///< epochs without a better value
  MonitorMode mode = MonitorMode::automatic;     ///< which values are better
  bool restore_best = false;                     ///< whether the module and optimizer of the best epoch are put back at the end

  /// As of every callback. TrainingError, with the names there are, where the epoch has no such value.
  /// @{
  void on_train_begin(Progress& progress);
  void on_epoch_end(Progress& progress);
  void on_train_end(Progress& progress);
  /// @}

  double best = 0;      ///< the best value of the run
  int best_epoch = -1;  ///< and its epoch; -1: none was

 private:
  int waited_ = 0;
  std::shared_ptr<const void> kept_;
};

namespace detail {
/// Whether `value` is better than `best` by more than `min_delta`.
bool is_better(const std::string& monitor, MonitorMode mode, double value, double best, double min_delta);
/// The scalar of that name in the logs of an epoch. TrainingError, with the names there are, without it.
double monitored(const char* who, const Progress& progress, const std::string& monitor);
}  // namespace detail

}  // namespace espalier
