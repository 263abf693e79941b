#pragma once
// The fusion kind of a node: what it may be fused with when a graph is cut into kernels.
#include "espalier/ir/graph.h"

namespace espalier::codegen {

/// How a node is computed.
enum class FusionKind : std::uint8_t {
  view,         // an index computation: its readers read through it, and it needs no memory
  alias,        // a reshape: the same memory under another shape
  map,          // computed element by element
  reduction,    // computed over some axes of its operand
  contraction,  // dot
  opaque,       // a kernel or a piece of control flow of its own
};

/// The fusion kind of a node, from the pattern of its op's row. Reshapes that only add or drop axes of extent 1 are views.
FusionKind fusion_kind(const ir::Graph& graph, const ir::Node& node);

/// Whether a reshape only adds or drops axes of extent 1.
bool is_unit_reshape(const Shape& from, const Shape& to);

}  // namespace espalier::codegen
