#include "espalier/jit/schedule/edges.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "espalier/ir/op_sets.h"

namespace espalier::codegen {

using namespace ir;

Type iteration_type(const Graph& graph, const Node& node) {
  return graph.type_of(reduces(node.op) ? graph.operands_of(node)[0] : node.first_result);
}

std::vector<bool> removed_axes(const Graph& graph, const Node& node) {
  std::vector<bool> flags(iteration_type(graph, node).ndim(), false);
  if (!reduces(node.op)) return flags;
  switch (node.op.as<Reducing>()) {
    case Reducing::reduce:
      for (auto axis : graph.attrs_as<ReduceAttrs>(node).axes) flags[axis] = true;
      return flags;
    case Reducing::arg_reduce:
      flags[graph.attrs_as<ArgReduceAttrs>(node).axis] = true;
      return flags;
    case Reducing::cumulative: return flags;  // it keeps them all
  }
  __builtin_unreachable();
}

std::vector<bool> reduced_axes(const Graph& graph, const Node& node) {
  std::vector<bool> flags = removed_axes(graph, node);
  const Type type = iteration_type(graph, node);
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = flags[i] && type.shape()[static_cast<int>(i)] != 1;
  return flags;
}

ViewAxes view_axes(const Graph& graph, const Node& node) {
  ViewAxes view;
  const auto operands = graph.operands_of(node);
  if (operands.empty()) return view;
  const Shape& from = graph.type_of(operands[0]).shape();
  const Shape& to = graph.type_of(node.first_result).shape();
  view.result_axis.assign(from.ndim(), -1);
  switch (static_cast<IndexView>(node.op.row())) {
    case IndexView::broadcast: {
      const auto& dims = graph.attrs_as<BroadcastAttrs>(node).dims;
      for (int i = 0; i < from.ndim(); ++i) {
        if (from[i] != 1) view.result_axis[i] = static_cast<int>(dims[i]);
      }
      return view;
    }
    case IndexView::transpose: {
      const auto& permutation = graph.attrs_as<TransposeAttrs>(node).permutation;
      for (int i = 0; i < from.ndim(); ++i) view.result_axis[permutation[i]] = i;
      return view;
    }
    case IndexView::reshape:
      for (int i = 0, j = 0; i < from.ndim(); ++i) {
        if (from[i] == 1) continue;
        while (to[j] == 1) ++j;
        view.result_axis[i] = j++;
      }
      return view;
    case IndexView::slice:
    case IndexView::pad:
    case IndexView::concatenate:
    case IndexView::reverse:
    case IndexView::dynamic_slice:
      view.shifted = true;
      return view;
  }
  __builtin_unreachable();
}

namespace {

// Follows the operands of `consumer` through views to the roots.
class Tracer {
 public:
  Tracer(const Graph& graph, Reading& reading) : graph_(graph), reading_(reading) {}

