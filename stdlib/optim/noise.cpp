#include "espalier/stdlib/optim/noise.h"

#include "espalier/dsl/ops/elementwise.h"
#include "espalier/stdlib/random.h"

namespace espalier::optim {

std::pair<Key, Key> AddNoise::keys() const {
  const auto [draws, next] = random::split(key);
  return {draws, next};
}

Array AddNoise::noisy(const Array& g, const Key& draws, std::size_t leaf) const {
  const Array deviation = sqrt(eta / pow(count.as(f64), gamma)).as(g.dtype());
  return g + deviation * random::normal(random::fold_in(draws, static_cast<std::int64_t>(leaf)), g.shape(), {.dtype = g.dtype()});
}

}  // namespace espalier::optim
