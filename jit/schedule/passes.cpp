#include "espalier/jit/schedule/passes.h"

#include "espalier/ir/attr_fields.h"
#include "espalier/jit/schedule/canonicalize.h"
#include "espalier/jit/schedule/duplicate_producers.h"
#include "espalier/jit/schedule/halves.h"
#include "espalier/jit/schedule/loop_distribution.h"
#include "espalier/jit/schedule/lower_factors.h"
#include "espalier/jit/schedule/lower_windows.h"
#include "espalier/jit/schedule/rematerialize.h"
#include "espalier/jit/schedule/split_complex.h"

namespace espalier::codegen {
namespace {

using namespace ir;

using Lines = std::vector<std::string>;

std::string text_of(Value v) { return "%" + std::to_string(v); }

// "a, b, c"
template <class Items, class Text> std::string list(const Items& items, Text&& text) {
  std::string all;
  for (const auto& item : items) all += (all.empty() ? "" : ", ") + text(item);
  return all;
}

// What `about` says of a graph, and of the bodies in it. Nesting is as deep as the user's loops and branches, so recursion is
// bounded.
template <class About> std::string with_bodies(const Graph& graph, const About& about, const std::string& indent = "") {
  std::string text;
  for (const std::string& line : about(graph)) text += indent + line + "\n";
  for (const Node& node : graph.nodes) {
    for_each_body(graph.attrs_of(node), [&](const GraphRef& body) {
      text += indent + "body of " + text_of(node.first_result) + ":\n" + with_bodies(*body, about, indent + "  ");
    });
  }
  return text;
}

std::string_view name(FusionKind kind) {
  constexpr std::string_view names[] = {"view", "alias", "map", "reduction", "contraction", "opaque"};  // in their order
  return names[static_cast<std::size_t>(kind)];
}

std::string named(const Graph& graph, std::uint32_t node) { return text_of(graph.nodes[node].first_result) + " " + std::string(name(graph.nodes[node].op)); }

// "%0[0, -]": its first axis runs along axis 0 of the reader, its second along none.
std::string access(const Dependence& d) {
  if (d.through_memory) return text_of(d.root) + " from memory";
  return text_of(d.root) + "[" + list(d.axes, [](int axis) { return axis < 0 ? std::string("-") : std::to_string(axis); }) + "]";
}

Lines about_dependences(const Graph& graph) {
  const DependenceGraph dependences = dependences_of(graph);
  Lines lines;
  for (std::uint32_t node = 0; node < graph.nodes.size(); ++node) {
    std::string line = named(graph, node) + ": " + std::string(name(dependences.kinds[node]));
    if (dependences.materialised[node]) line += ", materialised";
    const auto& edges = dependences.by_consumer[node];
    if (!edges.empty()) line += ", reads " + list(edges, [&](std::uint32_t e) { return access(dependences.edges[e]); });
    lines.push_back(std::move(line));
  }
  return lines;
}

Lines about_clusters(const Graph& graph) {
  const Clustering clustering = cluster(graph, dependences_of(graph));
  Lines lines;
  for (const Cluster& c : clustering.clusters) {
    const std::string extents = list(c.extents, [](std::int64_t extent) { return std::to_string(extent); });
    lines.push_back("cluster" + std::to_string(lines.size()) + " over [" + extents + "]: " + list(c.nodes, [&](std::uint32_t node) { return named(graph, node); }));
  }
  return lines;
}

Lines about_rematerialization(const Graph& graph) {
  const DependenceGraph dependences = dependences_of(graph);
  const Clustering clustering = cluster(graph, dependences);
  const Rematerialization found = rematerialize(graph, dependences, clustering);
  Lines lines;
  for (std::uint32_t c = 0; c < clustering.clusters.size(); ++c) {
    std::vector<Value> reads, stores;
    for (Value v = 0; v < graph.types.size(); ++v) {
      if (found.more_readers[v].count(c) != 0) reads.push_back(v);
    }
    for (std::uint32_t node : clustering.clusters[c].nodes) {
      for (std::uint32_t r = 0; r < graph.nodes[node].n_results; ++r) {
        const Value v = graph.nodes[node].first_result + r;
        if (is_stored(dependences, clustering, found, v)) stores.push_back(v);
      }
    }
    std::string line = "cluster" + std::to_string(c) + " stores " + (stores.empty() ? "nothing" : list(stores, text_of));
    if (!found.recomputed[c].empty()) line += ", recomputes " + list(found.recomputed[c], text_of);
    if (!reads.empty()) line += ", reads " + list(reads, text_of) + " for that";
    lines.push_back(std::move(line));
  }
  return lines;
}

constexpr Pass passes[] = {
    {"split-complex", "complex numbers are two real ones, and their ops real ops", split_complex},
    {"widen-halves", "arithmetic on f16 and bf16 is done in f32, and rounded once", widen_halves},
    {"distribute-loops", "products that no carry decides leave their loop and run once over all iterations", distribute_loops},
    {"lower-factors", "large Cholesky and LU factors are found by blocks: products, and functions of the library for what is small; tiny ones are written out", lower_factors},
    {"lower-windows", "convolutions are dots of windows, and windows are added up as sums of padded arrays", lower_windows},
    {"canonicalize", "operands of products lie as kernels read them; reductions over many axes share those over fewer; long joins are grouped", canonicalize},
    {"duplicate-producers", "a large array made of small ones is computed once for each way in which it is reduced", duplicate_producers},
};

constexpr Analysis analyses[] = {
    {"dependences", "the fusion kind of each node, and along which axes it reads which values", [](const Graph& graph) { return with_bodies(graph, about_dependences); }},
    {"cluster", "which nodes are one kernel, and over which domain", [](const Graph& graph) { return with_bodies(graph, about_clusters); }},
    {"rematerialize", "which values each cluster stores, and which it recomputes instead of loading them", [](const Graph& graph) { return with_bodies(graph, about_rematerialization); }},
};

}  // namespace

std::span<const Pass> schedule_passes() { return passes; }
std::span<const Analysis> schedule_analyses() { return analyses; }

}  // namespace espalier::codegen
