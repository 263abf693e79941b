#pragma once
// Canonicalization: of the many ways to write one program, the one that kernels take.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where, also in the bodies of loops and branches,
/// * the batch, free and contracting axes of every dot's operands each run through memory as one axis would: operands
///   that do not are transposed first;
/// * a reduction over several axes is done in two, where another one over an array of that shape reduces only some of
///   them: the first then shares that one's kernel;
/// * more than 64 arrays are joined in groups, so that no kernel reads them all.
ir::Graph canonicalize(const ir::Graph& graph);

}  // namespace espalier::codegen
