#pragma once
// Kernels that walk through an array: a running reduction along an axis, and a slice written into an array.
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "espalier/jit/schedule/launch.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// Vectors that a CPU walks by, along the last axis that is not skipped.
struct WalkLanes {
  std::int64_t lanes = 1;
};
/// How a walk through the points of an array is mapped to a CPU or a GPU.
using WalkMapping = std::variant<WalkLanes, Launch>;
WalkMapping map_walk(DType dtype, std::int64_t points, const Target& target);
/// What is wrong with one through so many points, or "".
std::string verify(const WalkMapping& walk, std::int64_t points);
/// " by 16", "; 2 blocks of 256 threads".
std::string text_of(const WalkMapping& walk);

/// result[.., i, ..] = x[.., 0, ..] ⊕ … ⊕ x[.., i, ..]: every line along the axis, in order.
struct CumulativeKernel {
  int axis = 0;
  std::vector<std::int64_t> blocks;  ///< elements of a block of each level, outermost first, where the sum rounds (sum_blocks.h)
  std::int64_t lines = 1;            ///< points of the walk: those of all other axes
  WalkMapping walk;
};
/// A slice written into an array: its points are walked through.
struct UpdateKernel {
  ir::Value update = 0;     ///< the input that is written
  std::int64_t points = 1;  ///< of the walk
  WalkMapping walk;
};
CumulativeKernel plan_cumulative_kernel(const ir::Graph& body, const Target& target);
UpdateKernel plan_update_kernel(const ir::Graph& body, const Target& target);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const CumulativeKernel& kernel);
std::string verify(const ir::Graph& body, const UpdateKernel& kernel);
/// "running along axis 1; sums in blocks of 512, 64; 8 lines by 16".
std::string describe(const CumulativeKernel& kernel);
std::string describe(const UpdateKernel& kernel);

}  // namespace espalier::codegen
