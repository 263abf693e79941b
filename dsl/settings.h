#pragma once
// settings: what holds for the whole process until it is set otherwise.
#include <atomic>

#include "espalier/ir/check.h"

namespace espalier {
namespace detail {
/// State of the process, on purpose: a program is debugged as a whole.
inline std::atomic<Check> checks_asked_for{Check::none};
inline std::atomic<std::uint32_t> key_reuse_asked_for{0};  // how often it was; 0: it is off
}  // namespace detail

namespace settings {

/// From now on ops that are evaluated, outside of `jit` and in transforms, throw CheckError at the first bad value; and so do functions
/// that are jitted, each compiled anew for its checks, beside those of its own options. Check::none: no more. See docs/checks.md.
inline void set_check(Check checks) { detail::checks_asked_for.store(checks, std::memory_order_relaxed); }
/// What was set last.
[[nodiscard]] inline Check check() { return detail::checks_asked_for.load(std::memory_order_relaxed); }

/// From now on KeyReuseError is thrown where random numbers are drawn from a key, or it is split, that was drawn from or split before, and
/// names both places. `fold_in` is no use of a key. Keys are told apart by their words where they are used at once, each thread by itself,
/// and by the op that made them inside of a traced function, where the branches of a `cond` may each use one. What a jitted function did
/// to its keys is not known outside of it. Turned on again, or off, it forgets which keys were used.
void set_key_reuse_check(bool on);

}  // namespace settings
}  // namespace espalier
