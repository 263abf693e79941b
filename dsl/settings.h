#pragma once
// settings: what holds for the whole process until it is set otherwise.
#include <atomic>
#include <cstdint>
#include <string>

#include "espalier/ir/check.h"
#include "espalier/ir/shape.h"

namespace espalier {
namespace detail {
/// State of the process, on purpose: a program is debugged as a whole.
inline std::atomic<Check> checks_asked_for{Check::none};
inline std::atomic<std::uint32_t> key_reuse_asked_for{0};  // how often it was; 0: it is off
inline std::atomic<bool> eager_asked_for{false};
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

/// From now on jitted functions are traced and simplified as before, and then evaluated op by op: nothing is compiled, and what was compiled
/// is not called. So a wrong number, or a compile that takes long, is found to be the compiler's or not. `JitOptions::threads` and
/// `flush_subnormals` are of code, and do nothing then. `lower(…)` and `text(…)` compile as always.
inline void set_eager_only(bool on) { detail::eager_asked_for.store(on, std::memory_order_relaxed); }
/// What was set last.
[[nodiscard]] inline bool eager_only() { return detail::eager_asked_for.load(std::memory_order_relaxed); }

/// Large kernels are split over at most so many threads, this one included, from the next call on; 0: as many as there are cores that the
/// process may run on. Results do not depend on it. ArgumentError for a negative number.
void set_threads(int count, Where where = Where::current());
/// How many threads that is.
[[nodiscard]] int threads();

/// Writes each stage of every function that is compiled from now on as a file into that folder, which is made if there is none: what the
/// environment's ESPALIER_DUMP does, and in its place. "": into the environment's, if it names one. See docs/dumps.md. IoError, at the
/// compile, where it cannot be written to.
void set_dump(std::string folder);

}  // namespace settings
}  // namespace espalier
