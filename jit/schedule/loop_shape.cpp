#include "espalier/jit/schedule/loop_shape.h"

#include <algorithm>
#include <bit>

#include "espalier/jit/schedule/access.h"
#include "espalier/jit/schedule/sum_blocks.h"

namespace espalier::codegen {

using namespace ir;

namespace {

std::int64_t floor_pow2(std::int64_t n) { return n < 1 ? 1 : static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(n))); }
std::int64_t ceil_divide(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }
std::int64_t ceil_pow2(std::int64_t n) { return static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(n))); }

bool makes_less(const Graph& body, const Node& node) {
  return reduces(node.op) && body.type_of(body.operands_of(node)[0]).size() > body.type_of(node.first_result).size();
}

// Parts pay when each is worth the waking of a thread; more of them keep no more threads busy. What they leave stays in a cache.
constexpr std::int64_t least_points = 1 << 17, most_parts = 64, few_tasks = 16, most_results = 2048;

std::int64_t parts_of(const Graph& body, const LoopPlan& plan, const LoopShape& shape) {
  const std::size_t outermost = plan.n_parallel();
  const bool reduces = std::any_of(body.nodes.begin(), body.nodes.end(), [&](const Node& node) { return makes_less(body, node); });
  // Values that later passes need would have to wait for all parts.
  if (!reduces || outermost == plan.loops.size() || plan.n_phases > 1 || !plan.kept.empty() || shape.tasks > few_tasks || plan.parallel_points() > most_results) return 1;
  const std::int64_t iterations = whole_iterations(plan, shape, outermost);
  const std::int64_t parts = std::min({most_parts, plan.parallel_points() * plan.reduced_points() / least_points, iterations});
  if (parts < 2) return 1;
  const std::int64_t each = (iterations + parts - 1) / parts;
  return (iterations + each - 1) / each;
}

// Blocks of the sums of each reduced loop, which depend on how many additions in a row the loops inside it make.
void cut_sums(const LoopPlan& plan, LoopShape& shape) {
  const std::size_t outermost = plan.n_parallel();
  shape.sum_blocks.resize(plan.loops.size() - outermost);
  std::int64_t additions = 1;
  for (std::size_t loop = plan.loops.size(); loop-- > outermost;) {
    const std::int64_t all = whole_iterations(plan, shape, loop);
    SumBlocks cut = sum_blocks(loop == outermost ? ceil_divide(all, shape.parts) : all, additions);
    shape.sum_blocks[loop - outermost] = std::move(cut.iterations);
    additions += cut.additions;  // with the rest of the vector loop
  }
}

}  // namespace

std::int64_t reduction_width(const LoopPlan& plan, const LoopShape& shape) { return std::min(shape.width, ceil_pow2(plan.loops[plan.vector_loop].extent)); }

std::int64_t whole_iterations(const LoopPlan& plan, const LoopShape& shape, std::size_t loop) {
  const std::int64_t extent = plan.loops[loop].extent;
  return static_cast<int>(loop) == plan.vector_loop ? extent / reduction_width(plan, shape) : extent;
}

LoopShape shape_loops(const Graph& body, const LoopPlan& plan, const Target& target) {
  LoopShape shape;
  std::int64_t element = 1;
  struct Work {
    int values = 0, expansions = 0;
  };
  std::vector<Work> work(1);  // of each pass
  for (const Node& node : body.nodes) {
    if (!maps(node.op) && !reduces(node.op)) continue;
    element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(node.first_result).dtype())));
    for (Value operand : body.operands_of(node)) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(operand).dtype())));
    const auto phase = static_cast<std::size_t>(plan.phase[node.first_result]);
    if (phase >= work.size()) work.resize(phase + 1);
    work[phase].expansions += info(node.op).cost >= CostClass::emulated;
    ++work[phase].values;
  }
  for (Value v : body.outputs) element = std::max<std::int64_t>(element, static_cast<std::int64_t>(byte_size(body.type_of(v).dtype())));
  if (plan.vector_loop >= 0) {
    const std::int64_t native = target.vector_bits / 8 / element;
    // Several vectors in flight hide latency; in long passes and with functions that expand they would spill the registers.
    std::int64_t in_flight = 4;
    for (const Work& w : work) in_flight = std::min<std::int64_t>(in_flight, w.expansions > 1 || w.values > 24 ? 1 : (w.values > 10 ? 2 : 4));
    const std::int64_t extent = plan.loops[plan.vector_loop].extent;
    shape.width = std::min(native * in_flight, std::max(ceil_pow2(extent) <= native ? ceil_pow2(extent) : floor_pow2(extent), std::int64_t{1}));
  }
  if (!plan.loops.empty() && !plan.loops[0].reduced) {
    const std::int64_t extent = plan.loops[0].extent;
    shape.tasks = plan.vector_loop == 0 ? (extent + shape.width - 1) / shape.width : extent;
  }
  shape.parts = parts_of(body, plan, shape);
  if (has_rounded_sums(body)) {
    cut_sums(plan, shape);
    if (shape.parts > 1) shape.join_blocks = sum_blocks(shape.parts, 1, SumBlocks::fan).iterations;
  }
  return shape;
}

std::string verify(const LoopPlan& plan, const LoopShape& shape) {
  const bool power = shape.width > 0 && (shape.width & (shape.width - 1)) == 0;
  if (!power || (shape.width > 1 && plan.vector_loop < 0)) return "vectors of " + std::to_string(shape.width) + " lanes";
  std::int64_t tasks = 1;
  if (plan.n_parallel() > 0) tasks = plan.vector_loop == 0 ? (plan.loops[0].extent + shape.width - 1) / shape.width : plan.loops[0].extent;
  if (shape.tasks != tasks) return std::to_string(shape.tasks) + " tasks of " + std::to_string(tasks);
  const bool nest = std::all_of(shape.sum_blocks.begin(), shape.sum_blocks.end(), blocks_nest) && blocks_nest(shape.join_blocks);
  if (!nest || (!shape.sum_blocks.empty() && shape.sum_blocks.size() != plan.loops.size() - plan.n_parallel())) return "blocks of sums that do not nest";
  if (shape.parts < 1) return "no parts";
  if (shape.parts == 1) return "";
  if (plan.n_parallel() == plan.loops.size()) return "parts of what is not reduced";
  if (plan.n_phases != 1 || !plan.kept.empty()) return "parts whose results a later pass reads";
  const std::int64_t iterations = whole_iterations(plan, shape, plan.n_parallel()), each = (iterations + shape.parts - 1) / shape.parts;
  if ((shape.parts - 1) * each >= iterations) return std::to_string(shape.parts) + " parts of " + std::to_string(iterations) + " iterations";
  return "";
}

}  // namespace espalier::codegen
