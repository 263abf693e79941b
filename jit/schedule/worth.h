#pragma once
// When a call is worth splitting over threads.

namespace espalier::codegen {

/// Splitting pays when the work is worth many times the 1-5 µs of waking a thread: about this many simple operations.
inline constexpr double worth_threads = 1 << 18;
/// A product does this many of its multiplications and additions in the time of one operation that a loop loads operands for.
inline constexpr double sums_per_operation = 16;

}  // namespace espalier::codegen
