// Decides how a contraction is computed: pure arithmetic on the problem and the caches, no code yet.
#pragma once

#include "espalier/jit/emit/contract.h"

namespace espalier::codegen::contract {

/// The blocking of one contraction. Sizes are in elements unless they say bytes.
struct ContractionPlan {
  enum class Form {
    tile,   ///< a tile of C in registers; operands direct or packed into panels
    sweep,  ///< few rows, B contiguous along n: stream B's rows, add to a row of sums
    dot,    ///< few rows, B contiguous along k: vectors run along k, lanes are summed at the end
  };
  Form form;
  int64_t lanes;         ///< of the vectors that run along n (tile, sweep) or k (dot)
  int64_t rows;          ///< rows of a register tile
  int64_t vectors;       ///< vectors per row of a register tile
  int64_t panel;         ///< columns of a full panel: the unit of the parallel grid along n
  int64_t panels;        ///< panels along n; the last may be narrower
  int64_t block_rows;    ///< rows of A packed at a time, a multiple of `rows`
  int64_t row_blocks;    ///< blocks along m
  int64_t chunk_panels;  ///< panels that share one block of running sums
  int64_t depth;         ///< part of k per pass over a block
  int64_t depth_blocks;  ///< passes; ≥ 1
  /// Blocks of sums, outermost first (sum_blocks.h): of so many passes (tile), or steps of `swept_rows` along k (sweep).
  llvm::SmallVector<int64_t> blocks;
  static constexpr int64_t swept_rows = 8;
  int64_t unroll;        ///< of the loop over k; divides depth and k when there are several passes
  bool pack_a, pack_b;
  int64_t group_panels;  ///< panels of B packed at a time

  /// Packed A: by rows padded to `a_row`, or, when A is contiguous along m, panels of [k][rows].
  bool a_by_rows;
  int64_t a_row;
  int64_t b_bytes, sums_bytes, scratch_bytes;  ///< scratch holds B's panel, the sums, then A's block
  int64_t level_bytes;                         ///< of the sums, which there are of the whole and of each level of blocks
  int64_t sums_row;                            ///< distance between rows of running sums (a tile's are together)

  int64_t tiles(const Contraction& problem) const { return problem.batch * row_blocks * panels; }
};

ContractionPlan plan_contraction(const Contraction&, const Target&);

/// The vectors that cover a panel of so many columns: full ones, then one for the rest, a power of two wide.
struct PanelVector {
  int64_t first, width, valid;
};
llvm::SmallVector<PanelVector> panel_vectors(int64_t columns, int64_t lanes);

/// Columns of storage that those vectors take.
int64_t padded_columns(int64_t columns, int64_t lanes);

}  // namespace espalier::codegen::contract
