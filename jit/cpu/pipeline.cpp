#include "espalier/jit/cpu/pipeline.h"

#include <llvm/Analysis/TargetTransformInfo.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/Error.h>
#include <llvm/TargetParser/Triple.h>
#include <mlir/Conversion/Passes.h>
#include <mlir/Dialect/Index/IR/IndexDialect.h>
#include <mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h>
#include <mlir/Target/LLVMIR/Export.h>

#include <stdexcept>

#include "espalier/jit/cpu/halves.h"
#include "espalier/jit/cpu/masks.h"

namespace espalier::codegen {
namespace {

// By default Instcombine ends the process if one iteration of it has left something to combine.
constexpr const char* function_passes = "function(sroa,early-cse,instcombine<no-verify-fixpoint>,loop-mssa(licm),simplifycfg)";

/// Keeps MLIR's diagnostics as text, so that they end in an exception and not on the terminal.
class Diagnostics {
 public:
  explicit Diagnostics(mlir::MLIRContext* context)
      : handler_(context, [this](mlir::Diagnostic& diagnostic) { text_ += diagnostic.str() + "\n"; }) {}
  [[noreturn]] void fail(const std::string& what) const { throw std::runtime_error(what + "\n" + text_); }

 private:
  std::string text_;
  mlir::ScopedDiagnosticHandler handler_;
};

void set_target_attributes(llvm::Module& module, const Target& target) {
  for (llvm::Function& function : module) {
    if (function.isDeclaration()) continue;
    function.addFnAttr("target-cpu", target.cpu);
    if (!target.features.empty()) function.addFnAttr("target-features", target.features);
    if (target.vector_bits > 0) function.addFnAttr("prefer-vector-width", std::to_string(target.vector_bits));
    function.addFnAttr(llvm::Attribute::NoUnwind);
  }
}

std::string emit(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream out(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, out, nullptr, type)) throw std::runtime_error("target cannot emit this file");
  passes.run(module);
  return std::string(bytes.begin(), bytes.end());
}

}  // namespace

std::unique_ptr<mlir::MLIRContext> make_context() {
  mlir::DialectRegistry registry;
  registry
      .insert<mlir::arith::ArithDialect, mlir::cf::ControlFlowDialect, mlir::func::FuncDialect,
              mlir::index::IndexDialect, mlir::LLVM::LLVMDialect, mlir::math::MathDialect, mlir::memref::MemRefDialect,
              mlir::scf::SCFDialect, mlir::ub::UBDialect, mlir::vector::VectorDialect>();
  mlir::registerBuiltinDialectTranslation(registry);
  mlir::registerLLVMDialectTranslation(registry);
  auto context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
  context->loadAllAvailableDialects();
  return context;
}

void lower_to_llvm(mlir::ModuleOp module) {
  mlir::PassManager passes(module.getContext());
  passes.enableVerifier(false);
  passes.addPass(mlir::createSCFToControlFlowPass());
  passes.addPass(mlir::createConvertVectorToLLVMPass());
  passes.addPass(mlir::createConvertMathToLLVMPass());
  passes.addPass(mlir::createFinalizeMemRefToLLVMConversionPass());
  passes.addPass(mlir::createConvertFuncToLLVMPass({.useBarePtrCallConv = true}));
  passes.addPass(mlir::createArithToLLVMConversionPass());
  passes.addPass(mlir::createConvertIndexToLLVMPass());
  passes.addPass(mlir::createConvertControlFlowToLLVMPass());
  passes.addPass(mlir::createUBToLLVMConversionPass());
  passes.addPass(mlir::createReconcileUnrealizedCastsPass());
  run_passes(passes, module, "lowering to the LLVM dialect failed");
}

void run_passes(mlir::PassManager& passes, mlir::Operation* module, const char* failure) {
  Diagnostics diagnostics(module->getContext());
  if (mlir::failed(passes.run(module))) diagnostics.fail(failure);
}

std::unique_ptr<llvm::Module> translate_to_llvm_ir(mlir::Operation* module, llvm::LLVMContext& context,
                                                   const Target& target) {
  Diagnostics diagnostics(module->getContext());
  auto translated = mlir::translateModuleToLLVMIR(module, context, "espalier", /*disableVerification=*/true);
  if (!translated) diagnostics.fail("translation to LLVM IR failed");
  translated->setTargetTriple(llvm::Triple(target.triple));
  set_target_attributes(*translated, target);
  return translated;
}

void optimise(llvm::Module& module, llvm::TargetMachine& machine) {
  module.setDataLayout(machine.createDataLayout());
  expand_half_conversions(module, machine);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager sccs;
  llvm::ModuleAnalysisManager modules;
  llvm::PassBuilder builder(&machine);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(sccs);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, sccs, modules);
  llvm::ModulePassManager passes;
  llvm::cantFail(builder.parsePassPipeline(passes, std::string("always-inline,") + function_passes));
  passes.run(module, modules);
  split_masked_loads(module, machine);
  split_masked_stores(module, machine);
}

std::string emit_object(llvm::Module& module, llvm::TargetMachine& machine) {
  return emit(module, machine, llvm::CodeGenFileType::ObjectFile);
}

std::string emit_assembly(llvm::Module& module, llvm::TargetMachine& machine) {
  return emit(module, machine, llvm::CodeGenFileType::AssemblyFile);
}

}  // namespace espalier::codegen
