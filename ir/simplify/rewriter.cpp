#include "espalier/ir/simplify/rewriter.h"

#include <algorithm>

#include "espalier/ir/builder.h"
#include "espalier/ir/canonical.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/hash.h"
#include "espalier/ir/library.h"

namespace espalier::ir {
namespace {

// Rules emit nodes to which rules apply in turn. Operands are in simplest form, so this is shallow; the limit is what
// makes it certain.
constexpr int max_depth = 16;

// Not max and min: which of two zeros they give may depend on the order.
bool commutes(Op op) { return op == Op::add || op == Op::mul || op == Op::and_ || op == Op::or_ || op == Op::xor_; }

}  // namespace

Rewriter::Rewriter(std::span<const Type> inputs, std::vector<Rule> rules) : rules_(std::move(rules)) {
  graph_.types.assign(inputs.begin(), inputs.end());
  graph_.n_inputs = static_cast<std::uint32_t>(inputs.size());
  definer_.assign(inputs.size(), no_node);
  slots_.resize(64);
}

bool Rewriter::equal(const Node& node, Op op, std::span<const Value> operands, const Attrs& attrs) const {
  if (node.op != op || node.n_operands != operands.size()) return false;
  const auto mine = graph_.operands_of(node);
  const bool same = std::equal(mine.begin(), mine.end(), operands.begin());
  if (!same && !(commutes(op) && mine[0] == operands[1] && mine[1] == operands[0])) return false;
  return graph_.attrs_of(node) == attrs;
}

Rewriter::Slot& Rewriter::slot(std::uint64_t hash, Op op, std::span<const Value> operands, const Attrs& attrs) {
  for (std::size_t i = hash & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
    Slot& s = slots_[i];
    if (s.node == no_node || (s.hash == hash && equal(graph_.nodes[s.node], op, operands, attrs))) return s;
  }
}

void Rewriter::grow() {
  std::vector<Slot> old(slots_.size() * 2);
  old.swap(slots_);
  for (const Slot& s : old) {
    if (s.node == no_node) continue;
    std::size_t i = s.hash & (slots_.size() - 1);
    while (slots_[i].node != no_node) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = s;
  }
}

Value Rewriter::add(Op op, std::span<const Value> operands, const Attrs& attrs, std::span<const Type> known) {
  if (has_effect(op, attrs)) return append(op, operands, attrs, known, true);  // each counts
  Hash h;
  h.add(std::uint64_t{op.row()} << 32 | operands.size());
  if (commutes(op)) {
    h.add(static_cast<std::uint64_t>(std::min(operands[0], operands[1])) << 32 | std::max(operands[0], operands[1]));
  } else {
    for (Value v : operands) h.add(v);
  }
  if (attrs.index() != 0) h.add(hash(attrs));
  Slot& place = slot(h.value(), op, operands, attrs);
  if (place.node != no_node) {
    changed = true;
    return graph_.nodes[place.node].first_result;
  }
  place = {h.value(), static_cast<std::uint32_t>(graph_.nodes.size())};
  const Value first = append(op, operands, attrs, known, false);
  if (graph_.nodes.size() * 2 > slots_.size()) grow();
  return first;
}

Value Rewriter::append(Op op, std::span<const Value> operands, const Attrs& attrs, std::span<const Type> known, bool effect) {
  Node node;
  node.op = op;
  node.effect = effect;
  node.first_operand = static_cast<std::uint32_t>(graph_.operands.size());
  node.n_operands = static_cast<std::uint32_t>(operands.size());
  node.first_result = static_cast<Value>(graph_.types.size());
  node.loc = loc;
  if (known.empty()) {
    std::vector<Type> types;
    for (Value v : operands) types.push_back(graph_.types[v]);
    const auto results = infer(op, attrs, types);
    graph_.types.insert(graph_.types.end(), results.begin(), results.end());
  } else {
    graph_.types.insert(graph_.types.end(), known.begin(), known.end());
  }
  node.n_results = static_cast<std::uint32_t>(graph_.types.size()) - node.first_result;
  definer_.resize(graph_.types.size(), static_cast<std::uint32_t>(graph_.nodes.size()));
  if (attrs.index() != 0) {
    node.attrs = static_cast<std::uint32_t>(graph_.attrs.size());
    graph_.attrs.push_back(attrs);
  }
  graph_.operands.insert(graph_.operands.end(), operands.begin(), operands.end());
  graph_.nodes.push_back(node);
  return node.first_result;
}

Value Rewriter::emit(Op op, std::span<const Value> operands, const Attrs& attrs, std::span<const Type> known) {
  if (family(op) == Family::control || is_of_library(op) || family(op) == Family::random || depth_ == max_depth) return add(op, operands, attrs, known);
  // Operands may lie in the graph's own list, which moves.
  Value few[4];
  std::vector<Value> many;
  std::span<Value> in(few, std::min<std::size_t>(operands.size(), 4));
  if (operands.size() > 4) {
    many.assign(operands.begin(), operands.end());
    in = many;
  } else {
    std::copy(operands.begin(), operands.end(), few);
  }
  Type result;
  if (known.empty()) {
    std::vector<Type> types;
    for (Value v : in) types.push_back(graph_.types[v]);
    result = infer(op, attrs, types)[0];
    known = {&result, 1};
  }
  ++depth_;
  for (Rule rule : rules_) {
    if (const auto value = rule(*this, {op, in, attrs, known[0]})) {
      --depth_;
      changed = true;
      return *value;
    }
  }
  --depth_;
  return add(op, in, attrs, known);
}

std::vector<Value> Rewriter::splice(const Graph& graph, std::span<const Value> args) {
  std::vector<Value> map(graph.types.size(), no_value), operands;
  std::copy(args.begin(), args.end(), map.begin());
  const Loc around = loc;
  for (const Node& node : graph.nodes) {
    operands.clear();
    for (Value v : graph.operands_of(node)) operands.push_back(map[v]);
    loc = node.loc;
    const std::span<const Type> types(graph.types.data() + node.first_result, node.n_results);
    const Value first = emit(node.op, operands, graph.attrs_of(node), types);
    for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
  }
  loc = around;
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(map[v]);
  return outputs;
}

Graph Rewriter::finish(std::span<const Value> outputs) {
  graph_.outputs.assign(outputs.begin(), outputs.end());
  return canonical(graph_);
}

const Literal* Rewriter::splat(Value v) const {
  if (is(v, Op::broadcast)) {
    v = operand(v, 0);
    if (graph_.types[v].ndim() != 0) return nullptr;
  }
  if (!is(v, Op::constant) || graph_.types[v].ndim() != 0) return nullptr;
  return &graph_.attrs_as<ConstantAttrs>(graph_.nodes[definer_[v]]).value;
}

bool Rewriter::is_number(Value v, double number) const {
  const Literal* value = splat(v);
  if (value == nullptr) return false;
  const DType t = value->type.dtype();
  return !is_complex(t) && *value == scalar_literal(t, number);
}

std::optional<Value> Rewriter::repeated_scalar(Value v) const {
  if (type(v).ndim() == 0) return v;
  if (is(v, Op::broadcast) && type(operand(v, 0)).ndim() == 0) return operand(v, 0);
  return std::nullopt;
}

Value Rewriter::full(Type type, double number) {
  return repeat(constant(scalar_literal(type.dtype(), number)), type.shape());
}

Value Rewriter::repeat(Value scalar, const Shape& shape) {
  return shape.ndim() == 0 ? scalar : emit(Op::broadcast, {scalar}, BroadcastAttrs{shape, {}});
}

}  // namespace espalier::ir
