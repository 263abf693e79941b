#include "espalier/jit/cpu/target.h"

#include <llvm/IR/LLVMContext.h>
#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <llvm/TargetParser/SubtargetFeature.h>

#include <fstream>
#include <mutex>
#include <stdexcept>
#include <unistd.h>

#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

/// Kernels arrive with the addresses they want: one induction variable, static offsets. Loop strength reduction finds
/// nothing to improve in them and takes a third of the time of code generation. LLVM has no other switch for it than
/// this option of the process.
void switch_off_loop_strength_reduction() {
  auto& options = llvm::cl::getRegisteredOptions();
  auto found = options.find("disable-lsr");
  if (found != options.end()) found->second->addOccurrence(0, "disable-lsr", "true");
}

void initialise_native_target() {
  static std::once_flag once;
  std::call_once(once, [] {
    switch_off_loop_strength_reduction();
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    llvm::InitializeNativeTargetAsmParser();
  });
}

int64_t cache_bytes(int name, int64_t otherwise) {
  int64_t bytes = sysconf(name);
  return bytes > 0 ? bytes : otherwise;
}

/// The last cache that a core can use. The C library may report those of a whole package as one, so the kernel is asked first.
int64_t last_cache_bytes() {
  std::ifstream file("/sys/devices/system/cpu/cpu0/cache/index3/size");
  int64_t size = 0;
  char unit = 0;
  if (file >> size >> unit && size > 0 && (unit == 'K' || unit == 'M')) return size << (unit == 'K' ? 10 : 20);
  return cache_bytes(_SC_LEVEL3_CACHE_SIZE, 8 << 20);
}

/// Derives vector width and registers from the features that the CPU name and the feature string together switch on.
Target complete(Target target) {
  initialise_native_target();
  auto machine = make_target_machine(target);
  const llvm::MCSubtargetInfo& info = *machine->getMCSubtargetInfo();
  bool wide = info.checkFeatures("+avx512f,+avx512vl,+avx512dq,+avx512bw");
  bool middle = info.checkFeatures("+avx2,+fma");
  target.vector_bits = wide ? 512 : (middle ? 256 : 128);
  target.vector_registers = wide ? 32 : 16;
  target.l1_bytes = cache_bytes(_SC_LEVEL1_DCACHE_SIZE, 32 << 10);
  target.l2_bytes = cache_bytes(_SC_LEVEL2_CACHE_SIZE, 512 << 10);
  target.l3_bytes = last_cache_bytes();
  return target;
}

Target detect_host() {
  llvm::SubtargetFeatures features;
  for (const auto& [name, present] : llvm::sys::getHostCPUFeatures()) features.AddFeature(name, present);
  Target target{};
  target.triple = llvm::sys::getProcessTriple();
  target.cpu = llvm::sys::getHostCPUName().str();
  target.features = features.getString();
  return complete(std::move(target));
}

}  // namespace

const Target& host_target() {
  static const Target target = detect_host();
  return target;
}

Target named_target(const std::string& cpu) {
  Target target{};
  target.triple = llvm::sys::getProcessTriple();
  auto machine = make_target_machine(target);
  if (cpu == "help" || !machine->getMCSubtargetInfo()->isCPUStringValid(cpu)) {
    throw ArgumentError("target", "LLVM knows no processor '" + cpu + "' of this architecture", "avx2, avx512, or a name such as haswell, znver4 (llc -mcpu=help lists them)");
  }
  target.cpu = cpu;
  machine = make_target_machine(target);
  // LLVM knows processors that cannot run a process such as this one, and ends the process where it is asked for their code.
  if (llvm::Triple(target.triple).getArch() == llvm::Triple::x86_64 && !machine->getMCSubtargetInfo()->checkFeatures("+64bit")) {
    throw ArgumentError("target", "'" + cpu + "' is a processor of 32 bits, and this process has 64", "avx2, avx512, x86-64, or a name such as haswell, znver4");
  }
  return complete(std::move(target));
}

std::unique_ptr<llvm::TargetMachine> make_target_machine(const Target& target) {
  initialise_native_target();
  llvm::Triple triple(target.triple);
  std::string error;
  const llvm::Target* found = llvm::TargetRegistry::lookupTarget(triple, error);
  if (!found) throw std::runtime_error("no code generator for " + target.triple + ": " + error);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Standard;  // a fused multiply-add only where the emitter asked for one
  return std::unique_ptr<llvm::TargetMachine>(found->createTargetMachine(triple, target.cpu, target.features, options,
                                                                         llvm::Reloc::PIC_, llvm::CodeModel::Small,
                                                                         llvm::CodeGenOptLevel::Default, true));
}

}  // namespace espalier::codegen
