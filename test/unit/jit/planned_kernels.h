#pragma once
// Runs a program's kernels as their loop plans say, so that what is tested is all that is decided before code is emitted.
#include "evaluated_kernels.h"
#include "plan_run.h"

namespace espalier::test {

class PlannedKernels {
 public:
  std::byte* room(std::int64_t bytes) { return others_.room(bytes); }
  std::byte* constant(std::size_t n, const ir::Literal& literal) { return others_.constant(n, literal); }
  /// std::runtime_error where the loops do what no loop may do.
  void launch(std::uint32_t index, const codegen::Kernel& kernel, const Pointers& operands, const Pointers& results) {
    switch (kernel.kind()) {
      case codegen::KernelKind::loop: PlanRun(kernel.body, std::get<codegen::LoopKernel>(kernel.plan).loops, operands, results)(); return;
      case codegen::KernelKind::contraction: PlanRun(kernel.body, std::get<codegen::ContractionKernel>(kernel.plan).domain, operands, results)(); return;
      case codegen::KernelKind::group: return launch(std::get<codegen::GroupKernel>(kernel.plan), operands, results);
      case codegen::KernelKind::cumulative:
      case codegen::KernelKind::update:
      case codegen::KernelKind::scatter:
      case codegen::KernelKind::sort:
      case codegen::KernelKind::library:
      case codegen::KernelKind::while_: others_.launch(index, kernel, operands, results); return;
    }
  }

 private:
  // Each member by itself, as its loops say.
  static void launch(const codegen::GroupKernel& group, const Pointers& operands, const Pointers& results) {
    const std::size_t n_results = group.member.outputs.size();
    for (std::size_t m = 0; m < group.lengths.size(); ++m) {
      const ir::Graph member = codegen::resized(group.member, group.lengths[m]);
      Pointers own, made(results.begin() + static_cast<std::ptrdiff_t>(m * n_results), results.begin() + static_cast<std::ptrdiff_t>((m + 1) * n_results));
      std::size_t common = 0, next = group.n_shared() + m * group.n_own();
      for (const bool shared : group.shared) own.push_back(operands[shared ? common++ : next++]);
      PlanRun(member, codegen::plan_loops(member), own, made)();
    }
  }

  EvaluatedKernels others_;  // whose loops are not planned
};

}  // namespace espalier::test
