#pragma once
// Simplification: the same program, cheaper. Each pass is a function from graphs to graphs, linear in time.
#include <span>

#include "espalier/ir/pass.h"

namespace espalier::ir {

/// All passes at once, to a fixpoint (bounded), also inside the bodies of scan and cond; then canonical order. The result is
/// what is scheduled: who compiles a graph simplifies it first, and the compiler takes it as it is.
Graph simplify(const Graph& graph);

/// Calls are replaced by their bodies; rules of the user's for derivatives, checkpoints and their names go.
Graph inline_calls(const Graph& graph);
/// Equal nodes computed once.
Graph eliminate_common(const Graph& graph);

/// The passes of which `simplify` consists. Each but `dead-code` also visits the bodies of control ops, and
/// merges equal nodes: a graph that is built anew never holds two.
std::span<const Pass> simplify_passes();

}  // namespace espalier::ir