  void trace(std::uint32_t consumer) {
    const Node& node = graph_.nodes[consumer];
    const FusionKind kind = reading_.kinds[consumer];
    const bool hard = kind == FusionKind::alias || kind == FusionKind::contraction || kind == FusionKind::opaque;
    struct Item {
      Value value;
      bool hard;
      std::vector<int> axes;
    };
    std::vector<Item> stack;
    auto push_operands = [&](const Node& of, bool shifted, const std::vector<int>& outer, bool is_view) {
      const auto operands = graph_.operands_of(of);
      const ViewAxes view = is_view ? view_axes(graph_, of) : ViewAxes{};
      for (std::size_t k = operands.size(); k-- > 0;) {
        Item item{operands[k], shifted || view.shifted, {}};
        const int n = graph_.type_of(operands[k]).ndim();
        item.axes.assign(n, -1);
        if (!item.hard) {
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
    push_operands(node, hard, identity, kind == FusionKind::view);
    while (!stack.empty()) {
      const Item item = std::move(stack.back());
      stack.pop_back();
      const std::uint32_t definer = reading_.definer[item.value];
      const bool see_through = definer != no_node && reading_.kinds[definer] == FusionKind::view && !hard &&
                               !(reading_.materialised[definer] && view_axes(graph_, graph_.nodes[definer]).shifted);
      if (!see_through || graph_.nodes[definer].op == Op::constant) {
        if (definer != no_node && graph_.nodes[definer].op == Op::constant) continue;
        add({item.value, consumer, item.hard, item.axes});
        continue;
      }
      push_operands(graph_.nodes[definer], item.hard, item.axes, true);
    }
  }

 private:
  void add(Edge edge) {
    const auto index = static_cast<std::uint32_t>(reading_.edges.size());
    reading_.by_consumer[edge.consumer].push_back(index);
    reading_.by_root[edge.root].push_back(index);
    reading_.edges.push_back(std::move(edge));
  }
  const Graph& graph_;
  Reading& reading_;
};

bool is_read_often(const Graph& graph, const Node& broadcast) {
  constexpr std::int64_t often = 16, worth_a_kernel = 1 << 14;
  const std::int64_t made = graph.type_of(broadcast.first_result).size();
  return made >= worth_a_kernel && made >= often * graph.type_of(graph.operands_of(broadcast)[0]).size();
}

// The slice whose pieces lie apart in memory, if `value` is one or a reshape of one.
std::optional<Value> scattered_slice(const Graph& graph, const Reading& reading, Value value) {
  constexpr std::int64_t short_piece = 16;
  for (std::uint32_t definer = reading.definer[value]; definer != no_node && reading.kinds[definer] == FusionKind::view; definer = reading.definer[value]) {
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

// The view that joins what a value is seen through to, or else the value itself.
Value join_below(const Graph& graph, const Reading& reading, Value value) {
  for (Value v = value; reading.definer[v] != no_node && reading.kinds[reading.definer[v]] == FusionKind::view; v = graph.operands_of(graph.nodes[reading.definer[v]])[0]) {
    const Node& node = graph.nodes[reading.definer[v]];
    if (node.op == Op::concatenate) return v;
    if (node.n_operands == 0) break;
  }
  return value;
}

// What a kernel sees through views it reads once for each way that leads there, so joins of joins would be read as one join of all:
// beyond `most` reads of one value, its operands that stand for more than their share are joined in memory first. Counts, per node,
// how much is read for it.
template <class F> void limit_reads(const Graph& graph, Reading& reading, const F& materialise) {
  constexpr std::size_t most = 64, few = 2;
  std::vector<std::size_t> reads(graph.types.size(), 1);  // per value: by who sees through it
  reading.reads.assign(graph.nodes.size(), 0);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto operands = graph.operands_of(node);
    const FusionKind kind = reading.kinds[i];
    const bool through = kind == FusionKind::view || kind == FusionKind::map || kind == FusionKind::reduction;
    std::size_t total = 0;
    for (Value operand : operands) total += through ? reads[operand] : 1;
    if (total > most && through) {
      const std::size_t share = std::max(most / operands.size(), few);
      for (Value operand : operands) {
        if (reads[operand] <= share) continue;
        const Value join = join_below(graph, reading, operand);
        materialise(join);
        total -= reads[operand] - 1;
        reads[operand] = reads[join] = 1;
      }
    }
    reading.reads[i] = kind == FusionKind::view ? total : total - operands.size();
    if (kind == FusionKind::view && node.n_operands > 0 && !(reading.materialised[i] && view_axes(graph, node).shifted)) reads[node.first_result] = std::max<std::size_t>(total, 1);
  }
}

// A reshape that is materialised becomes an alias of its operand, where the operand has memory anyway and no loop kernel reads
// the reshape.
void alias_what_is_stored(const Graph& graph, Reading& reading) {
  std::vector<bool> in_passing(graph.types.size(), false), from_memory(graph.types.size(), false);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const FusionKind kind = reading.kinds[i];
    const bool hard = kind == FusionKind::alias || kind == FusionKind::contraction || kind == FusionKind::opaque;
    for (Value operand : graph.operands_of(graph.nodes[i])) (hard ? from_memory : in_passing)[operand] = true;
  }
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    if (node.op != Op::reshape || !reading.materialised[i]) continue;
    const Value operand = graph.operands_of(node)[0], result = node.first_result;
    const bool is_input = operand < graph.n_inputs, is_output = reading.is_output[operand];
    // Two outputs, or an input and an output, are two places.
    const bool stored = reading.is_output[result] ? from_memory[operand] && !is_input && !is_output : is_input || is_output;
    if (stored && !in_passing[result]) reading.kinds[i] = FusionKind::alias;
  }
}

}  // namespace

Reading read(const Graph& graph) {
  Reading reading;
  reading.definer = definers(graph);
  reading.materialised.assign(graph.nodes.size(), false);
  reading.by_consumer.resize(graph.nodes.size());
  reading.by_root.resize(graph.types.size());
  reading.is_output.assign(graph.types.size(), false);
  for (const Node& node : graph.nodes) reading.kinds.push_back(fusion_kind(graph, node));

  auto materialise = [&](Value value) {
    const std::uint32_t node = reading.definer[value];
    if (node != no_node && reading.kinds[node] == FusionKind::view && graph.nodes[node].op != Op::constant) {
      reading.materialised[node] = true;
    }
  };
  for (Value output : graph.outputs) {
    materialise(output);
    reading.is_output[output] = true;
  }
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    const FusionKind kind = reading.kinds[i];
    if (kind != FusionKind::alias && kind != FusionKind::contraction && kind != FusionKind::opaque) continue;
    for (Value operand : graph.operands_of(graph.nodes[i])) materialise(operand);
  }
  // A slice whose elements lie apart in memory and are read repeatedly is copied into contiguous memory first, as [i, 0] for
  // all i where every j reads it.
  for (const Node& node : graph.nodes) {
    if (node.op != Op::broadcast || !is_read_often(graph, node)) continue;
    if (const auto apart = scattered_slice(graph, reading, graph.operands_of(node)[0])) materialise(*apart);
  }
  limit_reads(graph, reading, materialise);
  alias_what_is_stored(graph, reading);
  Tracer tracer(graph, reading);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    if (reading.is_computed(i)) tracer.trace(i);
  }
  return reading;
}

}  // namespace espalier::codegen
