#pragma once
// How kernels are spread over a GPU: blocks of threads, and what each thread does. Plain arithmetic, no code yet.
#include <cstdint>

#include "espalier/jit/emit/contract.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// A kernel's grid. Blocks and threads have one dimension; kernels take their numbers apart themselves.
struct Launch {
  std::int64_t blocks = 1, threads = 1;
};

/// Threads that run in step and exchange registers.
inline constexpr std::int64_t warp = 32;

/// The points of a loop kernel over threads.
struct PointSpread {
  std::int64_t points = 1;   ///< of a block
  std::int64_t workers = 1;  ///< threads that share a point: each takes every `workers`th of its reduced points
  bool adjacent = false;     ///< neighbouring threads share a point, as memory runs along the reduced loops; otherwise they have neighbouring points
  std::int64_t threads() const { return points * workers; }
};
PointSpread spread_points(const ir::Graph& body, const LoopPlan& plan);

/// The product of a contraction over blocks of 16 × 16 threads, each with rows × cols sums, 16 apart.
struct TileSpread {
  static constexpr std::int64_t side = 16;
  std::int64_t rows = 1, cols = 1;  ///< sums of a thread
  std::int64_t depth = 16;          ///< of the parts of the operands that a block holds in its shared memory
  std::int64_t tile_rows() const { return rows * side; }
  std::int64_t tile_cols() const { return cols * side; }
};
TileSpread spread_tiles(const Contraction& product, std::int64_t element_bytes);
std::int64_t row_tiles(const Contraction& product, const TileSpread& spread);
std::int64_t col_tiles(const Contraction& product, const TileSpread& spread);

}  // namespace espalier::codegen
