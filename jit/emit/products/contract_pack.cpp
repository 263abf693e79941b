#include "espalier/jit/emit/products/contract_pack.h"

namespace espalier::codegen::contract {

using mlir::Value;

namespace {

using Vectors = llvm::SmallVector<Value>;

/// Lanes of one 128-bit part of a register: shuffles that stay inside such parts are the cheap ones.
int64_t part_lanes(mlir::Type element, int64_t width) {
  return std::min<int64_t>(width, std::max<int64_t>(1, 128 / element.getIntOrFloatBitWidth()));
}

/// `rows` are as many vectors as a part has lanes; transposes each part: lane i of part p in row r goes to lane r of
/// part p in row i. Rounds of unpack-low, unpack-high on rows i and i + half.
Vectors transpose_parts(const Code& code, Vectors rows, int64_t width) {
  int64_t part = rows.size(), half = part / 2;
  llvm::SmallVector<int64_t> low(width), high(width);
  for (int64_t lane = 0; lane < width; ++lane) {
    int64_t inside = lane % part;
    low[lane] = lane - inside + inside / 2 + (inside % 2) * width;
    high[lane] = low[lane] + half;
  }
  for (int64_t round = 1; round < part; round *= 2) {
    Vectors next(part);
    for (int64_t i = 0; i < half; ++i) {
      next[2 * i] = code.shuffle(rows[i], rows[i + half], low);
      next[2 * i + 1] = code.shuffle(rows[i], rows[i + half], high);
    }
    rows = std::move(next);
  }
  return rows;
}

Value concatenate(const Code& code, Vectors parts) {
  while (parts.size() > 1) {
    int64_t width = mlir::cast<mlir::VectorType>(parts[0].getType()).getDimSize(0);
    llvm::SmallVector<int64_t> lanes(2 * width);
    for (int64_t lane = 0; lane < 2 * width; ++lane) lanes[lane] = lane;
    Vectors next;
    for (size_t i = 0; i < parts.size(); i += 2) next.push_back(code.shuffle(parts[i], parts[i + 1], lanes));
    parts = std::move(next);
  }
  return parts[0];
}

Operand packed(const Code& code, const Operand& from, Value to, int64_t row, int64_t col) {
  return {.memory = {.base = to, .type = from.accumulate, .row = row, .col = col}, .accumulate = from.accumulate};
}

void store_scalar(const Code& code, const Operand& from, Offset row, Offset col, const Operand& to, Offset to_row,
                  Offset to_col) {
  mlir::LLVM::StoreOp::create(code.builder, code.loc, from.scalar(code, row, col),
                              code.address(to.memory, to_row, to_col));
}

/// B is contiguous along k. A few steps of k at a time: row r of a square holds, for each 128-bit part p, the next
/// elements of column p * part + r; transposed in its parts, it is a row of the panel.
void pack_transposed(const Code& code, const Operand& b, const Operand& to, const PanelVector& vector, Offset depth) {
  int64_t width = vector.width, part = part_lanes(b.accumulate, width);
  Offset squares = code.multiply(code.divide(depth, part), part);
  code.loop(0, squares, part, [&](Offset k) {
    Operand from = b.at(code, k, 0);
    Vectors rows;
    for (int64_t r = 0; r < part; ++r) {
      Vectors parts;
      for (int64_t first = 0; first < width; first += part) {
        Offset column = vector.first + std::min(first + r, vector.valid - 1);
        parts.push_back(from.vector(code, 0, column, part, part));
      }
      rows.push_back(concatenate(code, std::move(parts)));
    }
    rows = transpose_parts(code, std::move(rows), width);
    for (int64_t i = 0; i < part; ++i) code.store(rows[i], code.address(to.memory, code.add(k, i), vector.first));
  });
  code.loop(squares, depth, 1, [&](Offset k) {
    code.loop(0, width, 1, [&](Offset lane) {
      Offset column = code.add(code.minimum(lane, vector.valid - 1), vector.first);
      store_scalar(code, b, k, column, to, k, code.add(lane, vector.first));
    });
  });
}

/// Elements that lie `from.memory.col` apart, one behind the other. What follows them in the panel may be overwritten, up to a vector.
void pack_run(const Code& code, const Operand& from, const Operand& to, int64_t count, int64_t lanes) {
  if (from.memory.col != 1) return code.loop(0, count, 1, [&](Offset k) { store_scalar(code, from, 0, k, to, 0, k); });
  int64_t whole = count / lanes * lanes;
  code.loop(0, whole, lanes, [&](Offset k) { code.store(from.vector(code, 0, k, lanes, lanes), code.address(to.memory, 0, k)); });
  if (count == whole) return;
  const PanelVector rest = panel_vectors(count - whole, lanes).front();
  code.store(from.vector(code, 0, whole, rest.width, rest.valid), code.address(to.memory, 0, whole));
}

/// One row of windows, run by run: a pass holds whole runs, or a part of one.
void pack_row_of_windows(const Code& code, const ContractionPlan& plan, const Operand& row, const Operand& to, Offset depth) {
  const int64_t run = row.cols->empty() ? 1 : row.cols->back().extent, lanes = code.vector(row.accumulate, plan.lanes).getDimSize(0);
  if (run > plan.depth) return pack_run(code, row.first_col(code), to, plan.depth, lanes);
  code.loop(0, code.divide(depth, run), 1, [&](Offset i) {
    const Offset k = code.multiply(i, run);
    pack_run(code, row.at(code, 0, k).first_col(code), to.at(code, 0, k), run, lanes);
  });
}

}  // namespace

Operand pack_a(const Code& code, const ContractionPlan& plan, const Operand& a, Value to, Offset rows, Offset depth) {
  if (plan.a_by_rows) {
    Operand panel = packed(code, a, to, plan.a_row, 1);
    int64_t width = a.along_columns() ? code.vector(a.accumulate, plan.lanes).getDimSize(0) : 1;
    Offset padded = code.multiply(code.divide(code.add(rows, plan.rows - 1), plan.rows), plan.rows);
    code.loop(0, padded, 1, [&](Offset row) {
      Offset source = code.minimum(row, code.subtract(rows, 1));
      Operand from = a.at(code, source, 0).first_row(code), into = panel.at(code, row, 0);
      if (from.cols) return pack_row_of_windows(code, plan, from, into, depth);
      Offset whole = code.multiply(code.divide(depth, width), width);
      code.loop(0, whole, width,
                [&](Offset k) { code.store(from.vector(code, 0, k, width, width), code.address(into.memory, 0, k)); });
      if (width > 1) code.loop(whole, depth, 1, [&](Offset k) { store_scalar(code, from, 0, k, into, 0, k); });
    });
    return panel;
  }
  // Contiguous along m: panels of [k][rows]. The incomplete panel repeats the last row of the block.
  Operand panel = packed(code, a, to, plan.a_row, plan.rows);
  Offset complete = code.multiply(code.divide(rows, plan.rows), plan.rows);
  code.loop(0, complete, plan.rows, [&](Offset row) {
    Operand from = a.at(code, row, 0), into = tile_of_packed_a(code, plan, panel, row);
    code.loop(0, depth, 1, [&](Offset k) {
      for (Piece part : pieces(plan.rows, plan.lanes)) {
        code.store(from.vector(code, part.first, k, part.width, part.width), code.address(into.memory, part.first, k));
      }
    });
  });
  code.when(code.less(complete, rows), [&] {
    Operand from = a.at(code, complete, 0), into = tile_of_packed_a(code, plan, panel, complete);
    Offset last = code.subtract(code.subtract(rows, complete), 1);
    code.loop(0, depth, 1, [&](Offset k) {
      code.loop(0, plan.rows, 1,
                [&](Offset row) { store_scalar(code, from, code.minimum(row, last), k, into, row, k); });
    });
  });
  return panel;
}

Operand tile_of_packed_a(const Code& code, const ContractionPlan& plan, const Operand& packed, Offset row) {
  Operand tile = packed.at(code, row, 0);
  if (!plan.a_by_rows) tile.memory.row = 1;
  return tile;
}

Operand pack_b(const Code& code, const ContractionPlan& plan, const Operand& b, Value to, int64_t columns, Offset panels,
               Offset depth) {
  auto vectors = panel_vectors(columns, plan.lanes);
  int64_t padded = padded_columns(columns, plan.lanes);
  Operand packed_b = packed(code, b, to, padded, 1);
  if (b.along_columns()) {
    // Row by row through all panels: long runs of memory.
    code.loop(0, depth, 1, [&](Offset k) {
      Operand from = b.at(code, k, 0).first_row(code), into = packed_b.at(code, k, 0);
      code.loop(0, panels, 1, [&](Offset panel) {
        for (const PanelVector& vector : vectors) {
          Offset col = code.add(code.multiply(panel, columns), vector.first);
          Value values = from.vector(code, 0, col, vector.width, vector.valid);
          code.store(values, code.address(into.memory, code.multiply(panel, plan.depth), vector.first));
        }
      });
    });
    return packed_b;
  }
  code.loop(0, panels, 1, [&](Offset panel) {
    Operand from = b.at(code, 0, code.multiply(panel, columns));
    Operand into = packed_b.at(code, code.multiply(panel, plan.depth), 0);
    if (b.memory.row == 1) {
      // Full vectors are alike: one piece of code in a loop.
      int64_t full = columns / plan.lanes;
      code.loop(0, full * plan.lanes, plan.lanes, [&](Offset col) {
        PanelVector vector{0, plan.lanes, plan.lanes};
        pack_transposed(code, from.at(code, 0, col), into.at(code, 0, col), vector, depth);
      });
      if (columns % plan.lanes) pack_transposed(code, from, into, vectors.back(), depth);
      return;
    }
    code.loop(0, depth, 1, [&](Offset k) {
      code.loop(0, padded, 1,
                [&](Offset lane) { store_scalar(code, from, k, code.minimum(lane, columns - 1), into, k, lane); });
    });
  });
  return packed_b;
}

}  // namespace espalier::codegen::contract
