#pragma once
// Loops that are one kernel: a while loop over numbers, or over arrays whose elements stop each by itself, keeps its carries in registers.
#include <string>

#include "espalier/jit/schedule/axis_kernels.h"

namespace espalier::codegen {

/// Elements in groups: each runs until the last of its own elements stops.
struct WhileLanes {
  std::int64_t width = 1;   ///< elements of a group: several vectors, so that one waits while another computes
  std::int64_t groups = 1;  ///< tasks
  bool threads = false;     ///< whether they are split over threads
};
/// A loop whose carries are numbers, or arrays of one shape.
struct WhileKernel {
  std::int64_t points = 1;
  std::variant<WhileLanes, Launch> mapping;
};

/// Whether a while loop is such a kernel: its carries have one shape, its condition and body are elementwise work on that shape and on
/// numbers, and where it is no number the elements stop each by itself.
bool runs_in_registers(const ir::Graph& graph, const ir::Node& node);

WhileKernel plan_while_kernel(const ir::Graph& body, const Target& target);
/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const WhileKernel& kernel);
/// "while over 1000 points by 64".
std::string describe(const WhileKernel& kernel);

}  // namespace espalier::codegen
