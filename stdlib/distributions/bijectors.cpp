#include "espalier/stdlib/distributions/bijectors.h"

#include <numbers>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"

namespace espalier::distributions {

using espalier::detail::called_at;

namespace {
Array always(Where at) {
  return called_at(at, [] { return full({}, true, bool_); });
}
}  // namespace

Array Exp::forward(Operand x) const {
  return called_at(x.where, [&] { return exp(x.array); });
}
Array Exp::inverse(Operand y) const {
  return called_at(y.where, [&] { return log(y.array); });
}
Array Exp::log_slope(Operand x) const {
  return called_at(x.where, [&] { return x.array + 0; });
}
Array Exp::grows(Where at) const { return always(at); }

Array Sigmoid::forward(Operand x) const {
  return called_at(x.where, [&] { return sigmoid(x.array); });
}
Array Sigmoid::inverse(Operand y) const {
  return called_at(y.where, [&] { return log(y.array) - log1p(-y.array); });
}
Array Sigmoid::log_slope(Operand x) const {
  return called_at(x.where, [&] { return log_sigmoid(x.array) + log_sigmoid(-x.array); });
}
Array Sigmoid::grows(Where at) const { return always(at); }

Array Tanh::forward(Operand x) const {
  return called_at(x.where, [&] { return tanh(x.array); });
}
Array Tanh::inverse(Operand y) const {
  return called_at(y.where, [&] { return atanh(y.array); });
}
// log(1 - tanh² x), which loses no digits where tanh is near 1.
Array Tanh::log_slope(Operand x) const {
  return called_at(x.where, [&] { return 2 * (std::numbers::ln2 - x.array - softplus(-2 * x.array)); });
}
Array Tanh::grows(Where at) const { return always(at); }

Array Affine::forward(Operand x) const {
  return called_at(x.where, [&] { return shift + scale * x.array; });
}
Array Affine::inverse(Operand y) const {
  return called_at(y.where, [&] { return (y.array - shift) / scale; });
}
Array Affine::log_slope(Operand x) const {
  return called_at(x.where, [&] { return log(abs(scale)) + 0 * x.array; });
}
Array Affine::grows(Where at) const {
  return called_at(at, [&] { return scale > 0; });
}

}  // namespace espalier::distributions
