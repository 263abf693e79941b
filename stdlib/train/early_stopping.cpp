#include "espalier/stdlib/train/early_stopping.h"

#include <cmath>

#include "espalier/stdlib/train/error.h"

namespace espalier {

bool detail::is_better(const std::string& monitor, MonitorMode mode, double value, double best, double min_delta) {
  bool greater = mode == MonitorMode::max;
  if (mode == MonitorMode::automatic) {
    for (const char* name : {"acc", "auc", "f1", "precision", "recall", "r2"}) greater = greater || monitor.find(name) != std::string::npos;
  }
  return greater ? value > best + std::abs(min_delta) : value < best - std::abs(min_delta);
}

double detail::monitored(const char* who, const Progress& progress, const std::string& monitor) {
  if (const auto found = progress.logs.find(monitor); found != progress.logs.end()) return found->second.item<double>();
  std::string known;
  for (const auto& [name, value] : progress.logs) known += (known.empty() ? "" : ", ") + name;
  throw TrainingError(who, "the epoch has no value '" + monitor + "'", "there are " + known + (monitor.starts_with("val_") ? "; values of a validation need validation data" : ""));
}

void EarlyStopping::on_train_begin(Progress&) {
  waited_ = 0;
  best_epoch = -1;
  kept_ = nullptr;
}

void EarlyStopping::on_epoch_end(Progress& progress) {
  const double value = detail::monitored("EarlyStopping", progress, monitor);
  if (best_epoch < 0 ? !std::isnan(value) : detail::is_better(monitor, mode, value, best, min_delta)) {
    best = value;
    best_epoch = progress.epoch;
    waited_ = 0;
    if (restore_best) kept_ = progress.trainer->snapshot();
  } else if (++waited_ >= patience) progress.stop();
}

void EarlyStopping::on_train_end(Progress& progress) {
  if (kept_ != nullptr) progress.trainer->restore(kept_);
  kept_ = nullptr;
}

}  // namespace espalier
