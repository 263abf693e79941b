// Simplification of scan and while: loop-invariant code motion and the elimination of dead carries, inputs and outputs.
#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "espalier/ir/effects.h"
#include "espalier/ir/simplify/control.h"

namespace espalier::ir {
namespace {

Shape stacked(const Shape& shape, std::int64_t length) {
  Ints extents = shape.extents();
  extents.insert(extents.begin(), length);
  return Shape(extents);
}
Shape without_leading_axis(const Shape& shape) {
  const Ints& extents = shape.extents();
  return Shape(Ints(extents.begin() + 1, extents.end()));
}
// `v` repeated along a new leading axis.
Value stack(Rewriter& rw, Value v, std::int64_t length) {
  Ints dims(rw.type(v).ndim());
  std::iota(dims.begin(), dims.end(), 1);
  return rw.emit(Op::broadcast, {v}, BroadcastAttrs{stacked(rw.type(v).shape(), length), dims});
}
// The slice that every iteration reads of an operand that is one value repeated along its leading axis.
std::optional<Value> same_each_iteration(Rewriter& rw, Value x) {
  if (!rw.is(x, Op::broadcast)) return std::nullopt;
  auto b = rw.attrs<BroadcastAttrs>(x);
  if (!b.dims.empty() && b.dims[0] == 0) return std::nullopt;
  for (auto& d : b.dims) --d;
  return rw.emit(Op::broadcast, {rw.operand(x, 0)}, BroadcastAttrs{without_leading_axis(b.shape), b.dims});
}

// No iteration: carries pass, ys are empty.
std::vector<Value> no_iterations(Rewriter& rw, const ControlNode& n, const ScanAttrs& a) {
  const std::byte nothing[16] = {};
  std::vector<Value> results;
  for (std::size_t r = 0; r < n.types.size(); ++r) {
    if (r < static_cast<std::size_t>(a.carries)) results.push_back(n.in[a.consts + r]);
    else results.push_back(rw.repeat(rw.constant(literal(Type(n.types[r].dtype()), nothing)), n.types[r].shape()));
  }
  return results;
}

std::vector<Value> one_iteration(Rewriter& rw, const ControlNode& n, const ScanAttrs& a) {
  std::vector<Value> args(n.in.begin(), n.in.end());
  for (std::size_t i = a.consts + a.carries; i < args.size(); ++i) {
    args[i] = rw.reshape(args[i], without_leading_axis(rw.type(args[i]).shape()));
  }
  auto results = rw.splice(*a.body, args);
  for (std::size_t r = a.carries; r < results.size(); ++r) results[r] = rw.reshape(results[r], n.types[r].shape());
  return results;
}

// Which values of the body are loop-invariant, which are live, and which are hoisted. Indices are those of the old body.
class LoopAnalysis {
 public:
  LoopAnalysis(Rewriter& rw, const ControlNode& n, const ScanAttrs& a) : body_(*a.body), a_(a) {
    find_invariant(rw, n);
    find_live(n.used);
    find_hoisted();
  }

  bool carry(Value input) const { return input >= first_carry() && input < first_x(); }
  Value first_carry() const { return static_cast<Value>(a_.consts); }
  Value first_x() const { return static_cast<Value>(a_.consts + a_.carries); }

  std::vector<Value> invariant_operand;  // per input: the outside value it is in every iteration, or no_value
  std::vector<bool> invariant;       // per value: the same in every iteration
  std::vector<bool> live;            // per value: needed inside the loop
  std::vector<bool> hoisted;         // per value: computed outside, and handed in as a const
  std::vector<bool> outside;         // per value: needed to compute the hoisted ones
  std::vector<bool> result_live;     // per result of the loop

 private:
  void find_invariant(Rewriter& rw, const ControlNode& n) {
    invariant_operand.assign(body_.n_inputs, no_value);
    for (Value i = 0; i < body_.n_inputs; ++i) {
      if (i < first_carry()) invariant_operand[i] = n.in[i];
      else if (carry(i)) invariant_operand[i] = body_.outputs[i - first_carry()] == i ? n.in[i] : no_value;
      else invariant_operand[i] = same_each_iteration(rw, n.in[i]).value_or(no_value);
    }
    invariant.assign(body_.types.size(), false);
    for (Value i = 0; i < body_.n_inputs; ++i) invariant[i] = invariant_operand[i] != no_value;
    for (const Node& node : body_.nodes) {
      bool all = !node.effect;
      for (Value v : body_.operands_of(node)) all = all && invariant[v];
      for (std::uint32_t r = 0; r < node.n_results; ++r) invariant[node.first_result + r] = all;
    }
  }

