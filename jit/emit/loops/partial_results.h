#pragma once
// What the parts of a reduction leave in memory until all have run and they can be joined.
#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/loop_kernel.h"

namespace espalier::codegen {

/// Bytes that the parts of a loop kernel leave; 0 for a kernel in one part.
std::int64_t partial_bytes(const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape);

/// An array per carried value, which holds, for every part, what is carried at every parallel point.
class PartialResults {
 public:
  PartialResults(CodeBuilder& b, const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape, mlir::Value memory);

  /// Keeps what `part` carries at the point (or the vector of points) that the loops' counters tell.
  void store(mlir::Value part, llvm::ArrayRef<AxisIndex> counters, llvm::ArrayRef<mlir::Value> carried);
  /// What `part` kept there: as many values as `like` has, of the same types.
  llvm::SmallVector<mlir::Value> load(mlir::Value part, llvm::ArrayRef<AxisIndex> counters, llvm::ArrayRef<mlir::Value> like);

 private:
  AxisIndex place(mlir::Value part, llvm::ArrayRef<AxisIndex> counters, std::int64_t width);

  CodeBuilder& b_;
  const LoopPlan& plan_;
  const LoopShape& shape_;
  std::vector<Storage> arrays_;
};

}  // namespace espalier::codegen
