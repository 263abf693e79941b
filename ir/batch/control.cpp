// Calls, branches and loops over a batch: their bodies, batched.
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/batch/rules.h"

namespace espalier::ir {
namespace {

std::vector<bool> flags_of(std::span<const BatchedValue> values) {
  std::vector<bool> flags;
  for (const BatchedValue& value : values) flags.push_back(value.batched);
  return flags;
}
std::vector<Value> values_of(std::span<const BatchedValue> operands) {
  std::vector<Value> values;
  for (const BatchedValue& operand : operands) values.push_back(operand.expr.value);
  return values;
}
std::vector<BatchedValue> results_of(Builder& b, Value first, const std::vector<bool>& batched) {
  std::vector<BatchedValue> out;
  for (bool is_batched : batched) out.push_back({{&b, first++}, is_batched});
  return out;
}

std::vector<BatchedValue> call(const BatchNode& n) {
  const auto& a = std::get<CallAttrs>(n.attrs);
  const BatchedBody& body = batch_body(n, a.body, flags_of(n.operands));
  const Value first = n.b.add(Op::call, values_of(n.operands), CallAttrs{body.graph, a.name});
  return results_of(n.b, first, body.output_batched);
}

// Which examples take branch k of so many: the index clamps.
Expr takes(Expr index, std::size_t k, std::size_t branches) {
  const auto number = static_cast<double>(k);
  if (branches == 1) return full(*index.builder, index.type().with(bool_), 1);
  return compare(index, k == 0 ? Comparison::le : (k + 1 == branches ? Comparison::ge : Comparison::eq), number);
}

// The operands of a branch that runs for all examples and is taken by those of `mine`: in the others no derivative flows back
// to them. There the branch's own derivative may be infinite (that of log at 0), which times 0 is NaN. As in JAX.
std::vector<BatchedValue> held_back(const BatchNode& n, std::span<const BatchedValue> operands, Expr mine) {
  std::vector<BatchedValue> out(operands.begin(), operands.end());
  for (BatchedValue& value : out) {
    if (!is_inexact(value.expr.dtype())) continue;
    const Expr x = value.batched ? value.expr : insert_axis(value.expr, 0, n.size);
    value = {select(broadcast(mine, x.shape(), {0}), x, apply(Op::stop_gradient, {x})), true};
  }
  return out;
}

// An index per example: every branch runs for all, and each example takes its own.
std::vector<BatchedValue> cond_by_example(const BatchNode& n) {
  const auto& a = std::get<CondAttrs>(n.attrs);
  const std::vector<bool> all(a.branches[0]->outputs.size(), true);
  std::vector<Value> chosen;
  for (std::size_t k = a.branches.size(); k-- > 0;) {
    const auto operands = held_back(n, std::span<const BatchedValue>(n.operands).subspan(1), takes(n.x(0), k, a.branches.size()));
    const auto results = n.b.splice(*batch_body(n, a.branches[k], flags_of(operands), all).graph, values_of(operands));
    if (chosen.empty()) {
      chosen = results;
      continue;
    }
    for (std::size_t o = 0; o < chosen.size(); ++o) {
      const Expr mine{&n.b, results[o]}, other{&n.b, chosen[o]};
      const Expr here = compare(n.x(0), Comparison::le, static_cast<double>(k));
      chosen[o] = select(broadcast(here, mine.shape(), {0}), mine, other).value;
    }
  }
  std::vector<BatchedValue> out;
  for (Value v : chosen) out.push_back({{&n.b, v}, true});
  return out;
}

std::vector<BatchedValue> cond(const BatchNode& n) {
  if (n.batched(0)) return cond_by_example(n);
  const auto& a = std::get<CondAttrs>(n.attrs);
  const auto flags = flags_of(std::span<const BatchedValue>(n.operands).subspan(1));
  std::vector<bool> any(a.branches[0]->outputs.size(), false);
  for (const GraphRef& branch : a.branches) {
    const auto& batched = batch_body(n, branch, flags).output_batched;
    for (std::size_t o = 0; o < any.size(); ++o) any[o] = any[o] || batched[o];
  }
  CondAttrs out;
  for (const GraphRef& branch : a.branches) out.branches.push_back(batch_body(n, branch, flags, any).graph);
  return results_of(n.b, n.b.add(Op::cond, values_of(n.operands), std::move(out)), any);
}

Expr front_axes_exchanged(Expr x) {
  Ints order{1, 0};
  for (int i = 2; i < x.ndim(); ++i) order.push_back(i);
  return transpose(x, order);
}

std::vector<BatchedValue> scan(const BatchNode& n) {
  const auto& a = std::get<ScanAttrs>(n.attrs);
  const auto consts = static_cast<std::size_t>(a.consts), carries = static_cast<std::size_t>(a.carries);
  // A carry that one round batches is batched in all.
  std::vector<bool> flags = flags_of(n.operands), keep(a.body->outputs.size(), false);
  const BatchedBody* settled = nullptr;
  for (bool grew = true; grew;) {
    grew = false;
    for (std::size_t c = 0; c < carries; ++c) keep[c] = flags[consts + c];
    settled = &batch_body(n, a.body, flags, keep);
    for (std::size_t c = 0; c < carries; ++c) {
      if (settled->output_batched[c] && !flags[consts + c]) flags[consts + c] = grew = true;
    }
  }
  const BatchedBody& body = *settled;
  std::vector<Value> operands;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    if (i >= consts + carries && flags[i]) operands.push_back(front_axes_exchanged(n.x(i)).value);  // rounds first
    else operands.push_back((flags[i] ? n.spread(i) : n.x(i)).value);
  }
  const Value first = n.b.add(Op::scan, operands, ScanAttrs{body.graph, a.consts, a.carries, a.length, a.reverse});
  auto out = results_of(n.b, first, body.output_batched);
  for (std::size_t r = carries; r < out.size(); ++r)
    if (out[r].batched) out[r].expr = front_axes_exchanged(out[r].expr);
  return out;
}

// A function with derivatives of the user's, with all of its rules. Every operand has the axis, so that each rule takes what the
// other gives; what had none is spread, and the transpose of that adds up.
std::vector<BatchedValue> custom(const BatchNode& n) {
  Attrs attrs = n.attrs;
  for_each_body(attrs, [&](GraphRef& graph) {
    graph = batch_body(n, graph, std::vector<bool>(graph->n_inputs, true), std::vector<bool>(graph->outputs.size(), true)).graph;
  });
  std::vector<Value> operands;
  for (std::size_t i = 0; i < n.operands.size(); ++i) operands.push_back(n.spread(i).value);
  const std::size_t before = n.b.value_count();
  const Value first = n.b.add(n.op, operands, std::move(attrs));
  return results_of(n.b, first, std::vector<bool>(n.b.value_count() - before, true));
}

}  // namespace

std::vector<BatchedValue> batch_control(Control op, const BatchNode& n) {
  switch (op) {
    case Control::call: return call(n);
    case Control::cond: return cond(n);
    case Control::scan: return scan(n);
    case Control::custom_jvp:
    case Control::custom_vjp:
    case Control::custom_linear: return custom(n);
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
