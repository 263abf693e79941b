#include "espalier/jit/schedule/dependences.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "espalier/jit/schedule/contraction.h"
#include "espalier/jit/schedule/updates.h"

namespace espalier::codegen {

using namespace ir;

namespace {

// Follows the operands of `consumer` through views to the roots.
class Tracer {
 public:
  Tracer(const Graph& graph, DependenceGraph& dependences) : graph_(graph), dependences_(dependences) {}

  void trace(std::uint32_t consumer) {
    const Node& node = graph_.nodes[consumer];
    const FusionKind kind = dependences_.kinds[consumer];
    const bool through_memory = reads_whole(kind);
    struct Item {
      Value value;
      bool through_memory;
      std::vector<int> axes;
    };
    std::vector<Item> stack;
    auto push_operands = [&](const Node& of, bool shifted, const std::vector<int>& outer, bool is_view) {
      const auto operands = graph_.operands_of(of);
      for (std::size_t k = operands.size(); k-- > 0;) {
        const ViewAxes view = is_view ? view_axes(graph_, of, k) : ViewAxes{};
        Item item{operands[k], shifted || view.shifted, {}};
        const int n = graph_.type_of(operands[k]).ndim();
        item.axes.assign(n, -1);
        if (!item.through_memory) {
          for (int i = 0; i < n; ++i) {
            const int axis = is_view ? view.result_axis[i] : i;
            item.axes[i] = axis < 0 ? -1 : outer[axis];
          }
        }
        stack.push_back(std::move(item));
      }
    };
    const Type space = iteration_type(graph_, node);
    std::vector<int> identity(space.ndim());
    for (int i = 0; i < space.ndim(); ++i) identity[i] = space.shape()[i] == 1 ? -1 : i;
    push_operands(node, through_memory, identity, kind == FusionKind::view);
    while (!stack.empty()) {
      const Item item = std::move(stack.back());
      stack.pop_back();
      const std::uint32_t definer = dependences_.definer[item.value];
      const bool is_view = definer != no_node && dependences_.kinds[definer] == FusionKind::view && !dependences_.is_read_from_memory(graph_, definer);
      const bool see_through = is_view && (!through_memory || is_windows_of(node, item.value, definer));
      if (!see_through || graph_.nodes[definer].op == Op::constant) {
        if (definer != no_node && graph_.nodes[definer].op == Op::constant) continue;
        const bool kept = definer != no_node && dependences_.kept[definer];
        add({item.value, consumer, item.through_memory || kept, item.axes});
        continue;
      }
      push_operands(graph_.nodes[definer], item.through_memory, item.axes, true);
    }
  }

