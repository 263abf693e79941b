#pragma once
// Clustering: which nodes become one kernel.
#include <cstdint>
#include <vector>

#include "espalier/jit/schedule/dependences.h"

namespace espalier::codegen {

/// Nodes computed together over one domain. Every value of the cluster runs along some of the domain's dimensions.
struct Cluster {
  std::vector<std::uint32_t> nodes;     // ascending
  std::vector<std::int64_t> extents;    // of the domain, by dimension
};

/// The clusters, each after those it reads; per node its cluster (`no_cluster` for views), and the dimension of the
/// cluster's domain that each axis of its iteration space runs along, or -1 for an extent of 1.
inline constexpr std::uint32_t no_cluster = ~std::uint32_t{0};
struct Clustering {
  std::vector<Cluster> clusters;
  std::vector<std::uint32_t> cluster_of;
  std::vector<std::vector<int>> dims;
};

/// Greedy fusion over the producers of each node, in the graph's order, then of siblings that read one array:
/// * a loop kernel iterates over P × R: everything runs over all of it, over P ("row values", which its reductions make),
///   or is cheap; all its reductions reduce exactly R, so softmax, layer norm and batch norm are one kernel each way;
/// * a contraction takes elementwise work on its result, as an epilogue;
/// * a value that others need is stored once, so it must run over all of the domain or over P.
/// No merge may make a cycle.
Clustering cluster(const ir::Graph& graph, const DependenceGraph& dependences);

}  // namespace espalier::codegen
