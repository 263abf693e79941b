#include "espalier/jit/emit/contract_plan.h"

#include <algorithm>
#include <bit>
#include <numeric>

#include "espalier/jit/emit/sum_blocks.h"

namespace espalier::codegen::contract {
namespace {

int64_t ceil_divide(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t round_up(int64_t a, int64_t to) { return ceil_divide(a, to) * to; }
int64_t byte_size(const Contraction::Element& element) {
  return std::max<int64_t>(1, element.type.getIntOrFloatBitWidth() / 8);
}

/// Time per step of k of a rows × vectors tile, in sixteenths of an issue slot, on a core with two FMA and two load
/// ports. An FMA takes four cycles, so fewer than eight sums in flight leave the ports idle. Each row is a stream of
/// scalars of its own; wide tiles read longer runs of B. Measured on Zen 4: 6 × 4 beats 9 × 3 and 14 × 2.
int64_t tile_cost(int64_t rows, int64_t vectors) {
  return 16 * std::max<int64_t>({rows * vectors, rows + vectors, 8}) + 8 + 2 * rows;
}

/// How many rows that lie `stride` bytes apart L2 can hold: a power of two of a page or more leaves most sets unused.
int64_t rows_in_l2(int64_t stride, const Target& target) {
  constexpr int64_t ways = 8;
  return stride == 0 ? INT64_MAX : target.l2_bytes / std::gcd(stride, target.l2_bytes / ways);
}

struct Shape {
  int64_t rows, vectors;
};

/// The register tile with the least total cost over C, edges included.
Shape choose_tile(int64_t m, int64_t n, int64_t lanes, int64_t registers) {
  Shape best{1, 1};
  int64_t best_cost = INT64_MAX;
  int64_t all_vectors = ceil_divide(n, lanes);
  const int64_t in_flight = 8;  // sums, where there are too few rows to make as many
  const int64_t widest = std::max<int64_t>(registers == 32 ? 4 : 2, in_flight / m);
  for (int64_t vectors = 1; vectors <= std::min(all_vectors, widest); ++vectors) {
    for (int64_t rows = 1; rows <= std::min<int64_t>(m, 16); ++rows) {
      if (rows * vectors + vectors + 1 > registers) break;
      auto strip = [&](int64_t width) {
        return m / rows * tile_cost(rows, width) + (m % rows ? tile_cost(m % rows, width) : 0);
      };
      int64_t rest = all_vectors % vectors;
      int64_t cost = all_vectors / vectors * strip(vectors) + (rest ? strip(rest) : 0);
      if (cost < best_cost) best_cost = cost, best = {rows, vectors};
    }
  }
  return best;
}

}  // namespace

ContractionPlan plan_contraction(const Contraction& p, const Target& target) {
  ContractionPlan plan{};
  int64_t bytes = byte_size(p.accumulate);
  int64_t full = target.lanes(bytes);
  constexpr int64_t few_rows = 2;
  bool rounds = mlir::isa<mlir::FloatType>(p.accumulate.type);
  bool large = p.k * p.n * byte_size(p.b_type) > target.l2_bytes / 2;
  plan.form = ContractionPlan::Form::tile;
  if (p.m <= few_rows && p.b.row == 1 && p.b.col != 1 && p.k >= 2 * full) plan.form = ContractionPlan::Form::dot;
  if (p.m <= few_rows && p.b.col == 1 && large) plan.form = ContractionPlan::Form::sweep;
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
    plan.scratch_bytes = round_up(p.m * p.k * bytes, 64) + 64;
    return plan;
  }

  plan.lanes = std::min<int64_t>(full, std::bit_ceil(uint64_t(p.n)));
  if (plan.form == ContractionPlan::Form::sweep) {
    plan.rows = p.m;
    plan.panel = 32 * plan.lanes;
    plan.panels = ceil_divide(p.n, plan.panel);
    plan.sums_row = round_up(p.n, plan.lanes);
    plan.a_by_rows = true;
    plan.a_row = p.k;
    constexpr int64_t longest = 256;  // products in a row
    if (rounds) plan.blocks = sum_blocks(p.k / ContractionPlan::swept_rows, ContractionPlan::swept_rows, longest).turns;
    plan.level_bytes = round_up(p.m * plan.sums_row * bytes, 64);
    plan.sums_bytes = plan.level_bytes * (1 + int64_t(plan.blocks.size()));
    plan.scratch_bytes = plan.sums_bytes + round_up(p.m * p.k * bytes, 64) + 64;
    return plan;
  }

