#pragma once
// What is said where there is no memory for a value.
#include <cstdint>
#include <string>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// ShapeError: the system has no memory for a value of this type. `made` is where the user's op stands, for callers that
/// know no place of their own.
[[noreturn]] void fail_memory(Type type, Loc made = {});
/// All the memory of this machine in bytes, swap included. Asked for more, the system may still promise it, and end the process
/// when it is used.
std::uint64_t machine_bytes();
/// "4503599627370496 bytes; this machine has 25769803776": what was asked for, and how much memory there is, swap included.
std::string memory_text(std::int64_t bytes);

}  // namespace espalier::ir
