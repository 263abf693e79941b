#include "espalier/stdlib/random/matrices.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/error.h"
#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/stdlib/random/continuous.h"

namespace espalier::random {

using espalier::detail::called_at;

Array multivariate_normal(const Key& key, Operand mean, Operand cov, DrawShape shape, DrawOptions options) {
  return called_at(mean.where, [&] {
    const Shape &m = mean.array.shape(), &c = cov.array.shape();
    if (m.ndim() < 1 || c.ndim() < 2 || c[-1] != m[-1] || c[-2] != m[-1]) {
      ShapeError error("multivariate_normal", "a mean of shape " + m.str() + " and a covariance of shape " + c.str() + " do not match", "give [..., n] and [..., n, n]", mean.where);
      error.shapes = {m, c};
      throw error;
    }
    // Both, beside a row of the covariance, meet in the shape of the draws.
    if (shape.shape) {
      std::vector<std::int64_t> extents = shape.shape->extents();
      extents.push_back(m[-1]);
      shape = Shape(extents);
    }
    const Array row = take(cov, 0, {.axis = -1});
    const auto p = detail::meet("multivariate_normal", {mean, Operand(row, cov.where)}, shape, options);
    const Array factor = linalg::cholesky(cov.array.as(p.dtype)), z = normal(key, p.shape, {.dtype = p.dtype});
    return p[0] + sum(factor * expand_dims(z, -2), {.axis = -1});
  });
}

Array orthogonal(const Key& key, std::int64_t n, Shape shape, DrawOptions options, Where where) {
  return called_at(where, "orthogonal", [&] {
    if (n < 0) throw ArgumentError("orthogonal", std::to_string(n) + " rows", "give 0 or more", where);
    std::vector<std::int64_t> extents = shape.extents();
    extents.push_back(n), extents.push_back(n);
    const auto [q, r] = linalg::qr(normal(key, Shape(extents), {.dtype = options.dtype.value_or(f32)}));
    const Array diagonal = sum(r * eye(n, {.dtype = r.dtype()}), {.axis = -1});
    return q * expand_dims(sign(diagonal), -2);
  });
}

}  // namespace espalier::random
