#pragma once
// Strategy: how a trainer runs its steps.
#include "espalier/ir/error.h"

namespace espalier {

/// How a trainer runs its steps: one of `eager`, `jit_only`, `jit_donate`, or `data_parallel(n)`. All give the same numbers, to rounding.
class [[nodiscard]] Strategy {
 public:
  /// Op by op, with nothing compiled: to debug a step.
  static constexpr Strategy eagerly() { return {false, false, 1}; }
  /// Compiled. `donates`: the step writes its results over the state that it was given.
  static constexpr Strategy compiled(bool donates, int lanes = 1) { return {true, donates, lanes}; }

  /// Whether steps are compiled.
  constexpr bool compiles() const { return compiles_; }
  /// Whether a step takes over the memory of the state.
  constexpr bool donates() const { return donates_; }
  /// Over how many lanes a batch is spread.
  constexpr int lanes() const { return lanes_; }
  /// Whether both are the same.
  bool operator==(const Strategy&) const = default;

 private:
  constexpr Strategy(bool compiles, bool donates, int lanes) : compiles_(compiles), donates_(donates), lanes_(lanes) {}
  bool compiles_, donates_;
  int lanes_;
};

/// Steps run op by op.
inline constexpr Strategy eager = Strategy::eagerly();
/// Steps are compiled; the state before a step stays as it was.
inline constexpr Strategy jit_only = Strategy::compiled(false);
/// Steps are compiled and take over the memory of the state: the default.
inline constexpr Strategy jit_donate = Strategy::compiled(true);

/// Each batch is spread over n lanes of this process, a mapped axis named "device"; a batch that n does not divide takes the most
/// lanes below n that do. The loss of the high level is that of the whole batch, whatever it is; at the managed level it is the
/// mean over the lanes, as are scalars that are logged. Each lane folds its number into its key. ArgumentError unless n >= 1.
Strategy data_parallel(int n, Where where = Where::current());

namespace detail {
/// The most lanes, at most so many, over which a batch of this extent can be spread.
int lanes_for(int lanes, std::int64_t extent);
}  // namespace detail

}  // namespace espalier
