#pragma once
// The meaning of every op: a readable reference evaluator on host memory. It is at once eager mode, the constant folder
// and the oracle that the compiled path is tested against.
#include <span>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// A typed, row-major piece of host memory, aligned for its dtype.
struct View {
  Type type;
  const void* data = nullptr;
};

/// Computes one op. `outputs[i]` points to memory for result i (its type is `infer`'s); it does not overlap the operands.
/// DTypeError for dtypes the evaluator has no arithmetic for.
void eval(Op op, const Attrs& attrs, std::span<const View> operands, std::span<void* const> outputs);

/// Runs a graph node by node; returns its outputs. Values are freed after their last use; no recursion over depth.
std::vector<Literal> eval(const Graph& graph, std::span<const View> inputs);

/// How many ops this process has evaluated so far: a count that tests read, to prove that compiled code evaluates nothing.
std::uint64_t eval_count();

}  // namespace espalier::ir
