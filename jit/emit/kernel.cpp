#include "espalier/jit/emit/kernel.h"

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/error.h"
#include "espalier/jit/emit/loops/axis_kernels.h"
#include "espalier/jit/emit/loops/group.h"
#include "espalier/jit/emit/loops/loop_kernel.h"
#include "espalier/jit/emit/loops/partial_results.h"
#include "espalier/jit/emit/loops/scatter.h"
#include "espalier/jit/emit/loops/sort.h"
#include "espalier/jit/emit/library.h"
#include "espalier/jit/emit/program.h"
#include "espalier/jit/emit/loops/while.h"
#include "espalier/jit/emit/products/contraction_kernel.h"
#include "espalier/jit/emit/values/function.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {
namespace {

using namespace ir;
namespace LLVM = mlir::LLVM;

// Bodies this small are copied into the entry: a call would cost as much as they do. Ops of many operands count as many.
bool is_small(const Kernel& kernel) {
  constexpr std::int64_t most_ops = 64, most_work = 512, usual_operands = 3;
  const Graph& body = kernel.body;
  std::int64_t points = 1, ops = 0;
  if (updates(kernel.kind())) points = std::max(points, body.type_of(body.operands_of(body.nodes[0])[1]).size());  // what it writes
  else
    for (Type type : body.output_types()) points = std::max(points, type.size());
  for (const Node& node : body.nodes) ops += 1 + std::max<std::int64_t>(0, static_cast<std::int64_t>(node.n_operands) - usual_operands);
  return ops <= most_ops && points * ops <= most_work;
}

// Functions are expanded where they are needed, which suits loops of a few: a long body (a loop unrolled by hand, say) would
// take seconds to compile and not fit the instruction cache. It calls those that it needs more often than this.
constexpr std::size_t often = 12;

void count(const Graph& body, std::array<std::size_t, op_count>& times) {
  for (const Node& node : body.nodes) {
    ++times[node.op.row()];
    for_each_body(body.attrs_of(node), [&](const GraphRef& inner) { count(*inner, times); });
  }
}
std::vector<Op> frequent(const Graph& body) {
  std::array<std::size_t, op_count> times{};
  count(body, times);
  std::vector<Op> out;
  for (std::uint8_t row = 0; row < op_count; ++row)
    if (times[row] > often) out.push_back(Op(row));
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
  std::vector<Storage> arrays;
  llvm::ArrayRef<mlir::BlockArgument> others;
};
Frame begin(mlir::ModuleOp module, CodeBuilder& b, const Kernel& kernel, const std::string& name, llvm::ArrayRef<mlir::Type> others) {
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
    frame.arrays.push_back(storage_at(b, block->getArgument(i), type));
  }
  frame.others = block->getArguments().drop_front(n_arrays);
  return frame;
}

// How the function of each kind of kernel is called.
struct CallShape {
  std::int64_t tasks = 1;
  bool threads = false;
  std::int64_t partial_bytes = 0, scratch_bytes = 0;
  bool may_be_inlined = true;
};
CallShape call_shape(const Graph& body, const LoopKernel& kernel) {
  const auto& shape = std::get<LoopShape>(kernel.mapping);
  const std::int64_t bytes = partial_bytes(body, kernel.loops, shape);
  return {.tasks = bytes > 0 ? shape.parts : shape.tasks, .threads = kernel.threads, .partial_bytes = bytes};
}
CallShape call_shape(const Graph&, const ContractionKernel& kernel) {
  const auto& plan = std::get<ContractionPlan>(kernel.mapping);
  return {.tasks = plan.tiles(kernel.product.contraction), .threads = kernel.threads, .scratch_bytes = plan.scratch_bytes, .may_be_inlined = false};
}
CallShape call_shape(const Graph&, const CumulativeKernel&) { return {}; }
CallShape call_shape(const Graph&, const UpdateKernel&) { return {}; }
CallShape call_shape(const Graph&, const ScatterKernel&) { return {}; }
CallShape call_shape(const Graph&, const SortKernel& kernel) {
  const auto* digits = std::get_if<DigitSort>(&kernel.method);
  return {.scratch_bytes = digits != nullptr ? digits->scratch_bytes : 0};
}
CallShape call_shape(const Graph&, const GroupKernel&) { return {}; }  // emit_group_function
CallShape call_shape(const Graph&, const LibraryKernel& kernel) { return {.tasks = kernel.call.problems, .threads = kernel.threads, .may_be_inlined = false}; }
CallShape call_shape(const Graph&, const WhileKernel& kernel) {
  const auto& lanes = std::get<WhileLanes>(kernel.mapping);
  return {.tasks = lanes.groups, .threads = lanes.threads};
}

// What a kernel's function does: tasks [first, last), or, if it leaves partial results, parts of its reductions.
void emit_tasks(CodeBuilder& b, const Graph& body, const LoopKernel& kernel, const Frame& frame, mlir::Value first, mlir::Value last) {
  if (std::get<LoopShape>(kernel.mapping).parts > 1) emit_loop_parts(b, body, kernel, frame.arrays, frame.others[0], first, last);
  else emit_loop_kernel(b, body, kernel, frame.arrays, first, last);
}
void emit_tasks(CodeBuilder& b, const Graph& body, const ContractionKernel& kernel, const Frame& frame, mlir::Value first, mlir::Value last) {
  emit_contraction_kernel(b, body, kernel, frame.pointers, frame.arrays, first, last);
}
void emit_tasks(CodeBuilder& b, const Graph& body, const CumulativeKernel& kernel, const Frame& frame, mlir::Value, mlir::Value) {
  emit_cumulative(b, body, kernel, frame.arrays, loops(b, std::get<WalkLanes>(kernel.walk).lanes));
}
void emit_tasks(CodeBuilder& b, const Graph& body, const UpdateKernel& kernel, const Frame& frame, mlir::Value, mlir::Value) {
  emit_update(b, body, frame.arrays, loops(b, std::get<WalkLanes>(kernel.walk).lanes));
}

