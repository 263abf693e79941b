#include "espalier/jit/schedule/contraction_plan.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "espalier/jit/schedule/sum_blocks.h"

namespace espalier::codegen {
namespace {

std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t round_up(std::int64_t a, std::int64_t to) { return ceil_divide(a, to) * to; }
std::int64_t byte_size(DType dtype) { return static_cast<std::int64_t>(ir::byte_size(dtype)); }

/// Time per step of k of a rows × vectors tile, in sixteenths of an issue slot, on a core with two FMA and two load
/// ports. An FMA takes four cycles, so fewer than eight sums in flight leave the ports idle. Each row is a stream of
/// scalars of its own; wide tiles read longer runs of B. Measured on Zen 4: 6 × 4 beats 9 × 3 and 14 × 2.
std::int64_t tile_cost(std::int64_t rows, std::int64_t vectors) {
  return 16 * std::max<std::int64_t>({rows * vectors, rows + vectors, 8}) + 8 + 2 * rows;
}

/// How many rows that lie `stride` bytes apart L2 can hold: a power of two of a page or more leaves most sets unused.
std::int64_t rows_in_l2(std::int64_t stride, const Target& target) {
  constexpr std::int64_t ways = 8;
  return stride == 0 ? INT64_MAX : target.l2_bytes / std::gcd(stride, target.l2_bytes / ways);
}

struct TileShape {
  std::int64_t rows, vectors;
};

/// The register tile with the least total cost over C, edges included.
TileShape choose_tile(std::int64_t m, std::int64_t n, std::int64_t lanes, std::int64_t registers) {
  TileShape best{1, 1};
  std::int64_t best_cost = INT64_MAX;
  std::int64_t all_vectors = ceil_divide(n, lanes);
  const std::int64_t in_flight = 8;  // sums, where there are too few rows to make as many
  const std::int64_t widest = std::max<std::int64_t>(registers == 32 ? 4 : 2, in_flight / m);
  for (std::int64_t vectors = 1; vectors <= std::min(all_vectors, widest); ++vectors) {
    for (std::int64_t rows = 1; rows <= std::min<std::int64_t>(m, 16); ++rows) {
      if (rows * vectors + vectors + 1 > registers) break;
      auto strip = [&](std::int64_t width) {
        return m / rows * tile_cost(rows, width) + (m % rows ? tile_cost(m % rows, width) : 0);
      };
      std::int64_t rest = all_vectors % vectors;
      std::int64_t cost = all_vectors / vectors * strip(vectors) + (rest ? strip(rest) : 0);
      if (cost < best_cost) best_cost = cost, best = {rows, vectors};
    }
  }
  return best;
}

/// The sums of dots of so many columns with each row. Eight in flight hide each other's latencies: where the products are fewer,
/// each has several.
ContractionPlan::DotSums sums_of_dots(const Contraction& p, std::int64_t lanes, std::int64_t columns) {
  constexpr std::int64_t in_flight = 8;
  const std::int64_t vectors = std::max<std::int64_t>(p.k / lanes, 1), products = std::max<std::int64_t>(p.m * columns, 1);
  ContractionPlan::DotSums sums;
  sums.each = static_cast<std::int64_t>(std::bit_floor(std::uint64_t(std::clamp<std::int64_t>(in_flight / products, 1, vectors))));
  if (ir::is_floating(p.sum_type)) sums.blocks = sum_blocks(p.k / (sums.each * lanes), 1).iterations;
  return sums;
}

}  // namespace

namespace {

/// Elements that lie together along the last step of windows.
std::int64_t run_of(const Contraction::Steps& steps) { return steps.empty() || steps.back().stride != 1 ? 1 : steps.back().extent; }
std::int64_t last_of(const Contraction::Steps& steps) { return steps.empty() ? 1 : steps.back().extent; }

/// How much of k a pass over windows packs: whole runs along their last step, or equal parts of one.
std::int64_t depth_of_windows(std::int64_t k, std::int64_t run, std::int64_t most) {
  if (run <= most) {
    const std::int64_t runs = k / run, most_runs = most / run, passes = ceil_divide(runs, most_runs);
    return run * ceil_divide(runs, passes);
  }
  for (std::int64_t depth = most; depth >= most / 4; --depth)
    if (run % depth == 0) return depth;
  return run;
}

}  // namespace

ContractionPlan plan_contraction(const Contraction& p, const Target& target) {
  ContractionPlan plan;
  std::int64_t bytes = byte_size(p.sum_type);
  std::int64_t full = target.lanes(bytes);
  constexpr std::int64_t few_rows = 2;
  bool rounds = ir::is_floating(p.sum_type);
  bool large = p.k * p.n * byte_size(p.b_type) > target.l2_bytes / 2;
  plan.form = ContractionPlan::Form::tile;
  const bool windows = p.a_windows || p.b_windows;
  if (!windows && p.m <= few_rows && p.b.row == 1 && p.b.col != 1 && p.k >= 2 * full) plan.form = ContractionPlan::Form::dot;
  if (!windows && p.m <= few_rows && p.b.col == 1 && large) plan.form = ContractionPlan::Form::sweep;
  plan.row_blocks = 1;
  plan.depth = p.k;
  plan.depth_blocks = 1;
  plan.unroll = 1;

  if (plan.form == ContractionPlan::Form::dot) {
    plan.lanes = full;
    plan.rows = p.m;
    plan.panel = 8;
    plan.panels = ceil_divide(p.n, plan.panel);
    plan.pack_a = p.a.col != 1;
    plan.a_by_rows = true;
    plan.a_row = p.k;
    plan.block_rows = p.m;
    plan.panel_sums = sums_of_dots(p, full, plan.panel);
    plan.column_sums = sums_of_dots(p, full, 1);
    plan.scratch_bytes = round_up(p.m * p.k * bytes, 64) + 64;
    return plan;
  }

  plan.lanes = std::min<std::int64_t>(full, std::bit_ceil(std::uint64_t(p.n)));
  if (plan.form == ContractionPlan::Form::sweep) {
    plan.rows = p.m;
    plan.panel = 32 * plan.lanes;
    plan.panels = ceil_divide(p.n, plan.panel);
    plan.sums_row = round_up(p.n, plan.lanes);
    plan.a_by_rows = true;
    plan.a_row = p.k;
    constexpr std::int64_t longest = 256;  // products in a row
    if (rounds) plan.blocks = sum_blocks(p.k / ContractionPlan::swept_rows, ContractionPlan::swept_rows, longest).iterations;
    plan.level_bytes = round_up(p.m * plan.sums_row * bytes, 64);
    plan.sums_bytes = plan.level_bytes * (1 + std::int64_t(plan.blocks.size()));
    plan.scratch_bytes = plan.sums_bytes + round_up(p.m * p.k * bytes, 64) + 64;
    return plan;
  }

  // A vector of windows lies within one run of them.
  if (p.b_windows) plan.lanes = std::min<std::int64_t>(plan.lanes, run_of(p.b_windows->col) & -run_of(p.b_windows->col));

  TileShape tile = choose_tile(p.m, p.n, plan.lanes, target.vector_registers);
  plan.rows = tile.rows;
  plan.vectors = tile.vectors;
  plan.panel = plan.vectors * plan.lanes;
  plan.panels = ceil_divide(p.n, plan.panel);

  // A pass over `depth` keeps the panel of B in L2; the running sums of a block of rows and a chunk of panels too.
  constexpr std::int64_t most_depth = 512, most_rows = 384, chunk_columns = 256;
  plan.depth_blocks = std::max<std::int64_t>(1, ceil_divide(p.k, most_depth));
  plan.depth = plan.depth_blocks == 1 ? p.k : round_up(ceil_divide(p.k, plan.depth_blocks), 4);
  if (plan.depth_blocks > 1) plan.depth_blocks = ceil_divide(p.k, plan.depth);
  if (p.a_windows) {
    constexpr std::int64_t most_of_windows = 640;
    plan.depth = depth_of_windows(p.k, last_of(p.a_windows->col), most_of_windows);
    plan.depth_blocks = ceil_divide(p.k, plan.depth);
  }
  std::int64_t sums = plan.rows * plan.vectors;
  plan.unroll = sums * p.k <= 128 ? std::max<std::int64_t>(p.k, 1) : (sums <= 8 ? 4 : (sums <= 16 ? 2 : 1));
  const std::int64_t common = std::gcd(p.k, plan.depth);
  if (plan.depth_blocks > 1) plan.unroll = std::min<std::int64_t>(plan.unroll, common % 4 == 0 ? 4 : (common % 2 == 0 ? 2 : 1));

  std::int64_t a_bytes = p.m * p.k * byte_size(p.a_type), b_bytes = p.k * p.n * byte_size(p.b_type);
  bool narrow = plan.panel * byte_size(p.b_type) < 256;
  bool reused = p.m >= 4 * plan.rows;
  plan.a_by_rows = !(p.a.row == 1 && p.a.col != 1);
  // Elements of another dtype than the sums' are converted as they are packed: once, not wherever they are read.
  plan.pack_a = (!plan.a_by_rows && narrow && plan.panels >= 4 && a_bytes > target.l2_bytes / 2) || (p.a_type != p.sum_type && plan.panels >= 2);
  plan.pack_b = p.b.col != 1 || (p.b_type != p.sum_type && reused) || (reused && narrow && b_bytes > target.l2_bytes / 4) ||
                (reused && rows_in_l2(p.b.row * byte_size(p.b_type), target) <= plan.depth);
  if (p.a_windows) plan.pack_a = plan.a_by_rows = true;
  if (p.b_windows) plan.pack_b = true;
  plan.a_row = plan.depth + 64 / bytes;

  std::int64_t block = most_rows;
  constexpr std::int64_t few_tiles = 16, least_work = 1 << 20;
  if (!plan.pack_b && b_bytes <= target.l2_bytes / 2 && p.m * p.n * p.k >= least_work) {
    block = std::min(block, std::max<std::int64_t>(8 * plan.rows, p.m * plan.panels / few_tiles));
  }
  // Rows that are packed from windows stay in L2 until they are multiplied.
  if (p.a_windows) block = std::min(block, std::max(target.l2_bytes / 4 / std::max<std::int64_t>(plan.depth * bytes, 1), 4 * plan.rows));
  block = std::max(block / plan.rows, std::int64_t{1}) * plan.rows;
  plan.row_blocks = ceil_divide(p.m, block);
  plan.block_rows = round_up(ceil_divide(p.m, plan.row_blocks), plan.rows);
  plan.row_blocks = ceil_divide(p.m, plan.block_rows);
  auto panels_of = [&](std::int64_t columns) { return std::min(plan.panels, std::max<std::int64_t>(1, columns / plan.panel)); };
  plan.chunk_panels = plan.depth_blocks == 1 ? plan.panels : panels_of(chunk_columns);
  plan.group_panels = p.b.col == 1 ? panels_of(chunk_columns) : 1;

  plan.sums_row = plan.panel;
  std::int64_t sums_rows = plan.depth_blocks == 1 ? plan.rows : plan.chunk_panels * plan.block_rows;
  plan.b_bytes = round_up(plan.group_panels * plan.depth * plan.panel * bytes, 64);
  if (rounds) plan.blocks = sum_blocks(plan.depth_blocks, 1).iterations;
  plan.level_bytes = round_up(sums_rows * plan.sums_row * bytes, 64);
  plan.sums_bytes = plan.level_bytes * (1 + std::int64_t(plan.blocks.size()));
  plan.scratch_bytes = plan.b_bytes + plan.sums_bytes + round_up(plan.block_rows * plan.a_row * bytes, 64) + 64;
  return plan;
}

namespace {

/// Whether `count` pieces of `size` cover `extent` and none of them is empty.
bool covers(std::int64_t count, std::int64_t size, std::int64_t extent) {
  return count >= 1 && size >= 0 && count * size >= extent && (count == 1 || (count - 1) * size < extent);
}
bool is_power_of_two(std::int64_t n) { return n >= 1 && (n & (n - 1)) == 0; }
std::string verify_tile(const Contraction& p, const ContractionPlan& plan) {
  const std::int64_t bytes = byte_size(p.sum_type);
  if (plan.rows < 1 || plan.rows > p.m || plan.vectors < 1 || plan.panel != plan.vectors * plan.lanes) return "a register tile that is no part of a panel";
  if (plan.block_rows % plan.rows != 0 || !covers(plan.row_blocks, plan.block_rows, p.m)) return std::to_string(plan.row_blocks) + " blocks of " + std::to_string(plan.block_rows) + " rows";
  if (!covers(plan.depth_blocks, plan.depth, p.k)) return std::to_string(plan.depth_blocks) + " passes over " + std::to_string(plan.depth) + " of " + std::to_string(p.k);
  if (plan.unroll < 1 || (plan.depth_blocks > 1 && (p.k % plan.unroll != 0 || plan.depth % plan.unroll != 0))) return "a loop over k that is unrolled beyond its end";
  if (plan.chunk_panels < 1 || plan.chunk_panels > plan.panels || plan.group_panels < 1) return "no panels at a time";
  if ((p.a_windows && !(plan.pack_a && plan.a_by_rows)) || (p.b_windows && !plan.pack_b)) return "windows that are not packed";
  if (p.a_windows && plan.depth % last_of(p.a_windows->col) != 0 && last_of(p.a_windows->col) % plan.depth != 0) return "a pass that ends within a run of windows";
  if (p.b_windows && run_of(p.b_windows->col) % plan.lanes != 0) return "vectors of windows beyond their runs";
  if (!plan.pack_b && p.b.col != 1) return "B is read along its columns, where it does not lie";
  if (plan.pack_a && plan.a_row < plan.depth) return "rows of A that are packed into one another";
  const std::int64_t sums_rows = plan.depth_blocks == 1 ? 0 : plan.chunk_panels * plan.block_rows;
  const std::int64_t a_bytes = plan.pack_a ? plan.block_rows * plan.a_row * bytes : 0;
  if (plan.pack_b && plan.b_bytes < plan.group_panels * plan.depth * plan.panel * bytes) return "too little scratch for panels of B";
  if (plan.level_bytes < sums_rows * plan.sums_row * bytes) return "too little scratch for sums";
  if (plan.scratch_bytes < plan.b_bytes + plan.sums_bytes + a_bytes) return "too little scratch";
  return "";
}

std::string verify_stream(const Contraction& p, const ContractionPlan& plan) {
  const std::int64_t bytes = byte_size(p.sum_type);
  const bool dot = plan.form == ContractionPlan::Form::dot;
  if (p.a_windows || p.b_windows) return "windows that are not packed";
  if (plan.rows != p.m || plan.row_blocks != 1 || plan.depth_blocks != 1) return "a stream that does not hold all rows";
  if (dot ? p.b.row != 1 : p.b.col != 1) return "B is streamed across the way in which it lies";
  if (dot) return plan.pack_a && plan.scratch_bytes < p.m * p.k * bytes ? "too little scratch for A" : (!plan.pack_a && p.a.col != 1 ? "A is read along k, where it does not lie" : "");
  if (plan.sums_row < p.n || plan.level_bytes < p.m * plan.sums_row * bytes || plan.scratch_bytes < plan.sums_bytes) return "too little scratch for sums";
  return "";
}

}  // namespace

std::string verify(const Contraction& p, const ContractionPlan& plan) {
  if (p.batch < 1 || p.m < 1 || p.n < 1 || p.k < 0) return "a product of nothing";
  if (!is_power_of_two(plan.lanes)) return "vectors of " + std::to_string(plan.lanes) + " lanes";
  if (!covers(plan.panels, plan.panel, p.n)) return std::to_string(plan.panels) + " panels of " + std::to_string(plan.panel) + " for " + std::to_string(p.n) + " columns";
  if (!blocks_nest(plan.blocks) || !blocks_nest(plan.panel_sums.blocks) || !blocks_nest(plan.column_sums.blocks)) return "blocks of sums that do not nest";
  if (plan.sums_bytes < plan.level_bytes * (plan.level_bytes == 0 ? 0 : 1 + std::int64_t(plan.blocks.size()))) return "too little scratch for blocks of sums";
  return plan.form == ContractionPlan::Form::tile ? verify_tile(p, plan) : verify_stream(p, plan);
}

std::vector<PanelVector> panel_vectors(std::int64_t columns, std::int64_t lanes) {
  std::vector<PanelVector> vectors;
  for (std::int64_t first = 0; first < columns; first += lanes) {
    std::int64_t valid = std::min(lanes, columns - first);
    vectors.push_back({first, std::int64_t(std::bit_ceil(std::uint64_t(valid))), valid});
  }
  return vectors;
}

std::int64_t padded_columns(std::int64_t columns, std::int64_t lanes) {
  auto last = panel_vectors(columns, lanes).back();
  return last.first + last.width;
}

}  // namespace espalier::codegen
