#pragma once
// What is said where there is no memory for a value.
#include "espalier/ir/graph.h"

namespace espalier::ir {

/// ShapeError: the system has no memory for a value of this type. `made` is where the user's op stands, for callers that
/// know no place of their own.
[[noreturn]] void fail_memory(Type type, Loc made = {});
/// "4503599627370496 bytes; this machine has 25769803776": what was asked for, and how much memory there is, swap included.
std::string memory_text(std::int64_t bytes);

}  // namespace espalier::ir