  // From the used results, and what acts, backwards; a carry that is needed needs what it becomes.
  void find_live(const std::vector<bool>& used) {
    const auto definer = definers(body_);
    live.assign(body_.types.size(), false);
    result_live.assign(body_.outputs.size(), false);
    std::vector<Value> work;
    auto need = [&](Value v) {
      if (live[v]) return;
      live[v] = true;
      work.push_back(v);
    };
    for (std::size_t r = 0; r < used.size(); ++r) {
      if (!used[r]) continue;
      result_live[r] = true;
      need(body_.outputs[r]);
    }
    for (const Node& node : body_.nodes) {
      if (!node.effect) continue;
      for (Value v : body_.operands_of(node)) need(v);
    }
    while (!work.empty()) {
      const Value v = work.back();
      work.pop_back();
      if (definer[v] != no_node) {
        for (Value operand : body_.operands_of(body_.nodes[definer[v]])) need(operand);
      } else if (carry(v)) {
        result_live[v - first_carry()] = true;
        need(body_.outputs[v - first_carry()]);
      }
    }
  }

  // Loop-invariant work is hoisted; views and constants, which cost nothing, only with work that needs them.
  void find_hoisted() {
    hoisted.assign(body_.types.size(), false);
    outside.assign(body_.types.size(), false);
    std::vector<bool> wanted(body_.types.size(), false);
    for (std::size_t r = 0; r < body_.outputs.size(); ++r) {
      const auto input = static_cast<Value>(first_carry() + r);
      const bool stays = carry(input) && invariant[input];
      if (result_live[r] && !stays) wanted[body_.outputs[r]] = true;
      if (result_live[r] && !stays && carry(input)) wanted[input] = true;
    }
    for (std::size_t i = body_.nodes.size(); i-- > 0;) {
      const Node& node = body_.nodes[i];
      const bool cheap = family(node.op) == Family::movement || family(node.op) == Family::source;
      bool inside = node.effect, out = false;
      for (Value r = node.first_result; r < node.first_result + node.n_results; ++r) {
        if (wanted[r] && invariant[r] && !cheap) hoisted[r] = outside[r] = true;
        inside = inside || (wanted[r] && !hoisted[r]);
        out = out || outside[r];
      }
      for (Value v : body_.operands_of(node)) {
        if (inside) wanted[v] = true;
        if (out) outside[v] = true;
      }
    }
    live = std::move(wanted);
  }

