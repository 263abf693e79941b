#pragma once
// ModelCheckpoint: a callback that keeps checkpoints of a training.
#include <memory>
#include <optional>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

namespace detail {
class CheckpointWriter;
}

/// Saves all of the trainer's state to files of `checkpoint_path` in a folder, which it makes. They are written on another thread while training goes on;
/// what fails there is thrown at the next save or at the end of training. `load_checkpoint` and `Trainer::load` take the folder.
struct ModelCheckpoint {
  std::filesystem::path path = {};      ///< the folder
  std::string monitor = "val_loss";     ///< the value that says which one is best: lowest, or highest of accuracy, precision, recall, auc, f1, r2
  int every_epochs = 1;                 ///< epochs between saves; 0: none at the end of epochs
  int every_steps = 0;                  ///< steps between saves; 0: none within epochs
  bool best_only = false;               ///< only where the monitored value is better than before; ArgumentError if there is none
  int keep = 0;                         ///< files that stay: the newest, and the best where it is known; 0: all
  std::shared_ptr<detail::CheckpointWriter> writer = {};  ///< its own: the thread that writes

  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_train_batch_end(Progress& progress);
  void on_epoch_end(Progress& progress);
  void on_train_end(Progress& progress);
  /// @}
  /// Whether it saves at this batch by a value.
  bool wants_logs(const Progress& progress) const { return every_steps > 0 && best_only && progress.step % every_steps == 0; }

 private:
  void save(const Progress& progress);
};

}  // namespace espalier
