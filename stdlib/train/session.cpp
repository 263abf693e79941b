#include "espalier/stdlib/train/session.h"

namespace espalier::detail {

Session::Session(std::vector<espalier::Callback> callbacks, RunningTrainer& trainer) : callbacks_(std::move(callbacks)) {
  progress.trainer = &trainer;
  for (std::size_t at = 0; at < callbacks_.size(); ++at) {
    keeps_previous_ = keeps_previous_ || callbacks_[at].asks_for_bad_op();
    for (std::size_t hook = 0; hook < hook_count; ++hook) {
      if (callbacks_[at].has(static_cast<Hook>(hook))) with_[hook].push_back(at);
    }
  }
}

bool Session::wants_logs() const {
  for (const espalier::Callback& callback : callbacks_) {
    if (callback.wants_logs(progress)) return true;
  }
  return false;
}

}  // namespace espalier::detail
