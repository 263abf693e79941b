#pragma once
// Check: which mistakes of a running program are reported, each a bit.
#include <cstdint>
#include <string_view>

namespace espalier {

/// What is looked for while a program runs; flags, joined by |. docs/checks.md says of each op what counts.
enum class Check : std::uint8_t {
  none = 0,
  nan = 1,       ///< a NaN that an op makes: none of its operands has one there
  bounds = 2,    ///< an index that lies outside of its axis
  div = 4,       ///< a division by 0, of integers or floats
  overflow = 8   ///< an integer with a sign that does not hold its result, and a float that the integer it becomes does not hold
};

/// The checks of both.
constexpr Check operator|(Check a, Check b) { return static_cast<Check>(static_cast<std::uint8_t>(a) | static_cast<std::uint8_t>(b)); }
/// The checks that both have.
constexpr Check operator&(Check a, Check b) { return static_cast<Check>(static_cast<std::uint8_t>(a) & static_cast<std::uint8_t>(b)); }
/// The checks that are not among these.
constexpr Check operator~(Check a) { return static_cast<Check>(~static_cast<std::uint8_t>(a) & 15U); }
/// a = a | b.
constexpr Check& operator|=(Check& a, Check b) { return a = a | b; }
/// a = a & b.
constexpr Check& operator&=(Check& a, Check b) { return a = a & b; }

namespace ir {
/// Whether `all` has one of `some`.
constexpr bool has(Check all, Check some) { return (all & some) != Check::none; }
}  // namespace ir

}  // namespace espalier
