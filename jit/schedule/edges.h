#pragma once
// Edges: which node reads the memory or values of which, through views.
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/jit/schedule/fusion_kind.h"

namespace espalier::codegen {

/// `consumer` reads `root` (a value that has memory or is computed in a kernel). Unless `hard`, it reads one element of
/// it at each point of its own iteration space: `axes[i]` is the consumer's axis that root axis i runs along, or -1.
/// A hard edge needs the root in memory: it is read at shifted indices, or by an op that is not a loop.
struct Edge {
  ir::Value root;
  std::uint32_t consumer;
  bool hard;
  std::vector<int> axes;
};

/// The graph as the clustering sees it.
struct Reading {
  std::vector<FusionKind> kinds;                      // per node
  std::vector<bool> materialised;               // per node: a view that must have memory of its own
  std::vector<std::uint32_t> definer;           // per value
  std::vector<Edge> edges;
  std::vector<std::vector<std::uint32_t>> by_consumer;  // per node: its edges
  std::vector<std::vector<std::uint32_t>> by_root;      // per value: its edges
  std::vector<std::size_t> reads;               // per node: how much a kernel reads to compute it, beyond once per operand: through joins
  std::vector<bool> is_output;                  // per value: the graph returns it (as it is or under another shape)

  /// Views that are not materialised are computed by their readers; all other nodes are computed somewhere.
  bool is_computed(std::uint32_t node) const { return kinds[node] != FusionKind::view || materialised[node]; }
};
Reading read(const ir::Graph& graph);

/// Axes a node iterates over: those of its result, or of its operand for reductions.
ir::Type iteration_type(const ir::Graph& graph, const ir::Node& node);
/// The axes a reduction removes, as flags over its iteration axes.
std::vector<bool> removed_axes(const ir::Graph& graph, const ir::Node& node);
/// The same, but extents of 1 do not count.
std::vector<bool> reduced_axes(const ir::Graph& graph, const ir::Node& node);

/// Of a view, what axis of the operand each step reads: for operand axis i, the result axis, or -1.
/// Empty optional-like flag `shifted` if the view changes indices.
struct ViewAxes {
  bool shifted = false;
  std::vector<int> result_axis;
};
ViewAxes view_axes(const ir::Graph& graph, const ir::Node& node);

}  // namespace espalier::codegen
