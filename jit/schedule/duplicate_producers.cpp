#include "espalier/jit/schedule/duplicate_producers.h"

#include <algorithm>
#include <bit>
#include <map>
#include <optional>
#include <set>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/jit/schedule/dependences.h"
#include "espalier/jit/schedule/access.h"

namespace espalier::codegen {
namespace {

using namespace ir;

constexpr std::int64_t much_larger = 16;     // than what it is made of, in elements
constexpr std::int64_t least_bytes = 1 << 20;  // smaller ones stay in the caches between kernels
constexpr int most_work = 64;                // operations that take as long as a trip to memory and back

// The ways in which a value is reduced, a bit for each; the first bit is any other use.
using Uses = std::uint32_t;
constexpr Uses otherwise = 1;
constexpr int most_uses = 32;

class ProducerDuplicator {
 public:
  explicit ProducerDuplicator(const Graph& graph) : graph_(graph), definer_(definers(graph)), uses_(graph.types.size(), 0), values_(graph.types.size(), no_value) {
    for (Value output : graph.outputs) uses_[output] |= otherwise;
    for (auto node = graph.nodes.rbegin(); node != graph.nodes.rend(); ++node) {
      const Uses use = is_local(*node) ? uses_[node->first_result] : use_of(*node);
      for (Value operand : graph.operands_of(*node)) uses_[operand] |= use;
    }
  }

  Graph run() {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.type_of(i));
    for (const Node& node : graph_.nodes) {
      std::vector<Value> operands;
      for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
      if (const Uses use = use_of(node); use != otherwise) operands[0] = copy_for(use, graph_.operands_of(node)[0]);
      Attrs attrs = graph_.attrs_of(node);
      for_each_body(attrs, [](GraphRef& body) { body = std::make_shared<const Graph>(duplicate_producers(*body)); });
      const Value first = b_.add(node.op, operands, std::move(attrs), node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
    }
    std::vector<Value> outputs;
    for (Value output : graph_.outputs) outputs.push_back(values_[output]);
    return b_.finish(outputs);
  }

 private:
  // Whether each element of its result comes from one element of each operand.
  bool is_local(const Node& node) const {
    return is_elementwise(node.op) || (fusion_kind(graph_, node) == FusionKind::view && !is_shifted_view(graph_, node));
  }

  Uses use_of(const Node& node) {
    if (!reduces(node.op)) return otherwise;
    Ints axes;
    const auto removed = removed_axes(graph_, node);
    for (std::size_t i = 0; i < removed.size(); ++i)
      if (removed[i]) axes.push_back(static_cast<std::int64_t>(i));
    const auto known = axes_.try_emplace(axes, axes_.size() + 1).first->second;
    return known < most_uses ? Uses{1} << known : otherwise;
  }

  // The nodes between a value and the small values that it is computed from, in the graph's order; none if it is not computed
  // from small values alone, elementwise and with little work.
  std::optional<std::set<std::uint32_t>> light_expression(Value value) const {
    const Type type = graph_.type_of(value);
    if (type.nbytes() < least_bytes) return {};
    std::set<std::uint32_t> nodes;
    std::set<Value> sources;
    std::int64_t read = 0;
    int work = 0;
    std::vector<Value> stack{value};
    while (!stack.empty()) {
      const Value v = stack.back();
      stack.pop_back();
      const std::int64_t size = graph_.type_of(v).size();
      const std::uint32_t definer = definer_[v];
      if (size <= type.size() / much_larger) {
        if (sources.insert(v).second) read += size;
      } else if (definer == no_node || !is_local(graph_.nodes[definer])) {
        return {};
      } else if (nodes.insert(definer).second) {
        const Node& node = graph_.nodes[definer];
        if (is_elementwise(node.op)) work += is_cheap(node.op) ? 1 : 8;
        for (Value operand : graph_.operands_of(node)) stack.push_back(operand);
      }
      if (work > most_work || read > type.size() / much_larger) return {};
    }
    return nodes;
  }

  // The value that a reduction of this use reads: a copy, if what it is computed from also has another use, which comes first.
  Value copy_for(Uses use, Value value) {
    const auto expression = light_expression(value);
    if (!expression) return values_[value];
    Uses all = 0;
    for (std::uint32_t node : *expression) all |= uses_[graph_.nodes[node].first_result];
    if ((all & otherwise) != 0 || std::popcount(all) < 2 || std::countr_zero(all) == std::countr_zero(use)) return values_[value];
    auto& own = own_[use];
    for (std::uint32_t index : *expression) {
      const Node& node = graph_.nodes[index];
      if (own.count(node.first_result) != 0) continue;
      std::vector<Value> operands;
      for (Value v : graph_.operands_of(node)) operands.push_back(own.count(v) != 0 ? own[v] : values_[v]);
      own[node.first_result] = b_.add(node.op, operands, graph_.attrs_of(node), node.loc);
    }
    return own[value];
  }

  const Graph& graph_;
  const std::vector<std::uint32_t> definer_;
  Builder b_;
  std::map<Ints, std::size_t> axes_;                // the number of each way to reduce
  std::vector<Uses> uses_;                          // per value
  std::vector<Value> values_;                       // per value of the graph, the one being built
  std::map<Uses, std::map<Value, Value>> own_;      // the copies for one use
};

}  // namespace

Graph duplicate_producers(const Graph& graph) { return ProducerDuplicator(graph).run(); }

}  // namespace espalier::codegen
