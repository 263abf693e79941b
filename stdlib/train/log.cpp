#include "espalier/stdlib/train/log.h"

namespace espalier::detail {

namespace {
thread_local LogScope* innermost = nullptr;

LogScope& running(Where where) {
  if (innermost != nullptr) return *innermost;
  throw TrainingError("log", "no managed step of a Trainer runs here", "call it in managed_train_step or managed_test_step; other steps return what they report", where);
}
}  // namespace

LogScope::LogScope(std::shared_ptr<LoggedKinds> kinds) : kinds_(std::move(kinds)), outer_(innermost) { innermost = this; }
LogScope::~LogScope() { innermost = outer_; }

void LogScope::require_free(const std::string& name, Where where) const {
  if (name == "loss") throw TrainingError("log", "the name 'loss' is taken by the loss that the step returns", "log it under another name", where);
  if (logged_.scalars.contains(name) || logged_.metrics.contains(name)) {
    throw TrainingError("log", "the name '" + name + "' is taken: this step has logged a value under it", "give each value a name of its own", where);
  }
}

void log_scalar(const std::string& name, const Array& value, Where where) {
  LogScope& scope = running(where);
  scope.require_free(name, where);
  if (value.ndim() != 0) {
    ShapeError error("log", "'" + name + "' is " + ir::Type(value.dtype(), value.shape()).str() + ", and a scalar is logged", "reduce it first: mean(x), or log a metric", where);
    error.shapes = {value.shape()};
    throw error;
  }
  scope.logged_.scalars[name] = value;
}

void log_metric(const std::string& name, std::vector<Array> leaves, LoggedKind kind, Where where) {
  LogScope& scope = running(where);
  scope.require_free(name, where);
  scope.logged_.metrics[name] = std::move(leaves);
  scope.kinds_->insert_or_assign(name, std::move(kind));
}

}  // namespace espalier::detail
