#include "espalier/stdlib/random/continuous.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random/discrete.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {
namespace {

using detail::meet;
using espalier::detail::called_at;

// The float after -1, and the distance of 1 to the float after it.
double after_minus_one(DType dtype) { return -1 + std::ldexp(1.0, -detail::digits(dtype)); }
double epsilon(DType dtype) { return std::ldexp(1.0, 1 - detail::digits(dtype)); }
DType dtype_of(const DrawOptions& options) { return options.dtype.value_or(f32); }

}  // namespace

Array normal(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    const DType dtype = dtype_of(options);
    if (ir::is_complex(dtype)) {  // each part has half of the variance
      const auto [first, second] = split(key);
      const DrawOptions part{.dtype = ir::part_of(dtype)};
      return complex(normal(first, shape, part, where), normal(second, shape, part, where)) / std::numbers::sqrt2;
    }
    return std::numbers::sqrt2 * erf_inv(uniform(key, shape, {.dtype = dtype, .minval = after_minus_one(dtype)}));
  });
}
Array exponential(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] { return -log1p(-uniform(key, shape, {.dtype = dtype_of(options)})); });
}
Array laplace(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    const DType dtype = dtype_of(options);
    const Array u = uniform(key, shape, {.dtype = dtype, .minval = after_minus_one(dtype)});
    return sign(u) * log1p(-abs(u));
  });
}
Array logistic(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    const DType dtype = dtype_of(options);
    const Array u = uniform(key, shape, {.dtype = dtype, .minval = epsilon(dtype)});
    return log(u / (1 - u));
  });
}
Array gumbel(const Key& key, Shape shape, GumbelOptions options, Where where) {
  return called_at(where, [&] {
    const DType dtype = options.dtype.value_or(f32);
    if (options.high_range) {
      std::vector<std::int64_t> pairs = shape.extents();
      pairs.insert(pairs.begin(), 2);
      const Array u = uniform(key, pairs, {.dtype = dtype}), high = u[0], low = u[1];
      const Array x = espalier::where(high >= 0.5, high, high + epsilon(dtype) * low + detail::smallest_normal(dtype));
      return -log(-log1p(-x));
    }
    return -log(-log(uniform(key, shape, {.dtype = dtype, .minval = detail::smallest_normal(dtype)})));
  });
}
Array cauchy(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    const DType dtype = dtype_of(options);
    return tan(std::numbers::pi * (uniform(key, shape, {.dtype = dtype, .minval = epsilon(dtype)}) - 0.5));
  });
}
Array maxwell(const Key& key, Shape shape, DrawOptions options, Where where) {
  return called_at(where, [&] {
    std::vector<std::int64_t> triples = shape.extents();
    triples.push_back(3);
    return norm(normal(key, triples, options), {.axis = -1});
  });
}

Array truncated_normal(const Key& key, Operand lower, Operand upper, DrawShape shape, DrawOptions options) {
  return called_at(lower.where, [&] {
    const auto p = meet("truncated_normal", {lower, upper}, shape, options);
    const double root = std::numbers::sqrt2, infinity = std::numeric_limits<double>::infinity();
    const Array u = uniform(key, p.shape, {.dtype = p.dtype, .minval = erf(p[0] / root), .maxval = erf(p[1] / root)});
    // Rounding must not carry a draw to a bound.
    return clip(root * erf_inv(u), nextafter(p[0], infinity), nextafter(p[1], -infinity));
  });
}
Array lognormal(const Key& key, Operand sigma, DrawShape shape, DrawOptions options) {
  return called_at(sigma.where, [&] {
    const auto p = meet("lognormal", {sigma}, shape, options);
    return exp(normal(key, p.shape, {.dtype = p.dtype}) * p[0]);
  });
}
Array pareto(const Key& key, Operand b, DrawShape shape, DrawOptions options) {
  return called_at(b.where, [&] {
    const auto p = meet("pareto", {b}, shape, options);
    return exp(exponential(key, p.shape, {.dtype = p.dtype}) / p[0]);
  });
}
Array rayleigh(const Key& key, Operand scale, DrawShape shape, DrawOptions options) {
  return called_at(scale.where, [&] {
    const auto p = meet("rayleigh", {scale}, shape, options);
    return p[0] * sqrt(-2 * log(uniform(key, p.shape, {.dtype = p.dtype, .minval = detail::smallest_normal(p.dtype)})));
  });
}
// Michael, Schucany & Haas, "Generating random variates using transformations with multiple roots", 1976.
Array wald(const Key& key, Operand mean, DrawShape shape, DrawOptions options) {
  return called_at(mean.where, [&] {
    const auto p = meet("wald", {mean}, shape, options);
    const auto [normal_key, choice_key] = split(key);
    const Array m = p[0], y = square(normal(normal_key, p.shape, {.dtype = p.dtype}));
    const Array x = m + m * m * y / 2 - m / 2 * sqrt(4 * m * y + m * m * y * y);
    return where(uniform(choice_key, p.shape, {.dtype = p.dtype}) <= m / (m + x), x, m * m / x);
  });
}
Array weibull_min(const Key& key, Operand scale, Operand concentration, DrawShape shape, DrawOptions options) {
  return called_at(scale.where, [&] {
    const auto p = meet("weibull_min", {scale, concentration}, shape, options);
    return pow(-log1p(-uniform(key, p.shape, {.dtype = p.dtype})), 1 / p[1]) * p[0];
  });
}
Array triangular(const Key& key, Operand left, Operand mode, Operand right, DrawShape shape, DrawOptions options) {
  return called_at(left.where, [&] {
    const auto p = meet("triangular", {left, mode, right}, shape, options);
    const Array u = uniform(key, p.shape, {.dtype = p.dtype}), width = p[2] - p[0];
    return where(u < (p[1] - p[0]) / width, p[0] + sqrt(u * width * (p[1] - p[0])), p[2] - sqrt((1 - u) * width * (p[2] - p[1])));
  });
}
Array double_sided_maxwell(const Key& key, Operand loc, Operand scale, DrawShape shape, DrawOptions options) {
  return called_at(loc.where, [&] {
    const auto p = meet("double_sided_maxwell", {loc, scale}, shape, options);
    const auto [size_key, sign_key] = split(key);
    return rademacher(sign_key, p.shape, {.dtype = p.dtype}) * maxwell(size_key, p.shape, {.dtype = p.dtype}) * p[1] + p[0];
  });
}

}  // namespace espalier::random
