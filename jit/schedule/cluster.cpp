#include "espalier/jit/schedule/cluster.h"

#include <algorithm>
#include <numeric>
#include <queue>

#include "espalier/ir/error.h"
#include "espalier/jit/schedule/updates.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Kernels beyond this size compile slower than they save.
constexpr std::size_t max_nodes = 192, max_reads = 128;
constexpr std::size_t max_dims = 32;
constexpr std::size_t most_order_work = std::size_t{1} << 24;  // groups looked at
using Mask = std::uint32_t;

struct Group {
  std::vector<std::uint32_t> nodes;
  std::vector<std::int64_t> extents;
  std::size_t reads = 0;
};

class Clusterer {
 public:
  Clusterer(const Graph& graph, const DependenceGraph& dependences) : graph_(graph), dependences_(dependences) {
    group_of_.assign(graph.nodes.size(), no_cluster);
    dims_.resize(graph.nodes.size());
    for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
      if (!dependences.is_computed(i)) continue;
      Group group{{i}, {}, dependences.reads[i]};
      const Type space = iteration_type(graph, graph.nodes[i]);
      for (auto extent : space.shape()) {
        dims_[i].push_back(extent == 1 ? -1 : static_cast<int>(group.extents.size()));
        if (extent != 1) group.extents.push_back(extent);
      }
      group_of_[i] = static_cast<std::uint32_t>(groups_.size());
      groups_.push_back(std::move(group));
    }
    seen_.assign(groups_.size(), 0);
    order_.resize(groups_.size());
    std::iota(order_.begin(), order_.end(), 0U);
    position_ = order_;
  }

  Clustering run() {
    // Loops first: what follows a contraction up to a reduction belongs to the reduction's kernel, which reads the
    // product once; an epilogue that ended just before it would store every value that the reduction's kernel needs.
    merge_producers([&](std::uint32_t a, std::uint32_t b) { return !has_contraction(a) && !has_contraction(b); });
    merge_producers([](std::uint32_t, std::uint32_t) { return true; });
    for (Value v = 0; v < graph_.types.size(); ++v) merge_siblings(v);
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i)
      if (graph_.nodes[i].op == Op::concatenate) merge_joined(i);
    return ordered();
  }

 private:
  template <class Allowed> void merge_producers(Allowed&& allowed) {
    for (std::uint32_t i = 0; i < graph_.nodes.size(); ++i) {
      if (group_of_[i] == no_cluster) continue;
      for (std::uint32_t e : dependences_.by_consumer[i]) {
        const std::uint32_t producer = dependences_.definer[dependences_.edges[e].root];
        if (producer == no_node || dependences_.edges[e].through_memory) continue;
        if (allowed(group_of_[producer], group_of_[i])) try_merge(group_of_[producer], group_of_[i]);
      }
    }
  }
  bool has_contraction(std::uint32_t group) const {
    const auto& nodes = groups_[group].nodes;
    return std::any_of(nodes.begin(), nodes.end(), [&](std::uint32_t node) { return dependences_.kinds[node] == FusionKind::contraction; });
  }

  bool too_large(std::uint32_t a, std::uint32_t b) const {
    return groups_[a].nodes.size() + groups_[b].nodes.size() > max_nodes || groups_[a].reads + groups_[b].reads > max_reads;
  }
  bool fusable(std::uint32_t group) const {
    for (std::uint32_t node : groups_[group].nodes) {
      const FusionKind kind = dependences_.kinds[node];
      if (kind == FusionKind::opaque || kind == FusionKind::alias) return false;
    }
    return true;
  }

  // The dimensions that the value's axes run along in its own group.
  std::vector<int> result_dims(Value value) const {
    const std::uint32_t node = dependences_.definer[value];
    const auto reduced = removed_axes(graph_, graph_.nodes[node]);
    std::vector<int> dims;
    for (std::size_t i = 0; i < dims_[node].size(); ++i) {
      if (!reduced[i]) dims.push_back(dims_[node][i]);
    }
    return dims;
  }

  // Extends `map` (dimension of `from` -> dimension of `to`) by the fact that two lists of axes run together.
  static bool unify(const std::vector<int>& to, const std::vector<int>& from, std::vector<int>& map) {
    for (std::size_t i = 0; i < to.size(); ++i) {
      if (to[i] < 0 && from[i] < 0) continue;
      if (to[i] < 0 || from[i] < 0) return false;
      if (map[from[i]] >= 0 && map[from[i]] != to[i]) return false;
      map[from[i]] = to[i];
    }
    return true;
  }

  std::vector<int> consumer_dims(const Dependence& edge) const {
    std::vector<int> dims;
    for (int axis : edge.axes) dims.push_back(axis < 0 ? -1 : dims_[edge.consumer][axis]);
    return dims;
  }

  bool try_merge(std::uint32_t a, std::uint32_t b) {
    if (a == b || too_large(a, b)) return a == b;
    if (!fusable(a) || !fusable(b)) return false;
    std::vector<int> map(groups_[b].extents.size(), -1);
    for (std::uint32_t node : groups_[b].nodes) {
      for (std::uint32_t e : dependences_.by_consumer[node]) {
        const Dependence& edge = dependences_.edges[e];
        const std::uint32_t producer = dependences_.definer[edge.root];
        if (producer == no_node || group_of_[producer] != a) continue;
        if (edge.through_memory || !unify(result_dims(edge.root), consumer_dims(edge), map)) return false;
      }
    }
    if (std::find(map.begin(), map.end(), -1) != map.end()) map_by_shared_roots(a, b, map);
    return merge_mapped(a, b, std::move(map));
  }

  // Dimensions that no value passed from a to b relates may be related by an array that both read: x and max(x) in
  // x - max(x), for one.
  void map_by_shared_roots(std::uint32_t a, std::uint32_t b, std::vector<int>& map) const {
    for (std::uint32_t reader : groups_[b].nodes) {
      for (std::uint32_t e : dependences_.by_consumer[reader]) {
        const Dependence& mine = dependences_.edges[e];
        if (mine.through_memory || graph_.type_of(mine.root).size() < 2) continue;
        for (std::uint32_t other : dependences_.by_root[mine.root]) {
          const Dependence& theirs = dependences_.edges[other];
          if (theirs.through_memory || group_of_[theirs.consumer] != a) continue;
          std::vector<int> extended = map;
          const auto to = consumer_dims(theirs), from = consumer_dims(mine);
          if (!unify(to, from, extended)) continue;
          std::vector<int> used;
          for (int d : extended)
            if (d >= 0) used.push_back(d);
          std::sort(used.begin(), used.end());
          if (std::adjacent_find(used.begin(), used.end()) == used.end()) map = std::move(extended);
        }
      }
    }
  }

  // Merges b into a if the result is a kernel; `map` says which of b's dimensions are a's.
  bool merge_mapped(std::uint32_t a, std::uint32_t b, std::vector<int> map) {
    std::vector<std::int64_t> extents = groups_[a].extents;
    Mask taken = 0;
    for (std::size_t d = 0; d < map.size(); ++d) {
      if (map[d] < 0) {
        map[d] = static_cast<int>(extents.size());
        extents.push_back(groups_[b].extents[d]);
      } else if (extents[map[d]] != groups_[b].extents[d]) {
        return false;
      }
      if (extents.size() > max_dims || (taken >> map[d] & 1)) return false;
      taken |= Mask{1} << map[d];
    }
    const auto [first, second] = position_[a] < position_[b] ? std::pair{a, b} : std::pair{b, a};
    if (!is_kernel(a, b, map, extents.size()) || path_around(first, second)) return false;
    place_together(first, second);
    for (std::uint32_t node : groups_[b].nodes) {
      for (int& d : dims_[node]) d = d < 0 ? -1 : map[d];
      group_of_[node] = a;
    }
    auto& nodes = groups_[a].nodes;
    nodes.insert(nodes.end(), groups_[b].nodes.begin(), groups_[b].nodes.end());
    std::sort(nodes.begin(), nodes.end());
    groups_[a].extents = std::move(extents);
    groups_[a].reads += groups_[b].reads;
    groups_[b].nodes.clear();
    return true;
  }

  // Whether the values of a ∪ b fit one domain, as cluster.h says.
  bool is_kernel(std::uint32_t a, std::uint32_t b, const std::vector<int>& map, std::size_t n_dims) const {
    const Mask all = n_dims == 32 ? ~Mask{0} : (Mask{1} << n_dims) - 1;
    Mask reduced = 0;
    int contractions = 0;
    bool any_reduction = false;
    auto for_each = [&](auto&& f) {
      for (std::uint32_t node : groups_[a].nodes) {
        if (!f(node, nullptr)) return false;
      }
      for (std::uint32_t node : groups_[b].nodes) {
        if (!f(node, &map)) return false;
      }
      return true;
    };
    auto mask_of = [&](std::uint32_t node, const std::vector<int>* m, const std::vector<bool>* keep) {
      Mask mask = 0;
      for (std::size_t i = 0; i < dims_[node].size(); ++i) {
        const int d = dims_[node][i];
        if (d >= 0 && (keep == nullptr || (*keep)[i])) mask |= Mask{1} << (m ? (*m)[d] : d);
      }
      return mask;
    };
    const bool reductions_agree = for_each([&](std::uint32_t node, const std::vector<int>* m) {
      contractions += dependences_.kinds[node] == FusionKind::contraction;
      if (dependences_.kinds[node] != FusionKind::reduction) return true;
      const auto flags = reduced_axes(graph_, graph_.nodes[node]);
      const Mask r = mask_of(node, m, &flags);
      if (r == 0) return true;
      if (any_reduction && r != reduced) return false;
      any_reduction = true;
      reduced = r;
      return mask_of(node, m, nullptr) == all;
    });
    if (!reductions_agree || contractions > 1 || (contractions == 1 && any_reduction)) return false;
    const Mask rows = all & ~reduced;
    return for_each([&](std::uint32_t node, const std::vector<int>* m) {
      const Mask space = mask_of(node, m, nullptr);
      const bool reduces = dependences_.kinds[node] == FusionKind::reduction;
      const Mask result = reduces ? space & ~reduced : space;
      if (result == all || (any_reduction && result == rows)) return true;
      if (dependences_.kinds[node] == FusionKind::contraction || needed_outside(node, a, b)) return false;
      return result == 0 || is_cheap(graph_.nodes[node].op);
    });
  }

  bool needed_outside(std::uint32_t node, std::uint32_t a, std::uint32_t b) const {
    const Node& n = graph_.nodes[node];
    for (std::uint32_t r = 0; r < n.n_results; ++r) {
      const Value v = n.first_result + r;
      if (dependences_.is_output[v]) return true;
      for (std::uint32_t e : dependences_.by_root[v]) {
        const Dependence& edge = dependences_.edges[e];
        const std::uint32_t group = group_of_[edge.consumer];
        if (edge.through_memory || (group != a && group != b)) return true;
      }
    }
    return false;
  }

  // Whether `second`, which comes later in the order, reads `first` also through a third group: then merging the two would
  // make a cycle. If not, the groups up to `second` that read `first` are left marked in seen_.
  bool path_around(std::uint32_t first, std::uint32_t second) {
    ++stamp_;
    std::vector<std::uint32_t> stack{first};
    while (!stack.empty()) {
      const std::uint32_t group = stack.back();
      stack.pop_back();
      for (std::uint32_t node : groups_[group].nodes) {
        const Node& n = graph_.nodes[node];
        for (std::uint32_t r = 0; r < n.n_results; ++r) {
          for (std::uint32_t e : dependences_.by_root[n.first_result + r]) {
            const std::uint32_t next = group_of_[dependences_.edges[e].consumer];
            if (next == group || (group == first && next == second) || position_[next] > position_[second] || seen_[next] == stamp_) continue;
            if (next == second) return true;
            seen_[next] = stamp_;
            stack.push_back(next);
          }
        }
      }
    }
    return false;
  }

  // Keeps the order topological when `first` and `second` become one, after path_around(first, second) found none: what reads
  // `first`, of the groups between the two, goes behind them.
  void place_together(std::uint32_t first, std::uint32_t second) {
    const auto from = order_.begin() + position_[first], to = order_.begin() + position_[second] + 1;
    std::vector<std::uint32_t> behind{first, second};
    auto next = from;
    for (auto at = from; at != to; ++at) {
      if (*at == first || *at == second) continue;
      if (seen_[*at] == stamp_) behind.push_back(*at);
      else *next++ = *at;
    }
    std::copy(behind.begin(), behind.end(), next);
    for (auto at = from; at != to; ++at) position_[*at] = static_cast<std::uint32_t>(at - order_.begin());
  }

  // Kernels that read the same array over the same domain read it once when they are one.
  void merge_siblings(Value root) {
    const auto& readers = dependences_.by_root[root];
    if (graph_.type_of(root).size() < 2) return;
    for (std::size_t i = 0; i < readers.size() && i < 16; ++i) {
      const Dependence& first = dependences_.edges[readers[i]];
      for (std::size_t j = i + 1; j < readers.size() && j < 16; ++j) {
        const Dependence& second = dependences_.edges[readers[j]];
        const std::uint32_t a = group_of_[first.consumer], b = group_of_[second.consumer];
        if (first.through_memory || second.through_memory || a == b || !fusable(a) || !fusable(b)) continue;
        if (too_large(a, b)) continue;
        if (reads(a, b) || reads(b, a)) continue;  // vertical pairs were tried
        std::vector<int> map(groups_[b].extents.size(), -1);
        const std::vector<int> to = consumer_dims(first), from = consumer_dims(second);
        const bool whole = std::count_if(to.begin(), to.end(), [](int d) { return d >= 0; }) ==
                           static_cast<std::ptrdiff_t>(groups_[a].extents.size());
        if (whole && groups_[a].extents.size() == groups_[b].extents.size() && unify(to, from, map)) merge_mapped(a, b, map);
      }
    }
  }
  // Scalars that a concatenation joins are computed in one kernel: a kernel for each would be a call, and a function to compile, for each.
  void merge_joined(std::uint32_t join) {
    std::uint32_t open = no_cluster;
    for (std::uint32_t e : dependences_.by_consumer[join]) {
      const std::uint32_t producer = dependences_.definer[dependences_.edges[e].root];
      if (producer == no_node) continue;
      const std::uint32_t group = group_of_[producer];
      if (group == open || !groups_[group].extents.empty() || !fusable(group) || has_contraction(group)) continue;
      if (open == no_cluster || too_large(open, group) || !merge_mapped(open, group, {})) open = group;
    }
  }
  bool reads(std::uint32_t a, std::uint32_t b) const {
    for (std::uint32_t node : groups_[a].nodes) {
      for (std::uint32_t e : dependences_.by_consumer[node]) {
        const std::uint32_t producer = dependences_.definer[dependences_.edges[e].root];
        if (producer != no_node && group_of_[producer] == b) return true;
      }
    }
    return false;
  }

  // Who only reads an array comes before who updates it, unless it needs the update: then the array dies there, and the update writes
  // into its memory.
  void readers_first(std::vector<std::vector<std::uint32_t>>& consumers, std::vector<std::uint32_t>& waiting) const {
    std::vector<std::pair<std::uint32_t, Value>> updates;  // by which group, of what
    for (const Node& node : graph_.nodes) {
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        const auto operand = updated_operand(graph_, node, r);
        if (operand) updates.emplace_back(group_of_[dependences_.definer[node.first_result]], graph_.operands_of(node)[*operand]);
      }
    }
    if (updates.empty()) return;
    std::vector<Value> storage(graph_.types.size());  // the value whose memory each shares
    std::iota(storage.begin(), storage.end(), Value{0});
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n)
      if (dependences_.kinds[n] == FusionKind::alias) storage[graph_.nodes[n].first_result] = storage[graph_.operands_of(graph_.nodes[n])[0]];
    std::vector<std::vector<std::uint32_t>> readers(graph_.types.size());
    for (const Dependence& edge : dependences_.edges) readers[storage[edge.root]].push_back(group_of_[edge.consumer]);

    std::size_t work = 0;
    std::vector<std::uint32_t> seen(groups_.size(), ~0U);
    for (std::uint32_t u = 0; u < updates.size() && work < most_order_work; ++u) {
      const auto [update, value] = updates[u];
      if (readers[storage[value]].size() < 2) continue;  // it alone
      std::vector<std::uint32_t> stack{update};
      seen[update] = u;
      while (!stack.empty()) {
        const std::uint32_t group = stack.back();
        stack.pop_back();
        ++work;
        for (std::uint32_t next : consumers[group])
          if (seen[next] != u) seen[next] = u, stack.push_back(next);
      }
      for (std::uint32_t reader : readers[storage[value]]) {
        if (seen[reader] == u) continue;  // it needs the update, or is waited for already
        seen[reader] = u;
        consumers[reader].push_back(update);
        ++waiting[update];
      }
    }
  }

  // Topological order of the groups; among those that are ready, the one whose last node came first.
  Clustering ordered() const {
    Clustering out;
    out.cluster_of.assign(graph_.nodes.size(), no_cluster);
    out.dims = dims_;
    std::vector<std::vector<std::uint32_t>> consumers(groups_.size());
    std::vector<std::uint32_t> waiting(groups_.size(), 0);
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      for (std::uint32_t node : groups_[g].nodes) {
        for (std::uint32_t e : dependences_.by_consumer[node]) {
          const std::uint32_t producer = dependences_.definer[dependences_.edges[e].root];
          if (producer == no_node || group_of_[producer] == g) continue;
          if (group_of_[producer] == no_cluster) throw CompileError("schedule", "a kernel reads what no kernel stores");
          consumers[group_of_[producer]].push_back(g);
          ++waiting[g];
        }
      }
    }
    readers_first(consumers, waiting);
    using Ready = std::pair<std::uint32_t, std::uint32_t>;
    std::priority_queue<Ready, std::vector<Ready>, std::greater<>> ready;
    for (std::uint32_t g = 0; g < groups_.size(); ++g) {
      if (!groups_[g].nodes.empty() && waiting[g] == 0) ready.push({groups_[g].nodes.back(), g});
    }
    while (!ready.empty()) {
      const std::uint32_t g = ready.top().second;
      ready.pop();
      for (std::uint32_t node : groups_[g].nodes) out.cluster_of[node] = static_cast<std::uint32_t>(out.clusters.size());
      out.clusters.push_back({groups_[g].nodes, groups_[g].extents});
      for (std::uint32_t consumer : consumers[g]) {
        if (--waiting[consumer] == 0) ready.push({groups_[consumer].nodes.back(), consumer});
      }
    }
    if (std::any_of(waiting.begin(), waiting.end(), [](std::uint32_t n) { return n != 0; })) throw CompileError("schedule", "two kernels wait for each other");
    return out;
  }

  const Graph& graph_;
  const DependenceGraph& dependences_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> group_of_;     // per node
  std::vector<std::vector<int>> dims_;      // per node: iteration axis -> dimension of its group, -1 for extent 1
  std::vector<std::uint32_t> order_, position_;  // the groups, each after those it reads; per group its place there
  std::vector<std::uint64_t> seen_;         // per group: the last search that met it
  std::uint64_t stamp_ = 0;
};

}  // namespace

Clustering cluster(const Graph& graph, const DependenceGraph& dependences) { return Clusterer(graph, dependences).run(); }

}  // namespace espalier::codegen
