#include "espalier/ir/graph.h"

#include <algorithm>

#include "espalier/ir/hash.h"

namespace espalier::ir {

std::vector<Type> Graph::output_types() const {
  std::vector<Type> result;
  for (Value output : outputs) result.push_back(types[output]);
  return result;
}

bool Graph::operator==(const Graph& other) const {
  if (n_inputs != other.n_inputs || outputs != other.outputs || types != other.types ||
      nodes.size() != other.nodes.size() || operands != other.operands) {
    return false;
  }
  return std::equal(nodes.begin(), nodes.end(), other.nodes.begin(), [&](const Node& a, const Node& b) {
    return a.op == b.op && a.n_operands == b.n_operands && a.n_results == b.n_results &&
           a.first_operand == b.first_operand && attrs_of(a) == other.attrs_of(b);
  });
}

std::uint64_t hash(const Graph& graph) {
  Hash h;
  h.add(graph.n_inputs);
  for (Type type : graph.types) h.add(type.hash());
  for (const Node& node : graph.nodes) {
    h.add(std::uint64_t{node.op.row()} << 32 | node.n_operands);
    if (node.attrs != 0) h.add(hash(graph.attrs_of(node)));
  }
  for (Value operand : graph.operands) h.add(operand);
  for (Value output : graph.outputs) h.add(output);
  return h.value();
}

std::vector<std::uint32_t> definers(const Graph& graph) {
  std::vector<std::uint32_t> definer(graph.types.size(), no_node);
  for (std::uint32_t i = 0; i < graph.nodes.size(); ++i) {
    for (std::uint32_t r = 0; r < graph.nodes[i].n_results; ++r) definer[graph.nodes[i].first_result + r] = i;
  }
  return definer;
}

}  // namespace espalier::ir
