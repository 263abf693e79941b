// Calls, branches and loops over a batch: their bodies, batched.
#include <algorithm>
#include <numeric>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/batch/rules.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/host_function.h"
#include "espalier/ir/stops_by_element.h"

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

// The node once for each example, in order: a loop over them.
std::vector<BatchedValue> for_each_example(const BatchNode& n) {
  Builder b;
  std::vector<Value> in(n.operands.size()), operands;
  ScanAttrs loop{nullptr, 0, 0, n.size, false};
  const auto bring = [&](bool batched) {
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (n.batched(i) != batched) continue;
      const Type type = n.x(i).type();
      in[i] = b.input(batched ? type.with(Shape(Ints(type.shape().begin() + 1, type.shape().end()))) : type);
      operands.push_back(n.x(i).value);
      if (!batched) ++loop.consts;
    }
  };
  bring(false), bring(true);
  b.loc = n.b.loc;
  std::vector<Value> results;
  for (Value v = b.add(n.op, in, n.attrs); v < b.value_count(); ++v) results.push_back(v);
  loop.body = std::make_shared<const Graph>(b.finish(results));
  return results_of(n.b, n.b.add(Op::scan, operands, std::move(loop)), std::vector<bool>(results.size(), true));
}

std::vector<BatchedValue> batch_call(const BatchNode& n) {
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

// What a body that runs for all examples and counts for those of `mine` is given: in the others no derivative flows back to it.
// There the body's own derivative may be infinite (that of log at 0), which times 0 is NaN. As in JAX.
BatchedValue held_back(const BatchNode& n, const BatchedValue& value, Expr mine) {
  if (!is_inexact(value.expr.dtype())) return value;
  const Expr x = value.batched ? value.expr : insert_axis(value.expr, 0, n.size);
  return {select(broadcast(mine, x.shape(), {0}), x, apply(Op::stop_gradient, {x})), true};
}
std::vector<BatchedValue> held_back(const BatchNode& n, std::span<const BatchedValue> operands, Expr mine) {
  std::vector<BatchedValue> out;
  for (const BatchedValue& value : operands) out.push_back(held_back(n, value, mine));
  return out;
}

Value any_of(Builder& b, Value flags) {
  Ints axes(static_cast<std::size_t>(b.type(flags).ndim()));
  std::iota(axes.begin(), axes.end(), 0);
  return reduce({&b, flags}, Reduction::or_, axes).value;
}
GraphRef finished(const Builder& b, std::span<const Value> outputs) { return std::make_shared<const Graph>(b.finish(outputs)); }

bool holds_loop(const Graph& graph) {
  return std::any_of(graph.nodes.begin(), graph.nodes.end(), [](const Node& node) { return node.op == Op::scan || node.op == Op::while_; });
}
// The results of a branch for all examples; where none is `mine`, zeros, and a branch with a loop, which may be long, does not run.
std::vector<Value> for_all(const BatchNode& n, const GraphRef& branch, std::span<const BatchedValue> operands, Expr mine) {
  if (!holds_loop(*branch)) return n.b.splice(*branch, values_of(operands));
  Builder none;
  std::vector<Value> zeros;
  for (Type type : branch->input_types()) none.input(type);
  for (Type type : branch->output_types()) {
    const std::vector<std::byte> bytes(byte_size(type.dtype()));  // not every dtype that moves has numbers
    zeros.push_back(broadcast({&none, none.add(Op::constant, {}, ConstantAttrs{literal(Type(type.dtype()), bytes.data())})}, type.shape(), {}).value);
  }
  std::vector<Value> all{convert(apply(Op::not_, {{&n.b, any_of(n.b, mine.value)}}), i32).value}, results;
  for (Value v : values_of(operands)) all.push_back(v);
  const Value first = n.b.add(Op::cond, all, CondAttrs{{branch, finished(none, zeros)}});
  for (std::size_t r = 0; r < zeros.size(); ++r) results.push_back(first + static_cast<Value>(r));
  return results;
}

// An index per example: every branch runs for all, and each example takes its own.
std::vector<BatchedValue> cond_by_example(const BatchNode& n) {
  const auto& a = std::get<CondAttrs>(n.attrs);
  const std::vector<bool> all(a.branches[0]->outputs.size(), true);
  std::vector<Value> chosen;
  for (std::size_t k = a.branches.size(); k-- > 0;) {
    const Expr mine = takes(n.x(0), k, a.branches.size());
    const auto operands = held_back(n, std::span<const BatchedValue>(n.operands).subspan(1), mine);
    const auto results = for_all(n, batch_body(n, a.branches[k], flags_of(operands), all).graph, operands, mine);
    if (chosen.empty()) {
      chosen = results;
      continue;
    }
    for (std::size_t o = 0; o < chosen.size(); ++o) {
      const Expr own{&n.b, results[o]}, other{&n.b, chosen[o]};
      const Expr here = compare(n.x(0), Comparison::le, static_cast<double>(k));
      chosen[o] = select(broadcast(here, own.shape(), {0}), own, other).value;
    }
  }
  std::vector<BatchedValue> out;
  for (Value v : chosen) out.push_back({{&n.b, v}, true});
  return out;
}

std::vector<BatchedValue> batch_cond(const BatchNode& n) {
  // Each example acts in its own branch alone, so each runs that alone.
  if (n.batched(0)) return has_effect(n.op, n.attrs) ? for_each_example(n) : cond_by_example(n);
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

// The body of a loop, batched: a carry that one iteration batches is batched in all. The flags of its inputs grow.
const BatchedBody& settled(const BatchNode& n, const GraphRef& body, std::size_t consts, std::size_t carries, std::vector<bool>& flags) {
  std::vector<bool> keep(body->outputs.size(), false);
  while (true) {
    for (std::size_t c = 0; c < carries; ++c) keep[c] = flags[consts + c];
    const BatchedBody& made = batch_body(n, body, flags, keep);
    bool grew = false;
    for (std::size_t c = 0; c < carries; ++c) {
      if (made.output_batched[c] && !flags[consts + c]) flags[consts + c] = grew = true;
    }
    if (!grew) return made;
  }
}

std::vector<BatchedValue> batch_scan(const BatchNode& n) {
  const auto& a = std::get<ScanAttrs>(n.attrs);
  const auto consts = static_cast<std::size_t>(a.consts), carries = static_cast<std::size_t>(a.carries);
  std::vector<bool> flags = flags_of(n.operands);
  const BatchedBody& body = settled(n, a.body, consts, carries, flags);
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

std::vector<BatchedValue> batch_checkpoint(const BatchNode& n) {
  CheckpointAttrs a = std::get<CheckpointAttrs>(n.attrs);
  const BatchedBody& body = batch_body(n, a.body, flags_of(n.operands));
  a.body = body.graph;
  return results_of(n.b, n.b.add(Op::checkpoint, values_of(n.operands), std::move(a)), body.output_batched);
}

// A solver: its unknowns have the axis, and what it captures has it where it is one of many.
std::vector<BatchedValue> solver(const BatchNode& n) {
  Attrs attrs = n.attrs;
  const int unknowns = n.op == Op::custom_root ? std::get<CustomRootAttrs>(attrs).unknowns : std::get<LinearSolveAttrs>(attrs).unknowns;
  std::vector<bool> flags = flags_of(n.operands);
  std::fill_n(flags.begin(), unknowns, true);
  const std::vector<bool> all(static_cast<std::size_t>(unknowns), true);
  for_each_body(attrs, [&](GraphRef& graph) {
    std::vector<bool> batched = flags;  // behind what a tangent solver takes more: a right-hand side
    batched.insert(batched.begin(), graph->n_inputs - flags.size(), true);
    graph = batch_body(n, graph, batched, all).graph;
  });
  std::vector<Value> operands;
  for (std::size_t i = 0; i < flags.size(); ++i) operands.push_back((flags[i] ? n.spread(i) : n.x(i)).value);
  return results_of(n.b, n.b.add(n.op, operands, std::move(attrs)), all);
}

std::vector<BatchedValue> identity(const BatchNode& n) {
  return results_of(n.b, n.b.add(n.op, values_of(n.operands), n.attrs), flags_of(n.operands));
}

std::vector<Value> inputs_like(Builder& b, std::span<const BatchedValue> operands) {
  std::vector<Value> inputs;
  for (const BatchedValue& operand : operands) inputs.push_back(b.input(operand.expr.type()));
  return inputs;
}
// A condition per example: the loop runs while it holds for any. Which examples go on is carried in front of the carries; the
// others keep theirs. `operands` have the axis wherever the loop needs it.
std::vector<BatchedValue> while_by_example(const BatchNode& n, const WhileAttrs& a, std::span<const BatchedValue> operands) {
  const auto consts = static_cast<std::size_t>(a.consts), carries = operands.size() - consts;
  const auto flags = flags_of(operands);
  const Graph& condition = *batch_body(n, a.condition, flags, {true}).graph;
  const Value goes_on = n.b.splice(condition, values_of(operands))[0];
  std::vector<BatchedValue> all(operands.begin(), operands.end());
  all.insert(all.begin() + a.consts, BatchedValue{{&n.b, goes_on}, true});

  WhileAttrs out{nullptr, nullptr, a.consts, a.max_steps};
  Builder c;
  const Value any[] = {any_of(c, inputs_like(c, all)[consts])};
  out.condition = finished(c, any);

  Builder b;
  const BatchNode inside{b, n.op, n.attrs, {}, n.size, n.axis_name, n.bodies};
  auto in = inputs_like(b, all);
  const Expr mine{&b, in[consts]};
  in.erase(in.begin() + a.consts);
  std::vector<BatchedValue> held;
  for (std::size_t i = 0; i < in.size(); ++i) {
    // An array that all examples share stays one: a copy of it for each would cost more than all else.
    held.push_back({{&b, in[i]}, flags[i]});
    if (flags[i] || b.type(in[i]).ndim() == 0) held.back() = held_back(inside, held.back(), mine);
  }
  const auto next = b.splice(*batch_body(n, a.body, flags_of(held), std::vector<bool>(carries, true)).graph, values_of(held));
  std::vector<Value> outputs(1), again(in.begin(), in.begin() + a.consts);
  for (std::size_t r = 0; r < carries; ++r) {
    const Expr before{&b, in[consts + r]};
    outputs.push_back(select(broadcast(mine, before.shape(), {0}), {&b, next[r]}, before).value);
    again.push_back(outputs.back());
  }
  outputs[0] = apply(Op::and_, {mine, {&b, b.splice(condition, again)[0]}}).value;
  out.body = finished(b, outputs);
  const Value first = n.b.add(Op::while_, values_of(all), std::move(out));
  return results_of(n.b, first + 1, std::vector<bool>(carries, true));
}

std::vector<BatchedValue> batch_while_(const BatchNode& n) {
  const auto& a = std::get<WhileAttrs>(n.attrs);
  const auto consts = static_cast<std::size_t>(a.consts), carries = n.operands.size() - consts;
  std::vector<bool> flags = flags_of(n.operands);
  const GraphRef body = settled(n, a.body, consts, carries, flags).graph;
  const bool by_example = batch_body(n, a.condition, flags).output_batched[0];
  if (by_example && has_effect(n.op, n.attrs)) return for_each_example(n);  // each acts as often as it goes on
  std::vector<BatchedValue> operands;
  for (std::size_t i = 0; i < n.operands.size(); ++i) {
    const bool batched = flags[i] || (by_example && i >= consts);
    operands.push_back({batched ? n.spread(i) : n.x(i), batched});
  }
  if (by_example && !stops_by_element(a)) return while_by_example(n, a, operands);
  WhileAttrs out{batch_body(n, a.condition, flags).graph, body, a.consts, a.max_steps};
  if (by_example) {  // a loop whose elements stop each by itself does so still
    flags = flags_of(operands);
    Builder c;
    const Value any[] = {any_of(c, inputs_like(c, operands)[consts])};
    out.condition = finished(c, any);
    out.body = batch_body(n, a.body, flags, std::vector<bool>(carries, true)).graph;
  }
  flags.erase(flags.begin(), flags.begin() + a.consts);
  return results_of(n.b, n.b.add(Op::while_, values_of(operands), std::move(out)), flags);
}

std::vector<BatchedValue> batch_custom_jvp(const BatchNode& n) { return custom(n); }
std::vector<BatchedValue> batch_custom_vjp(const BatchNode& n) { return custom(n); }
std::vector<BatchedValue> batch_custom_linear(const BatchNode& n) { return custom(n); }
std::vector<BatchedValue> batch_custom_root(const BatchNode& n) { return solver(n); }
std::vector<BatchedValue> batch_custom_linear_solve(const BatchNode& n) { return solver(n); }
std::vector<BatchedValue> batch_checkpoint_name(const BatchNode& n) { return identity(n); }
std::vector<BatchedValue> batch_barrier(const BatchNode& n) { return identity(n); }
std::vector<BatchedValue> batch_custom_call(const BatchNode& n) { return for_each_example(n); }
std::vector<BatchedValue> batch_host_call(const BatchNode& n) {
  auto a = std::get<HostCallAttrs>(n.attrs);
  if (a.function == nullptr || (a.function = a.function->of_batch(n.size)) == nullptr) return for_each_example(n);
  std::vector<Value> operands;
  for (std::size_t i = 0; i < n.operands.size(); ++i) operands.push_back(n.spread(i).value);
  n.b.add(Op::host_call, operands, std::move(a));
  return {};
}

}  // namespace

std::vector<BatchedValue> batch_control(Control op, const BatchNode& n) {
  switch (op) {
#define CONTROL(name, attributes, calls, effect) \
  case Control::name: return batch_##name(n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
