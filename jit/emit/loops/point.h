#pragma once
// The point in hand of a loop kernel: what every target's loops do at it.
#include "espalier/jit/emit/loops/accumulator.h"
#include "espalier/jit/emit/values/body.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// What one pass over the reduced loops makes: reductions, and maybe results that run along reduced dimensions.
struct ReductionPass {
  std::vector<Accumulator> accumulators;
  bool stores = false;
  bool is_empty() const { return accumulators.empty() && !stores; }
  bool has_rounded_sums() const;
  /// The planned blocks of a loop, if the pass has sums that need them.
  llvm::ArrayRef<std::int64_t> blocks(const std::vector<std::int64_t>& planned) const;
  /// What a block of the pass carries at its beginning where the pass carries `now`: rounded sums start again, all else goes on.
  llvm::SmallVector<mlir::Value> at_block_start(CodeBuilder& b, llvm::ArrayRef<mlir::Value> now) const;
  /// What the pass carries after a block at whose beginning it carried `before`, and at whose end the block carries `block`.
  llvm::SmallVector<mlir::Value> after_block(CodeBuilder& b, llvm::ArrayRef<mlir::Value> before, llvm::ArrayRef<mlir::Value> block) const;
};
ReductionPass reduction_pass(const ir::Graph& graph, const LoopPlan& plan, int phase, const Arithmetic& has);

/// The counters of the loops, the values of the body there, and the stores of its results.
class Point {
 public:
  /// `arrays`: operands, then results.
  Point(CodeBuilder& b, const ir::Graph& graph, const LoopPlan& plan, std::vector<Storage> arrays);

  Body body;
  std::vector<AxisIndex> counters;  ///< per loop of the plan

  llvm::SmallVector<AxisIndex> index_of(ir::Value value) const;
  mlir::Value value(ir::Value v) { return body.emit(v, index_of(v)); }
  const Storage& array_of(std::size_t output) const { return arrays_[graph_.n_inputs + output]; }

  /// Computes the values that are known after `phase` passes and do not run along a reduced dimension: before the loops
  /// that use them.
  void row_values(int phase);
  /// The operand of a reduction here, and the index that an arg_reduce counts, in lanes like those of `carried`.
  std::pair<mlir::Value, mlir::Value> element_of(const Accumulator& accumulator, std::int64_t width);
  /// Stores the results that `chosen` names, where a `condition` (i1) is given only if it holds. All are computed before
  /// one is stored, for a result may lie in an operand's memory.
  void store(const std::function<bool(ir::Value)>& chosen, mlir::Value condition = {});

 private:
  CodeBuilder& b_;
  const ir::Graph& graph_;
  const LoopPlan& plan_;
  std::vector<Storage> arrays_;
};

}  // namespace espalier::codegen
