#pragma once
// Proof that the loops of a plan mean the kernel that they are for. It runs once for every kernel that is planned (kernel.h): a plan that
// does not pass it is an error, and never code.
#include <string>

#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {

/// What is wrong with the plan of a body, or "". It trusts nothing of the plan, and finds nothing out by itself but what the ops say:
/// * each dimension is run through by one loop, parallel ones outermost;
/// * each value has one index at each point: what an op passes on to its operands is the index that the plan gives them, and an
///   array whose dimensions share a loop runs through them as through one;
/// * outputs are written once at each point, or once for all reduced points of a parallel one; reductions run over all that is
///   reduced, and nothing else;
/// * all that is read lies inside of its array, also below index shifts;
/// * a pass reads nothing that a later one makes, and what is kept is written by the pass before.
std::string verify(const ir::Graph& body, const LoopPlan& plan);

}  // namespace espalier::codegen
