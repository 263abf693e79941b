#pragma once
// Walks over an index space: nested loops, the innermost axis in vectors.
#include "espalier/jit/emit/access.h"

namespace espalier::codegen {

/// Calls `inner(index, width, guard)` for every point of `shape` but axis `skip` (-1: none), whose index is left empty:
/// the last other axis runs in vectors of `width` lanes, the last of them masked by `guard`.
template <class F>
void walk(Builder& b, const Shape& shape, int skip, std::int64_t width, F&& inner) {
  llvm::SmallVector<Index> index(shape.ndim());
  int vector_axis = shape.ndim() - 1;
  if (vector_axis == skip) vector_axis = -1;
  // Recursion is as deep as the array has axes.
  auto level = [&](auto&& self, int axis) -> void {
    if (axis == shape.ndim()) return inner(llvm::ArrayRef<Index>(index), std::int64_t{1}, Guard{});
    if (axis == skip) return self(self, axis + 1);
    const std::int64_t extent = shape[axis];
    const bool wide = axis == vector_axis && width > 1;
    const std::int64_t step = wide ? width : 1, whole = extent / step;
    if (whole > 0) {
      auto loop = mlir::scf::ForOp::create(b, constant_index(b, 0), constant_index(b, whole * step), constant_index(b, step));
      mlir::OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointToStart(loop.getBody());
      index[axis] = {loop.getInductionVar(), wide ? 1 : 0, {}};
      if (wide) inner(llvm::ArrayRef<Index>(index), width, Guard{});
      else self(self, axis + 1);
    }
    if (wide && whole * step < extent) {
      llvm::SmallVector<bool> bits(width);
      for (std::int64_t i = 0; i < width; ++i) bits[i] = whole * step + i < extent;
      const auto type = mlir::VectorType::get({width}, b.getI1Type());
      const mlir::Value mask = mlir::arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(type, llvm::ArrayRef<bool>(bits)));
      index[axis] = {constant_index(b, whole * step), 1, {}};
      inner(llvm::ArrayRef<Index>(index), width, mask);
    }
    index[axis] = {};
  };
  level(level, 0);
}

}  // namespace espalier::codegen
