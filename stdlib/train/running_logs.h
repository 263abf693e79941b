#pragma once
// What the steps of an epoch have reported so far, as a tree: a part of the trainer's state.
#include "espalier/stdlib/train/log.h"

namespace espalier::detail {

/// Means of scalars over samples, merged metrics, and the last values where the module itself accumulates.
struct RunningLogs {
  std::map<std::string, metrics::Mean> means = {};
  std::map<std::string, std::vector<Array>> metrics = {};
  Array started = false;  // whether `metrics` hold a batch
  metrics::Logs last = {};
};

/// With what a step of `samples` samples logged.
RunningLogs with_batch(const RunningLogs& before, const Logged& batch, std::int64_t samples, const LoggedKinds& kinds);
/// With means of these values, which are of a batch of so many samples.
RunningLogs with_means(const RunningLogs& before, const metrics::Logs& values, std::int64_t samples);
/// Of no batch.
RunningLogs cleared(const RunningLogs& logs);
/// The values by name. TrainingError where two have one name.
metrics::Logs values_of(const RunningLogs& logs, const LoggedKinds& kinds);
/// Adds values to logs. TrainingError where a name is taken.
void add_values(metrics::Logs& logs, const metrics::Logs& values, const std::string& prefix = "");

}  // namespace espalier::detail
