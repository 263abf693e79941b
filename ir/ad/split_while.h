#pragma once
// A loop that runs until its condition fails, split by what is known. Its number of iterations is bounded, but not known: it runs in
// chunks, whose first carries are saved. The rest computes the iterations of a chunk again, and saves what they need while it is at
// that chunk. So memory grows with the square root of the bound (Griewank and Walther, Evaluating Derivatives, chapter 12).
#include "espalier/ir/ad/rules.h"

namespace espalier::ir {

/// Whether some output of the graph depends on a flagged input.
bool depends(const Graph& graph, const std::vector<bool>& inputs);

struct WhileParts {
  WhileAttrs known_loop;    ///< the loop of what is known alone: (known consts…, known carries…)
  /// The same in chunks, a scan: (known consts…, known carries…[, counter]) -> (the last ones…, the first ones of each chunk…).
  ScanAttrs known;
  /// (known consts…, unknown consts…, unknown carries…, the known carries at the beginning of each chunk…) -> unknown carries.
  ScanAttrs rest;
  bool is_counted = false;  ///< the bound is no whole number of chunks: an i64 counter is carried behind the known carries
};
/// `body` is the loop's body split so that a carry that leaves it unknown enters it unknown; `known` and `rest` are made where the
/// loop has a bound.
WhileParts split_while(const WhileAttrs& loop, const Split& body, const std::vector<bool>& unknown);

}  // namespace espalier::ir
