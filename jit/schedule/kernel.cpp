#include "espalier/jit/schedule/kernel.h"

#include <algorithm>

#include "espalier/ir/error.h"
#include "espalier/ir/library.h"
#include "espalier/ir/op_sets.h"
#include "espalier/jit/schedule/dimensions.h"

namespace espalier::codegen {
namespace {

using namespace ir;

#define KERNEL(kind, plan, made_by, memory) \
  static_assert(std::is_same_v<std::variant_alternative_t<static_cast<std::size_t>(KernelKind::kind), KernelPlan>, plan>);
#include "espalier/jit/schedule/kernels.def"

// Where results may lie; kernels.def tells what each word means.
enum class Memory {
  pointwise,
  own,
  updated
};
struct KernelInfo {
  std::string_view name;
  KernelPlan (*plan)(const Graph& body, const Target& target);
  Memory memory;
};
constexpr KernelInfo kernel_rows[] = {
#define KERNEL(kind, plan, made_by, memory) \
  {ir::detail::bare(#kind), [](const Graph& body, const Target& target) -> KernelPlan { return made_by(body, target); }, Memory::memory},
#include "espalier/jit/schedule/kernels.def"
};
const KernelInfo& info_of(KernelKind kind) { return kernel_rows[static_cast<std::size_t>(kind)]; }

// Pairs of an output and an input, those first that look like a value and what becomes of it: the fewest steps apart, the input needed
// by the fewest outputs. A step of an optimizer so leaves each moment where it was, and not in the gradient, which the caller keeps.
struct Renewal {
  std::uint32_t steps, readers;
  std::size_t output;
  Value input;
  auto operator<=>(const Renewal&) const = default;
};
std::vector<Renewal> renewals(const Graph& body) {
  constexpr std::uint32_t apart = ~std::uint32_t{0};
  std::vector<std::uint32_t> readers(body.n_inputs, 0);
  std::vector<Renewal> pairs;
  for (std::size_t o = 0; o < body.outputs.size(); ++o) {
    std::vector<std::uint32_t> steps(body.types.size(), apart);
    steps[body.outputs[o]] = 0;
    for (std::size_t n = body.nodes.size(); n-- > 0;) {
      const Node& node = body.nodes[n];
      std::uint32_t nearest = apart;
      for (std::uint32_t r = 0; r < node.n_results; ++r) nearest = std::min(nearest, steps[node.first_result + r]);
      if (nearest == apart) continue;
      for (Value operand : body.operands_of(node)) steps[operand] = std::min(steps[operand], nearest + 1);
    }
    for (Value i = 0; i < body.n_inputs; ++i) {
      readers[i] += steps[i] != apart;
      pairs.push_back({steps[i], 0, o, i});
    }
  }
  for (Renewal& pair : pairs) pair.readers = readers[pair.input];
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// Results that may lie in operands, where each point reads only the index that it writes.
std::vector<int> pointwise_aliases(const Graph& body) {
  std::vector<int> result(body.outputs.size(), -1);
  std::vector<bool> pointwise(body.types.size(), true);
  for (const Node& node : body.nodes) {
    if (reduces(node.op)) return result;
    if (maps(node.op)) continue;
    for (Value operand : body.operands_of(node)) pointwise[operand] = false;
  }
  // Below a transpose the operand of an elementwise op is read at another index than the result's.
  const Dimensions dimensions = find_dimensions(body);
  const auto fits = [&](Value input, Value output) {
    return pointwise[input] && body.type_of(input) == body.type_of(output) && dimensions.mapped[input] && dimensions.of[input] == dimensions.of[output];
  };
  std::vector<bool> taken(body.n_inputs, false);
  for (const auto& [steps, readers, o, i] : renewals(body)) {
    if (result[o] >= 0 || taken[i] || !fits(i, body.outputs[o])) continue;
    taken[i] = true;
    result[o] = static_cast<int>(i);
  }
  return result;
}

}  // namespace

std::string_view name(KernelKind kind) { return info_of(kind).name; }

bool updates(KernelKind kind) { return info_of(kind).memory == Memory::updated; }

KernelKind kernel_kind(Op op) {
  switch (info(op).pattern) {
    case Pattern::map:
    case Pattern::view:
    case Pattern::reduction: return KernelKind::loop;
    case Pattern::contraction: return KernelKind::contraction;
    case Pattern::opaque: break;
  }
  if (op == Op::while_) return KernelKind::while_;  // where it runs in registers
  if (is_of_library(op)) return KernelKind::library;
  switch (static_cast<Opaque>(op.row())) {
    case Opaque::dynamic_update_slice: return KernelKind::update;
    case Opaque::cumulative: return KernelKind::cumulative;
    case Opaque::sort: return KernelKind::sort;
    case Opaque::scatter:
    case Opaque::scatter_reduce: return KernelKind::scatter;
    case Opaque::overlap_add: break;  // it is lowered before
  }
  throw CompileError(std::string(name(op)), "is no kernel", "this is a defect of the compiler: the graph's text reproduces it");
}

std::vector<int> find_aliases(const Graph& body, KernelKind kind) {
  switch (info_of(kind).memory) {
    case Memory::pointwise: return pointwise_aliases(body);
    case Memory::own: return std::vector<int>(body.outputs.size(), -1);
    case Memory::updated: {  // an operand that is read elsewhere too keeps its memory
      const auto operands = body.operands_of(body.nodes[0]);
      return {std::count(operands.begin(), operands.end(), operands[0]) == 1 ? 0 : -1};
    }
  }
  __builtin_unreachable();
}

Kernel make_kernel(Graph body, KernelKind kind, const Target& target) {
  KernelPlan plan = info_of(kind).plan(body, target);
  std::vector<int> aliases = find_aliases(body, kind);
  return proved({std::move(body), std::move(aliases), std::move(plan)});
}

Kernel proved(Kernel kernel) {
  const std::string problem = std::visit([&](const auto& own) { return verify(kernel.body, own); }, kernel.plan);
  if (problem.empty()) return kernel;
  throw CompileError("compile", "the plan of a kernel does not mean it: " + problem, "this is a defect of the compiler: the graph's text reproduces it");
}

std::string describe(const KernelPlan& plan) {
  return std::visit([](const auto& own) { return describe(own); }, plan);
}

}  // namespace espalier::codegen
