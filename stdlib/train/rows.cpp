#include "espalier/stdlib/train/rows.h"

#include <cstring>
#include <numeric>

#include "espalier/dsl/memory.h"
#include "espalier/dsl/ops.h"

namespace espalier::detail {

Array samples_at(const Array& x, const std::int64_t* numbers, std::int64_t count) {
  std::vector<std::int64_t> extents = x.shape().extents();
  const std::size_t row = static_cast<std::size_t>(extents[0] == 0 ? 0 : x.nbytes() / extents[0]);
  extents[0] = count;
  Array samples = uninitialised(ir::Type(x.dtype(), Shape(extents)), Where::current());
  const std::uint8_t* from = bytes_of(x).data();
  std::uint8_t* to = bytes_to_write(samples).data();
  for (std::int64_t i = 0; i < count; ++i) std::memcpy(to + static_cast<std::size_t>(i) * row, from + static_cast<std::size_t>(numbers[i]) * row, row);
  return samples;
}

Array samples_between(const Array& x, std::int64_t begin, std::int64_t end) {
  if (begin == 0 && end == x.shape(0)) return x;
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(end - begin));
  std::iota(numbers.begin(), numbers.end(), begin);
  return samples_at(x, numbers.data(), end - begin);
}

}  // namespace espalier::detail
