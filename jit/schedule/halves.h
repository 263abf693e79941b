#pragma once
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, bodies included, with arithmetic on f16 and bf16 done in f32: kernels load halves, store them and convert
/// them, and know nothing else of them. What each op gives is rounded to its dtype once, as the evaluator has it; sums,
/// products and running sums add up in f32. What only moves stays as it is, and so do the operands of a product, which its
/// kernel converts as it reads them.
ir::Graph widen_halves(const ir::Graph& graph);

}  // namespace espalier::codegen
