#include "espalier/jit/emit/kernel.h"

#include "espalier/ir/error.h"
#include "espalier/jit/emit/axis_kernels.h"
#include "espalier/jit/emit/contraction_kernel.h"
#include "espalier/jit/emit/function.h"
#include "espalier/jit/emit/loop_kernel.h"
#include "espalier/jit/schedule/roles.h"

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
    const Type type = node.op == Op::reduce || node.op == Op::arg_reduce ? body.type_of(body.operands_of(node)[0]) : body.type_of(node.first_result);
    if (is_elementwise(node.op) || node.op == Op::threefry2x32) work += static_cast<double>(type.size()) * (is_cheap(node.op) ? 1 : 8);
    else work += static_cast<double>(type.size());
  }
  for (Type type : body.input_types()) work += static_cast<double>(type.size());
  return work;
}

// Bodies this small are copied into the entry: a call would cost as much as they do.
bool is_small(const Graph& body) {
  std::int64_t points = 1;
  for (Type type : body.output_types()) points = std::max(points, type.size());
  return points * static_cast<std::int64_t>(body.nodes.size()) <= 512;
}

// Functions are expanded where they are needed, which suits loops of a few: a long body (a loop unrolled by hand, say) would
// take seconds to compile and not fit the instruction cache. It calls those that it needs more often than this.
constexpr std::size_t often = 12;

std::vector<Op> frequent(const Graph& body) {
  std::array<std::size_t, op_count> times{};
  std::vector<Op> out;
  for (const Node& node : body.nodes) {
    if (++times[static_cast<std::size_t>(node.op)] == often + 1) out.push_back(node.op);
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

Array array_at(Builder& b, mlir::Value pointer, Type type) {
  auto* context = b.getContext();
  const auto memref = mlir::MemRefType::get({std::max<std::int64_t>(type.size(), 1)}, memory_type(context, type.dtype()));
  // The descriptor of a contiguous one-dimensional memref: both pointers, offset, size, stride.
  const auto i64_type = b.getI64Type();
  const auto list = LLVM::LLVMArrayType::get(i64_type, 1);
  const auto ptr = LLVM::LLVMPointerType::get(context);
  const auto descriptor = LLVM::LLVMStructType::getLiteral(context, {ptr, ptr, i64_type, list, list});
  auto number = [&](std::int64_t n) { return LLVM::ConstantOp::create(b, i64_type, b.getI64IntegerAttr(n)); };
  mlir::Value d = LLVM::PoisonOp::create(b, descriptor);
  d = LLVM::InsertValueOp::create(b, d, pointer, llvm::ArrayRef<std::int64_t>{0});
  d = LLVM::InsertValueOp::create(b, d, pointer, llvm::ArrayRef<std::int64_t>{1});
  d = LLVM::InsertValueOp::create(b, d, number(0), llvm::ArrayRef<std::int64_t>{2});
  d = LLVM::InsertValueOp::create(b, d, number(memref.getNumElements()), llvm::ArrayRef<std::int64_t>{3, 0});
  d = LLVM::InsertValueOp::create(b, d, number(1), llvm::ArrayRef<std::int64_t>{4, 0});
  return {mlir::UnrealizedConversionCastOp::create(b, memref, d).getResult(0), type};
}

KernelFunction emit_kernel(mlir::ModuleOp module, const Kernel& kernel, std::uint32_t index, const Target& target, bool may_be_parallel) {
  auto* context = module.getContext();
  Builder b(mlir::UnknownLoc::get(context), context);
  b.setInsertionPointToEnd(module.getBody());
  const Graph& body = kernel.body;
  b.called = frequent(body);
  KernelFunction out{"kernel" + std::to_string(index)};

  LoopPlan plan;
  LoopShape shape;
  if (kernel.kind == KernelKind::loop) {
    plan = plan_loops(body);
    shape = shape_loops(body, plan, target);
    out.tasks = shape.tasks;
    out.parallel = may_be_parallel && out.tasks > 1 && work_of(body) >= parallel_work;
  } else if (kernel.kind == KernelKind::contraction) {
    out.tasks = contraction_tasks(context, body, target);
    out.parallel = may_be_parallel && out.tasks > 1 && contraction_work(body) >= sums_per_operation * parallel_work;
  }

  const std::size_t n_arrays = body.n_inputs + body.outputs.size();
  const auto ptr = LLVM::LLVMPointerType::get(context);
  llvm::SmallVector<mlir::Type> parameters(n_arrays, ptr);
  if (out.parallel) parameters.append({b.getI64Type(), b.getI64Type()});
  auto function = create_function(b, out.name, parameters);
  if (!out.parallel && is_small(body) && kernel.kind != KernelKind::contraction) function->setAttr("passthrough", b.getStrArrayAttr({"alwaysinline"}));

  const std::vector<bool> shared = shares_memory(kernel);
  for (std::size_t i = 0; i < n_arrays; ++i) {
    if (!shared[i]) function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
  }
  mlir::Block* block = function.addEntryBlock();
  b.setInsertionPointToStart(block);
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < n_arrays; ++i) {
    const Type type = i < body.n_inputs ? body.type_of(static_cast<Value>(i)) : body.type_of(body.outputs[i - body.n_inputs]);
    arrays.push_back(array_at(b, block->getArgument(i), type));
  }
  mlir::Value first = constant_index(b, 0), last = constant_index(b, out.tasks);
  if (out.parallel) {
    first = mlir::arith::IndexCastOp::create(b, b.getIndexType(), block->getArgument(n_arrays));
    last = mlir::arith::IndexCastOp::create(b, b.getIndexType(), block->getArgument(n_arrays + 1));
  }
  auto whole_vectors = [&](const Array& x) { return loops(b, target.lanes(static_cast<std::int64_t>(byte_size(x.type.dtype())))); };
  switch (kernel.kind) {
    case KernelKind::loop: emit_loop_kernel(b, body, plan, shape, std::move(arrays), first, last); break;
    case KernelKind::contraction: {
      llvm::SmallVector<mlir::Value> pointers(block->args_begin(), block->args_begin() + n_arrays);
      emit_contraction_kernel(b, body, target, pointers, std::move(arrays), first, last);
      break;
    }
    case KernelKind::cumulative: emit_cumulative(b, body.attrs_as<CumulativeAttrs>(body.nodes[0]), arrays[0], arrays[1], whole_vectors(arrays[0])); break;
    case KernelKind::update: emit_update(b, body, arrays, whole_vectors(arrays[body.operands_of(body.nodes[0])[1]])); break;
  }
  mlir::func::ReturnOp::create(b);
  return out;
}

}  // namespace espalier::codegen
