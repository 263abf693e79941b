#pragma once
// Loop kernels: elementwise work, views and reductions, as loops over one domain.
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "espalier/jit/schedule/launch.h"
#include "espalier/jit/schedule/loop_plan.h"
#include "espalier/jit/schedule/loop_shape.h"

namespace espalier::codegen {

/// What is decided of a loop kernel: its loops, and how they are mapped to a CPU (LoopShape) or a GPU (PointLaunch).
struct LoopKernel {
  LoopPlan loops;
  std::variant<LoopShape, PointLaunch> mapping;

  /// Where a value lies that passes after `phase` read instead of computing it again.
  struct Kept {
    ir::Value value = 0;
    int phase = 0;
    std::optional<std::size_t> output;  ///< the one that holds it
    std::int64_t elements = 0;          ///< of its room on the stack, if no output holds it
  };
  std::vector<Kept> kept;
  /// Results that are written past the caches (CPU): whole lines of a large array, in a kernel whose arrays no cache holds.
  std::vector<std::size_t> streamed;
  bool threads = false;  ///< whether its tasks or parts are worth waking threads for
};
LoopKernel plan_loop_kernel(const ir::Graph& body, const Target& target);

/// How much work a body does, in simple operations.
double work_of(const ir::Graph& body);

/// What is wrong with it, or "".
std::string verify(const ir::Graph& body, const LoopKernel& kernel);
/// "loops: 64, reduce 1024 by 32; 64 tasks": extents, outermost first; vectors of 32 lanes run along the last loop.
std::string describe(const LoopKernel& kernel);

}  // namespace espalier::codegen
