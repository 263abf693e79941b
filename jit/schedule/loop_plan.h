#pragma once
// The loops of a loop kernel: its domain, which dimensions are reduced, which one is vectorised, and in which pass each
// value is known.
#include <cstdint>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::codegen {

struct LoopPlan {
  /// One loop over one dimension, or over several adjacent ones that every array of the kernel runs through together.
  struct Axis {
    std::vector<int> dims;  // outermost first
    std::int64_t extent = 1;
    bool reduced = false;
  };
  std::vector<std::int64_t> extents;     // of the domain, by dimension
  std::vector<std::vector<int>> dims;    // per value of the body: axis -> dimension or -1; empty where `mapped` is false
  std::vector<bool> mapped;              // false for what lies below index shifts
  std::vector<Axis> loops;               // parallel ones first, then reduced ones, each outermost first
  int vector_loop = -1;                  // the loop whose iterations fill vectors, or -1
  std::vector<int> phase;                // per value: after how many passes over the reduced loops it can be computed
  int n_phases = 1;
  /// Values too costly to compute again that a later pass needs: made in pass `phase`, kept in memory for the others.
  struct Kept {
    ir::Value value;
    int phase;
  };
  std::vector<Kept> kept;

  int loop_of(int dim) const;
  /// True for the last dimension of its loop: the one whose index is the loop's counter times its stride.
  bool is_innermost(int dim) const;
  /// Whether the value runs along a reduced dimension.
  bool is_reduced_value(ir::Value value) const;
  std::size_t n_parallel() const;  ///< loops that are not reduced
  std::int64_t parallel_points() const, reduced_points() const;
};
/// The plan of a kernel's body; make_kernel (kernel.h) proves it.
LoopPlan plan_loops(const ir::Graph& body);

}  // namespace espalier::codegen
