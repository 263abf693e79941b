#include "espalier/stdlib/optim/sophia.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/stdlib/optim/per_leaf.h"
#include "espalier/stdlib/random.h"

namespace espalier::optim {

Array ScaleBySophia::step(std::size_t i, const Array& g) {
  const Array m = detail::averaged(b1, detail::moment(mu[i], g), g);
  mu[i] = m;
  return clip(detail::unbiased(m, b1, count.as(f64)) / maximum(gamma * detail::moment(nu[i], g), eps), -clip_threshold, clip_threshold);
}

Array ScaleBySophia::curved(std::size_t i, const Array& h) {
  nu[i] = detail::averaged(b2, detail::moment(nu[i], h), h);
  return h;
}

Sophia sophia(Schedule rate, SophiaOptions o) {
  return chain(ScaleBySophia{.b1 = o.b1, .b2 = o.b2, .eps = o.eps, .gamma = o.gamma, .clip_threshold = o.clip_threshold},
               add_decayed_weights(o.weight_decay, {.mask = o.mask}), scale_by_learning_rate(std::move(rate)));
}

Array detail::signs_like(const Array& leaf, const Key& key, std::size_t i) {
  return random::rademacher(random::fold_in(key, static_cast<std::int64_t>(i)), leaf.shape(), {.dtype = leaf.dtype()});
}

}  // namespace espalier::optim
