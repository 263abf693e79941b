#pragma once
#include <array>
#include <cstdint>

#include "espalier/jit/emit/math/arithmetic.h"

/// Reduction of large arguments of the trigonometric functions (M. Payne, R. Hanek, "Radian reduction for
/// trigonometric functions", SIGNUM 18, 1983): x 2/pi modulo 4 from those bits of 2/pi that can matter. The bits are
/// chosen by selects, not by gathers.
namespace espalier::codegen::math {

/// x = r + index pi/2 modulo 2 pi, |r| <= pi/4 or little more; only the two low bits of index count.
template <Real V>
struct Quadrant {
  V r;
  typename V::integer index;
};

/// The high word of the product of two unsigned 64-bit integers.
template <Integer I>
I high_product(I a, I b) {
  constexpr std::int64_t low_half = 0xffffffff;
  const I a0 = a & low_half, a1 = shift_right_logical(a, 32);
  const I b0 = b & low_half, b1 = shift_right_logical(b, 32);
  const I middle = a1 * b0 + shift_right_logical(a0 * b0, 32);
  const I other = a0 * b1 + (middle & low_half);
  return a1 * b1 + shift_right_logical(middle, 32) + shift_right_logical(other, 32);
}

/// 64 bits of the 128-bit string (high, low) from position s on, 0 <= s < 64.
template <Integer I>
I window(I high, I low, I s) {
  return (high << s) | shift_right_logical(shift_right_logical(low, 1), 63 - s);
}

/// For finite x >= 2^16 of f32. The product with 96 bits of 2/pi leaves an error below 2^-60 quadrants, and no f32 is
/// nearer to a multiple of pi/2 than 2^-31.
template <Real V>
  requires is_f32<V>
Quadrant<V> reduce_by_payne_hanek(V x) {
  // 2/pi after 16 zero bits.
  constexpr std::array<std::uint64_t, 4> bits = {0x0000a2f9836e4e44, 0x1529fc2757d1f534, 0xddc0db6295993c43,
                                                 0x9041fe5163abdebb};
  const auto raw = as_integer(x);
  const auto mantissa = widen((raw & 0x7fffff) | 0x800000);
  // Bits above this position contribute whole turns.
  const auto skipped = widen((raw >> 23) - (152 - 16));
  const auto word = [&](int i) { return constant(mantissa, static_cast<std::int64_t>(bits[i])); };
  const auto first = skipped < 64;
  const auto w0 = select(first, word(0), word(1));
  const auto w1 = select(first, word(1), word(2));
  const auto w2 = select(first, word(2), word(3));
  const auto s = skipped & 63;
  // A quarter of the product, modulo 1, as a fraction of 64 bits.
  const auto turn = mantissa * window(w0, w1, s) +
                    shift_right_logical(mantissa * shift_right_logical(window(w1, w2, s), 32), 32);
  const auto index = shift_right_logical(turn + (std::int64_t{1} << 61), 62);
  const auto fraction = to_real(turn - (index << 62));
  constexpr double unit = 0x1.921fb54442d18p+0 * 0x1p-62;
  return {narrow(fraction * unit) + (x - x), narrow(index)};
}

/// For finite x >= 2^28 of f64: the product with 192 bits of 2/pi leaves an error below 2^-124 quadrants, and no f64
/// is nearer to a multiple of pi/2 than 2^-62.
template <Real V>
  requires(!is_f32<V>)
Quadrant<V> reduce_by_payne_hanek(V x) {
  using I = typename V::integer;
  // 2/pi after 26 zero bits.
  constexpr std::array<std::uint64_t, 19> bits = {
      0x00000028be60db93, 0x91054a7f09d5f47d, 0x4d377036d8a5664f, 0x10e4107f9458eaf7, 0xaef1586dc91b8e90,
      0x9374b801924bba82, 0x7464873f877ac72c, 0x4a69cfba208d7d4b, 0xaed1213a671c09ad, 0x17df904e64758e60,
      0xd4ce7d272117e2ef, 0x7e4a0ec7fe25fff7, 0x816603fbcbc462d6, 0x829b47db4d9fb3c9, 0xf2c26dd3d18fd9a7,
      0x97fa8b5d49eeb1fa, 0xf97c5ecf41ce7de2, 0x94a4ba9afed7ec47, 0xe357421580cc11bf};
  const I raw = as_integer(x);
  const I mantissa = (raw & Format<V>::mantissa_mask) | (std::int64_t{1} << 52);
  const I skipped = (raw >> 52) - (1077 - 26);
  const I word = skipped >> 6;
  const I s = skipped & 63;
  // Four words from `word` on: a shifter by words, one bit of the distance at a time.
  const auto by8 = (word & 8) == 0, by4 = (word & 4) == 0, by2 = (word & 2) == 0, by1 = (word & 1) == 0;
  const auto literal = [&](int i) { return constant(raw, static_cast<std::int64_t>(bits[i])); };
  std::array<I, 11> a = {literal(0), literal(1), literal(2), literal(3), literal(4), literal(5),
                         literal(6), literal(7), literal(8), literal(9), literal(10)};
  for (int i = 0; i < 11; ++i) a[i] = select(by8, a[i], literal(i + 8));
  for (int i = 0; i < 7; ++i) a[i] = select(by4, a[i], a[i + 4]);
  for (int i = 0; i < 5; ++i) a[i] = select(by2, a[i], a[i + 2]);
  for (int i = 0; i < 4; ++i) a[i] = select(by1, a[i], a[i + 1]);
  const I p0 = window(a[0], a[1], s), p1 = window(a[1], a[2], s), p2 = window(a[2], a[3], s);
  // A quarter of the product, modulo 1, as a fraction of 128 bits (high, low).
  const I top_of_rest = high_product(mantissa, p2);
  const I low = mantissa * p1 + top_of_rest;
  constexpr std::int64_t flip = std::numeric_limits<std::int64_t>::min();
  const auto carries = (low ^ flip) < (top_of_rest ^ flip);
  const I high = mantissa * p0 + high_product(mantissa, p1) + select(carries, constant(raw, 1), constant(raw, 0));
  const I index = shift_right_logical(high + (std::int64_t{1} << 61), 62);
  // The fraction as a sum of two numbers, times pi/2 in two parts.
  const I centred = high - (index << 62);
  const V rounded = to_real(centred);
  const V rest = to_real(centred - to_integer(rounded)) + to_real(shift_right_logical(low, 1)) * 0x1p-63;
  const V sum = rounded + rest;
  const V error = rest - (sum - rounded);
  constexpr double part1 = 0x1.921fb54442d18p+0 * 0x1p-62;
  constexpr double part2 = 0x1.1a62633145c07p-54 * 0x1p-62;
  return {fma(sum, part1, fma(sum, part2, error * part1)) + (x - x), index};
}

}  // namespace espalier::codegen::math
