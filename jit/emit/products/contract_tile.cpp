#include "espalier/jit/emit/products/contract_tile.h"

namespace espalier::codegen::contract {

using mlir::Value;

namespace {

using Sums = Code::Carry;  // [row][vector], row by row

Value sum_address(const Code& code, const Tile& tile, Offset row, const PanelVector& vector) {
  return code.address(tile.sums, row, vector.first);
}

Sums zeros(const Code& code, const Tile& tile) {
  Sums sums;
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (const PanelVector& vector : tile.vectors) {
      sums.push_back(code.zero(code.vector(tile.sums.type, vector.width)));
    }
  }
  return sums;
}

/// The sums in memory and these.
Sums with_stored(const Code& code, const Tile& tile, const Sums& sums) {
  Sums total;
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (const PanelVector& vector : tile.vectors) {
      Value stored = code.load(sum_address(code, tile, row, vector), tile.sums.type, vector.width);
      total.push_back(code.plus(stored, sums[total.size()]));
    }
  }
  return total;
}

void store_sums(const Code& code, const Tile& tile, const Sums& sums) {
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (size_t v = 0; v < tile.vectors.size(); ++v) {
      code.store(sums[row * tile.vectors.size() + v], sum_address(code, tile, row, tile.vectors[v]));
    }
  }
}

/// One step of k: every element of B's row meets every element of A's column.
void step(const Code& code, const Tile& tile, const Operand& a, const Operand& b, int64_t k, Sums& sums) {
  llvm::SmallVector<Value> b_values;
  for (const PanelVector& vector : tile.vectors) {
    b_values.push_back(b.vector(code, k, vector.first, vector.width, vector.valid));
  }
  for (int64_t row = 0; row < tile.rows; ++row) {
    Value scalar = a.scalar(code, row, k), repeated;
    for (size_t v = 0; v < tile.vectors.size(); ++v) {
      if (v == 0 || tile.vectors[v].width != tile.vectors[v - 1].width) {
        repeated = code.broadcast(scalar, tile.vectors[v].width);
      }
      Value& sum = sums[row * tile.vectors.size() + v];
      sum = code.multiply_add(repeated, b_values[v], sum);
    }
  }
}

Sums multiply(const Code& code, const ContractionPlan& plan, const Tile& tile, const Sums& initial) {
  int64_t unroll = plan.unroll;
  Offset whole = tile.depth.value ? tile.depth : Offset(tile.depth.offset / unroll * unroll);
  Sums sums = code.loop(0, whole, unroll, initial, [&](Offset k, const Sums& carried) {
    Operand a = tile.a.at(code, 0, k), b = tile.b.at(code, k, 0);
    Sums sums = carried;
    for (int64_t i = 0; i < unroll; ++i) step(code, tile, a, b, i, sums);
    return sums;
  });
  if (tile.depth.value) return sums;
  for (int64_t k = whole.offset; k < tile.depth.offset; ++k) {
    step(code, tile, tile.a.at(code, 0, k), tile.b.at(code, k, 0), 0, sums);
  }
  return sums;
}

/// Straight from registers: every row of the tile is in C.
void finish_registers(const Code& code, const Tile& tile, const Sums& sums, const Result& result) {
  for (int64_t row = 0; row < tile.rows; ++row) {
    for (size_t v = 0; v < tile.vectors.size(); ++v) {
      const PanelVector& vector = tile.vectors[v];
      result.finish(code, sums[row * tile.vectors.size() + v], code.add(tile.row, row),
                    code.add(tile.col, vector.first), vector.valid);
    }
  }
}

/// Through memory in L1, so that the code that follows exists once and not once per register.
void finish_memory(const Code& code, const Tile& tile, const Sums& sums, const Result& result) {
  store_sums(code, tile, sums);
  code.loop(0, tile.valid_rows, 1, [&](Offset row) {
    for (const PanelVector& vector : tile.vectors) {
      Value values = code.load(sum_address(code, tile, row, vector), tile.sums.type, vector.width);
      result.finish(code, values, code.add(tile.row, row), code.add(tile.col, vector.first), vector.valid);
    }
  });
}

void finish(const Code& code, const Tile& tile, const Sums& sums, const Result& result) {
  constexpr int64_t few = 8;
  bool registers = result.plain() || int64_t(sums.size()) <= few;
  bool complete = !tile.valid_rows.value && tile.valid_rows.offset == tile.rows;
  if (complete) {
    return registers ? finish_registers(code, tile, sums, result) : finish_memory(code, tile, sums, result);
  }
  if (!result.plain()) return finish_memory(code, tile, sums, result);
  code.when(
      code.equal(tile.valid_rows, tile.rows), [&] { finish_registers(code, tile, sums, result); },
      [&] { finish_memory(code, tile, sums, result); });
}

/// Takes the sums of a pass, or of a block that ends with it, to the level that holds it. Recursion is as deep as there are
/// levels.
void settle(const Code& code, const ContractionPlan& plan, const Tile& tile, size_t level, const Sums& sums,
            const Result& result) {
  Tile here = tile;
  here.sums.base = code.address(tile.sums.base, code.builder.getI8Type(), int64_t(level) * plan.level_bytes);
  Sums total = code.choose(
      tile.levels[level].opens, [&] { return sums; }, [&] { return with_stored(code, here, sums); });
  code.when(
      tile.levels[level].closes,
      [&] { level == 0 ? finish(code, tile, total, result) : settle(code, plan, tile, level - 1, total, result); },
      [&] { store_sums(code, here, total); });
}

}  // namespace

void emit_tile(const Code& code, const ContractionPlan& plan, const Tile& tile, const Result& result) {
  Sums sums = multiply(code, plan, tile, zeros(code, tile));
  if (tile.levels.empty()) return finish(code, tile, sums, result);
  settle(code, plan, tile, tile.levels.size() - 1, sums, result);
}

}  // namespace espalier::codegen::contract
