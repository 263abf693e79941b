#pragma once
// Activations and normalised exponentials, as jax.nn has them, elementwise unless said otherwise. Integers are taken to floats
// where the formula needs it; at a corner the derivative is jax.nn's (0 for relu and relu6, 1 for hard_tanh).
#include <optional>

#include "espalier/dsl/array.h"

namespace espalier {

Array relu(Operand x);       ///< max(x, 0)
Array relu6(Operand x);      ///< x kept between 0 and 6
Array sigmoid(Operand x);    ///< 1 / (1 + exp(-x))
Array silu(Operand x);       ///< x sigmoid(x), also known as swish
Array mish(Operand x);       ///< x tanh(softplus(x)): Misra 2019, arXiv:1908.08681
Array softplus(Operand x);   ///< log(1 + exp(x)) without overflow
Array soft_sign(Operand x);  ///< x / (|x| + 1)
/// x Φ(x), Φ the normal distribution function, by the tanh approximation x/2 (1 + tanh(sqrt(2/π) (x + 0.044715 x³))):
/// Hendrycks & Gimpel 2016, arXiv:1606.08415; the default of jax.nn.gelu.
Array gelu(Operand x);
/// x Φ(x) by the error function.
Array gelu_exact(Operand x);
/// 1.0507 elu(x, 1.6733), with all digits of the constants in Klambauer et al. 2017, arXiv:1706.02515.
Array selu(Operand x);
Array hard_tanh(Operand x);     ///< x kept between -1 and 1
Array hard_sigmoid(Operand x);  ///< relu6(x + 3) / 6
Array hard_silu(Operand x);     ///< x hard_sigmoid(x): Howard et al. 2019, arXiv:1905.02244
Array log_sigmoid(Operand x);   ///< log(sigmoid(x)) without overflow
Array sparse_sigmoid(Operand x);  ///< (x + 1) / 2 kept between 0 and 1: the derivative of `sparse_plus`
/// 0 up to -1, x from 1 on, (x + 1)² / 4 between: Martins & Astudillo 2016, arXiv:1602.02068.
Array sparse_plus(Operand x);
Array tanh_shrink(Operand x);  ///< x - tanh(x)
/// log(1 - exp(-x)) for positive x, with all digits near 0 and far from it: Mächler 2012. Minus infinity at 0, NaN below.
Array log1mexp(Operand x);
/// (x + sqrt(x² + b)) / 2: Barron 2021, arXiv:2112.11687.
Array squareplus(Operand x, double b = 4);
Array leaky_relu(Operand x, double slope = 0.01);  ///< x, times `slope` where it is negative
/// x where it is positive, else alpha (exp(x) - 1): Clevert et al. 2015, arXiv:1511.07289.
Array elu(Operand x, double alpha = 1);
/// max(x, 0) + alpha (exp(min(x, 0) / alpha) - 1): Barron 2017, arXiv:1704.07483.
Array celu(Operand x, double alpha = 1);
/// Options of `glu`.
struct GluOptions {
  Named by_name = Named();
  std::int64_t axis = -1;  ///< which one is halved
};
/// The first half of an axis times the sigmoid of the second: Dauphin et al. 2017, arXiv:1612.08083. ArgumentError if the
/// extent is odd.
Array glu(Operand x, GluOptions options = {});
/// Options of `softmax` and its kin.
struct SoftmaxOptions {
  Named by_name = Named();
  Axes axis = -1;    ///< over which ones
  Array where = {};  ///< bool: which elements count; broadcast to x
};
/// exp(x) / sum(exp(x)) over the axis, without overflow. What `where` leaves out is 0, as in JAX, also where it leaves out all;
/// an empty axis gives an empty result. Floats; the shape is x's.
Array softmax(Operand x, SoftmaxOptions options = {});
/// The logarithm of `softmax`, without taking one of 0; what `where` leaves out is minus infinity.
Array log_softmax(Operand x, SoftmaxOptions options = {});
/// (x - mean) / sqrt(variance + 1e-5) along the axis: mean 0 and variance 1. `where` says which elements mean and variance are
/// of.
Array standardize(Operand x, SoftmaxOptions options = {});
/// The axis alone, in place of the options.
/// @{
template <std::integral I> Array softmax(Operand x, I axis) { return softmax(x, SoftmaxOptions{.axis = Axes(axis)}); }
template <std::integral I> Array log_softmax(Operand x, I axis) { return log_softmax(x, SoftmaxOptions{.axis = Axes(axis)}); }
/// @}
/// Options of `dot_product_attention`.
struct AttentionOptions {
  Named by_name = Named();
  Array mask = {};                     ///< bool: which pairs count; broadcast to [B, heads, T, S]
  Array bias = {};                     ///< added before the softmax; broadcast to [B, heads, T, S]
  std::optional<double> scale = none;  ///< a factor of the products; by default 1 / sqrt(D)
  bool causal = false;                 ///< place t sees the places up to t only
};
/// softmax(scale q kᵀ + bias) v for each head: q [B, T, heads, D], k [B, S, groups, D] and v [B, S, groups, E] to [B, T, heads, E], as
/// jax.nn.dot_product_attention (Vaswani et al. 2017, arXiv:1706.03762). Several heads may share a group (Ainslie et al. 2023,
/// arXiv:2305.13245). Without B the arrays are one example. Where no pair counts all count the same. Of halves the softmax is computed in
/// f32. ShapeError if the shapes do not go together.
Array dot_product_attention(Operand q, Operand k, Operand v, AttentionOptions options = {});

}  // namespace espalier
