#pragma once
// Dependences: which node reads the values of which, through views, and how.
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/jit/schedule/access.h"

namespace espalier::codegen {

/// `consumer` reads `root`, a value that has memory or is computed in a kernel.
struct Dependence {
  ir::Value root;
  std::uint32_t consumer;
  /// The root has to lie in memory: it is read at shifted indices, or by an op that is not a loop. Else the consumer reads one
  /// element of it at each point of its own iteration space.
  bool through_memory;
  std::vector<int> axes;  ///< the access, unless through memory: per axis of the root the consumer's axis that runs along it, or -1
};

/// The dependences of a graph, and what decides them.
struct DependenceGraph {
  std::vector<FusionKind> kinds;                        // per node
  std::vector<bool> materialised;                       // per node: a view that must have memory of its own
  std::vector<bool> kept;                               // per node: one of these that no reader computes with what it makes of it
  std::vector<std::uint32_t> definer;                   // per value
  std::vector<Dependence> edges;
  std::vector<std::vector<std::uint32_t>> by_consumer;  // per node: its edges
  std::vector<std::vector<std::uint32_t>> by_root;      // per value: its edges
  std::vector<std::size_t> reads;                       // per node: what a kernel reads to compute it beyond one read per operand, through concatenations
  std::vector<bool> is_output;                          // per value: the graph returns it, as it is or under another shape

  /// Views that are not materialised are computed by their readers; all other nodes are computed somewhere.
  bool is_computed(std::uint32_t node) const { return kinds[node] != FusionKind::view || materialised[node]; }
  /// Whether a reader of the view reads its memory, and not through it: one that is materialised and only renames axes is still
  /// read through.
  bool is_read_from_memory(const ir::Graph& graph, std::uint32_t view) const { return materialised[view] && is_shifted_view(graph, graph.nodes[view]); }
};
/// Analyses a graph. A view is materialised if it is a gather, where an output, an alias, a contraction or an opaque op reads it, where a
/// scattered slice is read often, and where a kernel would otherwise read too much through views.
DependenceGraph dependences_of(const ir::Graph& graph);

}  // namespace espalier::codegen
