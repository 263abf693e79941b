#include "espalier/jit/emit/kernel.h"

#include "espalier/ir/error.h"
#include "espalier/jit/emit/axis_kernels.h"
#include "espalier/jit/emit/contraction_kernel.h"
#include "espalier/jit/emit/function.h"
#include "espalier/jit/emit/loop_kernel.h"
#include "espalier/jit/emit/partials.h"
#include "espalier/jit/schedule/fusion_kind.h"

namespace espalier::codegen {
namespace {

using namespace ir;
namespace LLVM = mlir::LLVM;

// Splitting pays when the work is worth many times the 1-5 µs of waking a thread: about this many simple operations.
constexpr double parallel_work = 1 << 18;
// A product does this many of its multiplications and additions in the time of one operation that a loop loads operands for.
constexpr double sums_per_operation = 16;

double work_of(const Graph& body) {
  double work = 0;
  for (const Node& node : body.nodes) {
    const Type type = reduces(node.op) ? body.type_of(body.operands_of(node)[0]) : body.type_of(node.first_result);
    if (maps(node.op)) work += static_cast<double>(type.size()) * (is_cheap(node.op) ? 1 : 8);
    else work += static_cast<double>(type.size());
  }
  for (Type type : body.input_types()) work += static_cast<double>(type.size());
  return work;
}

// Bodies this small are copied into the entry: a call would cost as much as they do. Ops of many operands count as many.
bool is_small(const Graph& body) {
  constexpr std::int64_t most_ops = 64, most_work = 512, usual_operands = 3;
  std::int64_t points = 1, ops = 0;
  for (Type type : body.output_types()) points = std::max(points, type.size());
  for (const Node& node : body.nodes) ops += 1 + std::max<std::int64_t>(0, static_cast<std::int64_t>(node.n_operands) - usual_operands);
  return ops <= most_ops && points * ops <= most_work;
}

// Functions are expanded where they are needed, which suits loops of a few: a long body (a loop unrolled by hand, say) would
// take seconds to compile and not fit the instruction cache. It calls those that it needs more often than this.
constexpr std::size_t often = 12;

std::vector<Op> frequent(const Graph& body) {
  std::array<std::size_t, op_count> times{};
  std::vector<Op> out;
  for (const Node& node : body.nodes) {
    if (++times[node.op.row()] == often + 1) out.push_back(node.op);
  }
  return out;
}

}  // namespace

std::vector<bool> shares_memory(const Kernel& kernel) {
  std::vector<bool> shared(kernel.body.n_inputs + kernel.body.outputs.size(), false);
  for (std::size_t o = 0; o < kernel.aliases.size(); ++o) {
    if (kernel.aliases[o] >= 0) shared[kernel.aliases[o]] = shared[kernel.body.n_inputs + o] = true;
  }
  return shared;
}

namespace {

// A function of a kernel being filled in: its arrays, and what else it takes.
struct Frame {
  mlir::func::FuncOp function;
  llvm::SmallVector<mlir::Value> pointers;  // of the arrays
  std::vector<Array> arrays;
  llvm::ArrayRef<mlir::BlockArgument> others;
};
Frame begin(mlir::ModuleOp module, Builder& b, const Kernel& kernel, const std::string& name, llvm::ArrayRef<mlir::Type> others) {
  const Graph& body = kernel.body;
  const std::size_t n_arrays = body.n_inputs + body.outputs.size();
  llvm::SmallVector<mlir::Type> parameters(n_arrays, LLVM::LLVMPointerType::get(b.getContext()));
  parameters.append(others.begin(), others.end());
  b.setInsertionPointToEnd(module.getBody());
  Frame frame{create_function(b, name, parameters), {}, {}, {}};
  const std::vector<bool> shared = shares_memory(kernel);
  for (std::size_t i = 0; i < n_arrays; ++i) {
    if (!shared[i]) frame.function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
  }
  mlir::Block* block = frame.function.addEntryBlock();
  b.setInsertionPointToStart(block);
  for (std::size_t i = 0; i < n_arrays; ++i) {
    const Type type = i < body.n_inputs ? body.type_of(static_cast<Value>(i)) : body.type_of(body.outputs[i - body.n_inputs]);
    frame.pointers.push_back(block->getArgument(i));
    frame.arrays.push_back(array_at(b, block->getArgument(i), type));
  }
  frame.others = block->getArguments().drop_front(n_arrays);
  return frame;
}

}  // namespace

KernelFunction emit_kernel(mlir::ModuleOp module, const Kernel& kernel, std::uint32_t index, const Target& target, bool may_be_parallel) {
  auto* context = module.getContext();
  Builder b(mlir::UnknownLoc::get(context), context);
  const Graph& body = kernel.body;
  b.called = frequent(body);
  KernelFunction out{"kernel" + std::to_string(index)};

  LoopKernel loop{body, {}, {}};
  if (kernel.kind == KernelKind::loop) {
    loop.plan = plan_loops(body);
    loop.shape = shape_loops(body, loop.plan, target);
    out.partial_bytes = partial_bytes(body, loop.plan, loop.shape);
    out.tasks = out.partial_bytes > 0 ? loop.shape.parts : loop.shape.tasks;
    out.parallel = may_be_parallel && out.tasks > 1 && work_of(body) >= parallel_work;
  } else if (kernel.kind == KernelKind::contraction) {
    out.tasks = contraction_tasks(context, body, target);
    out.scratch_bytes = contraction_scratch(context, body, target);
    out.parallel = may_be_parallel && out.tasks > 1 && contraction_work(body) >= sums_per_operation * parallel_work;
  }

  const auto ptr = LLVM::LLVMPointerType::get(context);
  llvm::SmallVector<mlir::Type> others;
  if (out.partial_bytes > 0) others.push_back(ptr);
  if (out.parallel) others.append({b.getI64Type(), b.getI64Type()});
  Frame frame = begin(module, b, kernel, out.name, others);
  if (!out.parallel && is_small(body) && kernel.kind != KernelKind::contraction) frame.function->setAttr("passthrough", b.getStrArrayAttr({"alwaysinline"}));
  mlir::Value first = constant_index(b, 0), last = constant_index(b, out.tasks);
  if (out.parallel) {
    first = mlir::arith::IndexCastOp::create(b, b.getIndexType(), frame.others.drop_back().back());
    last = mlir::arith::IndexCastOp::create(b, b.getIndexType(), frame.others.back());
  }
  std::vector<Array>& arrays = frame.arrays;
  auto whole_vectors = [&](const Array& x) { return loops(b, target.lanes(static_cast<std::int64_t>(byte_size(x.type.dtype())))); };
  switch (kernel.kind) {
    case KernelKind::loop:
      if (out.partial_bytes > 0) emit_loop_parts(b, loop, arrays, frame.others[0], first, last);
      else emit_loop_kernel(b, loop, arrays, first, last);
      break;
    case KernelKind::contraction: emit_contraction_kernel(b, body, target, frame.pointers, arrays, first, last); break;
    case KernelKind::cumulative: emit_cumulative(b, body.attrs_as<CumulativeAttrs>(body.nodes[0]), arrays[0], arrays[1], whole_vectors(arrays[0])); break;
    case KernelKind::update: emit_update(b, body, arrays, whole_vectors(arrays[body.operands_of(body.nodes[0])[1]])); break;
  }
  mlir::func::ReturnOp::create(b);
  if (out.partial_bytes > 0) {
    const Frame join = begin(module, b, kernel, out.name + "_join", {ptr});
    emit_loop_join(b, loop, join.arrays, join.others[0]);
    mlir::func::ReturnOp::create(b);
  }
  return out;
}

}  // namespace espalier::codegen
