#include "espalier/jit/schedule/fusion_kind.h"

namespace espalier::codegen {

using ir::Op;

bool is_unit_reshape(const Shape& from, const Shape& to) {
  std::vector<std::int64_t> a, b;
  for (auto e : from)
    if (e != 1) a.push_back(e);
  for (auto e : to)
    if (e != 1) b.push_back(e);
  return a == b;
}

FusionKind fusion_kind(const ir::Graph& graph, const ir::Node& node) {
  switch (ir::info(node.op).pattern) {
    case ir::Pattern::map: return FusionKind::map;
    case ir::Pattern::view: {
      if (node.op != Op::reshape) return FusionKind::view;
      const ir::Type from = graph.type_of(graph.operands_of(node)[0]);
      return is_unit_reshape(from.shape(), graph.type_of(node.first_result).shape()) ? FusionKind::view : FusionKind::alias;
    }
    case ir::Pattern::reduction: return FusionKind::reduction;
    case ir::Pattern::contraction: return FusionKind::contraction;
    case ir::Pattern::opaque: return FusionKind::opaque;
  }
  __builtin_unreachable();
}

}  // namespace espalier::codegen
