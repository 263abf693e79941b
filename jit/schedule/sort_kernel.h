#pragma once
// Sorting kernels: every line along an axis in the order of its keys.
#include "espalier/jit/schedule/axis_kernels.h"

namespace espalier::codegen {

/// By ranks: an element's place is the number of those before it. The work grows with the square of a line, but nothing waits for
/// anything, so it suits short lines in vectors, and GPUs.
struct RankSort {
  WalkMapping walk;  ///< through all points
};
/// By digits of the keys' bits, from the lowest (a radix sort): for long lines. Offsets are into scratch, in bytes.
struct DigitSort {
  int digit_bits = 8, passes = 1;  ///< a pass for each digit of a key
  bool own_keys = false;           ///< a line is sorted by itself: its keys are made of what is sorted, and not moved beside it
  DType count = i32;               ///< of the numbers below
  std::int64_t counts = 0;         ///< how often each digit occurs, of each pass
  std::int64_t keys[2] = {};       ///< two lines of keys, which take turns
  std::int64_t values[2] = {};     ///< and of what is sorted
  std::int64_t scratch_bytes = 0;
  std::int64_t digits() const { return std::int64_t{1} << digit_bits; }
};
struct SortKernel {
  int axis = 0;
  std::int64_t length = 0, lines = 1;
  std::variant<RankSort, DigitSort> method;
};
SortKernel plan_sort_kernel(const ir::Graph& body, const Target& target);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const SortKernel& kernel);
/// "sorts 8 lines of 1000 along axis 1 by digits".
std::string describe(const SortKernel& kernel);

}  // namespace espalier::codegen
