#include "espalier/jit/emit/products/contract_operand.h"

namespace espalier::codegen::contract {

using mlir::Value;

Offset place_of(const Code& code, Offset number, const Contraction::Steps& steps) {
  Offset place = 0;
  for (std::size_t i = steps.size(); i-- > 0;) {
    const Offset above = i == 0 ? Offset(0) : code.divide(number, steps[i].extent);
    place = code.add(place, code.multiply(i == 0 ? number : code.subtract(number, code.multiply(above, steps[i].extent)), steps[i].stride));
    number = above;
  }
  return place;
}

Value Operand::vector(const Code& code, Offset row, Offset col, int64_t width, int64_t valid) const {
  Value values = code.load_masked(address(code, row, col), memory.type, width, valid);
  return code.convert(values, accumulate, memory.is_unsigned);
}

Value Operand::scalar(const Code& code, Offset row, Offset col) const {
  Value element = code.load_scalar(address(code, row, col), memory.type);
  return code.convert(element, accumulate, memory.is_unsigned);
}

Value Operand::address(const Code& code, Offset r, Offset c) const {
  const Offset down = rows ? place_of(code, code.add(row, r), *rows) : code.multiply(r, memory.row);
  const Offset across = cols ? place_of(code, code.add(col, c), *cols) : code.multiply(c, memory.col);
  return code.address(memory.base, memory.type, code.add(down, across));
}

Operand Operand::at(const Code& code, Offset r, Offset c) const {
  Operand moved = *this;
  moved.memory.base = code.address(memory.base, memory.type, code.add(rows ? Offset(0) : code.multiply(r, memory.row), cols ? Offset(0) : code.multiply(c, memory.col)));
  if (rows) moved.row = code.add(row, r);
  if (cols) moved.col = code.add(col, c);
  return moved;
}

Operand Operand::first_row(const Code& code) const {
  if (!rows) return *this;
  Operand line = *this;
  line.memory.base = code.address(memory.base, memory.type, place_of(code, row, *rows));
  line.rows = nullptr;
  return line;
}
Operand Operand::first_col(const Code& code) const {
  if (!cols) return *this;
  Operand line = *this;
  line.memory.base = code.address(memory.base, memory.type, place_of(code, col, *cols));
  line.cols = nullptr;
  return line;
}

void Result::finish(const Code& code, Value values, Offset row, Offset col, int64_t valid) const {
  int64_t width = mlir::cast<mlir::VectorType>(values.getType()).getDimSize(0);
  for (Piece part : pieces(valid, width)) {
    Value run = code.slice(values, part.first, part.width);
    Offset first = code.add(col, part.first);
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
