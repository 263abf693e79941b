#pragma once
// Preparation: a graph rewritten into the forms that kernels take.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where
/// * the batch, free and contracting axes of every dot's operands each run through memory as one axis would: operands
///   that do not are transposed first;
/// * a reduction over several axes is done in two, where another one over an array of that shape reduces only some of
///   them: the first then shares that one's kernel.
ir::Graph prepare(const ir::Graph& graph);

}  // namespace espalier::codegen
