#include "espalier/jit/emit/contract_pack.h"

namespace espalier::jit {

using mlir::Value;

namespace {

using Vectors = llvm::SmallVector<Value>;

/// Transposes a square of vectors by log2(width) rounds of perfect shuffles of rows i and i + width / 2.
Vectors transpose(const Code& code, Vectors rows) {
  int64_t width = rows.size();
  llvm::SmallVector<int64_t> low(width), high(width);
  for (int64_t lane = 0; lane < width; ++lane) {
    low[lane] = lane / 2 + (lane % 2) * width;
    high[lane] = low[lane] + width / 2;
  }
  for (int64_t round = 1; round < width; round *= 2) {
    Vectors next(width);
    for (int64_t i = 0; i < width / 2; ++i) {
      next[2 * i] = code.shuffle(rows[i], rows[i + width / 2], low);
      next[2 * i + 1] = code.shuffle(rows[i], rows[i + width / 2], high);
    }
    rows = std::move(next);
  }
  return rows;
}

Operand packed(const Code& code, const Operand& from, Value to, int64_t row, int64_t col) {
  return {.memory = {.base = to, .type = from.accumulate, .row = row, .col = col}, .accumulate = from.accumulate};
}

void store_scalar(const Code& code, const Operand& from, Index row, Index col, const Operand& to, Index to_row,
                  Index to_col) {
  mlir::LLVM::StoreOp::create(code.builder, code.loc, from.scalar(code, row, col),
                              code.address(to.memory, to_row, to_col));
}

/// B is contiguous along k: squares of lanes × lanes are transposed in registers.
void pack_transposed(const Code& code, const Operand& b, const Operand& to, llvm::ArrayRef<PanelVector> vectors,
                     Index depth) {
  for (const PanelVector& vector : vectors) {
    int64_t width = vector.width;
    Index squares = code.multiply(code.divide(depth, width), width);
    code.loop(0, squares, width, [&](Index k) {
      Vectors rows;
      for (int64_t lane = 0; lane < width; ++lane) {
        Index column = vector.first + std::min(lane, vector.valid - 1);
        rows.push_back(b.vector(code, k, column, width, width));
      }
      rows = transpose(code, std::move(rows));
      for (int64_t i = 0; i < width; ++i) {
        code.store(rows[i], code.address(to.memory, code.add(k, i), vector.first));
      }
    });
    code.loop(squares, depth, 1, [&](Index k) {
      code.loop(0, width, 1, [&](Index lane) {
        Index column = code.add(code.minimum(lane, vector.valid - 1), vector.first);
        store_scalar(code, b, k, column, to, k, code.add(lane, vector.first));
      });
    });
  }
}

}  // namespace

Operand pack_a(const Code& code, const ContractionPlan& plan, const Operand& a, Value to, Index rows, Index depth) {
  if (plan.a_by_rows) {
    Operand panel = packed(code, a, to, plan.a_row, 1);
    int64_t width = a.along_columns() ? code.vector(a.accumulate, plan.lanes).getDimSize(0) : 1;
    Index padded = code.multiply(code.divide(code.add(rows, plan.rows - 1), plan.rows), plan.rows);
    code.loop(0, padded, 1, [&](Index row) {
      Index source = code.minimum(row, code.subtract(rows, 1));
      Operand from = a.at(code, source, 0), into = panel.at(code, row, 0);
      Index whole = code.multiply(code.divide(depth, width), width);
      code.loop(0, whole, width,
                [&](Index k) { code.store(from.vector(code, 0, k, width, width), code.address(into.memory, 0, k)); });
      if (width > 1) code.loop(whole, depth, 1, [&](Index k) { store_scalar(code, from, 0, k, into, 0, k); });
    });
    return panel;
  }
  // Contiguous along m: panels of [k][rows]. The incomplete panel repeats the last row of the block.
  Operand panel = packed(code, a, to, plan.a_row, plan.rows);
  Index complete = code.multiply(code.divide(rows, plan.rows), plan.rows);
  code.loop(0, complete, plan.rows, [&](Index row) {
    Operand from = a.at(code, row, 0), into = tile_of_packed_a(code, plan, panel, row);
    code.loop(0, depth, 1, [&](Index k) {
      for (Piece part : pieces(plan.rows, plan.lanes)) {
        code.store(from.vector(code, part.first, k, part.width, part.width), code.address(into.memory, part.first, k));
      }
    });
  });
  code.when(code.less(complete, rows), [&] {
    Operand from = a.at(code, complete, 0), into = tile_of_packed_a(code, plan, panel, complete);
    Index last = code.subtract(code.subtract(rows, complete), 1);
    code.loop(0, depth, 1, [&](Index k) {
      code.loop(0, plan.rows, 1,
                [&](Index row) { store_scalar(code, from, code.minimum(row, last), k, into, row, k); });
    });
  });
  return panel;
}

Operand tile_of_packed_a(const Code& code, const ContractionPlan& plan, const Operand& packed, Index row) {
  Operand tile = packed.at(code, row, 0);
  if (!plan.a_by_rows) tile.memory.row = 1;
  return tile;
}

Operand pack_b(const Code& code, const ContractionPlan& plan, const Operand& b, Value to, int64_t columns, Index panels,
               Index depth) {
  auto vectors = panel_vectors(columns, plan.lanes);
  int64_t padded = padded_columns(columns, plan.lanes);
  Operand packed_b = packed(code, b, to, padded, 1);
  if (b.along_columns()) {
    // Row by row through all panels: long runs of memory.
    code.loop(0, depth, 1, [&](Index k) {
      Operand from = b.at(code, k, 0), into = packed_b.at(code, k, 0);
      code.loop(0, panels, 1, [&](Index panel) {
        for (const PanelVector& vector : vectors) {
          Index col = code.add(code.multiply(panel, columns), vector.first);
          Value values = from.vector(code, 0, col, vector.width, vector.valid);
          code.store(values, code.address(into.memory, code.multiply(panel, plan.depth), vector.first));
        }
      });
    });
    return packed_b;
  }
  code.loop(0, panels, 1, [&](Index panel) {
    Operand from = b.at(code, 0, code.multiply(panel, columns));
    Operand into = packed_b.at(code, code.multiply(panel, plan.depth), 0);
    if (b.memory.row == 1) return pack_transposed(code, from, into, vectors, depth);
    code.loop(0, depth, 1, [&](Index k) {
      code.loop(0, padded, 1,
                [&](Index lane) { store_scalar(code, from, k, code.minimum(lane, columns - 1), into, k, lane); });
    });
  });
  return packed_b;
}

}  // namespace espalier::jit
