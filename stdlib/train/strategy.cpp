#include "espalier/stdlib/train/strategy.h"

namespace espalier {

Strategy data_parallel(int n, Where where) {
  if (n < 1) throw ArgumentError("data_parallel", "got " + std::to_string(n) + " lanes", "a batch is spread over 1 lane or more", where);
  return Strategy::compiled(true, n);
}

int detail::lanes_for(int lanes, std::int64_t extent) {
  while (lanes > 1 && extent % lanes != 0) --lanes;
  return lanes;
}

}  // namespace espalier
