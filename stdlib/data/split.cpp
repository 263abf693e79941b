#include "espalier/stdlib/data/split.h"

#include <cmath>

namespace espalier::data::detail {

std::int64_t cut_at(std::int64_t samples, double validation_fraction, Where where) {
  const double at = std::floor(static_cast<double>(samples) * (1 - validation_fraction));
  if (!(validation_fraction > 0) || !(validation_fraction < 1) || at < 1) {
    throw ArgumentError("split", "a fraction of " + std::to_string(validation_fraction) + " of " + std::to_string(samples) + " samples leaves a part without any", "give a fraction between 0 and 1 that leaves samples on both sides", where);
  }
  return static_cast<std::int64_t>(at);
}

}  // namespace espalier::data::detail
