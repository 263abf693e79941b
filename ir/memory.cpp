#include "espalier/ir/memory.h"

#include <sys/sysinfo.h>

#include "espalier/ir/error.h"

namespace espalier::ir {

std::uint64_t machine_bytes() {
  static const std::uint64_t bytes = [] {
    struct sysinfo machine{};
    return sysinfo(&machine) == 0 ? (std::uint64_t{machine.totalram} + machine.totalswap) * machine.mem_unit : UINT64_MAX;
  }();
  return bytes;
}

std::string memory_text(std::int64_t bytes) { return std::to_string(bytes) + " bytes; this machine has " + std::to_string(machine_bytes()); }

void fail_memory(Type type, Loc made) {
  const std::string place = made.line == 0 ? "" : " made at " + std::string(made.file) + ":" + std::to_string(made.line);
  ShapeError error("memory", "there is no memory for " + type.str() + place + ", " + memory_text(type.nbytes()), "compute it in parts, or reduce it inside of the function that is jitted: what is fused is never stored");
  error.shapes = {type.shape()};
  throw error;
}

}  // namespace espalier::ir
