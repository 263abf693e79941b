#include "espalier/jit/schedule/launch.h"

#include <algorithm>
#include <bit>

#include "espalier/jit/schedule/access.h"
#include "espalier/jit/schedule/sum_blocks.h"

namespace espalier::codegen {
namespace {

std::int64_t floor_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n))); }
std::int64_t ceil_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(n))); }
std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

constexpr std::int64_t block = 256;  // leaves a thread all the registers it can name
constexpr std::int64_t most_threads = 1024;

bool is_light(const ir::Graph& body) {
  return std::all_of(body.nodes.begin(), body.nodes.end(), [](const ir::Node& n) { return is_cheap(n.op) || reduces(n.op); });
}

PointLaunch share_points(const ir::Graph& body, const LoopPlan& plan) {
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

}  // namespace

Launch launch_each(std::int64_t points) { return {std::max<std::int64_t>(ceil_divide(points, block), 1), block}; }  // no grid is empty

PointLaunch launch_points(const ir::Graph& body, const LoopPlan& plan) {
  if (plan.parallel_points() == 0) return {.points = warp};
  PointLaunch launch = share_points(body, plan);
  launch.blocks = ceil_divide(plan.parallel_points(), launch.points);
  if (has_rounded_sums(body)) launch.sum_blocks = sum_blocks(ceil_divide(plan.reduced_points(), launch.workers), 1).iterations;
  return launch;
}

std::string verify(const LoopPlan& plan, const PointLaunch& launch) {
  const auto is_power = [](std::int64_t n) { return n >= 1 && (n & (n - 1)) == 0; };
  if (!is_power(launch.points) || !is_power(launch.workers) || launch.threads() > most_threads) return std::to_string(launch.points) + " points of " + std::to_string(launch.workers) + " threads";
  if (launch.blocks < 1 || launch.blocks * launch.points < plan.parallel_points()) return std::to_string(launch.blocks) + " blocks of " + std::to_string(launch.points) + " points";
  if (launch.adjacent && launch.workers % warp != 0) return "a point that is shared by a part of a warp";
  if (launch.workers > 1 && plan.n_parallel() == plan.loops.size()) return "threads that share a point where nothing is reduced";
  if (!blocks_nest(launch.sum_blocks)) return "blocks of sums that do not nest";
  return "";
}

TileLaunch launch_tiles(const Contraction& product) {
  constexpr std::int64_t enough_blocks = 256;  // about two for each processor of a large GPU
  constexpr std::int64_t most = 4;
  const auto sums = [&](std::int64_t extent) { return std::clamp(ceil_pow2(ceil_divide(extent, TileLaunch::side)), std::int64_t{1}, most); };
  TileLaunch launch{.rows = sums(product.m), .cols = sums(product.n), .depth = ir::byte_size(product.sum_type) > 4 ? 8 : 16};
  const auto cover = [&] {
    launch.row_tiles = ceil_divide(product.m, launch.tile_rows());
    launch.col_tiles = ceil_divide(product.n, launch.tile_cols());
  };
  launch.batch = product.batch;
  cover();
  while (launch.rows * launch.cols > 1 && launch.grid().blocks < enough_blocks) {
    (launch.rows >= launch.cols ? launch.rows : launch.cols) /= 2;
    cover();
  }
  if (ir::is_floating(product.sum_type)) launch.sum_blocks = sum_blocks(ceil_divide(product.k, launch.depth), launch.depth).iterations;
  return launch;
}

std::string verify(const Contraction& product, const TileLaunch& launch) {
  if (launch.rows < 1 || launch.cols < 1 || launch.depth < 1) return "tiles of nothing";
  if (launch.batch != product.batch || launch.row_tiles * launch.tile_rows() < product.m || launch.col_tiles * launch.tile_cols() < product.n) return "tiles that do not cover the product";
  if (!blocks_nest(launch.sum_blocks)) return "blocks of sums that do not nest";
  return "";
}

}  // namespace espalier::codegen
