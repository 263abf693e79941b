#pragma once
// How a loop kernel's domain is cut for a CPU: into vectors, tasks and parts.
#include <string>
#include <vector>

#include "espalier/jit/schedule/loop_plan.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// A reduction of much into little has few tasks. Its outermost reduced loop is cut instead, into parts whose partial results are
/// joined, in their order, when all have run. How many there are depends on the domain alone, and so do a result's bits.
struct LoopShape {
  std::int64_t width = 1;   ///< lanes per iteration of the vector loop: several native vectors, so that latencies overlap
  std::int64_t tasks = 1;   ///< iterations of the outermost parallel loop: what a call may be split into
  std::int64_t parts = 1;   ///< of the outermost reduced loop; if more than 1, a call is split into these
  /// How sums that round are cut (sum_blocks.h): for each reduced loop, iterations in a block of each level, outermost first.
  std::vector<std::vector<std::int64_t>> sum_blocks{};
  std::vector<std::int64_t> join_blocks{};  ///< the same for the partial results that are joined
};
LoopShape shape_loops(const ir::Graph& body, const LoopPlan& plan, const Target& target);

/// What is wrong with a shape, or "": tasks are all iterations of the outermost parallel loop; parts are all of the outermost reduced
/// one, none is empty, and nothing that one of them makes is needed before all have run; blocks of sums nest.
std::string verify(const LoopPlan& plan, const LoopShape& shape);

/// Lanes of what a reduction carries along `loop`, the vector loop.
std::int64_t reduction_width(const LoopPlan& plan, const LoopShape& shape);
/// Whole iterations (of vectors, if it is the vector loop) of a reduced loop.
std::int64_t whole_iterations(const LoopPlan& plan, const LoopShape& shape, std::size_t loop);

}  // namespace espalier::codegen
