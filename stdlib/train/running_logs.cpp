#include "espalier/stdlib/train/running_logs.h"

#include "espalier/dsl/ops.h"

namespace espalier::detail {

RunningLogs with_means(const RunningLogs& before, const metrics::Logs& values, std::int64_t samples) {
  RunningLogs after = before;
  const Array count = full({}, static_cast<double>(samples), f64);
  for (const auto& [name, value] : values) after.means[name] = after.means[name].with({value.as(f64) * count, count});
  return after;
}

RunningLogs with_batch(const RunningLogs& before, const Logged& batch, std::int64_t samples, const LoggedKinds& kinds) {
  RunningLogs after = with_means(before, batch.scalars, samples);
  for (const auto& [name, leaves] : batch.metrics) {
    const auto found = before.metrics.find(name);
    if (found == before.metrics.end()) {
      after.metrics[name] = leaves;
      continue;
    }
    const std::vector<Array> merged = kinds.at(name).merge(found->second, leaves);
    auto& chosen = after.metrics[name];
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      // The first batch of an epoch replaces what stands there, whatever a metric is reset to.
      chosen[i] = leaves[i].is_nothing() ? Array() : where(before.started, merged[i], leaves[i]).as(found->second[i].dtype());
    }
  }
  after.started = logical_or(before.started, full({}, true, bool_));
  return after;
}

RunningLogs cleared(const RunningLogs& logs) {
  return map([](const Array& x) { return zeros(x.shape(), x.dtype()); }, logs);
}

void add_values(metrics::Logs& logs, const metrics::Logs& values, const std::string& prefix) {
  for (const auto& [name, value] : values) {
    if (!logs.emplace(prefix + name, value).second) {
      throw TrainingError("Trainer", "two values are named '" + prefix + name + "'", "log one of them under another name, or name the metric: metrics::named(\"other\", …)");
    }
  }
}

metrics::Logs values_of(const RunningLogs& logs, const LoggedKinds& kinds) {
  metrics::Logs values;
  for (const auto& [name, mean] : logs.means) add_values(values, {{name, mean.compute()}});
  for (const auto& [name, leaves] : logs.metrics) {
    for (const auto& [part, value] : kinds.at(name).compute(leaves)) add_values(values, {{part.empty() ? name : name + "/" + part, value}});
  }
  add_values(values, logs.last);
  return values;
}

}  // namespace espalier::detail
