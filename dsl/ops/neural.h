#pragma once
// Activations and normalised exponentials, as jax.nn has them.
#include "espalier/dsl/array.h"

namespace espalier {

Array relu(Operand x);
Array relu6(Operand x);
Array sigmoid(Operand x);
Array silu(Operand x);
Array mish(Operand x);
Array softplus(Operand x);
Array soft_sign(Operand x);
/// x Φ(x) by the tanh approximation (Hendrycks & Gimpel, 2016), as jax.nn.gelu; gelu_exact uses erf.
Array gelu(Operand x);
Array gelu_exact(Operand x);
Array selu(Operand x);
Array hard_tanh(Operand x);
Array hard_sigmoid(Operand x);
Array hard_silu(Operand x);
Array log_sigmoid(Operand x);
Array leaky_relu(Operand x, double slope = 0.01);
Array elu(Operand x, double alpha = 1);
Array celu(Operand x, double alpha = 1);
struct GluOptions {
  Named by_name = Named();
  std::int64_t axis = -1;
};
/// The first half times the sigmoid of the second.
Array glu(Operand x, GluOptions options = {});
struct SoftmaxOptions {
  Named by_name = Named();
  Axes axis = -1;
  Array where = {};
};
/// exp(x) / sum(exp(x)) and its logarithm over the axis. What `where` leaves out is 0 (minus infinity), as in JAX, also where it
/// leaves out all; an empty axis gives an empty result.
Array softmax(Operand x, SoftmaxOptions options = {});
Array log_softmax(Operand x, SoftmaxOptions options = {});
/// Mean 0 and variance 1 along the axis; epsilon 1e-5.
Array standardize(Operand x, SoftmaxOptions options = {});
template <std::integral I> Array softmax(Operand x, I axis) { return softmax(x, SoftmaxOptions{.axis = Axes(axis)}); }
template <std::integral I> Array log_softmax(Operand x, I axis) { return log_softmax(x, SoftmaxOptions{.axis = Axes(axis)}); }

}  // namespace espalier
