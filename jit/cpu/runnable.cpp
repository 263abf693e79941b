#include "espalier/jit/cpu/runnable.h"

#include <llvm/MC/MCSubtargetInfo.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

namespace espalier::codegen {

std::string missing_here(const Target& target) {
  // The instruction sets that code for arithmetic and loops may use. LLVM uses others only on request.
  const auto used = [](llvm::StringRef name) {
    for (const char* set : {"sse", "ssse", "avx", "fma", "f16c", "xop", "tbm", "bmi", "lzcnt", "popcnt", "movbe", "gfni"}) {
      if (name.starts_with(set)) return true;
    }
    return false;
  };
  auto machine = make_target_machine(target);
  std::string missing;
  for (const auto& [name, present] : llvm::sys::getHostCPUFeatures()) {
    if (present || !used(name) || !machine->getMCSubtargetInfo()->checkFeatures(("+" + name).str())) continue;
    if (missing.empty() || name.str() < missing) missing = name.str();  // the map has no order
  }
  return missing;
}

}  // namespace espalier::codegen
