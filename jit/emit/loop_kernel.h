#pragma once
// Loop kernels: a plan's loops around the values of a body.
#include "espalier/jit/emit/body.h"
#include "espalier/jit/cpu/target.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// How a loop kernel is cut into vectors and into tasks.
struct LoopShape {
  std::int64_t width = 1;   // lanes per iteration of the vector loop: several native vectors, so that latencies overlap
  std::int64_t tasks = 1;   // iterations of the outermost parallel loop: what a call may be split into
};
LoopShape shape_loops(const ir::Graph& body, const LoopPlan& plan, const Target& target);

/// Emits the kernel's loops at the builder's place. `arrays`: operands, then results. Tasks [first, last) are run.
void emit_loop_kernel(Builder& b, const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape,
                      std::vector<Array> arrays, mlir::Value first, mlir::Value last);

}  // namespace espalier::codegen
