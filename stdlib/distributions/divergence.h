#pragma once
// kl: the divergence of Kullback and Leibler.
#include "espalier/stdlib/distributions/compound.h"
#include "espalier/stdlib/distributions/continuous.h"
#include "espalier/stdlib/distributions/discrete.h"
#include "espalier/stdlib/distributions/multivariate.h"

namespace espalier::distributions {

/// The mean of log p(x) - log q(x) over draws x of p, of each pair of the batch: 0 where they are equal, infinite where p has draws that q has not.
/// @{
[[nodiscard]] Array kl(const Normal& p, const Normal& q, Where where = Where::current());
[[nodiscard]] Array kl(const Uniform& p, const Uniform& q, Where where = Where::current());
[[nodiscard]] Array kl(const Laplace& p, const Laplace& q, Where where = Where::current());
[[nodiscard]] Array kl(const Exponential& p, const Exponential& q, Where where = Where::current());
[[nodiscard]] Array kl(const Gamma& p, const Gamma& q, Where where = Where::current());
[[nodiscard]] Array kl(const Beta& p, const Beta& q, Where where = Where::current());
[[nodiscard]] Array kl(const Bernoulli& p, const Bernoulli& q, Where where = Where::current());
[[nodiscard]] Array kl(const Categorical& p, const Categorical& q, Where where = Where::current());
[[nodiscard]] Array kl(const Poisson& p, const Poisson& q, Where where = Where::current());
[[nodiscard]] Array kl(const Dirichlet& p, const Dirichlet& q, Where where = Where::current());
[[nodiscard]] Array kl(const MultivariateNormal& p, const MultivariateNormal& q, Where where = Where::current());
/// @}
/// The sum over the axes that are one event of p.
template <class D> [[nodiscard]] Array kl(const Independent<D>& p, const Independent<D>& q, Where where = Where::current()) {
  return espalier::detail::called_at(where, [&] { return detail::sum_last(kl(p.base, q.base), p.ndims); });
}

}  // namespace espalier::distributions