  const Graph& body_;
  const ScanAttrs& a_;
};

// The values of the hoisted nodes, computed before the loop.
std::vector<Value> hoist(Rewriter& rw, const Graph& body, const LoopAnalysis& parts) {
  std::vector<Value> map = parts.invariant_operand, operands;
  map.resize(body.types.size(), no_value);
  for (const Node& node : body.nodes) {
    bool needed = false;
    for (std::uint32_t r = 0; r < node.n_results; ++r) needed = needed || parts.outside[node.first_result + r];
    if (!needed) continue;
    operands.clear();
    for (Value v : body.operands_of(node)) operands.push_back(map[v]);
    rw.loc = node.loc;
    const Value first = rw.emit(node.op, operands, body.attrs_of(node), {body.types.data() + node.first_result, node.n_results});
    for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
  }
  return map;
}

// The new loop: its inputs, in order, and the value of the old body that each stands for.
struct Loop {
  std::vector<Value> consts, carries, xs;                 // operands
  std::vector<std::vector<Value>> const_ids;              // old values: equal operands are one const
  std::vector<Value> carry_ids, x_ids;
};

Loop gather(const Rewriter& rw, const ControlNode& n, const LoopAnalysis& parts, const std::vector<Value>& outer, const Graph& body) {
  Loop loop;
  std::unordered_map<Value, std::size_t> seen;  // operand -> index among the consts
  for (Value v = 0; v < body.types.size(); ++v) {
    if (!parts.live[v]) continue;
    const bool input = v < body.n_inputs;
    if (parts.hoisted[v] || (input && parts.invariant[v])) {
      // Repeated constants need no way in: the body makes them.
      if (rw.splat(outer[v])) continue;
      const auto [at, fresh] = seen.emplace(outer[v], loop.consts.size());
      if (fresh) {
        loop.consts.push_back(outer[v]);
        loop.const_ids.emplace_back();
      }
      loop.const_ids[at->second].push_back(v);
    } else if (input && parts.carry(v)) {
      loop.carries.push_back(n.in[v]);
      loop.carry_ids.push_back(v);
    } else if (input) {
      loop.xs.push_back(n.in[v]);
      loop.x_ids.push_back(v);
    }
  }
  return loop;
}

GraphRef make_body(const Rewriter& rw, const Graph& body, const Loop& loop, const LoopAnalysis& parts, const std::vector<Value>& outer,
                   const std::vector<Value>& outputs) {
  std::vector<Type> types;
  for (const auto& ids : loop.const_ids) types.push_back(body.types[ids[0]]);
  for (Value id : loop.carry_ids) types.push_back(body.types[id]);
  for (Value id : loop.x_ids) types.push_back(body.types[id]);
  Rewriter inner(types, {});
  std::vector<Value> map(body.types.size(), no_value), operands;
  Value next = 0;
  for (const auto& ids : loop.const_ids) {
    for (Value id : ids) map[id] = next;
    ++next;
  }
  for (Value id : loop.carry_ids) map[id] = next++;
  for (Value id : loop.x_ids) map[id] = next++;
  for (Value v = 0; v < body.types.size(); ++v) {
    const bool comes_in = parts.live[v] && (parts.hoisted[v] || (v < body.n_inputs && parts.invariant[v]));
    if (!comes_in || map[v] != no_value) continue;
    map[v] = inner.repeat(inner.constant(*rw.splat(outer[v])), body.types[v].shape());
  }
  for (const Node& node : body.nodes) {
    bool needed = node.effect;
    for (Value r = node.first_result; r < node.first_result + node.n_results; ++r) needed = needed || (parts.live[r] && map[r] == no_value);
    if (!needed) continue;
    operands.clear();
    for (Value v : body.operands_of(node)) operands.push_back(map[v]);
    inner.loc = node.loc;
    const Value first =
        inner.add(node.op, operands, body.attrs_of(node), {body.types.data() + node.first_result, node.n_results});
    for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
  }
  std::vector<Value> results;
  for (Value v : outputs) results.push_back(map[v]);
  return std::make_shared<const Graph>(inner.finish(results));
}

}  // namespace

Results simplify_scan(Rewriter& rw, const ControlNode& n) {
  const auto& a = std::get<ScanAttrs>(n.attrs);
  if (a.length == 0) return no_iterations(rw, n, a);
  if (a.length == 1) return one_iteration(rw, n, a);

  const Graph& body = *a.body;
  const LoopAnalysis parts(rw, n, a);
  const std::vector<Value> outer = hoist(rw, body, parts);
  const Loop loop = gather(rw, n, parts, outer, body);

  // Results that are the same in every iteration need no loop; equal ys are one.
  std::vector<Value> results(n.types.size(), no_value), outputs;
  std::vector<Value> place(n.types.size(), no_value);       // the new loop's result for each old one
  std::vector<Value> y_place(body.types.size(), no_value);  // the new loop's result for each old value
  for (std::size_t i = 0; i < loop.carry_ids.size(); ++i) {
    const Value r = loop.carry_ids[i] - parts.first_carry();
    place[r] = static_cast<Value>(i);
    outputs.push_back(body.outputs[r]);
  }
  const int carries = static_cast<int>(outputs.size());
  for (std::size_t r = 0; r < n.types.size(); ++r) {
    const Value output = body.outputs[r];
    const auto input = static_cast<Value>(parts.first_carry() + r);
    if (!n.used[r] || place[r] != no_value) continue;
    if (parts.carry(input)) {
      results[r] = parts.invariant_operand[input];
    } else if (parts.hoisted[output] || (output < body.n_inputs && parts.invariant[output])) {
      results[r] = stack(rw, outer[output], a.length);
    } else if (output < body.n_inputs && output >= parts.first_x()) {
      results[r] = n.in[output];  // what every iteration passes on of xs is xs
    } else {
      if (y_place[output] == no_value) {
        y_place[output] = static_cast<Value>(outputs.size());
        outputs.push_back(output);
      }
      place[r] = y_place[output];
    }
  }
  if (outputs.empty() && !has_effects(body)) return results;

  std::vector<Value> operands = loop.consts;
  operands.insert(operands.end(), loop.carries.begin(), loop.carries.end());
  operands.insert(operands.end(), loop.xs.begin(), loop.xs.end());
  const ScanAttrs rest{make_body(rw, body, loop, parts, outer, outputs), static_cast<int>(loop.consts.size()), carries,
                       a.length, a.reverse};
  if (std::equal(operands.begin(), operands.end(), n.in.begin(), n.in.end()) && rest == a) return std::nullopt;
  const Value first = rw.add(Op::scan, operands, rest);
  for (std::size_t r = 0; r < place.size(); ++r) {
    if (place[r] != no_value) results[r] = first + place[r];
  }
  return results;
}

namespace {

// Condition and body of a loop as one program: (consts…, carries…) -> (carries…, whether there is another iteration).
GraphRef joint(const WhileAttrs& a) {
  Rewriter b(a.body->input_types(), {});
  std::vector<Value> args(a.body->n_inputs);
  std::iota(args.begin(), args.end(), Value{0});
  auto outputs = b.splice(*a.body, args);
  outputs.push_back(b.splice(*a.condition, args)[0]);
  return std::make_shared<const Graph>(b.finish(outputs));
}
GraphRef with_outputs(Graph graph, std::vector<Value> outputs) {
  graph.outputs = std::move(outputs);
  return std::make_shared<const Graph>(canonical(graph));
}

}  // namespace

// The rules of scan, asked about condition and body together.
Results simplify_while(Rewriter& rw, const ControlNode& n) {
  const auto& a = std::get<WhileAttrs>(n.attrs);
  const auto carries = n.types.size();
  const std::span<const Value> inits = n.in.subspan(static_cast<std::size_t>(a.consts));
  if (a.max_steps == 0) return std::vector<Value>(inits.begin(), inits.end());
  if (has_effects(*a.condition)) return std::nullopt;  // it is asked as often as it is written
  const bool changed = rw.changed;
  const Value at_first = rw.splice(*a.condition, n.in)[0];
  rw.changed = changed;  // what is only asked changes nothing
  if (rw.is_number(at_first, 0)) return std::vector<Value>(inits.begin(), inits.end());

  const ScanAttrs loop_of_both{joint(a), a.consts, static_cast<int>(carries), 2, false};
  const Graph& both = *loop_of_both.body;
  std::vector<bool> used = n.used;
  used.push_back(true);
  const Attrs attrs = loop_of_both;
  const ControlNode node{attrs, n.in, n.types, used};
  const LoopAnalysis parts(rw, node, loop_of_both);
  const std::vector<Value> outer = hoist(rw, both, parts);
  const Loop loop = gather(rw, node, parts, outer, both);

  std::vector<Value> results(carries, no_value), outputs, operands = loop.consts;
  std::vector<std::size_t> kept;
  for (Value id : loop.carry_ids) {
    kept.push_back(id - parts.first_carry());
    outputs.push_back(both.outputs[kept.back()]);
  }
  for (std::size_t r = 0; r < carries; ++r)
    if (n.used[r] && both.outputs[r] == static_cast<Value>(parts.first_carry() + r)) results[r] = inits[r];
  outputs.push_back(both.outputs.back());
  operands.insert(operands.end(), loop.carries.begin(), loop.carries.end());
  const GraphRef rest = make_body(rw, both, loop, parts, outer, outputs);
  WhileAttrs out{nullptr, nullptr, static_cast<int>(loop.consts.size()), a.max_steps};
  const Graph asks = without_effects(*rest);  // its values are numbered anew
  out.condition = with_outputs(asks, {asks.outputs.back()});
  out.body = with_outputs(*rest, {rest->outputs.begin(), rest->outputs.end() - 1});
  if (std::equal(operands.begin(), operands.end(), n.in.begin(), n.in.end()) && out == a) return std::nullopt;
  const Value first = rw.add(Op::while_, operands, out);
  for (std::size_t i = 0; i < kept.size(); ++i) results[kept[i]] = first + static_cast<Value>(i);
  return results;
}

}  // namespace espalier::ir
