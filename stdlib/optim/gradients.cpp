#include "espalier/stdlib/optim/gradients.h"

#include <limits>

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim::detail {

void throw_mismatch(const char* op, const std::string& path, const Array& gradient, const Array& parameter) {
  const std::string at = path.empty() ? "the parameter" : path;
  if (parameter.is_nothing()) {
    StructureError error(op, at + " is Nothing and has a gradient of shape " + gradient.shape().str(),
                         "give the gradients and the tree they were taken of");
    error.path = path;
    throw error;
  }
  ShapeError error(op,
                   at + " has shape " + parameter.shape().str() + " and its gradient shape " + gradient.shape().str(),
                   "give the gradients and the tree they were taken of");
  error.shapes = {parameter.shape(), gradient.shape()};
  throw error;
}

void throw_uninitialised(const char* op, std::size_t moments, std::size_t leaves) {
  throw ArgumentError(op,
                      "the optimizer keeps moments of " + std::to_string(moments) +
                          " leaves, and the parameters have " + std::to_string(leaves),
                      "call init(parameters) first, and again for other parameters");
}

Array moment(const OptState& kept, const Array& gradient) { return kept.is_nothing() ? zeros_like(gradient) : Array(kept); }

OptState first_count() { return zeros({}, i32); }
// It stops at the largest number, as Optax's safe_increment does.
OptState next_count(const OptState& count) {
  return where(count < std::numeric_limits<std::int32_t>::max(), count + 1, count);
}

}  // namespace espalier::optim::detail
