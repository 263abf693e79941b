#include "espalier/jit/emit/products/contract.h"

#include "espalier/jit/emit/products/contract_pack.h"
#include "espalier/jit/emit/products/contract_stream.h"
#include "espalier/jit/emit/products/contract_tile.h"
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen {

using mlir::Value;
using namespace contract;

namespace {

/// The part of the grid in one block of rows.
struct Block {
  Operand a, b;
  Result result;
  Offset index;       ///< of the block along m
  Offset row, rows;   ///< in C
  Offset first, end;  ///< panels
  Value b_panel, sums, a_block;
};

/// The columns of one panel against all rows of a block, in one pass over k.
struct DepthPass {
  Operand a, b;  ///< at the block's first row and the pass's first k; a is packed if the plan says so
  Offset depth;
  llvm::SmallVector<SumLevel> levels;  ///< none when this is the only pass
  Offset first_panel;                   ///< of the chunk that shares the running sums
};

/// Where a pass stands in the whole and in the blocks of passes.
llvm::SmallVector<SumLevel> levels_of(const Code& code, const ContractionPlan& plan, Offset pass) {
  llvm::SmallVector<SumLevel> levels;
  Value last = code.equal(pass, plan.depth_blocks - 1);
  for (size_t level = 0; level <= plan.blocks.size(); ++level) {
    int64_t unit = level == plan.blocks.size() ? 1 : plan.blocks[level];
    if (level == 0) {
      levels.push_back({code.less(pass, unit), last});
      continue;
    }
    int64_t span = plan.blocks[level - 1];
    Offset inside = code.subtract(pass, code.multiply(code.divide(pass, span), span));
    Value full = code.equal(inside, span - 1);
    levels.push_back({code.less(inside, unit), mlir::arith::OrIOp::create(code.builder, code.loc, full, last)});
  }
  return levels;
}

void emit_panel(const Code& code, const Contraction& p, const ContractionPlan& plan, const Block& block,
                const DepthPass& pass, Offset panel, int64_t columns, const Operand& b) {
  auto vectors = panel_vectors(columns, plan.lanes);
  Offset col = code.multiply(panel, plan.panel);

  auto tile = [&](Offset row, int64_t rows, Offset valid) {
    Tile tile{.rows = rows,
              .vectors = vectors,
              .a = {},
              .b = b,
              .depth = pass.depth,
              .valid_rows = valid,
              .row = code.add(block.row, row),
              .col = col,
              .sums = {},
              .levels = pass.levels};
    tile.a = plan.pack_a ? tile_of_packed_a(code, plan, pass.a, row) : pass.a.at(code, row, 0);
    tile.sums = {.base = block.sums, .type = pass.a.accumulate, .row = plan.sums_row, .col = 1};
    if (!pass.levels.empty()) {
      Offset rows_before = code.multiply(code.subtract(panel, pass.first_panel), plan.block_rows);
      tile.sums.base = code.address(tile.sums, code.add(rows_before, row), 0);
    }
    emit_tile(code, plan, tile, block.result);
  };

  bool even = p.m % plan.rows == 0;
  if (even || !plan.pack_a) {
    Offset whole = even ? block.rows : code.multiply(code.divide(block.rows, plan.rows), plan.rows);
    code.loop(0, whole, plan.rows, [&](Offset row) { tile(row, plan.rows, plan.rows); });
    if (even) return;
    auto rest = [&] { tile(whole, p.m % plan.rows, p.m % plan.rows); };
    if (plan.row_blocks == 1) return rest();
    return code.when(code.equal(block.index, plan.row_blocks - 1), rest);
  }
  code.loop(0, block.rows, plan.rows, [&](Offset row) {
    tile(row, plan.rows, code.value(code.minimum(code.subtract(block.rows, row), plan.rows)));
  });
}

/// Complete panels [first, end).
void emit_panels(const Code& code, const Contraction& p, const ContractionPlan& plan, const Block& block,
                 const DepthPass& pass, Offset first, Offset end) {
  if (!plan.pack_b) {
    return code.loop(first, end, 1, [&](Offset panel) {
      Operand b = pass.b.at(code, 0, code.multiply(panel, plan.panel));
      emit_panel(code, p, plan, block, pass, panel, plan.panel, b);
    });
  }
  code.loop(first, end, plan.group_panels, [&](Offset group) {
    Operand b = pass.b.at(code, 0, code.multiply(group, plan.panel));
    Offset group_end =
        plan.group_panels == 1 ? code.add(group, 1) : code.minimum(end, code.add(group, plan.group_panels));
    Operand packed = pack_b(code, plan, b, block.b_panel, plan.panel, code.subtract(group_end, group), pass.depth);
    auto one = [&](Offset panel) {
      Operand b = packed.at(code, code.multiply(code.subtract(panel, group), plan.depth), 0);
      emit_panel(code, p, plan, block, pass, panel, plan.panel, b);
    };
    plan.group_panels == 1 ? one(group) : code.loop(group, group_end, 1, one);
  });
}

void emit_block(const Code& code, const Contraction& p, const ContractionPlan& plan, const Block& block) {
  int64_t rest = p.n % plan.panel, whole_panels = p.n / plan.panel;
  auto chunk = [&](Offset first, Offset end) {
    code.loop(0, plan.depth_blocks, 1, [&](Offset pass_index) {
      Offset k = code.multiply(pass_index, plan.depth);
      DepthPass pass{.a = block.a.at(code, block.row, k),
                     .b = block.b.at(code, k, 0),
                     .depth = p.k,
                     .levels = {},
                     .first_panel = first};
      if (plan.depth_blocks > 1) {
        pass.depth = p.k % plan.depth == 0 ? Offset(plan.depth) : code.minimum(code.subtract(p.k, k), plan.depth);
        pass.levels = levels_of(code, plan, pass_index);
      }
      if (plan.pack_a) pass.a = pack_a(code, plan, pass.a, block.a_block, block.rows, pass.depth);
      if (whole_panels) emit_panels(code, p, plan, block, pass, first, rest ? code.minimum(end, whole_panels) : end);
      if (!rest) return;
      auto narrow = [&] {
        Operand b = pass.b.at(code, 0, whole_panels * plan.panel);
        if (plan.pack_b) b = pack_b(code, plan, b, block.b_panel, rest, 1, pass.depth);
        emit_panel(code, p, plan, block, pass, whole_panels, rest, b);
      };
      plan.panels == 1 ? narrow() : code.when(code.equal(end, plan.panels), narrow);
    });
  };
  if (plan.chunk_panels == plan.panels) return chunk(block.first, block.end);
  code.loop(block.first, block.end, plan.chunk_panels,
            [&](Offset first) { chunk(first, code.minimum(code.add(first, plan.chunk_panels), block.end)); });
}

Matrix matrix(const Code& code, const Contraction::Strides& strides, const std::optional<Contraction::Windows>& windows, DType dtype, Value base, Offset batch) {
  auto* context = code.builder.getContext();
  const mlir::Type type = dtype == f16 ? mlir::Float16Type::get(context) : (dtype == bf16 ? mlir::BFloat16Type::get(context) : memory_type(context, dtype));
  return {.base = code.address(base, type, windows ? place_of(code, batch, windows->batch) : code.multiply(batch, strides.batch)),
          .type = type,
          .is_unsigned = ir::is_unsigned(dtype) || ir::is_bool(dtype),
          .row = strides.row,
          .col = strides.col};
}

Operand operand(const Code& code, const Contraction::Strides& strides, const std::optional<Contraction::Windows>& windows, DType dtype, Value base, Offset batch, mlir::Type sum) {
  Operand operand{.memory = matrix(code, strides, windows, dtype, base, batch), .accumulate = sum};
  if (windows) operand.rows = &windows->row, operand.cols = &windows->col;
  return operand;
}

}  // namespace

void emit_contraction(mlir::OpBuilder& builder, mlir::Location loc, const Contraction& p, const ContractionPlan& plan,
                      const ContractionOperands& operands) {
  const Code code(builder, loc);
  const mlir::Type sum = memory_type(builder.getContext(), p.sum_type);
  int64_t panels = plan.panels;
  auto byte = code.builder.getI8Type();
  bool one_block = p.batch * plan.row_blocks == 1;
  Offset lo = one_block && panels == 1 ? Offset(0) : operands.lo, hi = one_block && panels == 1 ? Offset(1) : operands.hi;
  Offset first_block = one_block ? Offset(0) : code.divide(lo, panels);
  Offset end_block = one_block ? Offset(1) : code.divide(code.add(hi, panels - 1), panels);
  code.loop(first_block, end_block, 1, [&](Offset block_index) {
    Offset batch = p.batch == 1 ? 0 : code.divide(block_index, plan.row_blocks);
    Block block{
        .a = operand(code, p.a, p.a_windows, p.a_type, operands.a, batch, sum),
        .b = operand(code, p.b, p.b_windows, p.b_type, operands.b, batch, sum),
        .result = {.memory = {}, .epilogue = operands.epilogue ? &operands.epilogue : nullptr, .batch = batch},
        .index = plan.row_blocks == 1 ? Offset(0) : code.subtract(block_index, code.multiply(batch, plan.row_blocks)),
        .row = 0,
        .rows = p.m,
        .first = 0,
        .end = panels,
        .b_panel = operands.scratch,
        .sums = code.address(operands.scratch, byte, plan.b_bytes),
        .a_block = code.address(operands.scratch, byte, plan.b_bytes + plan.sums_bytes)};
    if (!operands.epilogue) block.result.memory = matrix(code, p.c, {}, p.sum_type, operands.c, batch);
    if (one_block) {
      block.first = lo, block.end = hi;
    } else if (panels > 1) {
      Offset start = code.multiply(block_index, panels);
      block.first = code.maximum(code.subtract(lo, start), 0);
      block.end = code.minimum(code.subtract(hi, start), panels);
    }
    if (plan.row_blocks > 1) {
      block.row = code.multiply(block.index, plan.block_rows);
      block.rows = code.minimum(code.subtract(p.m, block.row), plan.block_rows);
    }
    Stream stream{block.a, block.b, block.first, block.end, operands.scratch};
    switch (plan.form) {
      case ContractionPlan::Form::tile: return emit_block(code, p, plan, block);
      case ContractionPlan::Form::sweep: return emit_sweep(code, p, plan, stream, block.result);
      case ContractionPlan::Form::dot: return emit_dot(code, p, plan, stream, block.result);
    }
  });
}

}  // namespace espalier::codegen