 private:
  // Whether a contraction reads the value as windows, through them.
  bool is_windows_of(const Node& consumer, Value value, std::uint32_t definer) const {
    return consumer.n_operands > 0 && graph_.operands_of(consumer)[0] == value && reads_windows(graph_, consumer, definer);
  }
  void add(Dependence edge) {
    const auto index = static_cast<std::uint32_t>(dependences_.edges.size());
    dependences_.by_consumer[edge.consumer].push_back(index);
    dependences_.by_root[edge.root].push_back(index);
    dependences_.edges.push_back(std::move(edge));
  }
  const Graph& graph_;
  DependenceGraph& dependences_;
};

bool is_read_often(const Graph& graph, const Node& broadcast) {
  constexpr std::int64_t often = 16, worth_a_kernel = 1 << 14;
  const std::int64_t made = graph.type_of(broadcast.first_result).size();
  return made >= worth_a_kernel && made >= often * graph.type_of(graph.operands_of(broadcast)[0]).size();
}

// The slice whose pieces lie apart in memory, if `value` is one or a reshape of one.
std::optional<Value> scattered_slice(const Graph& graph, const DependenceGraph& dependences, Value value) {
  constexpr std::int64_t short_piece = 16;
  for (std::uint32_t definer = dependences.definer[value]; definer != no_node && dependences.kinds[definer] == FusionKind::view; definer = dependences.definer[value]) {
    const Node& node = graph.nodes[definer];
    if (node.op == Op::slice) {
      const Shape& from = graph.type_of(graph.operands_of(node)[0]).shape();
      const Shape& to = graph.type_of(value).shape();
      std::int64_t piece = 1;  // elements that lie together
      int axis = to.ndim();
      while (axis > 0 && to[axis - 1] == from[axis - 1]) piece *= to[--axis];
      if (axis > 0 && graph.attrs_as<SliceAttrs>(node).stride[axis - 1] == 1) piece *= to[axis - 1];
      return piece < short_piece && piece < graph.type_of(value).size() ? std::optional(value) : std::nullopt;
    }
    if (node.op != Op::reshape && node.op != Op::transpose) return {};
    value = graph.operands_of(node)[0];
  }
  return {};
}

// The concatenation that a value is a view of, or else the value itself.
Value join_below(const Graph& graph, const DependenceGraph& dependences, Value value) {
  for (Value v = value; dependences.definer[v] != no_node && dependences.kinds[dependences.definer[v]] == FusionKind::view; v = graph.operands_of(graph.nodes[dependences.definer[v]])[0]) {
    const Node& node = graph.nodes[dependences.definer[v]];
    if (node.op == Op::concatenate) return v;
    if (node.n_operands == 0) break;
  }
  return value;
}

// A kernel that reads a concatenation through views reads each of its parts, and the parts of parts. Where that makes more than
// `most` reads for one node, the operands with more than their share of them are materialised. Counts the reads of each node.
template <class F> void limit_reads(const Graph& graph, DependenceGraph& dependences, const F& materialise) {
  constexpr std::size_t most = 64, few = 2;
  std::vector<std::size_t> reads(graph.types.size(), 1);  // per value: what a kernel reads that reads it through views
  dependences.reads.assign(graph.nodes.size(), 0);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto operands = graph.operands_of(node);
    const FusionKind kind = dependences.kinds[i];
    const bool through = kind == FusionKind::view || kind == FusionKind::map || kind == FusionKind::reduction;
    std::size_t total = 0;
    for (Value operand : operands) total += through ? reads[operand] : 1;
    if (total > most && through) {
      const std::size_t share = std::max(most / operands.size(), few);
      for (Value operand : operands) {
        if (reads[operand] <= share) continue;
        const Value join = join_below(graph, dependences, operand);
        materialise(join);
        total -= reads[operand] - 1;
        reads[operand] = reads[join] = 1;
      }
    }
    dependences.reads[i] = kind == FusionKind::view ? total : total - operands.size();
    if (kind == FusionKind::view && node.n_operands > 0 && !dependences.is_read_from_memory(graph, i)) reads[node.first_result] = std::max<std::size_t>(total, 1);
  }
}

// A reshape that is materialised becomes an alias of its operand, where the operand has memory anyway and no loop kernel reads
// the reshape.
void alias_what_is_stored(const Graph& graph, DependenceGraph& dependences) {
  std::vector<bool> in_passing(graph.types.size(), false), from_memory(graph.types.size(), false);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const FusionKind kind = dependences.kinds[i];
    const auto operands = graph.operands_of(graph.nodes[i]);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      // Windows that a product reads are not stored for it.
      const bool windows = k == 0 && reads_windows(graph, graph.nodes[i], dependences.definer[operands[k]]);
      (reads_whole(kind) && !windows ? from_memory : in_passing)[operands[k]] = true;
    }
  }
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (node.op != Op::reshape || !dependences.materialised[i]) continue;
    const Value operand = graph.operands_of(node)[0], result = node.first_result;
    const bool is_input = operand < graph.n_inputs, is_output = dependences.is_output[operand];
    // Two outputs, or an input and an output, are two places.
    const bool stored = dependences.is_output[result] ? from_memory[operand] && !is_input && !is_output : is_input || is_output;
    if (stored && !in_passing[result]) dependences.kinds[i] = FusionKind::alias;
  }
}

