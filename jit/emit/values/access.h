#pragma once
// Memory access: loads and stores of scalars and vectors at affine indices.
#include "espalier/ir/type.h"
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen {

/// The index along one axis for every lane: `base + lane * step`, or `lanes` where it is no such line.
struct AxisIndex {
  mlir::Value base;        // of type index; null stands for 0
  std::int64_t step = 0;
  mlir::Value lanes;       // vector of index; then base and step are unused
  bool varies() const { return step != 0 || lanes; }
};

/// Which lanes may touch memory: null is all of them; else i1, or a vector of i1.
using Guard = mlir::Value;
Guard both(CodeBuilder& b, Guard x, Guard y);

/// An array in memory: a flat memref of its elements, row-major.
struct Storage {
  mlir::Value memory;
  ir::Type type;
  /// Whole vectors are written past the caches, and begin at multiples of 64 bytes (LoopKernel::streamed).
  bool streamed = false;
};
/// The array at a pointer.
Storage storage_at(CodeBuilder& b, mlir::Value pointer, ir::Type type);

/// `width` elements of the array at an index per axis. Where the guard is false the element is 0 and memory is not read.
/// If no index varies by lane the result is one scalar.
mlir::Value emit_load(CodeBuilder& b, const Storage& array, llvm::ArrayRef<AxisIndex> index, std::int64_t width, Guard guard);
/// Writes `value` (its lanes at their indices); lanes whose guard is false write nothing.
void emit_store(CodeBuilder& b, const Storage& array, llvm::ArrayRef<AxisIndex> index, mlir::Value value, Guard guard);

/// Integers of a dtype as indices in [0, most], to which they are moved; and whether they lay there.
struct ClampedIndex {
  mlir::Value index;
  Guard inside;
};
ClampedIndex clamp_index(CodeBuilder& b, mlir::Value x, DType dtype, std::int64_t most);

/// Arithmetic on indices; folds zeros and ones.
mlir::Value index_add(CodeBuilder& b, mlir::Value x, mlir::Value y);
mlir::Value index_scale(CodeBuilder& b, mlir::Value x, std::int64_t factor);
mlir::Value index_offset(CodeBuilder& b, mlir::Value x, std::int64_t offset);
/// The index as one number per lane.
mlir::Value per_lane(CodeBuilder& b, const AxisIndex& index, std::int64_t width);
/// A number that counts through several axes of these extents, the last one fastest, as one index per axis.
llvm::SmallVector<AxisIndex> split_index(CodeBuilder& b, const AxisIndex& number, llvm::ArrayRef<std::int64_t> extents, std::int64_t width);

}  // namespace espalier::codegen
