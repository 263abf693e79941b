#pragma once
// What PTX's instructions compute, on registers of 64 bits: "Parallel Thread Execution ISA" 8.0, chapter 9.7.
#include <bit>
#include <cstdint>
#include <string>

#include "espalier/ir/half.h"

namespace espalier::test::ptx {

/// A type suffix such as "s32".
struct Kind {
  char letter = 'b';  // b, u, s, f, or p for predicates
  int bits = 64;
  std::uint64_t mask() const { return bits == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << bits) - 1; }
};

inline std::int64_t as_signed(std::uint64_t x, int bits) { return static_cast<std::int64_t>(x << (64 - bits)) >> (64 - bits); }
inline std::uint64_t as_unsigned(std::uint64_t x, int bits) { return bits == 64 ? x : x & ((std::uint64_t{1} << bits) - 1); }
inline double as_real(std::uint64_t x, int bits) {
  if (bits == 16) return std::bit_cast<ir::Float16>(static_cast<std::uint16_t>(x));
  return bits == 32 ? std::bit_cast<float>(static_cast<std::uint32_t>(x)) : std::bit_cast<double>(x);
}
inline std::uint64_t real_bits(double x, int bits) {
  if (bits == 16) return ir::Float16(x).bits;
  return bits == 32 ? std::bit_cast<std::uint32_t>(static_cast<float>(x)) : std::bit_cast<std::uint64_t>(x);
}

/// Operations of two reals in the format itself, so that each rounds once (of f16 in f64, which rounds to f16 as if once).
template <class F> std::uint64_t in_format(int bits, std::uint64_t x, std::uint64_t y, F f) {
  if (bits == 16) return real_bits(static_cast<double>(f(as_real(x, 16), as_real(y, 16))), 16);
  if (bits == 32) return std::bit_cast<std::uint32_t>(static_cast<float>(f(std::bit_cast<float>(static_cast<std::uint32_t>(x)), std::bit_cast<float>(static_cast<std::uint32_t>(y)))));
  return std::bit_cast<std::uint64_t>(static_cast<double>(f(std::bit_cast<double>(x), std::bit_cast<double>(y))));
}

/// add, sub, mul, div, rem, min, max, and, or, xor, shl, shr or copysign of two numbers; `nan_wins` is .NaN of min and max.
/// std::runtime_error for another one.
std::uint64_t arithmetic(const std::string& op, bool nan_wins, Kind k, std::uint64_t x, std::uint64_t y);
/// setp: "lt", "equ", "num" and so on.
bool compare(std::string relation, Kind k, std::uint64_t x, std::uint64_t y);
/// cvt with a rounding mode. What does not fit an integer saturates.
std::uint64_t converted(const std::string& mode, Kind to, Kind from, std::uint64_t x);

}  // namespace espalier::test::ptx
