#pragma once
// TensorBoard: a callback whose files the program of that name shows.
#include <optional>

#include "espalier/stdlib/train/event_file.h"
#include "espalier/stdlib/train/progress.h"

namespace espalier {

/// Writes the values of each epoch as scalars, at the number of the step, to files in a folder, which it makes; those of the validation lie in
/// a run beside, "validation", under the same names, so that both stand in one picture. `tensorboard --logdir=FOLDER` shows them.
/// Values that are no scalars are written as histograms.
struct TensorBoard {
  std::filesystem::path path = {};            ///< the folder
  int histograms = 0;                         ///< epochs between histograms of the parameters; 0: none
  std::optional<EventFile> train = {};        ///< its own: the file of the training
  std::optional<EventFile> validation = {};   ///< its own: the file of the validation

  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_epoch_end(Progress& progress);
  /// @}
};

}  // namespace espalier
