#include "espalier/jit/schedule/rematerialize.h"

#include <algorithm>

namespace espalier::codegen {
namespace {

using namespace ir;

// Work that is done twice stays below this many nodes for one value and one reader.
constexpr std::size_t most_nodes = 24;

class Rematerializer {
 public:
  Rematerializer(const Graph& graph, const DependenceGraph& dependences, const Clustering& clustering)
      : graph_(graph), dependences_(dependences), clustering_(clustering) {
    out_.recomputed.resize(clustering.clusters.size());
    out_.more_readers.resize(graph.types.size());
  }

  Rematerialization run() {
    for (std::size_t n = graph_.nodes.size(); n-- > 0;) consider(static_cast<std::uint32_t>(n));
    return std::move(out_);
  }

 private:
  // How one reader would recompute a value: by which nodes, and from what.
  struct Recipe {
    std::set<Value> made, read;
  };

  bool is_cheap_map(std::uint32_t node) const {
    return node != no_node && is_elementwise(graph_.nodes[node].op) && is_cheap(graph_.nodes[node].op);
  }

  void consider(std::uint32_t node) {
    const Value v = graph_.nodes[node].first_result;
    if (!is_cheap_map(node) || dependences_.is_output[v]) return;
    std::set<std::uint32_t> readers = out_.more_readers[v];
    for (std::uint32_t e : dependences_.by_root[v]) {
      const Dependence& edge = dependences_.edges[e];
      const std::uint32_t reader = clustering_.cluster_of[edge.consumer];
      if (edge.through_memory) return;  // it has to lie in memory
      if (reader != clustering_.cluster_of[node] && !out_.recomputes(reader, v)) readers.insert(reader);
    }
    readers.erase(clustering_.cluster_of[node]);
    if (readers.empty()) return;

    std::int64_t saved = bytes(v), cost = 0;
    std::set<Value> newly_stored;
    std::vector<std::pair<std::uint32_t, Recipe>> recipes;
    for (std::uint32_t reader : readers) {
      saved += bytes(v);
      Recipe recipe;
      if (!make(v, reader, recipe)) return;
      for (Value u : recipe.read) {
        if (reads(reader, u)) continue;
        cost += bytes(u);
        if (has_memory(u) || !newly_stored.insert(u).second) continue;
        cost += bytes(u);
      }
      recipes.emplace_back(reader, std::move(recipe));
    }
    if (cost >= saved || !holds_together(clustering_.cluster_of[node], v, newly_stored)) return;
    for (auto& [reader, recipe] : recipes) {
      for (Value u : recipe.read) out_.more_readers[u].insert(reader);
      out_.recomputed[reader].merge(recipe.made);
    }
  }

  // The recipe of `v` in `reader`: cheap work down to what the reader reads anyway, to inputs, and to costly values.
  bool make(Value v, std::uint32_t reader, Recipe& recipe) const {
    std::vector<Value> stack{v};
    while (!stack.empty()) {
      const Value u = stack.back();
      stack.pop_back();
      const std::uint32_t node = dependences_.definer[u];
      const bool view = node != no_node && dependences_.kinds[node] == FusionKind::view;
      if (u != v && node != no_node && !view && clustering_.cluster_of[node] == reader) return false;  // it would read itself
      if (view) {
        if (view_axes(graph_, graph_.nodes[node]).shifted && graph_.nodes[node].op != Op::constant) return false;
        if (graph_.nodes[node].op == Op::iota) return false;
      } else if (u != v && (node == no_node || reads(reader, u) || !is_cheap_map(node))) {
        if (!has_memory(u) && !is_storable(node)) return false;
        recipe.read.insert(u);
        continue;
      } else if (!recipe.made.insert(u).second) {
        continue;
      } else if (recipe.made.size() > most_nodes) {
        return false;
      }
      for (Value operand : graph_.operands_of(graph_.nodes[node])) stack.push_back(operand);
    }
    return true;
  }

