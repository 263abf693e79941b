// Calls, branches and loops carry their tangents with them: each becomes one op that computes values and tangents.
#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/jvp.h"

namespace espalier::ir {
namespace {

std::vector<bool> flags_of(std::span<const Tangent> tangents) {
  std::vector<bool> flags;
  for (const Tangent& t : tangents) flags.push_back(t.present);
  return flags;
}

// Results and, after them, the tangents of those flagged.
ControlJvp taken_apart(Builder& b, Value first, const std::vector<bool>& active) {
  ControlJvp out;
  for (std::size_t i = 0; i < active.size(); ++i) out.results.push_back(first + static_cast<Value>(i));
  Value next = first + static_cast<Value>(active.size());
  for (bool is_active : active) out.tangents.push_back(is_active ? Tangent(Expr{&b, next++}) : Tangent());
  return out;
}

void append_present(std::vector<Value>& operands, std::span<const Tangent> tangents) {
  for (const Tangent& t : tangents)
    if (t.present) operands.push_back(t.expr.value);
}

ControlJvp jvp_call(const JvpNode& n) {
  const auto& a = std::get<CallAttrs>(n.attrs);
  const PushedBody& pushed = push_body(n.bodies, a.body, flags_of(n.tangents));
  std::vector<Value> operands;
  for (const Expr& e : n.operands) operands.push_back(e.value);
  append_present(operands, n.tangents);
  const Value first = n.b.add(Op::call, operands, CallAttrs{pushed.graph, a.name});
  return taken_apart(n.b, first, pushed.output_active);
}

// Saves as little of the tangents' program as of its own.
ControlJvp jvp_checkpoint(const JvpNode& n) {
  CheckpointAttrs a = std::get<CheckpointAttrs>(n.attrs);
  const PushedBody& pushed = push_body(n.bodies, a.body, flags_of(n.tangents));
  std::vector<Value> operands;
  for (const Expr& e : n.operands) operands.push_back(e.value);
  append_present(operands, n.tangents);
  a.body = pushed.graph;
  return taken_apart(n.b, n.b.add(Op::checkpoint, operands, std::move(a)), pushed.output_active);
}

// Tangents of its own are as they were; a barrier is one to them too.
ControlJvp identity(const JvpNode& n) {
  ControlJvp out;
  std::vector<Value> operands, tangents;
  for (const Expr& e : n.operands) operands.push_back(e.value);
  append_present(tangents, n.tangents);
  Value first = n.b.add(n.op, operands, n.attrs);
  for (std::size_t i = 0; i < operands.size(); ++i) out.results.push_back(first + static_cast<Value>(i));
  out.tangents.assign(n.tangents.begin(), n.tangents.end());
  if (n.op != Op::barrier) return out;
  first = n.b.add(n.op, tangents);
  for (Tangent& t : out.tangents)
    if (t.present) t = Expr{&n.b, first++};
  return out;
}

ControlJvp jvp_cond(const JvpNode& n) {
  const auto& a = std::get<CondAttrs>(n.attrs);
  const auto tangents = std::span<const Tangent>(n.tangents).subspan(1);
  const auto active = flags_of(tangents);
  std::vector<bool> any(a.branches[0]->outputs.size(), false);
  for (const GraphRef& branch : a.branches) {
    const auto& pushed = push_body(n.bodies, branch, active).output_active;
    for (std::size_t o = 0; o < any.size(); ++o) any[o] = any[o] || pushed[o];
  }
  CondAttrs out;
  for (const GraphRef& branch : a.branches) out.branches.push_back(push_body(n.bodies, branch, active, any).graph);
  std::vector<Value> operands;
  for (const Expr& e : n.operands) operands.push_back(e.value);
  append_present(operands, tangents);
  return taken_apart(n.b, n.b.add(Op::cond, operands, std::move(out)), any);
}

// A carry that becomes active in one iteration is active in all: repeat until none is new. Which results of the body are.
std::vector<bool> settle_carries(const JvpNode& n, const GraphRef& body, std::size_t consts, std::size_t carries, std::vector<bool>& active) {
  std::vector<bool> out_active;
  for (bool grew = true; grew;) {
    grew = false;
    out_active = push_body(n.bodies, body, active).output_active;
    for (std::size_t c = 0; c < carries; ++c) {
      if (out_active[c] && !active[consts + c]) active[consts + c] = grew = true;
    }
  }
  return out_active;
}

ControlJvp jvp_scan(const JvpNode& n) {
  const auto& a = std::get<ScanAttrs>(n.attrs);
  const auto consts = static_cast<std::size_t>(a.consts), carries = static_cast<std::size_t>(a.carries);
  const std::size_t n_in = n.operands.size(), n_out = a.body->outputs.size();
  std::vector<bool> active = flags_of(n.tangents), out_active = settle_carries(n, a.body, consts, carries, active);
  for (std::size_t c = 0; c < carries; ++c) out_active[c] = active[consts + c];
  const Graph& pushed = *push_body(n.bodies, a.body, active, out_active).graph;

  // The body takes (primals…, tangents…); a loop wants consts, carries and xs together, each with its tangents.
  Builder body;
  std::vector<Value> primals(n_in), tangents(n_in, no_value), operands;
  const std::size_t bounds[] = {0, consts, consts + carries, n_in};
  ScanAttrs out{nullptr, a.consts, a.carries, a.length, a.reverse};
  for (int part = 0; part < 3; ++part) {
    for (std::size_t i = bounds[part]; i < bounds[part + 1]; ++i) {
      primals[i] = body.input(a.body->type_of(static_cast<Value>(i)));
      operands.push_back(n.operands[i].value);
    }
    for (std::size_t i = bounds[part]; i < bounds[part + 1]; ++i) {
      if (!active[i]) continue;
      tangents[i] = body.input(a.body->type_of(static_cast<Value>(i)));
      operands.push_back(n.zeros_or(i).value);
      if (part == 0) ++out.consts;
      if (part == 1) ++out.carries;
    }
  }
  std::vector<Value> args = primals;
  for (Value t : tangents)
    if (t != no_value) args.push_back(t);
  const auto results = body.splice(pushed, args);
  std::vector<Value> primal_out(results.begin(), results.begin() + static_cast<std::ptrdiff_t>(n_out)), tangent_out(n_out, no_value), outputs;
  for (std::size_t o = 0, next = n_out; o < n_out; ++o)
    if (out_active[o]) tangent_out[o] = results[next++];
  std::vector<std::size_t> result_at(n_out), tangent_at(n_out);
  const std::size_t out_bounds[] = {0, carries, n_out};
  for (int part = 0; part < 2; ++part) {
    for (std::size_t o = out_bounds[part]; o < out_bounds[part + 1]; ++o) {
      result_at[o] = outputs.size();
      outputs.push_back(primal_out[o]);
    }
    for (std::size_t o = out_bounds[part]; o < out_bounds[part + 1]; ++o) {
      if (!out_active[o]) continue;
      tangent_at[o] = outputs.size();
      outputs.push_back(tangent_out[o]);
    }
  }
  out.body = std::make_shared<const Graph>(body.finish(outputs));
  const Value first = n.b.add(Op::scan, operands, std::move(out));
  ControlJvp both;
  for (std::size_t o = 0; o < n_out; ++o) {
    both.results.push_back(first + static_cast<Value>(result_at[o]));
    both.tangents.push_back(out_active[o] ? Tangent(Expr{&n.b, first + static_cast<Value>(tangent_at[o])}) : Tangent());
  }
  return both;
}

// As scan: the body carries tangents with what they are tangents of. The condition reads none of them.
ControlJvp jvp_while_(const JvpNode& n) {
  const auto& a = std::get<WhileAttrs>(n.attrs);
  const auto consts = static_cast<std::size_t>(a.consts), n_in = n.operands.size(), carries = n_in - consts;
  std::vector<bool> active = flags_of(n.tangents);
  settle_carries(n, a.body, consts, carries, active);
  const std::vector<bool> carried(active.begin() + static_cast<std::ptrdiff_t>(consts), active.end());
  const Graph& pushed = *push_body(n.bodies, a.body, active, carried).graph;

  Builder body, condition;
  std::vector<Value> primals(n_in), tangents, of_condition(n_in), operands;
  WhileAttrs out{nullptr, nullptr, a.consts, a.max_steps};
  for (const auto& [first, last] : {std::pair{std::size_t{0}, consts}, std::pair{consts, n_in}}) {
    for (std::size_t i = first; i < last; ++i) {
      primals[i] = body.input(n.operands[i].type());
      of_condition[i] = condition.input(n.operands[i].type());
      operands.push_back(n.operands[i].value);
    }
    for (std::size_t i = first; i < last; ++i) {
      if (!active[i]) continue;
      tangents.push_back(body.input(n.operands[i].type()));
      condition.input(n.operands[i].type());
      operands.push_back(n.zeros_or(i).value);
      if (first == 0 && consts > 0) ++out.consts;
    }
  }
  std::vector<Value> args = primals;
  args.insert(args.end(), tangents.begin(), tangents.end());
  out.body = std::make_shared<const Graph>(body.finish(body.splice(pushed, args)));
  out.condition = std::make_shared<const Graph>(condition.finish(condition.splice(*a.condition, of_condition)));
  return taken_apart(n.b, n.b.add(Op::while_, operands, std::move(out)), carried);
}

// What it is given has no tangents to it.
ControlJvp jvp_host_call(const JvpNode& n) {
  std::vector<Value> operands;
  for (const Expr& e : n.operands) operands.push_back(e.value);
  n.b.add(n.op, operands, n.attrs);
  return {};
}
ControlJvp jvp_custom_call(const JvpNode& n) {
  throw DifferentiationError("custom_call", "the C function \"" + std::get<CustomCallAttrs>(n.attrs).name + "\" has no derivative", "give its derivative by custom_rules, or cut it off with stop_gradient");
}
ControlJvp jvp_checkpoint_name(const JvpNode& n) { return identity(n); }
ControlJvp jvp_barrier(const JvpNode& n) { return identity(n); }

}  // namespace

ControlJvp jvp_control(Control op, const JvpNode& n) {
  switch (op) {
#define CONTROL(name, attributes, calls, effect) \
  case Control::name: return jvp_##name(n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
