#include "espalier/jit/emit/products/contract_operand.h"

namespace espalier::codegen::contract {

using mlir::Value;

Value Operand::vector(const Code& code, Index row, Index col, int64_t width, int64_t valid) const {
  Value values = code.load_masked(code.address(memory, row, col), memory.type, width, valid);
  return code.convert(values, accumulate, memory.is_unsigned);
}

Value Operand::scalar(const Code& code, Index row, Index col) const {
  Value element = code.load_scalar(code.address(memory, row, col), memory.type);
  return code.convert(element, accumulate, memory.is_unsigned);
}

Operand Operand::at(const Code& code, Index row, Index col) const {
  Operand moved = *this;
  moved.memory.base = code.address(memory, row, col);
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
