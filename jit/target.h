#pragma once
// The processor that kernels are made for, as numbers.
#include <cstdint>
#include <string>

namespace espalier::codegen {

/// A plain value: it is part of every cache key. One that nobody filled in is a processor of 256 bits with common caches.
struct Target {
  enum class Kind : std::uint8_t {
    cpu,
    gpu,
  } kind = Kind::cpu;
  std::string triple{};
  std::string cpu{};       ///< LLVM's name, e.g. "znver4"
  std::string features{};  ///< LLVM's feature string, e.g. "+avx2,+fma,…"
  int vector_bits = 256;                ///< 512, 256 or 128: the widest vector worth emitting
  int vector_registers = 16;            ///< 32 with AVX-512, else 16
  std::int64_t l1_bytes = 32 << 10;     ///< data cache of one core
  std::int64_t l2_bytes = 512 << 10;
  std::int64_t l3_bytes = 8 << 20;      ///< shared by the cores of a cluster

  /// Lanes of the widest vector for elements of so many bytes.
  std::int64_t lanes(std::int64_t element_bytes) const { return vector_bits / 8 / element_bytes; }
};

}  // namespace espalier::codegen
