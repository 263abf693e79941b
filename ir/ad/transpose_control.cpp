// Transposes of calls, branches and loops: those of their bodies, in the same kind of op. A loop runs backwards.
#include <map>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/linearize.h"

namespace espalier::ir {
namespace {

// A body with its linear inputs, which are flagged, behind all others.
struct Arranged {
  Graph body;
  std::uint32_t residuals = 0;  // how many others there are
};
Arranged in_order(const Graph& body, const std::vector<bool>& linear) {
  Builder b;
  std::vector<Value> args(body.n_inputs);
  std::uint32_t residuals = 0;
  for (Value i = 0; i < body.n_inputs; ++i)
    if (!linear[i]) args[i] = b.input(body.type_of(i)), ++residuals;
  for (Value i = 0; i < body.n_inputs; ++i)
    if (linear[i]) args[i] = b.input(body.type_of(i));
  return {b.finish(b.splice(body, args)), residuals};
}
// Its transpose: (other inputs…, cotangents of its outputs…) -> cotangents of the linear inputs.
Graph transposed(const Graph& body, const std::vector<bool>& linear) {
  const Arranged arranged = in_order(body, linear);
  return transpose(arranged.body, arranged.residuals);
}

std::vector<Value> cotangent_values(const TransposeNode& n) {
  std::vector<Value> values;
  for (std::size_t r = 0; r < n.cotangents.size(); ++r) values.push_back(instantiate(n.b, n.cotangents[r], n.result_types[r]).value);
  return values;
}

// Hands the results of an op to the linear operands, in order.
std::vector<Tangent> handed_out(const TransposeNode& n, Value first) {
  std::vector<Tangent> out(n.linear.size());
  for (std::size_t i = 0; i < n.linear.size(); ++i)
    if (n.linear[i]) out[i] = Expr{&n.b, first++};
  return out;
}

std::vector<Tangent> transpose_scan(const TransposeNode& n) {
  const auto& a = std::get<ScanAttrs>(n.attrs);
  const Graph& body = *a.body;
  const auto consts = static_cast<std::size_t>(a.consts), carries = static_cast<std::size_t>(a.carries);
  std::vector<bool> linear = n.linear;
  for (std::size_t c = 0; c < carries; ++c) linear[consts + c] = true;  // a carry that starts as a constant zero is linear too
  const Arranged arranged = in_order(body, linear);

  Builder b;
  ScanAttrs out{nullptr, 0, 0, a.length, !a.reverse};
  std::vector<Value> operands, const_args, x_args, ct_carry, ct_const, ct_y;
  auto zeros = [&](Type type) { return full(n.b, type, 0).value; };
  for (std::size_t i = 0; i < consts; ++i) {
    if (linear[i]) continue;
    const_args.push_back(b.input(n.types[i]));
    operands.push_back(n.operands[i].value);
    ++out.consts;
  }
  for (std::size_t c = 0; c < carries; ++c) {
    ct_carry.push_back(b.input(body.type_of(static_cast<Value>(consts + c))));
    operands.push_back(instantiate(n.b, n.cotangents[c], n.result_types[c]).value);
  }
  for (std::size_t i = 0; i < consts; ++i) {  // what a constant gets from each iteration adds up
    if (!linear[i]) continue;
    ct_const.push_back(b.input(n.types[i]));
    operands.push_back(zeros(n.types[i]));
  }
  out.carries = static_cast<int>(carries + ct_const.size());
  for (std::size_t i = consts + carries; i < linear.size(); ++i) {
    if (linear[i]) continue;
    x_args.push_back(b.input(body.type_of(static_cast<Value>(i))));
    operands.push_back(n.operands[i].value);
  }
  for (std::size_t r = carries; r < n.cotangents.size(); ++r) {
    const Type type = body.type_of(body.outputs[r]);
    if (!n.cotangents[r].present) {
      ct_y.push_back(full(b, type, 0).value);
      continue;
    }
    ct_y.push_back(b.input(type));
    operands.push_back(n.cotangents[r].expr.value);
  }
  std::vector<Value> residuals = const_args, cotangents = ct_carry;
  residuals.insert(residuals.end(), x_args.begin(), x_args.end());
  cotangents.insert(cotangents.end(), ct_y.begin(), ct_y.end());
  std::vector<Tangent> so_far;
  for (Value v : ct_const) so_far.push_back(Expr{&b, v});
  const auto cts = pull(b, arranged.body, residuals, cotangents, so_far);  // of the linear inputs: consts, carries, xs
  std::vector<Value> outputs(cts.begin() + static_cast<std::ptrdiff_t>(ct_const.size()), cts.begin() + static_cast<std::ptrdiff_t>(ct_const.size() + carries));
  outputs.insert(outputs.end(), cts.begin(), cts.begin() + static_cast<std::ptrdiff_t>(ct_const.size()));
  outputs.insert(outputs.end(), cts.begin() + static_cast<std::ptrdiff_t>(ct_const.size() + carries), cts.end());
  out.body = std::make_shared<const Graph>(b.finish(outputs));
  const Value first = n.b.add(Op::scan, operands, out);

  std::vector<Tangent> result(linear.size());
  Value next_const = first + static_cast<Value>(carries), next_x = next_const + static_cast<Value>(ct_const.size());
  for (std::size_t i = 0; i < linear.size(); ++i) {
    if (i >= consts && i < consts + carries) result[i] = Expr{&n.b, first + static_cast<Value>(i - consts)};
    else if (linear[i]) result[i] = Expr{&n.b, i < consts ? next_const++ : next_x++};
  }
  return result;
}

// The operands that are not linear, and the cotangents.
std::vector<Value> backward_operands(const TransposeNode& n) {
  std::vector<Value> operands;
  for (std::size_t i = 0; i < n.linear.size(); ++i)
    if (!n.linear[i]) operands.push_back(n.operands[i].value);
  for (Value v : cotangent_values(n)) operands.push_back(v);
  return operands;
}

std::vector<Tangent> transpose_call(const TransposeNode& n) {
  const auto& a = std::get<CallAttrs>(n.attrs);
  const std::vector<Value> operands = backward_operands(n);
  return handed_out(n, n.b.add(Op::call, operands, CallAttrs{std::make_shared<const Graph>(transposed(*a.body, n.linear)), a.name}));
}

std::vector<Tangent> transpose_checkpoint(const TransposeNode& n) {
  CheckpointAttrs a = std::get<CheckpointAttrs>(n.attrs);
  const std::vector<Value> operands = backward_operands(n);
  a.body = std::make_shared<const Graph>(transposed(*a.body, n.linear));
  return handed_out(n, n.b.add(Op::checkpoint, operands, std::move(a)));
}

// Cotangents of what is handed on; together behind a barrier where the operands were.
std::vector<Tangent> identity(const TransposeNode& n) {
  std::vector<Tangent> out(n.linear.size());
  std::vector<Value> cotangents;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (!n.linear[i] || !n.cotangents[i].present) continue;
    out[i] = n.cotangents[i];
    cotangents.push_back(out[i].expr.value);
  }
  if (n.node.op != Op::barrier || cotangents.empty()) return out;
  Value first = n.b.add(Op::barrier, cotangents);
  for (Tangent& t : out)
    if (t.present) t = Expr{&n.b, first++};
  return out;
}

std::vector<Tangent> transpose_cond(const TransposeNode& n) {
  if (n.linear[0]) throw DifferentiationError("cond", "its branch index depends on a tangent");
  const std::vector<Value> operands = backward_operands(n);
  const std::vector<bool> linear(n.linear.begin() + 1, n.linear.end());
  CondAttrs out;
  std::map<GraphRef, GraphRef> made;  // one body that stands in two branches stays one
  for (const GraphRef& branch : std::get<CondAttrs>(n.attrs).branches) {
    GraphRef& pulled = made[branch];
    if (!pulled) pulled = std::make_shared<const Graph>(transposed(*branch, linear));
    out.branches.push_back(pulled);
  }
  return handed_out(n, n.b.add(Op::cond, operands, std::move(out)));
}

// How often the loop ran is known only when it has ended, so there is no memory for what each iteration needs: splitting makes
// loops of those that have a bound (split_while.cpp), and none of the others.
std::vector<Tangent> transpose_while_(const TransposeNode& n) {
  const std::string place = n.node.loc.line == 0 ? "" : " at " + std::string(n.node.loc.file) + ":" + std::to_string(n.node.loc.line);
  if (std::get<WhileAttrs>(n.attrs).max_steps >= 0) throw DifferentiationError("while_loop", "the loop" + place + " is no linear function that can be transposed as it is", "loop with fori_loop or scan");
  throw DifferentiationError("while_loop", "the loop" + place + " may run any number of times, which reverse mode cannot trace back", "give it a bound, {.max_steps = n}; or loop with fori_loop or scan, or differentiate forward with jvp or jacfwd");
}

std::vector<Tangent> transpose_checkpoint_name(const TransposeNode& n) { return identity(n); }
std::vector<Tangent> transpose_barrier(const TransposeNode& n) { return identity(n); }

// Calls of which only the rules are linear.
std::vector<Tangent> transpose_custom_jvp(const TransposeNode&) { return {}; }
std::vector<Tangent> transpose_custom_vjp(const TransposeNode&) { return {}; }
std::vector<Tangent> transpose_custom_root(const TransposeNode&) { return {}; }
std::vector<Tangent> transpose_custom_call(const TransposeNode&) { return {}; }
std::vector<Tangent> transpose_host_call(const TransposeNode&) { return {}; }

}  // namespace

std::vector<Tangent> transpose_control(Control op, const TransposeNode& n) {
  switch (op) {
#define CONTROL(name, attributes, calls, effect) \
  case Control::name: return transpose_##name(n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
