#pragma once
// Inputs of the workloads, from one integer hash that peers in other languages compute too (peers/inputs.py): so every
// program measures the same numbers and their check sums agree.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

namespace bench {

/// A number in [0, 1) with 24 random bits: element `index` of the stream `seed`. The mixer is Wellons' lowbias32.
inline double unit(std::uint32_t index, std::uint32_t seed) {
  std::uint32_t x = index * 0x9E3779B1u + seed * 0x85EBCA77u;
  x ^= x >> 16;
  x *= 0x7FEB352Du;
  x ^= x >> 15;
  x *= 0x846CA68Bu;
  x ^= x >> 16;
  return (x >> 8) * (1.0 / (1 << 24));
}

/// `count` numbers of the stream `seed`, uniform in [low, high).
template <class T = float> std::vector<T> uniform_values(std::uint32_t seed, std::int64_t count, double low = -1, double high = 1) {
  std::vector<T> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<T>(low + (high - low) * unit(static_cast<std::uint32_t>(i), seed));
  return values;
}

/// The bound of uniform weights with variance 1 / fan_in.
inline double weight_bound(std::int64_t fan_in) { return std::sqrt(3.0 / static_cast<double>(fan_in)); }

/// `count` integers of the stream `seed` in [0, end).
inline std::vector<std::int32_t> integer_values(std::uint32_t seed, std::int64_t count, std::int32_t end) {
  std::vector<std::int32_t> values(static_cast<std::size_t>(count));
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = std::min(static_cast<std::int32_t>(unit(static_cast<std::uint32_t>(i), seed) * end), end - 1);
  return values;
}

}  // namespace bench
