#include "espalier/jit/gpu/program.h"

#include <llvm/Support/TargetSelect.h>
#include <mlir/Conversion/ArithToLLVM/ArithToLLVM.h>
#include <mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h>
#include <mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h>
#include <mlir/Conversion/LLVMCommon/ConversionTarget.h>
#include <mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h>
#include <mlir/Conversion/Passes.h>
#include <mlir/Dialect/LLVMIR/NVVMDialect.h>
#include <mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h>
#include <mlir/Transforms/DialectConversion.h>

#include <mutex>

#include "espalier/ir/error.h"
#include "espalier/jit/cpu/line_table.h"
#include "espalier/jit/cpu/pipeline.h"
#include "espalier/jit/emit/program.h"
#include "espalier/jit/gpu/kernel.h"

namespace espalier::codegen {
namespace {

namespace gpu = mlir::gpu;
namespace LLVM = mlir::LLVM;
using mlir::Value;

constexpr const char* copy_name = "espalier_device_copy";
constexpr const char* read_name = "espalier_device_read";

std::unique_ptr<mlir::MLIRContext> make_gpu_context() {
  mlir::DialectRegistry registry;
  registry.insert<mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect, mlir::func::FuncDialect, gpu::GPUDialect, LLVM::LLVMDialect, mlir::math::MathDialect,
                  mlir::memref::MemRefDialect, mlir::NVVM::NVVMDialect, mlir::scf::SCFDialect, mlir::ub::UBDialect, mlir::vector::VectorDialect>();
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerGPUDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  mlir::registerNVVMDialectTranslation(registry);
  auto context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

mlir::MLIRContext& context() {
  thread_local const std::unique_ptr<mlir::MLIRContext> made = make_gpu_context();
  return *made;
}

void initialise_nvptx() {
  static std::once_flag once;
  std::call_once(once, [] {
    LLVMInitializeNVPTXTargetInfo();
    LLVMInitializeNVPTXTarget();
    LLVMInitializeNVPTXTargetMC();
    LLVMInitializeNVPTXAsmPrinter();
  });
}

// Indices of 32 bits take half the registers and a quarter of the instructions of wide ones.
unsigned index_bits(const Program& program) {
  constexpr double most = 1 << 30;  // leaves room for what lies beyond the last element
  for (const Kernel& kernel : program.kernels) {
    double points = 1;
    if (const auto* loop = std::get_if<LoopKernel>(&kernel.plan)) {
      for (auto extent : loop->loops.extents) points *= static_cast<double>(extent);
    }
    for (ir::Type type : kernel.body.types) points = std::max(points, static_cast<double>(type.size()));
    if (points > most) return 64;
  }
  return 32;
}

// The host's part: launches instead of calls, and device memory instead of its own.
void emit_host(mlir::ModuleOp module, gpu::GPUModuleOp device, const Program& program, const std::vector<GpuKernel>& kernels) {
  CodeBuilder b(module.getLoc(), module.getContext());
  const auto ptr = LLVM::LLVMPointerType::get(module.getContext());
  b.setInsertionPointToStart(module.getBody());
  mlir::func::FuncOp::create(b, copy_name, b.getFunctionType({ptr, ptr, b.getI64Type()}, {})).setPrivate();
  mlir::func::FuncOp::create(b, read_name, b.getFunctionType({ptr}, {b.getI32Type()})).setPrivate();
  EntryCode code;
  code.call = [&](CodeBuilder& at, std::uint32_t k, llvm::ArrayRef<Value> pointers) {
    auto [function, launch] = kernels[k];
    llvm::SmallVector<Value> arrays;
    for (std::size_t i = 0; i < pointers.size(); ++i) {
      arrays.push_back(mlir::UnrealizedConversionCastOp::create(at, function.getArgumentTypes()[i], pointers[i]).getResult(0));
    }
    const Value blocks = constant_index(at, launch.blocks), threads = constant_index(at, launch.threads), one = constant_index(at, 1);
    gpu::LaunchFuncOp::create(at, function, gpu::KernelDim3{blocks, one, one}, gpu::KernelDim3{threads, one, one}, Value(), arrays);
  };
  code.call_host = [&](CodeBuilder&, std::uint32_t callee, Value, Value) {
    throw CompileError("host_call", "the program calls the host's \"" + program.callees[callee].name + "\", which a GPU's program cannot do yet", "compile it for a CPU");
  };
  code.copy = [&](CodeBuilder& at, Value to, Value from, std::int64_t bytes) {
    const Value size = LLVM::ConstantOp::create(at, at.getI64Type(), at.getI64IntegerAttr(bytes));
    mlir::func::CallOp::create(at, copy_name, mlir::TypeRange{}, mlir::ValueRange{to, from, size});
  };
  code.read_index = [&](CodeBuilder& at, Value index) { return mlir::func::CallOp::create(at, read_name, mlir::TypeRange{at.getI32Type()}, mlir::ValueRange{index}).getResult(0); };
  code.constant = [&](CodeBuilder& at, std::size_t n, const ir::Literal& literal) {
    // As in CUDA: the data are the kernels' module's, and the host has a name for their address.
    const std::string name = "constant" + std::to_string(n);
    mlir::OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(device.getBody());
    const auto type = emit_constant(b, name, literal, LLVM::Linkage::External).getType();
    b.setInsertionPointToStart(module.getBody());
    LLVM::GlobalOp::create(b, type, true, LLVM::Linkage::External, name, mlir::Attribute(), 64);
    return LLVM::AddressOfOp::create(at, ptr, name).getResult();
  };
  emit_entry(module, program, code);
}

mlir::OwningOpRef<mlir::ModuleOp> emit(const Program& program) {
  const auto loc = mlir::UnknownLoc::get(&context());
  mlir::OwningOpRef<mlir::ModuleOp> module = mlir::ModuleOp::create(loc);
  module->getOperation()->setAttr(gpu::GPUDialect::getContainerModuleAttrName(), mlir::UnitAttr::get(&context()));
  CodeBuilder b(loc, &context());
  b.setInsertionPointToEnd(module->getBody());
  auto device = gpu::GPUModuleOp::create(b, "kernels");
  std::vector<GpuKernel> kernels;
  for (std::uint32_t k = 0; k < program.kernels.size(); ++k) kernels.push_back(emit_gpu_kernel(device, program.kernels[k], k));
  emit_host(*module, device, program, kernels);
  return module;
}

// All dialects become LLVM's and NVVM's at once, but for math: the stock patterns would call NVIDIA's library of device
// functions, where intrinsics of LLVM are single instructions.
struct KernelsToNvvm : mlir::PassWrapper<KernelsToNvvm, mlir::OperationPass<gpu::GPUModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(KernelsToNvvm)
  explicit KernelsToNvvm(unsigned index_bits) : index_bits(index_bits) {}

  void runOnOperation() override {
    mlir::LowerToLLVMOptions options(&getContext());
    options.useBarePtrCallConv = true;
    options.overrideIndexBitwidth(index_bits);
    mlir::LLVMTypeConverter converter(&getContext(), options);
    mlir::configureGpuToNVVMTypeConverter(converter);
    mlir::RewritePatternSet patterns(&getContext());
    mlir::populateGpuToNVVMConversionPatterns(converter, patterns);
    mlir::arith::populateArithToLLVMConversionPatterns(converter, patterns);
    mlir::cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    mlir::populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    mlir::LLVMConversionTarget target(getContext());
    mlir::configureGpuToNVVMConversionLegality(target);
    target.addLegalDialect<mlir::math::MathDialect>();
    if (mlir::failed(mlir::applyPartialConversion(getOperation(), target, std::move(patterns)))) signalPassFailure();
  }

  unsigned index_bits;
};

void lower(gpu::GPUModuleOp kernels, unsigned bits) {
  mlir::PassManager passes(kernels.getContext(), gpu::GPUModuleOp::getOperationName());
  passes.enableVerifier(false);
  passes.addPass(mlir::createSCFToControlFlowPass());
  passes.addPass(std::make_unique<KernelsToNvvm>(bits));
  passes.addPass(mlir::createConvertMathToLLVMPass());
  passes.addPass(mlir::createReconcileUnrealizedCastsPass());
  run_passes(passes, kernels, "lowering to NVVM failed");
}

}  // namespace

// sm_80 is the oldest processor with IEEE minima and maxima; the features name the PTX that CUDA 12 introduced.
Target gpu_target() {
  Target target;
  target.kind = Target::Kind::gpu;
  target.triple = "nvptx64-nvidia-cuda";
  target.cpu = "sm_80";
  target.features = "+ptx80";
  return target;
}

std::string print_gpu(const Program& program, bool locations) {
  std::string out;
  llvm::raw_string_ostream stream(out);
  emit(program)->print(stream, mlir::OpPrintingFlags().enableDebugInfo(locations));
  return out;
}

std::string emit_ptx(const Program& program, bool lines) {
  auto module = emit(program);
  const auto kernels = *module->getOps<gpu::GPUModuleOp>().begin();
  lower(kernels, index_bits(program));
  make_line_table(kernels, lines ? LineTable::directives : LineTable::none);
  initialise_nvptx();
  const Target target = gpu_target();
  llvm::LLVMContext llvm_context;
  const auto translated = translate_to_llvm_ir(kernels, llvm_context, target);
  const auto machine = make_target_machine(target);
  optimise(*translated, *machine);
  return emit_assembly(*translated, *machine);
}

}  // namespace espalier::codegen
