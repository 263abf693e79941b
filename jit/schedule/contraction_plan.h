#pragma once
// How a product is computed on a processor: its form and its blocking for registers and caches. Pure arithmetic.
#include <cstdint>
#include <string>
#include <vector>

#include "espalier/jit/schedule/contraction.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// The blocking of one contraction. Sizes are in elements unless they say bytes.
struct ContractionPlan {
  enum class Form : std::uint8_t {
    tile,   ///< a tile of C in registers; operands direct or packed into panels
    sweep,  ///< few rows, B contiguous along n: stream B's rows, add to a row of sums
    dot,    ///< few rows, B contiguous along k: vectors run along k, lanes are summed at the end
  };
  Form form = Form::tile;
  std::int64_t lanes = 1;         ///< of the vectors that run along n (tile, sweep) or k (dot)
  std::int64_t rows = 1;          ///< rows of a register tile
  std::int64_t vectors = 0;       ///< vectors per row of a register tile
  std::int64_t panel = 1;         ///< columns of a full panel: the unit of the parallel grid along n
  std::int64_t panels = 1;        ///< panels along n; the last may be narrower
  std::int64_t block_rows = 0;    ///< rows of A packed at a time, a multiple of `rows`
  std::int64_t row_blocks = 1;    ///< blocks along m
  std::int64_t chunk_panels = 0;  ///< panels that share one block of running sums
  std::int64_t depth = 0;         ///< part of k per pass over a block
  std::int64_t depth_blocks = 1;  ///< passes; ≥ 1
  /// Blocks of sums, outermost first (sum_blocks.h): of so many passes (tile), or steps of `swept_rows` along k (sweep).
  std::vector<std::int64_t> blocks{};
  static constexpr std::int64_t swept_rows = 8;
  /// How dots along k are added up (dot): each product has so many running sums, of neighbouring vectors; long ones are cut into
  /// blocks of so many steps of them all (sum_blocks.h).
  struct DotSums {
    std::int64_t each = 1;
    std::vector<std::int64_t> blocks{};
  };
  DotSums panel_sums{};   ///< of a full panel
  DotSums column_sums{};  ///< of a single column, of those that are left over
  std::int64_t unroll = 1;        ///< of the loop over k; divides depth and k when there are several passes
  bool pack_a = false, pack_b = false;
  std::int64_t group_panels = 0;  ///< panels of B packed at a time

  /// Packed A: by rows padded to `a_row`, or, when A is contiguous along m, panels of [k][rows].
  bool a_by_rows = false;
  std::int64_t a_row = 0;
  std::int64_t b_bytes = 0, sums_bytes = 0, scratch_bytes = 0;  ///< scratch holds B's panel, the sums, then A's block
  std::int64_t level_bytes = 0;                                 ///< of the sums, which there are of the whole and of each level of blocks
  std::int64_t sums_row = 0;                                    ///< distance between rows of running sums (a tile's are together)

  /// Independent parts that the work may be split into; their costs are about equal.
  std::int64_t tiles(const Contraction& problem) const { return problem.batch * row_blocks * panels; }
};
ContractionPlan plan_contraction(const Contraction& product, const Target& target);

/// What is wrong with a plan, or "": panels, blocks of rows and passes cover the product once, and the scratch holds what it is to hold.
std::string verify(const Contraction& product, const ContractionPlan& plan);

/// The vectors that cover a panel of so many columns: full ones, then one for the rest, a power of two wide.
struct PanelVector {
  std::int64_t first, width, valid;
};
std::vector<PanelVector> panel_vectors(std::int64_t columns, std::int64_t lanes);

/// Columns of storage that those vectors take.
std::int64_t padded_columns(std::int64_t columns, std::int64_t lanes);

}  // namespace espalier::codegen
