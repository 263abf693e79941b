// One operand of a contraction as its kernels read it: memory, converted to the type of the sums.
#pragma once

#include "espalier/jit/emit/products/contract.h"
#include "espalier/jit/emit/products/contract_code.h"
#include "espalier/jit/schedule/contraction.h"

namespace espalier::codegen::contract {

/// Where an index that counts through steps leads, in elements.
Offset place_of(const Code&, Offset number, const Contraction::Steps& steps);

/// A matrix of one batch element, or a packed part of it. Rows and columns given to it are relative to its first. Those of windows
/// are no lines of memory: they count through steps, from `row` and `col` on.
struct Operand {
  Matrix memory;
  mlir::Type accumulate;
  const Contraction::Steps *rows = nullptr, *cols = nullptr;
  Offset row = 0, col = 0;

  bool along_columns() const { return memory.col == 1; }

  /// `width` elements along the contiguous axis, of which those past `valid` are not read, but zero.
  mlir::Value vector(const Code&, Offset row, Offset col, int64_t width, int64_t valid) const;
  mlir::Value scalar(const Code&, Offset row, Offset col) const;
  /// The operand that starts at (row, col) of this one.
  Operand at(const Code&, Offset row, Offset col) const;
  /// The first row of this operand alone; its first column.
  Operand first_row(const Code&) const;
  Operand first_col(const Code&) const;
  mlir::Value address(const Code&, Offset row, Offset col) const;
};

/// Takes finished sums to C or to the epilogue.
struct Result {
  Matrix memory;
  const Epilogue* epilogue;  ///< may be null
  Offset batch = 0;

  /// Whether a vector of sums is one store.
  bool plain() const { return !epilogue && memory.col == 1; }
  /// The first `valid` lanes of `values` are elements (row, col), (row, col + 1), …
  void finish(const Code&, mlir::Value values, Offset row, Offset col, int64_t valid) const;
};

}  // namespace espalier::codegen::contract
