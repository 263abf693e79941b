#include "espalier/jit/gpu/kernel.h"

#include <numeric>

#include "espalier/ir/error.h"
#include "espalier/jit/emit/loops/axis_kernels.h"
#include "espalier/jit/emit/kernel.h"
#include "espalier/jit/emit/loops/scatter.h"
#include "espalier/jit/emit/loops/sort.h"
#include "espalier/jit/emit/loops/while.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
namespace gpu = mlir::gpu;
namespace scf = mlir::scf;
using MValue = mlir::Value;

namespace {

MValue below(CodeBuilder& b, MValue x, std::int64_t limit) { return arith::CmpIOp::create(b, arith::CmpIPredicate::ult, x, constant_index(b, limit)); }

// A thread for each point of a walk.
Walk thread_per_point(GpuFunction& f, const Launch& launch) {
  return [&f, per_block = launch.threads](const Shape& shape, int skip, const AtPoint& at) {
    llvm::SmallVector<std::int64_t> extents(shape.begin(), shape.end());
    if (skip >= 0) extents[skip] = 1;
    const std::int64_t points = std::accumulate(extents.begin(), extents.end(), std::int64_t{1}, std::multiplies<>());
    const MValue number = index_add(f.b, index_scale(f.b, f.block, per_block), f.thread);
    mlir::OpBuilder::InsertionGuard guard(f.b);
    f.b.setInsertionPointToStart(scf::IfOp::create(f.b, below(f.b, number, points), false).thenBlock());
    at(split_index(f.b, {number, 0, {}}, extents, 1), 1, {});
  };
}

// The code of each kind of kernel, and its grid.
Launch emit(GpuFunction& f, const Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays) {
  emit_gpu_loop_kernel(f, body, kernel, std::move(arrays));
  return std::get<PointLaunch>(kernel.mapping).grid();
}
Launch emit(GpuFunction& f, const Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays) {
  emit_gpu_contraction(f, body, kernel, std::move(arrays));
  return std::get<TileLaunch>(kernel.mapping).grid();
}
Launch emit(GpuFunction& f, const Graph& body, const CumulativeKernel& kernel, std::vector<Storage> arrays) {
  const auto& launch = std::get<Launch>(kernel.walk);
  emit_cumulative(f.b, body, kernel, arrays, thread_per_point(f, launch));
  return launch;
}
Launch emit(GpuFunction& f, const Graph& body, const UpdateKernel& kernel, std::vector<Storage> arrays) {
  const auto& launch = std::get<Launch>(kernel.walk);
  emit_update(f.b, body, arrays, thread_per_point(f, launch));
  return launch;
}
Launch emit(GpuFunction& f, const Graph& body, const ScatterKernel& kernel, std::vector<Storage> arrays) {
  const auto& launch = std::get<Launch>(kernel.walk);
  emit_scatter(f.b, body, kernel, arrays, thread_per_point(f, launch), loops(f.b, 1));
  return launch;
}
Launch emit(GpuFunction& f, const Graph& body, const SortKernel& kernel, std::vector<Storage> arrays) {
  const auto& launch = std::get<Launch>(std::get<RankSort>(kernel.method).walk);
  emit_sort_by_rank(f.b, body, arrays, thread_per_point(f, launch));
  return launch;
}

Launch emit(GpuFunction&, const Graph&, const GroupKernel&, const std::vector<Storage>&) { throw CompileError("group", "has no code for GPUs"); }  // none is planned for them
Launch emit(GpuFunction&, const Graph& body, const LibraryKernel&, const std::vector<Storage>&) { throw CompileError(std::string(name(body.nodes[0].op)), "has no code for GPUs"); }
Launch emit(GpuFunction& f, const Graph& body, const WhileKernel& kernel, std::vector<Storage> arrays) {
  const auto& launch = std::get<Launch>(kernel.mapping);
  emit_while(f.b, body, arrays, thread_per_point(f, launch));
  return launch;
}

}  // namespace

Storage GpuFunction::shared(DType dtype, std::int64_t size) {
  auto* context = b.getContext();
  const auto space = gpu::AddressSpaceAttr::get(context, gpu::AddressSpace::Workgroup);
  const auto type = mlir::MemRefType::get({size}, memory_type(context, dtype), mlir::MemRefLayoutAttrInterface{}, space);
  return {op.addWorkgroupAttribution(type, b.getLoc()), Type(dtype, {size})};
}

GpuKernel emit_gpu_kernel(gpu::GPUModuleOp module, const Kernel& kernel, std::uint32_t index) {
  auto* context = module.getContext();
  CodeBuilder b(mlir::UnknownLoc::get(context), context);
  b.setLoc(root_location(b, kernel.body));
  b.has = {.c_library = false, .whole_extremum = true};
  b.setInsertionPointToEnd(module.getBody());
  const Graph& body = kernel.body;
  std::vector<Type> types(body.input_types().begin(), body.input_types().end());
  for (Type type : body.output_types()) types.push_back(type);
  llvm::SmallVector<mlir::Type> parameters;
  for (Type type : types) parameters.push_back(mlir::MemRefType::get({std::max<std::int64_t>(type.size(), 1)}, memory_type(context, type.dtype())));
  auto op = gpu::GPUFuncOp::create(b, "kernel" + std::to_string(index), b.getFunctionType(parameters, {}));
  op->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  const std::vector<bool> shared = shares_memory(kernel);
  std::vector<Storage> arrays;
  for (std::size_t i = 0; i < types.size(); ++i) {
    arrays.push_back({op.getArgument(i), types[i]});
    if (!shared[i]) op.setArgAttr(i, mlir::LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
  }
  b.setInsertionPointToStart(&op.getBody().front());
  GpuFunction f{b, op, gpu::ThreadIdOp::create(b, gpu::Dimension::x), gpu::BlockIdOp::create(b, gpu::Dimension::x)};
  const Launch launch = std::visit([&](const auto& plan) { return emit(f, body, plan, std::move(arrays)); }, kernel.plan);
  b.setInsertionPointToEnd(&op.getBody().front());
  gpu::ReturnOp::create(b);
  op.setKnownBlockSizeAttr(b.getDenseI32ArrayAttr({static_cast<std::int32_t>(launch.threads), 1, 1}));
  constexpr std::int64_t most_blocks = (std::int64_t{1} << 31) - 1;
  if (launch.blocks > most_blocks) throw CompileError(op.getName().str(), "has more points than the grid of a GPU can have", "divide the arrays into parts");
  return {op, launch};
}

}  // namespace espalier::codegen
