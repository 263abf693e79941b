#pragma once
// Simplification: the same program, cheaper. Each pass is a function from graphs to graphs, linear in time.
#include "espalier/ir/graph.h"

namespace espalier::ir {

/// Calls replaced by their bodies (nested ones too).
Graph inline_calls(const Graph& graph);
/// Equal nodes computed once.
Graph eliminate_common(const Graph& graph);
/// Nodes of constants computed now, up to `max_bytes` of result each.
Graph fold_constants(const Graph& graph, std::int64_t max_bytes = 1024);
/// Algebraic identities that hold bit for bit (x + -0, x * 1, x / 1, select(c, x, x), double transposes, broadcasts
/// of broadcasts, slices that take all, …). What would change NaN, infinities or the sign of zero is left alone,
/// except where the rule says why it may not matter.
Graph simplify_algebra(const Graph& graph);
/// All of the above to a fixpoint (bounded), also inside the bodies of scan and cond; then canonical order.
Graph simplify(const Graph& graph);

}  // namespace espalier::ir
