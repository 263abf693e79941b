#pragma once
// Continuous distributions. Each is a function of uniform draws, in jax.random's formulas. Where one has parameters, they
// come first and broadcast to the shape (ShapeError with both shapes). Draws are floats of the dtype asked for, by default that
// of the parameters, or f32: DTypeError for another. A key that is Nothing is a MissingValue, an array of keys a ShapeError: vmap
// draws with several.
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/parameters.h"

namespace espalier::random {

/// The normal distribution of mean 0 and variance 1: sqrt(2) erf_inv(u) with u in (-1, 1).
Array normal(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// Density e^-x over x >= 0.
Array exponential(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// Density e^-|x| / 2.
Array laplace(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// Distribution function 1 / (1 + e^-x).
Array logistic(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// Options of `gumbel`.
struct GumbelOptions {
  Named by_name = Named();
  std::optional<DType> dtype = {};  ///< of the draws, by default f32
  bool high_range = false;          ///< twice the random bits, so that draws reach above 16 (f32): jax.random's mode "high"
};
/// Distribution function e^-e^-x.
Array gumbel(const Key& key, Shape shape = {}, GumbelOptions options = {}, Where where = Where::current());
/// Density 1 / (pi (1 + x^2)).
Array cauchy(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// The Maxwell distribution: the length of a vector of three normal draws.
Array maxwell(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());

/// The normal distribution of mean 0 and variance 1 before it is cut to (lower, upper), which no draw reaches.
Array truncated_normal(const Key& key, Operand lower, Operand upper, DrawShape shape = {}, DrawOptions options = {});
/// e to the sigma times a normal draw.
Array lognormal(const Key& key, Operand sigma, DrawShape shape = {}, DrawOptions options = {});
/// Density b / x^(b + 1) over x >= 1.
Array pareto(const Key& key, Operand b, DrawShape shape = {}, DrawOptions options = {});
/// The Rayleigh distribution: the length of a vector of two normal draws of standard deviation `scale`.
Array rayleigh(const Key& key, Operand scale, DrawShape shape = {}, DrawOptions options = {});
/// The inverse Gaussian distribution of this mean and shape 1, by the method of Michael, Schucany & Haas (1976).
Array wald(const Key& key, Operand mean, DrawShape shape = {}, DrawOptions options = {});
/// Distribution function 1 - e^-(x / scale)^concentration.
Array weibull_min(const Key& key, Operand scale, Operand concentration, DrawShape shape = {}, DrawOptions options = {});
/// Density a triangle over [left, right] with its top at mode.
Array triangular(const Key& key, Operand left, Operand mode, Operand right, DrawShape shape = {}, DrawOptions options = {});
/// loc plus or minus scale times a Maxwell draw.
Array double_sided_maxwell(const Key& key, Operand loc, Operand scale, DrawShape shape = {}, DrawOptions options = {});

}  // namespace espalier::random
