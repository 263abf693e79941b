#pragma once
// Session: the callbacks of one run, called in their order.
#include "espalier/stdlib/train/options.h"

namespace espalier::detail {

/// The callbacks of a run and what they are told.
class Session {
 public:
  Session(std::vector<espalier::Callback> callbacks, RunningTrainer& trainer);
  /// Calls a hook of all callbacks that have it.
  void call(Hook hook) {
    for (const std::size_t at : with_[static_cast<std::size_t>(hook)]) callbacks_[at](hook, progress);
  }
  /// Whether some callback reads the values at the end of this batch.
  bool wants_logs() const;
  /// Whether some callback asks which op made the first NaN, so that the state before a step is kept.
  bool keeps_previous() const { return keeps_previous_; }

  Progress progress = {};

 private:
  std::vector<espalier::Callback> callbacks_;
  std::vector<std::size_t> with_[hook_count];
  bool keeps_previous_ = false;
};

}  // namespace espalier::detail
