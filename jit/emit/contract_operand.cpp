#include "espalier/jit/emit/contract_operand.h"

namespace espalier::codegen::contract {

using mlir::Value;

namespace {

/// Joins vectors of falling width into one of `width` lanes; lanes beyond them are zero.
Value join(const Code& code, mlir::Type element, llvm::ArrayRef<Piece> parts, llvm::ArrayRef<Value> values,
           int64_t width) {
  Value joined = code.zero(code.vector(element, width));
  for (auto [part, value] : llvm::zip(parts, values)) {
    llvm::SmallVector<int64_t> widen(width, 0), merge(width);
    for (int64_t lane = 0; lane < width; ++lane) {
      bool inside = lane >= part.first && lane < part.first + part.width;
      if (inside) widen[lane] = lane - part.first;
      merge[lane] = inside ? width + lane : lane;
    }
    joined = code.shuffle(joined, code.shuffle(value, value, widen), merge);
  }
  return joined;
}

}  // namespace

Value Operand::vector(const Code& code, Index r, Index c, int64_t width, int64_t valid) const {
  r = code.add(row, r), c = code.add(col, c);
  if (!loader) {
    Value values = code.load_masked(code.address(memory, r, c), memory.type, width, valid);
    return code.convert(values, accumulate, memory.is_unsigned);
  }
  llvm::SmallVector<Value> values;
  auto parts = pieces(valid, width);
  for (Piece part : parts) {
    Index along_row = along_columns() ? r : code.add(r, part.first);
    Index along_col = along_columns() ? code.add(c, part.first) : c;
    values.push_back(
        (*loader)(code.builder, code.loc, code.value(batch), code.value(along_row), code.value(along_col), part.width));
  }
  return valid == width ? values[0] : join(code, accumulate, parts, values, width);
}

Value Operand::scalar(const Code& code, Index r, Index c) const {
  if (loader) return code.extract(vector(code, r, c, 1, 1), 0);
  Value element = code.load_scalar(code.address(memory, code.add(row, r), code.add(col, c)), memory.type);
  return code.convert(element, accumulate, memory.is_unsigned);
}

Operand Operand::at(const Code& code, Index r, Index c) const {
  Operand moved = *this;
  if (loader) {
    moved.row = code.add(row, r), moved.col = code.add(col, c);
  } else {
    moved.memory.base = code.address(memory, r, c);
  }
  return moved;
}

void Result::finish(const Code& code, Value values, Index row, Index col, int64_t valid) const {
  int64_t width = mlir::cast<mlir::VectorType>(values.getType()).getDimSize(0);
  for (Piece part : pieces(valid, width)) {
    Value run = code.slice(values, part.first, part.width);
    Index first = code.add(col, part.first);
    if (epilogue) {
      (*epilogue)(code.builder, code.loc, code.value(batch), code.value(row), code.value(first), run);
      continue;
    }
    run = code.convert(run, memory.type, memory.is_unsigned);
    if (memory.col == 1) {
      code.store(run, code.address(memory, row, first));
      continue;
    }
    for (int64_t lane = 0; lane < part.width; ++lane) {
      code.store(code.slice(run, lane, 1), code.address(memory, row, code.add(first, lane)));
    }
  }
}

}  // namespace espalier::codegen::contract
