// The named programs of families grads and vmap, as their definitions say.
#include <cmath>

#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::conformance {
namespace {

using P = const Arrays&;

// ---- grads: functions to differentiate twice ------------------------------------------------------------------------

Array cube(const Array& x) { return x * x * x; }

Array quadratic(P x) { return dot(dot(x[0], x[1]), x[0]); }

// sum of 100 (x[i+1] - x[i]²)² + (1 - x[i])²
Array rosenbrock(P x) {
  const Array head = x[0][slice(0, -1)], tail = x[0][slice(1, none)];
  return sum(100 * square(tail - square(head)) + square(1 - head));
}

Array mlp(P x) { return mean(square(dot(tanh(matmul(x[0], x[1]) + x[2]), x[3]))); }

Array softmax_xent(P x) { return -sum(x[1] * log_softmax(x[0], 1)); }

Array layernorm(P x) {
  const Array centred = x[0] - mean(x[0], {.axis = 1, .keepdims = true});
  return sum(sin(centred / sqrt(mean(square(centred), {.axis = 1, .keepdims = true}) + 1e-5)));
}

Array looped(P x) {
  return sum(fori_loop(0, 5, [&](Array, Array y) { return sin(y * x[1]) + x[0]; }, x[0]));
}

Array branched(P x) {
  return cond(sum(x[0]) > 0, [](Array y) { return sum(cube(y)); }, [](Array y) { return sum(exp(y)); }, x[0]);
}

Array attention(P x) { return sum(square(matmul(softmax(matmul(x[0], x[1].T()) / 2, -1), x[2]))); }

template <auto f> Arrays scalar(const Json&, P x) { return {f(x)}; }

// ---- vmap: programs over examples -----------------------------------------------------------------------------------

Arrays grad_mlp(const Json&, P x) {
  auto loss = [](Array w, Array b, Array x, Array y) { return square(sum(tanh(matmul(x, w) + b)) - y); };
  const auto [dw, db] = vmap(grad(loss, argnums<0, 1>), {.in_axes = {none, none, 0, 0}})(x[0], x[1], x[2], x[3]);
  return {dw, db};
}

Array curve(Array v) { return stack({v[0] * v[1], sin(v[2]), square(v[0]) + v[2]}); }
Arrays jacobian_forward(const Json&, P x) { return {vmap(jacfwd(curve))(x[0])}; }
Arrays jacobian_reverse(const Json&, P x) { return {vmap(jacrev(curve))(x[0])}; }

Arrays hessians(const Json&, P x) {
  return {vmap(hessian([](Array v) { return prod(v) + sum(exp(v) * v); }))(x[0])};
}

Arrays pairwise_sqdist(const Json&, P x) {
  auto distance = [](Array x, Array y) { return sum(square(x - y)); };
  return {vmap(vmap(distance, {.in_axes = {none, 0}}), {.in_axes = {0, none}})(x[0], x[1])};
}

Arrays outer_axes(const Json&, P x) {
  return {vmap([](Array a, Array b) { return outer(a, b); }, {.in_axes = {1, 1}, .out_axes = 2})(x[0], x[1])};
}

Arrays slices(const Json&, P x) {
  return {vmap([&](Array i) { return dynamic_slice(x[0], {i}, {3}); })(x[1])};
}

Arrays updates(const Json&, P x) {
  return {vmap([](Array x, Array u, Array i) { return dynamic_update_slice(x, u, {i}); })(x[0], x[1], x[2])};
}

}  // namespace

const Rules& named_rules() {
  static const Rules rules = {
      {"hvp_quadratic", scalar<quadratic>},
      {"hvp_rosenbrock", scalar<rosenbrock>},
      {"hvp_mlp", scalar<mlp>},
      {"hvp_softmax_xent", scalar<softmax_xent>},
      {"hvp_logsumexp", scalar<[](P x) { return logsumexp(x[0]); }>},
      {"hvp_norm", scalar<[](P x) { return sqrt(sum(square(x[0]))); }>},
      {"hvp_prod", scalar<[](P x) { return prod(x[0]); }>},
      {"hvp_layernorm", scalar<layernorm>},
      {"hvp_scan", scalar<looped>},
      {"hvp_cond", scalar<branched>},
      {"hvp_cumsum", scalar<[](P x) { return sum(cube(cumsum(x[0]))); }>},
      {"hvp_cumprod", scalar<[](P x) { return sum(cumprod(x[0])); }>},
      {"hvp_gather", scalar<[](P x) { return sum(cube(x[0][Array{1, 4, 4, 0}]) * x[0][0]); }>},
      {"hvp_scatter", scalar<[](P x) { return sum(cube(x[0].at(Array{0, 2, 2}).add(square(x[1])))); }>},
      {"hvp_conv", scalar<[](P x) { return sum(cube(conv(transpose(x[0], {0, 2, 1}), transpose(x[1], {2, 1, 0}), {.padding = "SAME"}))); }>},
      {"hvp_maxpool", scalar<[](P x) { return sum(cube(reduce_window(x[0], Monoid::max, 2, {.strides = 2}))); }>},
      {"hvp_sort", scalar<[](P x) { return sum(square(sort(x[0])) * arange(6)); }>},
      {"hvp_gelu", scalar<[](P x) { return sum(gelu(x[0])); }>},
      {"hvp_attention", scalar<attention>},
      {"hvp_where", scalar<[](P x) { return sum(where(x[0] > 0, cube(x[0]), exp(x[0]))); }>},
      {"vmap_grad_mlp", grad_mlp},
      {"vmap_jacfwd", jacobian_forward},
      {"vmap_jacrev", jacobian_reverse},
      {"vmap_hessian", hessians},
      {"pairwise_sqdist", pairwise_sqdist},
      {"vmap_outer_axes", outer_axes},
      {"vmap_dynamic_slice", slices},
      {"vmap_dynamic_update", updates},
  };
  return rules;
}

}  // namespace espalier::conformance
