#include "espalier/stdlib/metrics/last_value.h"

namespace espalier::metrics {

LastValue LastValue::merge(const LastValue& newer, Where place) const {
  return espalier::detail::called_at(place, [&] {
    detail::require_mergeable(*this, newer);
    const Array seen = newer.count != 0;
    return LastValue{where(seen, newer.total, total), where(seen, newer.count, count)};
  });
}

}  // namespace espalier::metrics