  Shape tile = choose_tile(p.m, p.n, plan.lanes, target.vector_registers);
  plan.rows = tile.rows;
  plan.vectors = tile.vectors;
  plan.panel = plan.vectors * plan.lanes;
  plan.panels = ceil_divide(p.n, plan.panel);

  // A pass over `depth` keeps the panel of B in L2; the running sums of a block of rows and a chunk of panels too.
  constexpr int64_t most_depth = 512, most_rows = 384, chunk_columns = 256;
  plan.depth_blocks = std::max<int64_t>(1, ceil_divide(p.k, most_depth));
  plan.depth = plan.depth_blocks == 1 ? p.k : round_up(ceil_divide(p.k, plan.depth_blocks), 4);
  if (plan.depth_blocks > 1) plan.depth_blocks = ceil_divide(p.k, plan.depth);
  int64_t sums = plan.rows * plan.vectors;
  plan.unroll = sums * p.k <= 128 ? std::max<int64_t>(p.k, 1) : (sums <= 8 ? 4 : (sums <= 16 ? 2 : 1));
  if (plan.depth_blocks > 1) plan.unroll = std::min<int64_t>(plan.unroll, p.k % 4 == 0 ? 4 : (p.k % 2 == 0 ? 2 : 1));

  int64_t a_bytes = p.m * p.k * byte_size(p.a_type), b_bytes = p.k * p.n * byte_size(p.b_type);
  bool narrow = plan.panel * byte_size(p.b_type) < 256;
  bool reused = p.m >= 4 * plan.rows;
  plan.a_by_rows = !(p.a.row == 1 && p.a.col != 1);
  plan.pack_a = p.loads_a || (!plan.a_by_rows && narrow && plan.panels >= 4 && a_bytes > target.l2_bytes / 2);
  plan.pack_b = p.loads_b || p.b.col != 1 || (reused && narrow && b_bytes > target.l2_bytes / 4) ||
                (reused && rows_in_l2(p.b.row * byte_size(p.b_type), target) <= plan.depth);
  plan.a_row = plan.depth + 64 / bytes;

  int64_t block = p.loads_b ? p.m : most_rows;
  constexpr int64_t few_tiles = 16, least_work = 1 << 20;
  if (!plan.pack_b && b_bytes <= target.l2_bytes / 2 && p.m * p.n * p.k >= least_work) {
    block = std::min(block, std::max<int64_t>(8 * plan.rows, p.m * plan.panels / few_tiles));
  }
  block = std::max(block / plan.rows, int64_t{1}) * plan.rows;
  plan.row_blocks = ceil_divide(p.m, block);
  plan.block_rows = round_up(ceil_divide(p.m, plan.row_blocks), plan.rows);
  plan.row_blocks = ceil_divide(p.m, plan.block_rows);
  auto panels_of = [&](int64_t columns) { return std::min(plan.panels, std::max<int64_t>(1, columns / plan.panel)); };
  plan.chunk_panels = plan.depth_blocks == 1 ? plan.panels : panels_of(p.loads_a ? 4 * chunk_columns : chunk_columns);
  plan.group_panels = p.b.col == 1 ? panels_of(chunk_columns) : 1;

  plan.sums_row = plan.panel;
  int64_t sums_rows = plan.depth_blocks == 1 ? plan.rows : plan.chunk_panels * plan.block_rows;
  plan.b_bytes = round_up(plan.group_panels * plan.depth * plan.panel * bytes, 64);
  if (rounds) plan.blocks = sum_blocks(plan.depth_blocks, 1).turns;
  plan.level_bytes = round_up(sums_rows * plan.sums_row * bytes, 64);
  plan.sums_bytes = plan.level_bytes * (1 + int64_t(plan.blocks.size()));
  plan.scratch_bytes = plan.b_bytes + plan.sums_bytes + round_up(plan.block_rows * plan.a_row * bytes, 64) + 64;
  return plan;
}

llvm::SmallVector<PanelVector> panel_vectors(int64_t columns, int64_t lanes) {
  llvm::SmallVector<PanelVector> vectors;
  for (int64_t first = 0; first < columns; first += lanes) {
    int64_t valid = std::min(lanes, columns - first);
    vectors.push_back({first, int64_t(std::bit_ceil(uint64_t(valid))), valid});
  }
  return vectors;
}

int64_t padded_columns(int64_t columns, int64_t lanes) {
  auto last = panel_vectors(columns, lanes).back();
  return last.first + last.width;
}

}  // namespace espalier::codegen::contract