  // Whether what a cluster still stores, once `dropped` is not stored and `more` is, runs over one domain: values that
  // only `dropped` brought together do not.
  bool holds_together(std::uint32_t cluster, Value dropped, const std::set<Value>& more) const {
    const auto& nodes = clustering_.clusters[cluster].nodes;
    std::set<std::uint32_t> live;
    for (std::size_t n = nodes.size(); n-- > 0;) {
      bool needed = live.count(nodes[n]) != 0;
      for (std::uint32_t r = 0; r < graph_.nodes[nodes[n]].n_results; ++r) {
        const Value u = graph_.nodes[nodes[n]].first_result + r;
        needed = needed || (u != dropped && (more.count(u) != 0 || is_stored(dependences_, clustering_, out_, u)));
      }
      if (!needed) continue;
      live.insert(nodes[n]);
      for (std::uint32_t e : dependences_.by_consumer[nodes[n]]) {
        const std::uint32_t producer = dependences_.definer[dependences_.edges[e].root];
        if (producer != no_node && clustering_.cluster_of[producer] == cluster) live.insert(producer);
      }
    }
    // Nodes that read one value alike, or one another, are together.
    std::vector<std::set<std::pair<Value, std::vector<int>>>> groups;
    for (std::uint32_t n : live) {
      std::set<std::pair<Value, std::vector<int>>> seen;
      for (std::uint32_t r = 0; r < graph_.nodes[n].n_results; ++r) seen.insert({graph_.nodes[n].first_result + r, {}});
      for (std::uint32_t e : dependences_.by_consumer[n]) {
        const Dependence& edge = dependences_.edges[e];
        const std::uint32_t producer = dependences_.definer[edge.root];
        const bool own = producer != no_node && clustering_.cluster_of[producer] == cluster;
        std::vector<int> dims;
        for (int axis : edge.axes) dims.push_back(axis < 0 ? -1 : clustering_.dims[n][static_cast<std::size_t>(axis)]);
        if (std::any_of(dims.begin(), dims.end(), [](int d) { return d >= 0; })) seen.insert({edge.root, own ? std::vector<int>{} : dims});
      }
      for (std::size_t g = groups.size(); g-- > 0;) {
        const bool meets = std::any_of(seen.begin(), seen.end(), [&](const auto& s) { return groups[g].count(s) != 0; });
        if (!meets) continue;
        seen.merge(groups[g]);
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(g));
      }
      groups.push_back(std::move(seen));
    }
    return groups.size() <= 1;
  }

  bool reads(std::uint32_t cluster, Value v) const {
    if (out_.more_readers[v].count(cluster) != 0) return true;
    if (out_.recomputes(cluster, v)) return false;
    return std::any_of(dependences_.by_root[v].begin(), dependences_.by_root[v].end(), [&](std::uint32_t e) {
      return clustering_.cluster_of[dependences_.edges[e].consumer] == cluster;
    });
  }
  // Whether the node's cluster can store its result: if it runs over the whole domain, or over all dimensions that are not
  // reduced.
  bool is_storable(std::uint32_t node) const {
    const std::uint32_t cluster = clustering_.cluster_of[node];
    std::vector<bool> missing(clustering_.clusters[cluster].extents.size(), true);
    for (std::uint32_t other : clustering_.clusters[cluster].nodes) {
      const bool reduces = dependences_.kinds[other] == FusionKind::reduction;
      const auto reduced = reduces ? reduced_axes(graph_, graph_.nodes[other]) : std::vector<bool>(clustering_.dims[other].size(), false);
      for (std::size_t i = 0; i < reduced.size(); ++i) {
        const int d = clustering_.dims[other][i];
        if (d >= 0 && (reduced[i] || other == node)) missing[static_cast<std::size_t>(d)] = false;
      }
    }
    return std::none_of(missing.begin(), missing.end(), [](bool m) { return m; });
  }
  bool has_memory(Value v) const {
    return dependences_.definer[v] == no_node || is_stored(dependences_, clustering_, out_, v);
  }
  std::int64_t bytes(Value v) const { return graph_.type_of(v).nbytes(); }

  const Graph& graph_;
  const DependenceGraph& dependences_;
  const Clustering& clustering_;
  Rematerialization out_;
};

}  // namespace

Rematerialization rematerialize(const Graph& graph, const DependenceGraph& dependences, const Clustering& clustering) {
  return Rematerializer(graph, dependences, clustering).run();
}

bool is_stored(const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, Value value) {
  if (dependences.is_output[value]) return true;
  const std::uint32_t own = clustering.cluster_of[dependences.definer[value]];
  for (std::uint32_t e : dependences.by_root[value]) {
    const Dependence& edge = dependences.edges[e];
    const std::uint32_t reader = clustering.cluster_of[edge.consumer];
    if (edge.through_memory || (reader != own && !rematerialization.recomputes(reader, value))) return true;
  }
  const auto& more = rematerialization.more_readers[value];
  return std::any_of(more.begin(), more.end(), [&](std::uint32_t reader) { return reader != own && !rematerialization.recomputes(reader, value); });
}

}  // namespace espalier::codegen
