#include "espalier/jit/gpu/spread.h"

#include <algorithm>
#include <bit>

#include "espalier/jit/schedule/fusion_kind.h"

namespace espalier::codegen {
namespace {

std::int64_t floor_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n))); }
std::int64_t ceil_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(n))); }

constexpr std::int64_t block = 256;  // leaves a thread all the registers it can name

bool is_light(const ir::Graph& body) {
  return std::all_of(body.nodes.begin(), body.nodes.end(), [](const ir::Node& n) { return is_cheap(n.op) || reduces(n.op); });
}

}  // namespace

PointSpread spread_points(const ir::Graph& body, const LoopPlan& plan) {
  constexpr std::int64_t worth_sharing = 16;    // reduced points
  constexpr std::int64_t many_points = 1 << 14;  // enough threads without sharing
  const std::int64_t points = plan.parallel_points(), reduced = plan.reduced_points();
  const bool along = plan.vector_loop >= 0 && plan.loops[plan.vector_loop].reduced;
  if (reduced < worth_sharing || (!along && points >= many_points)) {
    return {std::clamp(ceil_pow2(std::max<std::int64_t>(points, 1)), warp, block), 1, false};
  }
  if (!along) return {warp, std::min(floor_pow2(reduced / 8), block / warp), false};
  if (reduced <= 32 * warp) return {std::clamp(ceil_pow2(std::max<std::int64_t>(points, 1)), std::int64_t{1}, block / warp), warp, true};
  return {1, reduced >= 64 * block && is_light(body) ? 4 * block : block, true};
}

std::int64_t row_tiles(const Contraction& product, const TileSpread& spread) { return (product.m + spread.tile_rows() - 1) / spread.tile_rows(); }
std::int64_t col_tiles(const Contraction& product, const TileSpread& spread) { return (product.n + spread.tile_cols() - 1) / spread.tile_cols(); }

TileSpread spread_tiles(const Contraction& product, std::int64_t element_bytes) {
  constexpr std::int64_t enough_blocks = 256;  // about two for each processor of a large GPU
  constexpr std::int64_t most = 4;
  auto sums = [&](std::int64_t extent) { return std::clamp(ceil_pow2((extent + TileSpread::side - 1) / TileSpread::side), std::int64_t{1}, most); };
  TileSpread spread{sums(product.m), sums(product.n), element_bytes > 4 ? 8 : 16};
  while (spread.rows * spread.cols > 1 && product.batch * row_tiles(product, spread) * col_tiles(product, spread) < enough_blocks) {
    (spread.rows >= spread.cols ? spread.rows : spread.cols) /= 2;
  }
  return spread;
}

}  // namespace espalier::codegen
