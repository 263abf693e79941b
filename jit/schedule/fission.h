#pragma once
// Fission: products taken out of loops, so that they run once over all iterations.
#include <optional>

#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// The same program, where in every scan (nested ones too)
/// * a dot of an invariant with what the turn's x alone decides is one product over all turns, before the loop;
/// * a carry that only sums up dots of one pair of arrays per turn is one product over all turns, after the loop.
/// A matrix that a loop would read or write in every turn then passes through the cache once. Nothing if no loop has
/// such a product. Sums are taken in another order than the loop's.
std::optional<ir::Graph> split_loops(const ir::Graph& graph);

}  // namespace espalier::codegen
