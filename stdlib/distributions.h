#pragma once
// Probability distributions: trees of their parameters, which broadcast. Each has
//   sample(key, shape = {})   draws of shape [shape…, batch…, event…], differentiable with respect to the parameters where jax.random's are
//   log_prob(x)               the logarithm of the density, or of the probability of a whole number
//   entropy() mean() mode() variance() cdf(x)   where a formula exists
// batch: the shape in which the parameters meet; event: that of one draw, scalar but for Dirichlet, MultivariateNormal and Independent. What is outside of a distribution's support has log_prob
// -inf. Parameters are not checked: those that mean nothing give NaN.
#include "espalier/stdlib/distributions/bijectors.h"
#include "espalier/stdlib/distributions/compound.h"
#include "espalier/stdlib/distributions/continuous.h"
#include "espalier/stdlib/distributions/discrete.h"
#include "espalier/stdlib/distributions/divergence.h"
#include "espalier/stdlib/distributions/multivariate.h"
