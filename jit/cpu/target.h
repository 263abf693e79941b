#pragma once

#include <cstdint>
#include <memory>
#include <string>

namespace llvm {
class TargetMachine;
}

namespace espalier::codegen {

/// The processor that kernels are made for. A plain value: it is part of every cache key.
struct Target {
  std::string triple;
  std::string cpu;       ///< LLVM's name, e.g. "znver4"
  std::string features;  ///< LLVM's feature string, e.g. "+avx2,+fma,…"
  int vector_bits;       ///< 512, 256 or 128: the widest vector worth emitting
  int vector_registers;  ///< 32 with AVX-512, else 16
  int64_t l1_bytes;      ///< data cache of one core
  int64_t l2_bytes;
  int64_t l3_bytes;  ///< shared by the cores of a cluster

  /// Lanes of the widest vector for elements of so many bytes.
  int64_t lanes(int64_t element_bytes) const { return vector_bits / 8 / element_bytes; }
};

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
