#pragma once
// Launch mappings: how a kernel's points become the blocks and threads of a GPU, and what each thread does.
#include <cstdint>
#include <string>
#include <vector>

#include "espalier/jit/schedule/contraction.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// A kernel's grid. Blocks and threads have one dimension; kernels take their numbers apart themselves.
struct Launch {
  std::int64_t blocks = 1, threads = 1;
};

/// Threads that run in step and exchange registers.
inline constexpr std::int64_t warp = 32;

/// The points of a loop kernel over threads.
struct PointLaunch {
  std::int64_t points = 1;   ///< of a block
  std::int64_t workers = 1;  ///< threads that share a point: each takes every `workers`th of its reduced points
  bool adjacent = false;     ///< neighbouring threads share a point, as memory runs along the reduced loops; otherwise they have neighbouring points
  std::int64_t blocks = 1;
  std::vector<std::int64_t> sum_blocks{};  ///< how a thread's sums are cut: reduced points of its own in a block of each level, outermost first
  std::int64_t threads() const { return points * workers; }
  Launch grid() const { return {blocks, threads()}; }
};
PointLaunch launch_points(const ir::Graph& body, const LoopPlan& plan);
/// What is wrong with a mapping, or "": no point is left out, and threads that share one can exchange what they have.
std::string verify(const LoopPlan& plan, const PointLaunch& launch);

/// The product of a contraction over blocks of 16 × 16 threads, each with rows × cols sums, 16 apart.
struct TileLaunch {
  static constexpr std::int64_t side = 16;
  std::int64_t rows = 1, cols = 1;            ///< sums of a thread
  std::int64_t depth = 16;                    ///< of the pieces of the operands that a block holds in its shared memory
  std::vector<std::int64_t> sum_blocks{};     ///< how a thread's sums are cut: pieces in a block of each level, outermost first
  std::int64_t row_tiles = 1, col_tiles = 1;  ///< of the product
  std::int64_t batch = 1;
  std::int64_t tile_rows() const { return rows * side; }
  std::int64_t tile_cols() const { return cols * side; }
  Launch grid() const { return {batch * row_tiles * col_tiles, side * side}; }
};
TileLaunch launch_tiles(const Contraction& product);
std::string verify(const Contraction& product, const TileLaunch& launch);

/// A thread for each of so many points.
Launch launch_each(std::int64_t points);

}  // namespace espalier::codegen