// The index arrays of gathers that depend on a reduction or a product are kept: a kernel that makes those knows them only when it has
// run through its points, and would read the array at the points themselves.
void keep_late_indices(const Graph& graph, DependenceGraph& dependences) {
  std::vector<bool> late(graph.types.size(), false);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto operands = graph.operands_of(node);
    const FusionKind kind = dependences.kinds[i];
    const bool passes_on = kind == FusionKind::map || kind == FusionKind::view;
    const bool is_late = kind == FusionKind::reduction || kind == FusionKind::contraction || (passes_on && std::any_of(operands.begin(), operands.end(), [&](Value v) { return late[v]; }));
    for (std::uint32_t r = 0; r < node.n_results; ++r) late[node.first_result + r] = is_late;
  }
  for (const Node& node : graph.nodes) {
    if (node.op != Op::gather) continue;
    const auto operands = graph.operands_of(node);
    std::vector<Value> stack(operands.begin() + 1, operands.end());
    while (!stack.empty()) {
      const Value value = stack.back();
      stack.pop_back();
      const std::uint32_t definer = dependences.definer[value];
      if (!late[value] || definer == no_node) continue;
      if (dependences.kinds[definer] != FusionKind::view) dependences.kept[definer] = true;
      else
        for (Value below : graph.operands_of(graph.nodes[definer])) stack.push_back(below);
    }
  }
}

}  // namespace

DependenceGraph dependences_of(const Graph& graph) {
  DependenceGraph dependences;
  dependences.definer = definers(graph);
  dependences.materialised.assign(graph.nodes.size(), false);
  dependences.by_consumer.resize(graph.nodes.size());
  dependences.by_root.resize(graph.types.size());
  dependences.is_output.assign(graph.types.size(), false);
  for (const Node& node : graph.nodes) dependences.kinds.push_back(fusion_kind(graph, node));

  auto materialise = [&](Value value) {
    const std::uint32_t node = dependences.definer[value];
    if (node != no_node && dependences.kinds[node] == FusionKind::view && graph.nodes[node].op != Op::constant) {
      dependences.materialised[node] = true;
    }
  };
  for (const Node& node : graph.nodes) {  // what it reads lies anywhere: it is read once, not by each of its readers
    if (node.op == Op::gather) materialise(node.first_result);
  }
  for (Value output : graph.outputs) {
    materialise(output);
    dependences.is_output[output] = true;
  }
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const FusionKind kind = dependences.kinds[i];
    if (!reads_whole(kind)) continue;
    const auto operands = graph.operands_of(graph.nodes[i]);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      const std::uint32_t definer = dependences.definer[operands[k]];
      const bool windows = k == 0 && reads_windows(graph, graph.nodes[i], definer);
      materialise(windows ? graph.operands_of(graph.nodes[definer])[0] : operands[k]);
    }
  }
  dependences.kept.assign(graph.nodes.size(), false);
  for (Value slice : old_slices(graph)) {
    materialise(slice);
    dependences.kept[dependences.definer[slice]] = true;
  }
  keep_late_indices(graph, dependences);
  // A slice whose elements lie apart in memory and are read repeatedly is copied into contiguous memory first, as [i, 0] for
  // all i where every j reads it.
  for (const Node& node : graph.nodes) {
    if (node.op != Op::broadcast || !is_read_often(graph, node)) continue;
    if (const auto apart = scattered_slice(graph, dependences, graph.operands_of(node)[0])) materialise(*apart);
  }
  limit_reads(graph, dependences, materialise);
  alias_what_is_stored(graph, dependences);
  Tracer tracer(graph, dependences);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    if (dependences.is_computed(i)) tracer.trace(i);
  }
  return dependences;
}

}  // namespace espalier::codegen
