#pragma once
// The rules of simplification, by what they look at. Each holds bit for bit (NaNs are all alike) unless it says why not.
#include "espalier/ir/simplify/rewriter.h"

namespace espalier::ir {

/// Constants into an op: its result, computed now by the evaluator, up to 1024 bytes of it.
std::optional<Value> fold(Rewriter& rewriter, const Application& a);
/// Broadcasts sunk below elementwise work, which is then done on what they repeat.
std::optional<Value> sink_broadcast(Rewriter& rewriter, const Application& a);
/// The identities of the op's family.
std::optional<Value> simplify_op(Rewriter& rewriter, const Application& a);

/// Identities of arithmetic, logic, comparison and conversion.
std::optional<Value> simplify_elementwise(Rewriter& rewriter, const Application& a);
/// Of ops that make or move elements, of reductions and contractions.
std::optional<Value> simplify_source(Rewriter& rewriter, Source op, const Application& a);
std::optional<Value> simplify_movement(Rewriter& rewriter, Movement op, const Application& a);
std::optional<Value> simplify_reducing(Rewriter& rewriter, Reducing op, const Application& a);
std::optional<Value> simplify_contraction(Rewriter& rewriter, Contraction op, const Application& a);

}  // namespace espalier::ir
