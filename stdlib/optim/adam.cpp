#include "espalier/stdlib/optim/adam.h"

#include "espalier/dsl/ops/elementwise.h"

namespace espalier::optim {
namespace {

/// 1 / (1 - b^t) as the gradient's dtype. In f64 until then: f32 would lose four digits of 1 - b^t at the first steps.
Array correction(double b, const Array& t, DType dtype) { return (1 / (1 - pow(Array(b).as(f64), t))).as(dtype); }

}  // namespace

Array ScaleByAdam::step(std::size_t i, const Array& g) {
  const DType dtype = g.dtype();
  const Array t = count.as(f64);
  const Array m = b1 * detail::moment(mu[i], g) + (1 - b1) * g;
  const Array v = b2 * detail::moment(nu[i], g) + (1 - b2) * square(g);
  mu[i] = m;
  nu[i] = v;
  const Array direction = nesterov ? (b1 * correction(b1, t + 1, dtype)) * m + ((1 - b1) * correction(b1, t, dtype)) * g
                                   : m * correction(b1, t, dtype);
  return direction / (sqrt(v * correction(b2, t, dtype) + eps_root) + eps);
}

}  // namespace espalier::optim
