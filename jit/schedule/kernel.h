#pragma once
// A kernel: what it computes, and all that is decided of how.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/jit/schedule/axis_kernels.h"
#include "espalier/jit/schedule/contraction_kernel.h"
#include "espalier/jit/schedule/group_kernel.h"
#include "espalier/jit/schedule/library_kernel.h"
#include "espalier/jit/schedule/loop_kernel.h"
#include "espalier/jit/schedule/scatter_kernel.h"
#include "espalier/jit/schedule/sort_kernel.h"
#include "espalier/jit/schedule/while_kernel.h"
#include "espalier/jit/target.h"

namespace espalier::codegen {

/// The kinds of kernels: the rows of kernels.def.
enum class KernelKind : std::uint8_t {
#define KERNEL(kind, plan, made_by, memory) kind,
#include "espalier/jit/schedule/kernels.def"
};
using KernelPlan = std::variant<LoopKernel, ContractionKernel, CumulativeKernel, UpdateKernel, SortKernel, ScatterKernel, WhileKernel, GroupKernel, LibraryKernel>;

/// A unit of code: `body` is its meaning (it can be evaluated), `plan` how it is computed. Equal kernels are compiled once.
struct Kernel {
  ir::Graph body;
  /// `aliases[i]`: the operand whose memory result i may share (it is read only at the index that is written), or -1.
  std::vector<int> aliases;
  KernelPlan plan;

  KernelKind kind() const { return static_cast<KernelKind>(plan.index()); }
};

/// Its word in plans.
std::string_view name(KernelKind kind);
/// The kind of kernel that an op makes. CompileError for control flow, which makes none.
KernelKind kernel_kind(ir::Op op);
/// The kernel of a body, planned and proved: CompileError if the plan does not mean the body.
Kernel make_kernel(ir::Graph body, KernelKind kind, const Target& target);
/// Whether its result begins as a copy of operand 0, made before it is called, of which it writes a part.
bool updates(KernelKind kind);
/// A kernel whose plan is proved: CompileError if it does not mean the body.
Kernel proved(Kernel kernel);
/// The aliases of a kernel's results.
std::vector<int> find_aliases(const ir::Graph& body, KernelKind kind);

/// What a kernel's plan says, in a line; it begins with the word for its kind.
std::string describe(const KernelPlan& plan);

}  // namespace espalier::codegen
