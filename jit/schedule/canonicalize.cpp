#include "espalier/jit/schedule/canonicalize.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/expr.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

// Whether the axes, in this order, are one axis in row-major memory. Extents of 1 do not count.
bool is_one(const Shape& shape, const Ints& axes) {
  std::vector<std::int64_t> strides(shape.ndim());
  std::int64_t stride = 1, last = -1;
  for (int i = shape.ndim(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  for (auto axis : axes) {
    const int a = static_cast<int>(axis);
    if (shape[a] == 1) continue;
    if (last >= 0 && strides[last] != strides[a] * shape[a]) return false;
    last = a;
  }
  return true;
}

Ints free_axes(const Shape& shape, const Ints& batch, const Ints& contract) {
  Ints axes;
  for (int i = 0; i < shape.ndim(); ++i)
    if (!contains(batch, i) && !contains(contract, i)) axes.push_back(i);
  return axes;
}
Ints counted(std::size_t first, std::size_t n) {
  Ints axes(n);
  std::iota(axes.begin(), axes.end(), static_cast<std::int64_t>(first));
  return axes;
}
Ints joined(Ints a, const Ints& b, const Ints& c) {
  a.insert(a.end(), b.begin(), b.end());
  a.insert(a.end(), c.begin(), c.end());
  return a;
}

class Canonicalizer {
 public:
  explicit Canonicalizer(const Graph& graph) : graph_(graph), values_(graph.types.size(), no_value) {
    for (const Node& node : graph.nodes) {
      if (node.op == Op::reduce) reduced_[graph.type_of(graph.operands_of(node)[0]).shape().extents()].push_back(graph.attrs_as<ReduceAttrs>(node).axes);
    }
  }

  Graph run() {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.type_of(i));
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      Value first;
      if (node.op == Op::dot) first = dot(node);
      else if (node.op == Op::reduce) first = reduction(node);
      else if (node.op == Op::concatenate) first = concatenation(node);
      else first = plain(node);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
    }
    std::vector<Value> outputs;
    for (Value output : graph_.outputs) outputs.push_back(values_[output]);
    return b_.finish(outputs);
  }

 private:
  Expr operand(const Node& node, std::size_t i) { return {&b_, values_[graph_.operands_of(node)[i]]}; }

  Value plain(const Node& node) {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    Attrs attrs = graph_.attrs_of(node);
    for_each_body(attrs, [](GraphRef& body) { body = std::make_shared<const Graph>(canonicalize(*body)); });
    return b_.add(node.op, operands, std::move(attrs), node.loc);
  }

  // A kernel that joins n operands takes time to compile that grows faster than n: many are joined in groups first.
  Value concatenation(const Node& node) {
    constexpr std::size_t most = 64;
    std::vector<Value> parts;
    for (Value v : graph_.operands_of(node)) parts.push_back(values_[v]);
    while (parts.size() > most) {
      std::vector<Value> groups;
      for (std::size_t i = 0; i < parts.size(); i += most) {
        const std::span<const Value> group = std::span<const Value>(parts).subspan(i, std::min(most, parts.size() - i));
        groups.push_back(group.size() == 1 ? group[0] : b_.add(node.op, group, graph_.attrs_of(node), node.loc));
      }
      parts = std::move(groups);
    }
    return b_.add(node.op, parts, graph_.attrs_of(node), node.loc);
  }

  Value dot(const Node& node) {
    DotAttrs a = graph_.attrs_as<DotAttrs>(node);
    Expr x = operand(node, 0), y = operand(node, 1);
    const Node* windows = b_.made_by(x.value);
    const bool any_order = windows != nullptr && windows->op == Op::windows;  // of which its kernel reads any axes in any order
    order_contraction(a, x.shape(), y.shape(), any_order);
    const Ints rows = free_axes(x.shape(), a.lhs_batch, a.lhs_contract), cols = free_axes(y.shape(), a.rhs_batch, a.rhs_contract);
    const std::size_t n_batch = a.lhs_batch.size(), n_contract = a.lhs_contract.size();
    if (!any_order && (!is_one(x.shape(), a.lhs_batch) || !is_one(x.shape(), rows) || !is_one(x.shape(), a.lhs_contract))) {
      x = transpose(x, joined(a.lhs_batch, rows, a.lhs_contract));
      a.lhs_batch = counted(0, n_batch);
      a.lhs_contract = counted(n_batch + rows.size(), n_contract);
    }
    if (!is_one(y.shape(), a.rhs_batch) || !is_one(y.shape(), cols) || !is_one(y.shape(), a.rhs_contract)) {
      y = transpose(y, joined(a.rhs_batch, a.rhs_contract, cols));
      a.rhs_batch = counted(0, n_batch);
      a.rhs_contract = counted(n_batch, n_contract);
    }
    return ir::dot(x, y, a).value;
  }

  // Pairs of contracting axes may come in any order: one in which both operands need no transpose, if there is one.
  static void order_contraction(DotAttrs& a, const Shape& x, const Shape& y, bool any_of_x) {
    std::vector<std::size_t> order(a.lhs_contract.size());
    std::iota(order.begin(), order.end(), 0);
    for (const Ints* by : {&a.lhs_contract, &a.rhs_contract}) {
      std::vector<std::size_t> sorted = order;
      std::sort(sorted.begin(), sorted.end(), [&](auto i, auto j) { return (*by)[i] < (*by)[j]; });
      Ints lhs, rhs;
      for (auto i : sorted) lhs.push_back(a.lhs_contract[i]), rhs.push_back(a.rhs_contract[i]);
      if ((any_of_x ? by == &a.lhs_contract : !is_one(x, lhs)) || (!any_of_x && !is_one(y, rhs))) continue;
      a.lhs_contract = lhs;
      a.rhs_contract = rhs;
      return;
    }
  }

  Value reduction(const Node& node) {
    const auto& a = graph_.attrs_as<ReduceAttrs>(node);
    const Expr x = operand(node, 0);
    const Ints* best = nullptr;
    for (const Ints& other : reduced_[x.shape().extents()]) {
      const bool some = std::all_of(other.begin(), other.end(), [&](auto axis) { return contains(a.axes, axis); });
      if (some && !other.empty() && other.size() < a.axes.size() && (best == nullptr || other.size() > best->size())) best = &other;
    }
    if (best == nullptr) return plain(node);
    Ints rest;
    for (auto axis : a.axes) {
      if (contains(*best, axis)) continue;
      rest.push_back(axis - std::count_if(best->begin(), best->end(), [&](auto gone) { return gone < axis; }));
    }
    return reduce(reduce(x, a.kind, *best), a.kind, rest).value;
  }

  const Graph& graph_;
  Builder b_;
  std::vector<Value> values_;
  std::map<Ints, std::vector<Ints>> reduced_;  // by shape of the operand: what is reduced over arrays of that shape
};

}  // namespace

Graph canonicalize(const Graph& graph) { return Canonicalizer(graph).run(); }

}  // namespace espalier::codegen
