#pragma once
// Rematerialization: cheap values that a kernel computes again from what it reads, instead of reading them from memory.
#include <set>
#include <vector>

#include "espalier/jit/schedule/cluster.h"

namespace espalier::codegen {

/// Which values each cluster recomputes, and which values it therefore reads although no edge says so.
struct Rematerialization {
  std::vector<std::set<ir::Value>> recomputed;             // per cluster
  std::vector<std::set<std::uint32_t>> more_readers;   // per value: clusters
  bool recomputes(std::uint32_t cluster, ir::Value value) const { return recomputed[cluster].count(value) != 0; }
};

/// A value that other clusters read is recomputed by all of them where that moves fewer bytes than storing it and loading
/// it: a gradient then reads a layer's input and its statistics, not each of the layer's intermediate arrays. Only
/// cheap elementwise work is done twice.
Rematerialization rematerialize(const ir::Graph& graph, const DependenceGraph& dependences, const Clustering& clustering);

/// True if `cluster` must store the value that it computes.
bool is_stored(const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, ir::Value value);

}  // namespace espalier::codegen
