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
#include "espalier/runtime/host_call.h"

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
  ir::Loc loc{};
};
struct Copy {
  Ref from, to;
  std::int64_t bytes = 0;
  ir::Loc loc{};
};
/// Where a loop keeps a carry.
enum class CarryPlace : std::uint8_t {
  rotates,   // through (init, result, spare), without copies: iteration 1 reads init
  in_place,  // in the result, which each iteration writes over; init is copied there first, unless it lies there
  copied     // as in `rotates`, but the body writes over what it reads, so init is copied first
};
/// A native loop.
struct Loop {
  std::shared_ptr<Schedule> body;
  std::shared_ptr<Schedule> condition;  // of (consts…, carries…): an i32 that is 0 where the loop ends; null: it runs `length` times
  int consts = 0, carries = 0;
  std::int64_t length = 0;         // at most, where there is a condition; -1: however often
  bool reverse = false;
  std::vector<Ref> operands;       // consts…, inits…, xs…
  std::vector<Ref> results;        // carries…, ys…
  std::vector<CarryPlace> places;  // one per carry
  std::vector<Ref> spares;         // the same: the other half of its double buffer, empty where it needs none
  Ref holds;                       // what the condition gives
  Ref arena;                       // the temps of the body, and of the condition
  ir::Loc loc{};
};
/// A native branch on an i32 index, which is clamped.
struct Branch {
  std::vector<std::shared_ptr<Schedule>> branches;
  Ref index;
  std::vector<Ref> operands, results;
  Ref arena;
  ir::Loc loc{};
};
/// A call of the host: what it calls is Program::callees[callee].
struct HostCall {
  std::uint32_t callee = 0;
  std::vector<Ref> operands, results;
  std::vector<ir::Type> takes, makes;  // their types
  ir::Loc loc{};
};
using Step = std::variant<Call, Copy, Loop, Branch, HostCall>;

/// A piece of the arena.
struct Temp {
  std::int64_t bytes = 0, offset = 0;
  std::uint32_t first_step = 0, last_step = 0;  // its life
};

/// Steps over inputs, outputs and an arena. Each knows the user's line that it is of.
struct Schedule {
  std::vector<ir::Type> inputs, outputs;
  std::vector<Step> steps;
  std::vector<Temp> temps;
  std::vector<ir::Literal> constants;
  std::int64_t arena_bytes = 0;
  std::int64_t lower_bound_bytes = 0;  // the most bytes alive at one step: no arena can be smaller
  /// `donations[o]`: the input whose memory output o may take over, or -1.
  std::vector<int> donations;
  /// Of a body: `in_place[o]` is the input in whose memory output o lies, or -1. Only inputs that are the body's own may be written.
  std::vector<int> in_place;
  std::vector<bool> writes;  ///< per input
};

/// A compiled function's plan: one schedule and the distinct kernels of it and of its loops and branches.
struct Program {
  Schedule entry;
  std::vector<Kernel> kernels;
  std::vector<runtime::Callee> callees;  // of the host; equal ones are one
  double flops = 0, bytes = 0;
  std::int64_t kernel_calls = 0;  // steps that call a kernel, nested ones included
};

struct ScheduleOptions {
  std::vector<bool> donated{};  // inputs whose memory may be reused for outputs
  bool by_line = false;         // equal kernels of different lines stay apart, so that each has its own
};

/// Plans a graph without calls, such as `ir::simplify` gives, for a target: rewrite, cluster, order, assign memory, and decide of
/// each kernel how it is computed.
Program schedule(const ir::Graph& graph, const Target& target, const ScheduleOptions& options = {});

/// The text form: steps with their memory, the arena beside its lower bound; kernels as graphs, each with its plan.
std::string print(const Program& program);

}  // namespace espalier::codegen
