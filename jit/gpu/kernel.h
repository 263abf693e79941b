#pragma once
// One kernel as one function of a GPU.
#include <mlir/Dialect/GPU/IR/GPUDialect.h>

#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/schedule.h"

namespace espalier::codegen {

/// A kernel's function under construction.
struct GpuFunction {
  CodeBuilder& b;
  mlir::gpu::GPUFuncOp op;
  mlir::Value thread, block;  ///< numbers, of type index

  /// `size` elements that the threads of a block share; uninitialised.
  Storage shared(DType dtype, std::int64_t size);
  void barrier() { mlir::gpu::BarrierOp::create(b); }
};

/// A kernel's function and its grid.
struct GpuKernel {
  mlir::gpu::GPUFuncOp function;
  Launch launch;
};
/// Emits `gpu.func @kernel<index>(operands…, results…)`, each a flat memref. CompileError if the kernel needs more blocks
/// than a grid has.
GpuKernel emit_gpu_kernel(mlir::gpu::GPUModuleOp module, const Kernel& kernel, std::uint32_t index);

/// The points of a loop kernel, one for each thread or for a group of threads that divide its reduced points among them.
void emit_gpu_loop_kernel(GpuFunction& function, const ir::Graph& body, const LoopKernel& kernel, std::vector<Storage> arrays);
/// The product of a contraction, tile by tile through shared memory, and its epilogue.
void emit_gpu_contraction(GpuFunction& function, const ir::Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays);

}  // namespace espalier::codegen
