#include "espalier/stdlib/train/rows.h"

#include <algorithm>
#include <cstring>
#include <numeric>

#include "espalier/dsl/memory.h"
#include "espalier/dsl/ops.h"

namespace espalier::detail {

namespace {
// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}
constexpr std::uint64_t golden = 0x9e3779b97f4a7c15u;
}  // namespace

std::vector<std::int64_t> epoch_order(std::int64_t n, std::uint64_t seed, int epoch) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(n));
  std::iota(order.begin(), order.end(), 0);
  std::uint64_t state = mixed(seed + golden) ^ mixed(static_cast<std::uint64_t>(epoch) * golden);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[mixed(state += golden) % i]);
  return order;
}

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
