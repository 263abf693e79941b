#include "espalier/stdlib/data/order.h"

#include <numeric>
#include <utility>

#include "espalier/stdlib/random.h"

namespace espalier::data {

std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, std::int64_t epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  const auto words = random::bits(random::fold_in(Key(seed), epoch), Shape(n), u64).to_vector<std::uint64_t>();
  // The remainder prefers small numbers by less than n / 2^64, which no one can see.
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[words[i - 1] % i]);
  return order;
}

}  // namespace espalier::data
