#pragma once
// A checkpointed body, split by what is known: the known part saves what its policy says, and the rest computes again what it needs of
// the known part from that and from the operands (Griewank and Walther, Evaluating Derivatives, chapter 12; policies as in JAX).
#include "espalier/ir/ad/rules.h"

namespace espalier::ir {

struct CheckpointParts {
  CheckpointAttrs known;  ///< (known operands…) -> (known results…, saved values…)
  /// (the known operands of `reads`…, saved values…, unknown operands…) -> unknown results.
  CheckpointAttrs rest;
  std::vector<std::size_t> reads;  ///< numbers among the known operands
  std::size_t saved = 0;           ///< how many values are saved
};
/// `body` is the checkpoint's body split.
CheckpointParts split_checkpoint(const CheckpointAttrs& checkpoint, const Split& body);

}  // namespace espalier::ir
