#include "espalier/jit/emit/contract_plan.h"

#include <algorithm>
#include <bit>

namespace espalier::jit {
namespace {

int64_t ceil_divide(int64_t a, int64_t b) { return (a + b - 1) / b; }
int64_t round_up(int64_t a, int64_t to) { return ceil_divide(a, to) * to; }
int64_t byte_size(const Contraction::Element& element) {
  return std::max<int64_t>(1, element.type.getIntOrFloatBitWidth() / 8);
}

/// Issue slots per step of k of a rows × vectors tile on a core with two FMA and two load ports; each FMA has a latency
/// of four cycles, so fewer than eight sums in flight leave the ports idle.
int64_t tile_cost(int64_t rows, int64_t vectors) { return std::max<int64_t>({rows * vectors, rows + vectors, 8}) + 1; }

struct Shape {
  int64_t rows, vectors;
};

/// The register tile with the least total cost over C, edges included.
Shape choose_tile(int64_t m, int64_t n, int64_t lanes, int64_t registers) {
  Shape best{1, 1};
  int64_t best_cost = INT64_MAX;
  int64_t all_vectors = ceil_divide(n, lanes);
  for (int64_t vectors = 1; vectors <= std::min<int64_t>(all_vectors, 6); ++vectors) {
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
    plan.sums_bytes = round_up(p.m * plan.sums_row * bytes, 64);
    plan.scratch_bytes = plan.sums_bytes + round_up(p.m * p.k * bytes, 64) + 64;
    return plan;
  }

  Shape tile = choose_tile(p.m, p.n, plan.lanes, target.vector_registers);
  plan.rows = tile.rows;
  plan.vectors = tile.vectors;
  plan.panel = plan.vectors * plan.lanes;
  plan.panels = ceil_divide(p.n, plan.panel);

  constexpr int64_t depth = 256;  // a panel of B and a few rows of A of this depth stay in L1 and L2
  plan.depth_blocks = std::max<int64_t>(1, ceil_divide(p.k, depth));
  plan.depth = plan.depth_blocks == 1 ? p.k : round_up(ceil_divide(p.k, plan.depth_blocks), 4);
  if (plan.depth_blocks > 1) plan.depth_blocks = ceil_divide(p.k, plan.depth);
  int64_t sums = plan.rows * plan.vectors;
  plan.unroll = sums * p.k <= 128 ? std::max<int64_t>(p.k, 1) : sums <= 8 ? 4 : sums <= 16 ? 2 : 1;
  if (plan.depth_blocks > 1) plan.unroll = std::min<int64_t>(plan.unroll, p.k % 4 == 0 ? 4 : p.k % 2 == 0 ? 2 : 1);

  int64_t block = std::max<int64_t>(1, target.l2_bytes / 2 / (std::max<int64_t>(plan.depth, 1) * bytes) / plan.rows);
  plan.row_blocks = ceil_divide(p.m, block * plan.rows);
  plan.block_rows = round_up(ceil_divide(p.m, plan.row_blocks), plan.rows);
  plan.row_blocks = ceil_divide(p.m, plan.block_rows);

  plan.chunk_panels =
      plan.depth_blocks == 1 ? plan.panels : std::min<int64_t>(plan.panels, std::max<int64_t>(1, 1024 / plan.panel));

  int64_t row_tiles = ceil_divide(p.m, plan.rows);
  plan.pack_b = p.b.col != 1 || (row_tiles >= 4 && p.k * p.n * byte_size(p.b_type) > target.l1_bytes);
  plan.pack_a = plan.panels >= 4 && p.m * p.k * byte_size(p.a_type) > target.l2_bytes / 2;
  plan.prefetch = p.m * p.n * byte_size(p.c_type) > target.l2_bytes / 2;
  plan.a_by_rows = !(p.a.row == 1 && p.a.col != 1);
  plan.a_row = plan.depth + 64 / bytes;

  plan.sums_row = plan.panel;
  int64_t sums_rows = plan.depth_blocks == 1 ? plan.rows : plan.chunk_panels * plan.block_rows;
  plan.group_panels = p.b.col == 1 ? std::min(plan.panels, std::max<int64_t>(1, 256 / plan.panel)) : 1;
  plan.b_bytes = round_up(plan.group_panels * plan.depth * plan.panel * bytes, 64);
  plan.sums_bytes = round_up(sums_rows * plan.sums_row * bytes, 64);
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

}  // namespace espalier::jit
