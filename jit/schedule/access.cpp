#include "espalier/jit/schedule/access.h"

#include <algorithm>

#include "espalier/ir/op_sets.h"
#include "espalier/ir/windows.h"

namespace espalier::codegen {

using namespace ir;

bool is_unit_reshape(const Shape& from, const Shape& to) {
  std::vector<std::int64_t> a, b;
  for (auto e : from)
    if (e != 1) a.push_back(e);
  for (auto e : to)
    if (e != 1) b.push_back(e);
  return a == b;
}

FusionKind fusion_kind(const Graph& graph, const Node& node) {
  switch (info(node.op).pattern) {
    case Pattern::map: return FusionKind::map;
    case Pattern::view: {
      if (node.op != Op::reshape) return FusionKind::view;
      const Type from = graph.type_of(graph.operands_of(node)[0]);
      return is_unit_reshape(from.shape(), graph.type_of(node.first_result).shape()) ? FusionKind::view : FusionKind::alias;
    }
    case Pattern::reduction: return FusionKind::reduction;
    case Pattern::contraction: return FusionKind::contraction;
    case Pattern::opaque: return FusionKind::opaque;
  }
  __builtin_unreachable();
}

bool reads_whole(FusionKind kind) {
  switch (kind) {
    case FusionKind::alias:
    case FusionKind::contraction:
    case FusionKind::opaque: return true;
    case FusionKind::view:
    case FusionKind::map:
    case FusionKind::reduction: return false;
  }
  __builtin_unreachable();
}

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
    case Reducing::cumulative:
    case Reducing::overlap_add:
    case Reducing::scatter_reduce: return flags;  // they keep them all
  }
  __builtin_unreachable();
}

std::vector<bool> reduced_axes(const Graph& graph, const Node& node) {
  std::vector<bool> flags = removed_axes(graph, node);
  const Type type = iteration_type(graph, node);
  for (std::size_t i = 0; i < flags.size(); ++i) flags[i] = flags[i] && type.shape()[static_cast<int>(i)] != 1;
  return flags;
}

ViewAxes view_axes(const Graph& graph, const Node& node, std::size_t operand) {
  ViewAxes view;
  const auto operands = graph.operands_of(node);
  if (operands.empty()) return view;
  const Shape& from = graph.type_of(operands[operand]).shape();
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
    case IndexView::gather: {
      const Ints batch = batch_axes(graph.attrs_as<GatherAttrs>(node), to.ndim());
      view.shifted = operand == 0;
      for (int i = 0; i < from.ndim() && !view.shifted; ++i) view.result_axis[i] = from[i] == 1 ? -1 : static_cast<int>(batch[i]);
      return view;
    }
    case IndexView::slice:
    case IndexView::pad:
    case IndexView::concatenate:
    case IndexView::reverse:
    case IndexView::dynamic_slice:
    case IndexView::windows:
      view.shifted = true;
      return view;
  }
  __builtin_unreachable();
}

bool is_shifted_view(const Graph& graph, const Node& node) { return fusion_kind(graph, node) == FusionKind::view && view_axes(graph, node).shifted; }

bool is_rounded_sum(const Graph& graph, const Node& node) {
  return node.op == Op::reduce && is_floating(graph.type_of(node.first_result).dtype()) && graph.attrs_as<ReduceAttrs>(node).kind == Reduction::sum;
}
bool has_rounded_sums(const Graph& body) {
  return std::any_of(body.nodes.begin(), body.nodes.end(), [&](const Node& node) { return is_rounded_sum(body, node); });
}

}  // namespace espalier::codegen