void emit_tasks(CodeBuilder& b, const Graph& body, const ScatterKernel& kernel, const Frame& frame, mlir::Value, mlir::Value) {
  emit_scatter(b, body, kernel, frame.arrays, loops(b, 1), loops(b, std::get<WalkLanes>(kernel.walk).lanes));
}
void emit_tasks(CodeBuilder& b, const Graph& body, const SortKernel& kernel, const Frame& frame, mlir::Value, mlir::Value) {
  if (const auto* digits = std::get_if<DigitSort>(&kernel.method)) return emit_sort_by_digits(b, body, *digits, frame.arrays);
  emit_sort_by_rank(b, body, frame.arrays, loops(b, std::get<WalkLanes>(std::get<RankSort>(kernel.method).walk).lanes));
}

void emit_tasks(CodeBuilder&, const Graph&, const GroupKernel&, const Frame&, mlir::Value, mlir::Value) {}
void emit_tasks(CodeBuilder& b, const Graph& body, const LibraryKernel& kernel, const Frame& frame, mlir::Value first, mlir::Value last) {
  emit_library_call(b, body, kernel, frame.pointers, first, last);
}
void emit_tasks(CodeBuilder& b, const Graph& body, const WhileKernel& kernel, const Frame& frame, mlir::Value first, mlir::Value last) {
  emit_while(b, body, frame.arrays, groups(b, std::get<WhileLanes>(kernel.mapping).width, first, last));
}

// A group's function, which is what the thread pool calls as well.
KernelFunction emit_group_function(mlir::ModuleOp module, const GroupKernel& kernel, std::uint32_t index, bool may_be_parallel) {
  CodeBuilder b(mlir::UnknownLoc::get(module.getContext()), module.getContext());
  b.setLoc(root_location(b, kernel.member));
  b.called = frequent(kernel.member);
  b.module = module;
  KernelFunction out{.name = "kernel" + std::to_string(index), .parallel = may_be_parallel && kernel.threads, .takes_list = true};
  const ir::Literal table = group_table(kernel);
  out.tasks = static_cast<std::int64_t>(kernel.tasks().size());
  const auto ptr = LLVM::LLVMPointerType::get(module.getContext());
  b.setInsertionPointToStart(module.getBody());
  emit_constant(b, out.name + "_tasks", table, LLVM::Linkage::Internal);
  b.setInsertionPointToEnd(module.getBody());
  auto function = create_function(b, out.name, {ptr, b.getI64Type(), b.getI64Type()});
  mlir::Block* block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  const auto index_of = [&](unsigned i) { return mlir::arith::IndexCastOp::create(b, b.getIndexType(), block->getArgument(i)); };
  const mlir::Value rows = LLVM::AddressOfOp::create(b, ptr, out.name + "_tasks");
  emit_group(b, kernel, block->getArgument(0), rows, index_of(1), index_of(2));
  mlir::func::ReturnOp::create(b);
  return out;
}

}  // namespace

KernelFunction emit_kernel(mlir::ModuleOp module, const Kernel& kernel, std::uint32_t index, bool may_be_parallel) {
  if (const auto* group = std::get_if<GroupKernel>(&kernel.plan)) return emit_group_function(module, *group, index, may_be_parallel);
  auto* context = module.getContext();
  const Graph& body = kernel.body;
  CodeBuilder b(mlir::UnknownLoc::get(context), context);
  b.setLoc(root_location(b, body));
  b.called = frequent(body);
  b.module = module;
  const CallShape shape = std::visit([&](const auto& plan) { return call_shape(body, plan); }, kernel.plan);
  const KernelFunction out{.name = "kernel" + std::to_string(index),
                           .tasks = shape.tasks,
                           .parallel = may_be_parallel && shape.threads,
                           .partial_bytes = shape.partial_bytes,
                           .scratch_bytes = shape.scratch_bytes};

  const auto ptr = LLVM::LLVMPointerType::get(context);
  llvm::SmallVector<mlir::Type> others;
  if (out.partial_bytes > 0) others.push_back(ptr);
  if (out.parallel) others.append({b.getI64Type(), b.getI64Type()});
  const Frame frame = begin(module, b, kernel, out.name, others);
  if (!out.parallel && shape.may_be_inlined && is_small(kernel)) frame.function->setAttr("passthrough", b.getStrArrayAttr({"alwaysinline"}));
  mlir::Value first = constant_index(b, 0), last = constant_index(b, out.tasks);
  if (out.parallel) {
    first = mlir::arith::IndexCastOp::create(b, b.getIndexType(), frame.others.drop_back().back());
    last = mlir::arith::IndexCastOp::create(b, b.getIndexType(), frame.others.back());
  }
  std::visit([&](const auto& plan) { emit_tasks(b, body, plan, frame, first, last); }, kernel.plan);
  mlir::func::ReturnOp::create(b);
  if (out.partial_bytes > 0) {
    const Frame join = begin(module, b, kernel, out.name + "_join", {ptr});
    emit_loop_join(b, body, std::get<LoopKernel>(kernel.plan), join.arrays, join.others[0]);
    mlir::func::ReturnOp::create(b);
  }
  return out;
}

}  // namespace espalier::codegen
