#include "espalier/jit/schedule/loop_distribution.h"

#include <algorithm>
#include <optional>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/simplify.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// What all iterations together may leave in memory for one product over them.
constexpr std::int64_t most_bytes = std::int64_t{1} << 28;

Ints shifted(Ints axes) {
  for (auto& axis : axes) ++axis;
  return axes;
}
Ints with_front(Ints axes) {
  axes.insert(axes.begin(), 0);
  return axes;
}

// One scan and the products that leave it.
class Distribution {
 public:
  Distribution(const Graph& body, const ScanAttrs& attrs) : body_(body), attrs_(attrs), definer_(definers(body)), uses_(body.types.size(), 0) {
    for (Value v : body.operands) ++uses_[v];
    for (Value v : body.outputs) ++uses_[v];
    depends();
    find_before();
    find_after();
  }
  bool worthwhile() const { return !before_.empty() || !after_.empty(); }

  // Records what replaces the scan; returns its results.
  std::vector<Value> rebuild(Builder& b, std::span<const Value> operands) const {
    const auto stacked = products_before(b, operands);
    std::vector<Value> args;
    for (Value i = 0; i < body_.n_inputs; ++i)
      if (!is_summed(i)) args.push_back(operands[i]);
    args.insert(args.end(), stacked.begin(), stacked.end());

    Builder inner;
    std::vector<Value> map(body_.types.size(), no_value), mapped;
    for (Value i = 0; i < body_.n_inputs; ++i)
      if (!is_summed(i)) map[i] = inner.input(body_.types[i]);
    for (Value v : before_) map[v] = inner.input(body_.types[v]);
    for (const Node& node : body_.nodes) {
      if (map[node.first_result] != no_value) continue;
      mapped.clear();
      for (Value v : body_.operands_of(node)) mapped.push_back(map[v]);
      if (std::count(mapped.begin(), mapped.end(), no_value)) continue;  // what only a sum needs
      const Value first = inner.add(node.op, mapped, body_.attrs_of(node), node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
    }
    std::vector<Value> outputs;
    for (std::size_t o = 0; o < body_.outputs.size(); ++o)
      if (!is_sum_output(o)) outputs.push_back(map[body_.outputs[o]]);
    for (const Sum& sum : after_)
      for (Value v : body_.operands_of(*sum.dot)) outputs.push_back(map[v]);

    const int carries = attrs_.carries - static_cast<int>(after_.size());
    const Value first = b.add(Op::scan, args, ScanAttrs{std::make_shared<const Graph>(inner.finish(outputs)), attrs_.consts, carries, attrs_.length, attrs_.reverse}, b.loc);
    std::vector<Value> results(body_.outputs.size(), no_value);
    Value next = first;
    for (std::size_t o = 0; o < results.size(); ++o)
      if (!is_sum_output(o)) results[o] = next++;
    for (const Sum& sum : after_) {
      results[sum.carry] = total(b, sum, {&b, next}, {&b, next + 1}, {&b, operands[static_cast<std::size_t>(attrs_.consts) + sum.carry]});
      next += 2;
    }
    return results;
  }

 private:
  // A carry that sums up: out = in + steps(dot), the steps being transposes and reshapes.
  struct Sum {
    std::size_t carry;
    const Node* dot;
    std::vector<const Node*> steps;  // from the dot outwards
  };

  bool is_carry(Value input) const { return input >= static_cast<Value>(attrs_.consts) && input < static_cast<Value>(attrs_.consts + attrs_.carries); }
  bool is_sum_output(std::size_t output) const {
    return std::any_of(after_.begin(), after_.end(), [&](const Sum& s) { return s.carry == output; });
  }
  bool is_summed(Value input) const { return is_carry(input) && is_sum_output(input - static_cast<Value>(attrs_.consts)); }
  std::int64_t bytes_of_iterations(Value v) const { return body_.types[v].nbytes() * attrs_.length; }

  // Which values differ between iterations, and which of them because of a carry.
  void depends() {
    varies_.assign(body_.types.size(), false);
    carried_.assign(body_.types.size(), false);
    for (Value i = static_cast<Value>(attrs_.consts); i < body_.n_inputs; ++i) {
      varies_[i] = true;
      carried_[i] = is_carry(i);
    }
    for (const Node& node : body_.nodes) {
      bool varies = false, carried = false;
      for (Value v : body_.operands_of(node)) {
        varies = varies || varies_[v];
        carried = carried || carried_[v];
      }
      for (std::uint32_t r = 0; r < node.n_results; ++r) varies_[node.first_result + r] = varies, carried_[node.first_result + r] = carried;
    }
  }

  void find_before() {
    for (const Node& node : body_.nodes) {
      if (node.op != Op::dot || !varies_[node.first_result] || carried_[node.first_result]) continue;
      const auto operands = body_.operands_of(node);
      const bool invariant = !varies_[operands[0]] || !varies_[operands[1]];
      if (invariant && bytes_of_iterations(node.first_result) <= most_bytes) before_.push_back(node.first_result);
    }
  }

  void find_after() {
    for (std::size_t c = 0; c < static_cast<std::size_t>(attrs_.carries); ++c) {
      const Value in = static_cast<Value>(attrs_.consts + c), out = body_.outputs[c];
      if (uses_[in] != 1 || uses_[out] != 1 || definer_[out] == no_node) continue;
      const Node& add = body_.nodes[definer_[out]];
      if (add.op != Op::add) continue;
      const auto terms = body_.operands_of(add);
      if (terms[0] != in && terms[1] != in) continue;
      Sum sum{c, nullptr, {}};
      Value term = terms[0] == in ? terms[1] : terms[0];
      while (uses_[term] == 1 && definer_[term] != no_node) {
        const Node& node = body_.nodes[definer_[term]];
        if (node.op == Op::dot) {
          if (is_gain(node)) sum.dot = &node;
          break;
        }
        if (node.op != Op::transpose && node.op != Op::reshape) break;
        sum.steps.insert(sum.steps.begin(), &node);
        term = body_.operands_of(node)[0];
      }
      if (sum.dot != nullptr) after_.push_back(std::move(sum));
    }
  }
  bool is_gain(const Node& dot) const {
    const auto operands = body_.operands_of(dot);
    const std::int64_t bytes = bytes_of_iterations(operands[0]) + bytes_of_iterations(operands[1]);
    return varies_[operands[0]] && varies_[operands[1]] && bytes <= most_bytes && bytes <= 2 * bytes_of_iterations(dot.first_result);
  }

  // The products over all iterations: the part of the body that they need, batched over the iterations.
  std::vector<Value> products_before(Builder& b, std::span<const Value> operands) const {
    if (before_.empty()) return {};
    Graph part = body_;
    part.outputs = before_;
    part = without_effects(part);  // in canonical order
    std::vector<bool> batched(body_.n_inputs, false);
    for (Value i = static_cast<Value>(attrs_.consts + attrs_.carries); i < body_.n_inputs; ++i) batched[i] = true;
    const Batched over = batch(part, batched, attrs_.length, std::vector<bool>(before_.size(), true));
    std::vector<Value> args(operands.begin(), operands.end());
    return b.splice(over.graph, args);
  }

  // init + the sum over all iterations of steps(dot(left, right)).
  Value total(Builder& b, const Sum& sum, Expr left, Expr right, Expr init) const {
    DotAttrs a = body_.attrs_as<DotAttrs>(*sum.dot);
    a.lhs_batch = shifted(a.lhs_batch);
    a.rhs_batch = shifted(a.rhs_batch);
    a.lhs_contract = with_front(shifted(a.lhs_contract));
    a.rhs_contract = with_front(shifted(a.rhs_contract));
    Expr value = dot(left, right, a);
    for (const Node* step : sum.steps) value = {&b, b.add(step->op, {value.value}, body_.attrs_of(*step))};
    return (init + value).value;
  }

  const Graph& body_;
  const ScanAttrs& attrs_;
  const std::vector<std::uint32_t> definer_;
  std::vector<std::uint32_t> uses_;
  std::vector<bool> varies_, carried_;
  std::vector<Value> before_;
  std::vector<Sum> after_;
};

std::optional<Graph> distributed(const Graph& graph);

// Distributes the loops of the bodies; true if any had a product to give.
bool distribute_in_bodies(Attrs& attrs) {
  bool changed = false;
  for_each_body(attrs, [&](GraphRef& body) {
    if (auto made = distributed(*body)) {
      body = std::make_shared<const Graph>(std::move(*made));
      changed = true;
    }
  });
  return changed;
}

// Nothing if no loop has a product to give.
std::optional<Graph> distributed(const Graph& graph) {
  Builder b;
  std::vector<Value> map(graph.types.size(), no_value), operands;
  bool changed = false;
  for (Value i = 0; i < graph.n_inputs; ++i) map[i] = b.input(graph.types[i]);
  for (const Node& node : graph.nodes) {
    operands.clear();
    for (Value v : graph.operands_of(node)) operands.push_back(map[v]);
    b.loc = node.loc;
    Attrs attrs = graph.attrs_of(node);
    changed = distribute_in_bodies(attrs) || changed;
    if (const auto* scan = std::get_if<ScanAttrs>(&attrs)) {
      const Distribution distribution(*scan->body, *scan);
      if (distribution.worthwhile()) {
        const auto results = distribution.rebuild(b, operands);
        std::copy(results.begin(), results.end(), map.begin() + node.first_result);
        changed = true;
        continue;
      }
    }
    const Value first = b.add(node.op, operands, std::move(attrs), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
  }
  if (!changed) return std::nullopt;
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(map[v]);
  return b.finish(outputs);
}

}  // namespace

Graph distribute_loops(const Graph& graph) {
  const auto made = distributed(graph);
  return made ? simplify(*made) : graph;
}

}  // namespace espalier::codegen
