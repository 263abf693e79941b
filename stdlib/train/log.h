#pragma once
// log: values that a step reports beside its loss.
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "espalier/stdlib/metrics/logs.h"
#include "espalier/stdlib/metrics/mean.h"
#include "espalier/stdlib/train/error.h"

namespace espalier {

namespace detail {

/// What is known of a logged metric beside its arrays: how they are merged over time, over lanes, and read.
struct LoggedKind {
  std::function<std::vector<Array>(const std::vector<Array>&, const std::vector<Array>&)> merge;
  std::function<std::vector<Array>(const std::vector<Array>&)> aggregate;
  std::function<metrics::Logs(const std::vector<Array>&)> compute;
};

/// What a step logged: values by name, a tree; and beside it what its metrics are.
struct Logged {
  std::map<std::string, Array> scalars = {};
  std::map<std::string, std::vector<Array>> metrics = {};
};
/// The metrics that steps have logged, by name.
using LoggedKinds = std::map<std::string, LoggedKind>;

/// While it lives, `log` on this thread writes here (a documented thread-local). Scopes nest: the innermost counts.
class LogScope {
 public:
  explicit LogScope(std::shared_ptr<LoggedKinds> kinds);
  ~LogScope();
  LogScope(const LogScope&) = delete;
  Logged take() { return std::move(logged_); }

 private:
  friend void log_scalar(const std::string&, const Array&, Where);
  friend void log_metric(const std::string&, std::vector<Array>, LoggedKind, Where);
  void require_free(const std::string& name, Where where) const;

  Logged logged_;
  std::shared_ptr<LoggedKinds> kinds_;
  LogScope* outer_;
};

void log_scalar(const std::string& name, const Array& value, Where where);
void log_metric(const std::string& name, std::vector<Array> leaves, LoggedKind kind, Where where);

/// The metric with these arrays as leaves.
template <class M> M with_arrays(const M& like, const std::vector<Array>& arrays) {
  M metric = tree::clone(like);
  std::size_t next = 0;
  tree::for_each_leaf(metric, [&](Array& leaf) { leaf = arrays.at(next++); });
  return metric;
}
template <class M> std::vector<Array> arrays_of(const M& metric) {
  std::vector<Array> arrays;
  tree::for_each_leaf(metric, [&](const Array& leaf) { arrays.push_back(leaf); });
  return arrays;
}
template <class M> LoggedKind kind_of(const M& metric) {
  M like = tree::clone(metric);
  tree::for_each_leaf(like, [](Array& leaf) { leaf = Array(); });  // its statics: the arrays belong to a trace
  return {[like](const auto& before, const auto& batch) { return arrays_of(with_arrays(like, before).merge(with_arrays(like, batch))); },
          [like](const auto& lanes) { return arrays_of(with_arrays(like, lanes).aggregate()); },
          [like](const auto& arrays) {
    const auto value = with_arrays(like, arrays).compute();
    if constexpr (std::is_same_v<std::remove_const_t<decltype(value)>, metrics::Logs>) return value;
    else return metrics::Logs{{"", value}};
  }};
}

}  // namespace detail

/// In a managed step: reports a scalar under a name. An epoch's value is the mean over its samples: the value of a batch counts by
/// the extent of the batch. ShapeError unless it is a scalar; TrainingError outside a step, and under a name that is taken
/// ("loss" is: it is what the step returns).
inline void log(const std::string& name, const Array& value, Where where = Where::current()) { detail::log_scalar(name, value, where); }
/// In a managed step: reports a metric of this batch alone, log("accuracy", Accuracy().update(inputs)). The Trainer merges those of
/// an epoch. A group reports each of its values as "name/…". TrainingError as above.
template <class M>
  requires requires(const M& m) { m.merge(m); m.aggregate(); m.compute(); }
void log(const std::string& name, const M& metric, Where where = Where::current()) {
  detail::log_metric(name, detail::arrays_of(metric), detail::kind_of(metric), where);
}

}  // namespace espalier
