// Contractions (matrix products, batched, with any strides) as MLIR that runs at the speed of a hand-tuned BLAS.
#pragma once

#include "espalier/jit/cpu/target.h"
#include "espalier/jit/emit/mlir.h"

namespace espalier::codegen {

/// C[batch, m, n] = sum over k of A[batch, m, k] * B[batch, k, n]. Everything is known when the code is made.
struct Contraction {
  /// Distance in elements between neighbours along each logical axis. Any permutation; 0 repeats (broadcasts).
  struct Strides {
    int64_t batch, row, col;
  };
  /// An integer or float type, and for integers how to widen it.
  struct Element {
    mlir::Type type;
    bool is_unsigned = false;
  };

  int64_t batch = 1, m, n, k;  ///< each ≥ 1, except that k may be 0: C is then zero
  Strides a, b, c;             ///< of A by (m, k), of B by (k, n), of C by (m, n)
  Element a_type, b_type, accumulate, c_type;
  bool loads_a = false, loads_b = false;  ///< a loader will be given: its operand is packed, so that it runs once
};

/// The same products with rows and columns exchanged: C' = B' A'. A caller whose C is contiguous along m, or which has
/// n = 1, and who has an epilogue, passes this instead, because vectors run along n.
Contraction exchanged(const Contraction&);

/// Called with finished sums instead of a store to C: element (batch, row, col + lane) is in `lane` of `values`, a
/// one-dimensional vector of the accumulation type whose width is a power of two and wholly inside C.
/// Indices are i64. Every element of C is passed exactly once.
using Epilogue = std::function<void(mlir::OpBuilder&, mlir::Location, mlir::Value batch, mlir::Value row,
                                    mlir::Value col, mlir::Value values)>;

/// Produces an operand's elements in place of a plain load, as a one-dimensional vector of the accumulation type and of
/// the given width, running along the operand's contiguous axis (columns when its col stride is 1, else rows).
/// Each element is asked for at least once, in large problems about once; it must not depend on the order.
using Loader = std::function<mlir::Value(mlir::OpBuilder&, mlir::Location, mlir::Value batch, mlir::Value row,
                                         mlir::Value col, int64_t width)>;

/// Where a contraction's data are. Pointers are `!llvm.ptr` to element (0, 0, 0); none may overlap `c` or `scratch`.
struct ContractionOperands {
  mlir::Value a, b, c;    ///< c may be null when there is an epilogue; a or b may be null when it has a loader
  mlir::Value scratch;    ///< contraction_scratch_bytes() bytes, aligned to 64, private to the calling thread
  mlir::Value lo, hi;     ///< i64: the part [lo, hi) of [0, contraction_parallel_tiles()) to compute
  Epilogue epilogue;      ///< may be empty
  Loader load_a, load_b;  ///< may be empty
};

/// Emits the loops that compute tiles [lo, hi). The bits of C do not depend on how the tiles are split among calls.
void emit_contraction(mlir::OpBuilder&, mlir::Location, const Contraction&, const Target&, const ContractionOperands&);

/// Bytes of scratch that each thread needs.
int64_t contraction_scratch_bytes(const Contraction&, const Target&, bool has_epilogue);

/// Number of independent parts that the work may be split into; their costs are about equal.
int64_t contraction_parallel_tiles(const Contraction&, const Target&, bool has_epilogue);

}  // namespace espalier::codegen
