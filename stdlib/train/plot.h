#pragma once
// Plot: a callback that draws the curves of a training.
#include <vector>

#include "espalier/stdlib/train/progress.h"

namespace espalier {

namespace detail {
struct Curve;
}

/// Draws the scalars of the epochs as curves after each epoch: to SVG, or to PNG where the path ends so, without names there. The file is
/// there whole at any time. ArgumentError of another ending; IoError if it cannot be written.
struct Plot {
  std::filesystem::path path = {};             ///< of the file: "curves.svg"
  std::vector<std::string> names = {};         ///< which values; empty: all
  std::shared_ptr<std::vector<detail::Curve>> curves = {};  ///< its own: what was seen so far

  /// As of every callback.
  /// @{
  void on_train_begin(Progress& progress);
  void on_epoch_end(Progress& progress);
  /// @}
};

}  // namespace espalier
