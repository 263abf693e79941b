// Building blocks of the contraction emitter: integers with a static part, typed addresses, loops.
#pragma once

#include "espalier/jit/mlir.h"

namespace espalier::codegen::contract {

/// An i64 that is `value + offset`; `value` may be null (a constant). The static part ends in the addressing mode of
/// the instruction, so that a tile of rows needs one pointer register and not one per row.
struct Offset {
  mlir::Value value;
  int64_t offset = 0;

  Offset(int64_t constant) : offset(constant) {}
  Offset(mlir::Value value, int64_t offset = 0) : value(value), offset(offset) {}
};

/// A matrix in memory: a pointer to its (0, 0), the type of its elements, and strides in elements.
struct Matrix {
  mlir::Value base;
  mlir::Type type;
  bool is_unsigned = false;
  int64_t row = 0, col = 1;
};

/// A builder at one place, with short names for what contraction kernels are made of.
class Code {
 public:
  Code(mlir::OpBuilder& builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::OpBuilder& builder;
  mlir::Location loc;

  mlir::Value constant(int64_t) const;
  mlir::Value value(Offset index) const;
  Offset add(Offset, Offset) const;
  Offset subtract(Offset, Offset) const;
  Offset multiply(Offset, int64_t) const;
  Offset divide(Offset, int64_t) const;  ///< of a number ≥ 0
  Offset minimum(Offset, Offset) const;
  Offset maximum(Offset, Offset) const;
  mlir::Value less(Offset, Offset) const;
  mlir::Value equal(Offset, Offset) const;

  /// The address `index` elements of `type` after `base`.
  mlir::Value address(mlir::Value base, mlir::Type type, Offset index) const;
  mlir::Value address(const Matrix&, Offset row, Offset col) const;

  mlir::VectorType vector(mlir::Type element, int64_t width) const;
  mlir::Value zero(mlir::Type) const;
  /// Vector loads and stores need only the alignment of one element.
  mlir::Value load(mlir::Value address, mlir::Type element, int64_t width) const;
  /// Reads only the first `valid` lanes; the others are zero.
  mlir::Value load_masked(mlir::Value address, mlir::Type element, int64_t width, int64_t valid) const;
  void store(mlir::Value values, mlir::Value address) const;
  mlir::Value load_scalar(mlir::Value address, mlir::Type element) const;
  mlir::Value broadcast(mlir::Value scalar, int64_t width) const;
  mlir::Value extract(mlir::Value vector, int64_t lane) const;
  mlir::Value slice(mlir::Value vector, int64_t first, int64_t width) const;
  mlir::Value shuffle(mlir::Value a, mlir::Value b, llvm::ArrayRef<int64_t> lanes) const;
  /// Changes element type of a scalar or vector. Floats round to nearest even, integers wrap.
  mlir::Value convert(mlir::Value value, mlir::Type element, bool is_unsigned) const;
  mlir::Value multiply_add(mlir::Value a, mlir::Value b, mlir::Value sum) const;
  mlir::Value plus(mlir::Value a, mlir::Value b) const;
  /// The sum of all lanes by halving: a fixed order. Returns a vector of one lane.
  mlir::Value sum_lanes(mlir::Value vector) const;

  using Body = llvm::function_ref<void(Offset)>;
  using Carry = llvm::SmallVector<mlir::Value>;
  using CarryBody = llvm::function_ref<Carry(Offset, const Carry&)>;
  /// for (i = lo; i < hi; i += step). A loop known to run once becomes straight code, with a constant index.
  void loop(Offset lo, Offset hi, int64_t step, Body) const;
  Carry loop(Offset lo, Offset hi, int64_t step, const Carry& initial, CarryBody) const;
  /// The same for i in [0, end) where what is carried is sums, in blocks of blocks of so many iterations each.
  Carry sum(int64_t end, int64_t step, llvm::ArrayRef<int64_t> blocks, const Carry& initial, CarryBody) const;
  void when(mlir::Value condition, llvm::function_ref<void()> then, llvm::function_ref<void()> otherwise = {}) const;
  Carry choose(mlir::Value condition, llvm::function_ref<Carry()> then, llvm::function_ref<Carry()> otherwise) const;
};

/// A run of lanes: `count` split into powers of two no wider than `widest`, in falling order.
struct Piece {
  int64_t first, width;
};
llvm::SmallVector<Piece> pieces(int64_t count, int64_t widest);

}  // namespace espalier::codegen::contract
