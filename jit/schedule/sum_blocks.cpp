#include "espalier/jit/schedule/sum_blocks.h"

#include <algorithm>

namespace espalier::codegen {

SumBlocks sum_blocks(std::int64_t iterations, std::int64_t additions_each, std::int64_t longest) {
  if (iterations <= 1 || iterations * additions_each <= 2 * longest) return {{}, iterations * additions_each};  // half as many in a row would cost a loop
  SumBlocks cut;
  for (std::int64_t block = std::max<std::int64_t>(longest / additions_each, 1); block < iterations; block *= SumBlocks::fan) {
    cut.iterations.insert(cut.iterations.begin(), block);
    cut.additions = (iterations + block - 1) / block;
  }
  return cut;
}

bool blocks_nest(const std::vector<std::int64_t>& iterations) {
  for (std::size_t i = 0; i < iterations.size(); ++i)
    if (iterations[i] < 1 || (i > 0 && iterations[i] >= iterations[i - 1])) return false;
  return true;
}

std::string describe_blocks(const std::vector<std::int64_t>& iterations) {
  std::string text;
  for (std::size_t i = 0; i < iterations.size(); ++i) text += (i == 0 ? "; sums in blocks of " : ", ") + std::to_string(iterations[i]);
  return text;
}

}  // namespace espalier::codegen
