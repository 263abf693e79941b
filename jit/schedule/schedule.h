#pragma once
// Schedule: what a compiled function does, decided but not yet emitted. Kernels are small graphs; steps call them, loop
// and branch; every value has its memory.
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/jit/schedule/kernel.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// Memory of a value, as the code of one schedule sees it.
struct Ref {
  enum class Kind : std::uint8_t {
    input,
    output,
    temp,
    constant
  } kind = Kind::temp;
  std::uint32_t index = 0;
  bool operator==(const Ref&) const = default;
};

struct Schedule;

struct Call {
  std::uint32_t kernel = 0;
  std::vector<Ref> operands, results;
  ir::Loc loc;
};
struct Copy {
  Ref from, to;
  std::int64_t bytes = 0;
};
/// A native loop. Carries rotate through (init, result, spare) without copies: iteration 1 reads init.
struct Loop {
  std::shared_ptr<Schedule> body;
  int consts = 0, carries = 0;
  std::int64_t length = 0;
  bool reverse = false;
  std::vector<Ref> operands;       // consts…, inits…, xs…
  std::vector<Ref> results;        // carries…, ys…
  std::vector<Ref> spares;         // one per carry: the other half of its double buffer
  Ref arena;                       // the body's temps
};
/// A native branch on an i32 index, which is clamped.
struct Branch {
  std::vector<std::shared_ptr<Schedule>> branches;
  Ref index;
  std::vector<Ref> operands, results;
  Ref arena;
};
using Step = std::variant<Call, Copy, Loop, Branch>;

/// A piece of the arena.
struct Temp {
  std::int64_t bytes = 0, offset = 0;
  std::uint32_t first_step = 0, last_step = 0;  // its life
};

/// Steps over inputs, outputs and an arena.
struct Schedule {
  std::vector<ir::Type> inputs, outputs;
  std::vector<Step> steps;
  std::vector<Temp> temps;
  std::vector<ir::Literal> constants;
  std::int64_t arena_bytes = 0;
  std::int64_t lower_bound_bytes = 0;  // the most bytes alive at one step: no arena can be smaller
  /// `donations[o]`: the input whose memory output o may take over, or -1.
  std::vector<int> donations;
};

/// A compiled function's plan: one schedule and the distinct kernels of it and of its loops and branches.
struct Program {
  Schedule entry;
  std::vector<Kernel> kernels;
  double flops = 0, bytes = 0;
  std::int64_t kernel_calls = 0;  // steps that call a kernel, nested ones included
};

struct ScheduleOptions {
  std::vector<bool> donated;  // inputs whose memory may be reused for outputs
};

/// Plans a graph without calls, such as `ir::simplify` gives, for a target: rewrite, cluster, order, assign memory, and decide of
/// each kernel how it is computed.
Program schedule(const ir::Graph& graph, const Target& target, const ScheduleOptions& options = {});

/// The text form: steps with their memory, the arena beside its lower bound; kernels as graphs, each with its plan.
std::string print(const Program& program);

}  // namespace espalier::codegen
