#pragma once
// Accesses: how a node is computed, over which points it runs, at which of them it reads its operands, and what it adds up. All
// that fusion, planning and emission ask about an op, but for its rule.
#include <vector>

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

/// Whether a node of the kind reads its operands as a whole, from memory; one of another kind, at its own points.
bool reads_whole(FusionKind kind);

/// Whether a reshape only adds or drops axes of extent 1.
bool is_unit_reshape(const Shape& from, const Shape& to);

/// Axes a node iterates over: those of its result, or of its operand for reductions.
ir::Type iteration_type(const ir::Graph& graph, const ir::Node& node);
/// The axes a reduction removes, as flags over its iteration axes.
std::vector<bool> removed_axes(const ir::Graph& graph, const ir::Node& node);
/// The same, but extents of 1 do not count.
std::vector<bool> reduced_axes(const ir::Graph& graph, const ir::Node& node);

/// The access of a view: per axis of an operand the axis of the result that runs along it, or -1. An operand that is read at other
/// indices is `shifted` and has no such axes: all operands of a view that changes indices, but the index arrays of a gather.
struct ViewAxes {
  bool shifted = false;
  std::vector<int> result_axis;
};
ViewAxes view_axes(const ir::Graph& graph, const ir::Node& node, std::size_t operand = 0);
/// Whether a node is a view that changes indices.
bool is_shifted_view(const ir::Graph& graph, const ir::Node& node);

/// Whether rounding makes a reduction worse the longer it runs on, so that it is to be cut into blocks (sum_blocks.h).
bool is_rounded_sum(const ir::Graph& graph, const ir::Node& node);
/// Whether a body has one.
bool has_rounded_sums(const ir::Graph& body);

}  // namespace espalier::codegen
