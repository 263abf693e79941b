#pragma once
// Draws that a factorization makes. Errors as for the other continuous distributions.
#include "espalier/stdlib/random/keys.h"
#include "espalier/stdlib/random/parameters.h"

namespace espalier::random {

/// Normal vectors [shape…, n] of mean [..., n] and covariance [..., n, n], by the Cholesky factor of it: NaN where it is not positive definite. The shape
/// is by default the one in which the other axes of both meet. ShapeError where their last axes do not match.
Array multivariate_normal(const Key& key, Operand mean, Operand cov, DrawShape shape = {}, DrawOptions options = {});
/// Orthogonal matrices [shape…, n, n], all equally likely: the q of a normal matrix, its columns turned so that the diagonal of r is positive.
Array orthogonal(const Key& key, std::int64_t n, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());

}  // namespace espalier::random
