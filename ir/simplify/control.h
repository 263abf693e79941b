#pragma once
// Simplification of ops that hold programs: call, cond, scan and while.
#include <optional>
#include <span>
#include <vector>

#include "espalier/ir/simplify/rewriter.h"

namespace espalier::ir {

/// A node that holds programs, about to be added: operands in the new graph, and which of its results anything uses.
struct ControlNode {
  const Attrs& attrs;
  std::span<const Value> in;
  std::span<const Type> types;    // of its results
  const std::vector<bool>& used;  // one flag per result
};

/// The results of a node whose program is worth less than it holds; `no_value` for results that nothing uses.
/// Nothing where there is nothing to gain.
using Results = std::optional<std::vector<Value>>;
/// Cond: the branch of a constant index in place; operands and results that no branch needs left out.
Results simplify_cond(Rewriter& rewriter, const ControlNode& n);
/// Scan: no iteration or one in place; consts, carries, xs and ys that nothing needs left out; carries that never change and
/// xs that repeat made consts; what no iteration changes computed once, before the loop.
Results simplify_scan(Rewriter& rewriter, const ControlNode& n);
/// While: the same where it applies; a loop whose condition fails at once is its carries.
Results simplify_while(Rewriter& rewriter, const ControlNode& n);
/// Barrier: operands left out whose result nothing uses.
Results simplify_barrier(Rewriter& rewriter, const ControlNode& n);

}  // namespace espalier::ir
