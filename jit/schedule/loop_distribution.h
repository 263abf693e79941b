#pragma once
// Loop distribution: a loop's products that no carry decides run in a loop of their own, which is one product over all iterations.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where in every scan, nested ones too,
/// * a dot of a loop-invariant operand with one that the iteration's x alone decides is one product over all iterations, before
///   the loop (the body up to it is batched);
/// * a carry that only sums up dots, of one pair of arrays per iteration, is one product over all iterations, after the loop.
/// The matrix that the loop would read or write in every iteration then passes through the cache once. What is left of the
/// loops is simplified; a graph whose loops have no such product stays as it is. Sums are taken in another order than the loop's.
ir::Graph distribute_loops(const ir::Graph& graph);

}  // namespace espalier::codegen
