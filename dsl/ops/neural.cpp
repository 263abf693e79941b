#include "espalier/dsl/ops/neural.h"

#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;

// Selections, not maximum and minimum: those halve the derivative at a corner, where jax.nn's is 0 (hard_tanh: 1).
Array relu(Operand x) {
  return called_at(x.where, "relu", [&] { return where(x <= 0, 0, x); });
}
Array relu6(Operand x) {
  return called_at(x.where, "relu6", [&] { return where(x <= 0, 0, where(x >= 6, 6, x)); });
}
Array sigmoid(Operand x) { return detail::elementwise_float(ir::Op::logistic, {x}, "sigmoid"); }
// clang-format off
Array silu(Operand x) { return called_at(x.where, "silu", [&] { return x * sigmoid(x); }); }
Array mish(Operand x) { return called_at(x.where, "mish", [&] { return x * tanh(softplus(x)); }); }
Array softplus(Operand x) { return called_at(x.where, "softplus", [&] { return logaddexp(x, 0.0); }); }
Array soft_sign(Operand x) { return called_at(x.where, "soft_sign", [&] { return x / (abs(x) + 1); }); }
Array gelu(Operand x) { return called_at(x.where, "gelu", [&] { return x * (0.5 * (1.0 + tanh(std::sqrt(2 / std::acos(-1.0)) * (x + 0.044715 * (x * x * x))))); }); }
Array gelu_exact(Operand x) { return called_at(x.where, "gelu_exact", [&] { return x * (erfc(-x * std::sqrt(0.5)) * 0.5); }); }
Array selu(Operand x) { return called_at(x.where, "selu", [&] { return 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717); }); }
Array hard_tanh(Operand x) { return called_at(x.where, "hard_tanh", [&] { return where(x < -1, -1, where(x > 1, 1, x)); }); }
Array hard_sigmoid(Operand x) { return called_at(x.where, "hard_sigmoid", [&] { return relu6(x + 3.0) / 6.0; }); }
Array hard_silu(Operand x) { return called_at(x.where, "hard_silu", [&] { return x * hard_sigmoid(x); }); }
Array log_sigmoid(Operand x) { return called_at(x.where, "log_sigmoid", [&] { return -softplus(-x); }); }
Array sparse_sigmoid(Operand x) { return called_at(x.where, "sparse_sigmoid", [&] { return 0.5 * clip(x + 1.0, 0.0, 2.0); }); }
Array sparse_plus(Operand x) { return called_at(x.where, "sparse_plus", [&] { return where(x <= -1, 0.0, where(x >= 1, x, square(x + 1.0) / 4.0)); }); }
Array tanh_shrink(Operand x) { return called_at(x.where, "tanh_shrink", [&] { return x - tanh(x); }); }
Array squareplus(Operand x, double b) { return called_at(x.where, "squareplus", [&] { return 0.5 * (x + sqrt(square(x) + b)); }); }
Array leaky_relu(Operand x, double slope) { return called_at(x.where, "leaky_relu", [&] { return where(x >= 0, x, x * slope); }); }
// The branch that is not taken gets 0, so that its exponential neither overflows nor disturbs the derivative.
Array elu(Operand x, double alpha) { return called_at(x.where, "elu", [&] { return where(x > 0, x, alpha * expm1(where(x > 0, 0.0, x))); }); }
Array celu(Operand x, double alpha) { return called_at(x.where, "celu", [&] { return maximum(x, 0.0) + alpha * expm1(minimum(x, 0.0) / alpha); }); }
// clang-format on

// The second branch is given 1 where the first is taken: its derivative would be infinite at 0, and 0 times that is NaN.
Array log1mexp(Operand x) {
  return called_at(x.where, "log1mexp", [&] {
    const Array near = x < std::log(2.0);
    return where(near, log(-expm1(-x)), log1p(-exp(-where(near, 1.0, x))));
  });
}

Array glu(Operand x, GluOptions o) {
  return called_at(x.where, "glu", [&] {
    const auto halves = split(x, 2, JoinOptions{.axis = o.axis});
    return halves[0] * sigmoid(halves[1]);
  });
}

namespace {

// The exponents of a softmax less their maximum, their exponentials, and the sum of those. Masked exponents are minus infinity.
// Where all are masked there is no maximum, and the sum counts as 1, so that nothing is divided by 0.
struct Exponents {
  Array shifted, terms, total;
};
Exponents exponents(const Operand& x, const SoftmaxOptions& o) {
  const Array a = o.where.is_nothing() ? x.array : where(Operand(o.where, x.where), x, -std::numeric_limits<double>::infinity());
  Array top = detail::constant_for_derivatives(detail::top_of(Operand(a, x.where), o.axis), x.where);
  if (o.where.is_nothing()) {
    const Array shifted = a - top, terms = exp(shifted);
    return {shifted, terms, sum(terms, {.axis = o.axis, .keepdims = true})};
  }
  const Array some = any(broadcast_to(o.where, a.shape()), {.axis = o.axis, .keepdims = true});
  const Array shifted = a - where(some, top, 0.0), terms = exp(shifted);
  return {shifted, terms, where(some, sum(terms, {.axis = o.axis, .keepdims = true}), 1.0)};
}
// `value` where the mask keeps the element, else `out`.
Array left_in(const Array& value, const SoftmaxOptions& o, double out) { return o.where.is_nothing() ? value : where(o.where, value, out); }

}  // namespace

Array softmax(Operand x, SoftmaxOptions o) {
  return called_at(x.where, "softmax", [&] {
    const Exponents e = exponents(x, o);
    return left_in(e.terms / e.total, o, 0);
  });
}
Array log_softmax(Operand x, SoftmaxOptions o) {
  return called_at(x.where, "log_softmax", [&] {
    const Exponents e = exponents(x, o);
    return left_in(e.shifted - log(e.total), o, -std::numeric_limits<double>::infinity());
  });
}
Array standardize(Operand x, SoftmaxOptions o) {
  return called_at(x.where, "standardize", [&] {
    const Operand centred(x - mean(x, {.axis = o.axis, .keepdims = true, .where = o.where}), x.where);
    return centred * rsqrt(mean(centred * centred, {.axis = o.axis, .keepdims = true, .where = o.where}) + 1e-5);
  });
}

}  // namespace espalier
