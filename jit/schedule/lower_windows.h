#pragma once
// Convolutions, and windows added up where they were taken: as ops that there are kernels for.
#include "espalier/ir/expr.h"

namespace espalier::codegen {

/// The same program, bodies included, without convolutions and overlap_adds.
/// * A convolution is the dot of the windows of its padded operand with the kernel. The windows stay an index computation: the
///   product packs them as it goes (contraction.h). Where the kernel has fewer free elements than a vector is worth filling, as
///   one that belongs to a channel, it is a sum of products that a loop kernel adds up.
/// * An overlap_add is a sum of its windows' elements, each spread and padded to its places, or a reshape where windows lie side
///   by side; where all windows are one value it is the sum over windows of that, spread.
ir::Graph lower_windows(const ir::Graph& graph);

/// A convolution so.
ir::Expr lowered(const ir::ConvAttrs& attrs, ir::Expr x, ir::Expr kernel);
/// An overlap_add so.
ir::Expr lowered(const ir::OverlapAddAttrs& attrs, ir::Expr windows);

}  // namespace espalier::codegen
