#pragma once
// The gamma distribution, and those that are made of its draws. The errors are those of the other continuous distributions. Draws are
// made by rejection, as jax.random makes them; their derivatives by the parameters are those of the distribution function, held at the
// draw (implicit reparametrization), and can be taken once.
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/parameters.h"

namespace espalier::random {

/// Density x^(a-1) e^-x / gamma(a) over x > 0, by the method of Marsaglia & Tsang (2000).
Array gamma(const Key& key, Operand a, DrawShape shape = {}, DrawOptions options = {});
/// The logarithm of a gamma draw, also where that would vanish, as it does for small a.
Array loggamma(const Key& key, Operand a, DrawShape shape = {}, DrawOptions options = {});
/// Density x^(a-1) (1-x)^(b-1) / B(a, b) over 0 < x < 1.
Array beta(const Key& key, Operand a, Operand b, DrawShape shape = {}, DrawOptions options = {});
/// Vectors of positive numbers with the sum 1, as many as `alpha` has along its last axis: [shape…, n]. The shape is by default that of alpha
/// without its last axis, which must broadcast to it; ShapeError if alpha is a scalar.
Array dirichlet(const Key& key, Operand alpha, DrawShape shape = {}, DrawOptions options = {});
/// The sum of the squares of df normal draws.
Array chisquare(const Key& key, Operand df, DrawShape shape = {}, DrawOptions options = {});
/// Student's distribution of df degrees of freedom.
Array t(const Key& key, Operand df, DrawShape shape = {}, DrawOptions options = {});
/// The quotient of two chisquare draws, each divided by its degrees of freedom.
Array f(const Key& key, Operand dfnum, Operand dfden, DrawShape shape = {}, DrawOptions options = {});
/// Density proportional to e^-|x|^p.
Array generalized_normal(const Key& key, Operand p, DrawShape shape = {}, DrawOptions options = {});

/// Options of `ball`.
struct BallOptions {
  Named by_name = Named();
  Array p = 2;                      ///< of the norm, a scalar
  std::optional<DType> dtype = {};  ///< of the draws, by default f32
};
/// Points [shape…, d], uniform in the ball of radius 1 of the p-norm in d dimensions (Barthe, Guédon, Mendelson & Naor, 2005).
/// ArgumentError if d is negative.
Array ball(const Key& key, std::int64_t d, Shape shape = {}, BallOptions options = {}, Where where = Where::current());

}  // namespace espalier::random
