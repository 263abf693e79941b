#pragma once
// Long sums as sums of short ones.
#include <cstdint>
#include <string>
#include <vector>

namespace espalier::codegen {

/// A loop that adds, cut into blocks, and those into blocks of blocks. Each starts from zero and is added, whole, to the one
/// that holds it, so an element passes through up to twice `longest` additions in its own block and `fan` more for each level above: the
/// error grows with the logarithm of the length, as that of summation by pairs (N. Higham, Accuracy and Stability of
/// Numerical Algorithms, 2nd ed., §4.2), and not with the length, as that of one running sum.
struct SumBlocks {
  std::vector<std::int64_t> iterations;  ///< of the loop in one block of each level, outermost first; none: the loop is one block
  std::int64_t additions = 0;            ///< in a row, that the loop makes onto what it is given
  static constexpr std::int64_t fan = 8;
};

/// `iterations` of a loop, each of which makes so many additions in a row. A block of the vectors that run in a loop is about a
/// thousand elements. How a sum is cut depends on its length alone, and so do its bits.
SumBlocks sum_blocks(std::int64_t iterations, std::int64_t additions_each, std::int64_t longest = 128);

/// Whether each block is longer than the next, inner one, as those of `sum_blocks` are.
bool blocks_nest(const std::vector<std::int64_t>& iterations);
/// "; sums in blocks of 1024, 128", or "" for sums in one.
std::string describe_blocks(const std::vector<std::int64_t>& iterations);

}  // namespace espalier::codegen
