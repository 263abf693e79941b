#include "espalier/jit/schedule/lower_windows.h"

#include "espalier/ir/attr_fields.h"

namespace espalier::codegen {
namespace {

using namespace ir;

class Lowerer {
 public:
  explicit Lowerer(const Graph& graph) : graph_(graph), values_(graph.types.size(), no_value) {}

  Graph run() {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.type_of(i));
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      const Value first = record(node);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
    }
    b_.loc = {};
    std::vector<Value> outputs;
    for (Value output : graph_.outputs) outputs.push_back(values_[output]);
    return b_.finish(outputs);
  }

 private:
  Value record(const Node& node) {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    const auto operand = [&](std::size_t i) { return Expr{&b_, operands[i]}; };
    if (node.op == Op::conv) return lowered(graph_.attrs_as<ConvAttrs>(node), operand(0), operand(1)).value;
    if (node.op == Op::overlap_add) return lowered(graph_.attrs_as<OverlapAddAttrs>(node), operand(0)).value;
    Attrs attrs = graph_.attrs_of(node);
    for_each_body(attrs, [](GraphRef& body) { body = std::make_shared<const Graph>(lower_windows(*body)); });
    return b_.add(node.op, operands, std::move(attrs), node.loc);
  }

  const Graph& graph_;
  Builder b_;
  std::vector<Value> values_;
};

bool has_windows(const Graph& graph) {
  bool found = false;
  for (const Node& node : graph.nodes) {
    found = found || node.op == Op::conv || node.op == Op::overlap_add;
    for_each_body(graph.attrs_of(node), [&](const GraphRef& body) { found = found || has_windows(*body); });
  }
  return found;
}

}  // namespace

Graph lower_windows(const Graph& graph) { return has_windows(graph) ? Lowerer(graph).run() : graph; }

}  // namespace espalier::codegen
