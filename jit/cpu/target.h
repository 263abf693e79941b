#pragma once
// The processors that LLVM makes code for: the one we run on, and others by name.
#include <memory>
#include <string>

#include "espalier/jit/target.h"

namespace llvm {
class TargetMachine;
}

namespace espalier::codegen {

/// The processor we run on. Detected once.
const Target& host_target();

/// A processor by LLVM's name (e.g. "haswell" for AVX2 without AVX-512), with the caches of the host: for tests that
/// compare vector widths on one machine, and for export. Running its code needs a host that has its instructions.
/// ArgumentError for a name that LLVM does not know.
Target named_target(const std::string& cpu);

/// A code generator for the target. One per thread; costs about 0.2 ms. Throws std::runtime_error for an unknown
/// triple.
std::unique_ptr<llvm::TargetMachine> make_target_machine(const Target&);

}  // namespace espalier::codegen
