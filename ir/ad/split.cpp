// Splitting a program by what is known: the known part saves residuals, the unknown part reads them.
#include <algorithm>
#include <map>
#include <unordered_map>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/ad/split_checkpoint.h"
#include "espalier/ir/ad/split_while.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"

namespace espalier::ir {
namespace {

using SplitBodies = Bodies<Split>;
const Split& split_body(SplitBodies& bodies, const GraphRef& body, const std::vector<bool>& unknown, const std::vector<bool>& force = {});

class Splitter {
 public:
  Splitter(const Graph& graph, const std::vector<bool>& unknown, SplitBodies& bodies) : graph_(graph), bodies_(bodies), unknown_(graph.types.size(), false), values_(graph.types.size(), no_value) {
    for (Value i = 0; i < graph.n_inputs; ++i) {
      unknown_[i] = unknown[i];
      // Residuals become the unknown part's first inputs when it is finished; its own inputs are kept apart until then.
      values_[i] = unknown[i] ? rest_.input(graph.type_of(i)) : known_.input(graph.type_of(i));
      if (unknown[i]) unknown_inputs_.push_back(values_[i]);
    }
  }

  Split run(const std::vector<bool>& force) {
    known_.reserve(graph_.nodes.size() / 2);
    rest_.reserve(graph_.nodes.size());
    for (const Node& node : graph_.nodes) visit(node);
    Split out;
    std::vector<Value> known_outputs, unknown_outputs;
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      const Value v = graph_.outputs[o];
      out.output_unknown.push_back(unknown_[v] || (o < force.size() && force[o]));
      if (out.output_unknown.back()) unknown_outputs.push_back(in_rest(v));
      else known_outputs.push_back(values_[v]);
    }
    known_outputs.insert(known_outputs.end(), residuals_.begin(), residuals_.end());
    out.n_residuals = static_cast<std::uint32_t>(residuals_.size());
    out.known = known_.take(known_outputs);
    std::vector<Value> rest_inputs = residual_inputs_;
    rest_inputs.insert(rest_inputs.end(), unknown_inputs_.begin(), unknown_inputs_.end());
    out.unknown = rest_.compact(rest_inputs, unknown_outputs);
    return out;
  }

 private:
  void visit(const Node& node) {
    known_.loc = rest_.loc = node.loc;
    bool any = false;
    for (Value v : graph_.operands_of(node)) any = any || unknown_[v];
    if (any && family(node.op) == Family::control) return control(node.op.as<Control>(), node);
    whole(node, any);
  }
  // In one of the parts, as it is.
  void whole(const Node& node, bool any) {
    operands_.clear();
    for (Value v : graph_.operands_of(node)) operands_.push_back(any ? in_rest(v) : values_[v]);
    const Value first = (any ? rest_ : known_).add(node.op, operands_, graph_.attrs_of(node), node.loc);
    define(node, first, any);
  }
  void control(Control op, const Node& node) {
    switch (op) {
      case Control::call: return call(node);
      case Control::cond: return cond(node);
      case Control::scan: return scan(node);
      case Control::custom_jvp:
      case Control::custom_vjp:
      case Control::custom_linear:
      case Control::custom_root:
      case Control::custom_linear_solve:
      case Control::custom_call:
      case Control::host_call: return whole(node, true);
      case Control::checkpoint: return checkpoint(node);
      case Control::checkpoint_name:
      case Control::barrier: return identity(node);
      case Control::while_: return while_(node);
    }
  }
  // A part without results and effects is left out.
  static bool does_something(const Graph& part) { return !part.outputs.empty() || has_effects(part); }
  void define(const Node& node, Value first, bool unknown) {
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      values_[node.first_result + r] = first + r;
      unknown_[node.first_result + r] = unknown;
    }
  }

  // The value in the unknown part: its own, a constant made again, or a residual.
  Value in_rest(Value v) {
    if (unknown_[v]) return values_[v];
    if (brought_.empty()) brought_.assign(graph_.types.size(), no_value);
    if (brought_[v] == no_value) brought_[v] = remade(v);
    return brought_[v];
  }
  Value remade(Value v) {
    const auto& definer = definers_of();
    if (definer[v] != no_node) {
      const Node& node = graph_.nodes[definer[v]];
      if (node.op == Op::constant || node.op == Op::iota) return rest_.add(node.op, {}, graph_.attrs_of(node), node.loc);
      if (node.op == Op::broadcast) {
        const Value from = graph_.operands_of(node)[0];
        const std::uint32_t source = definer[from];
        if (source != no_node && graph_.nodes[source].op == Op::constant) return rest_.add(node.op, {in_rest(from)}, graph_.attrs_of(node), node.loc);
      }
    }
    return residual(values_[v]);
  }
  // A value of the known part as an input of the unknown one.
  Value residual(Value known) {
    if (residual_of_.size() <= known) residual_of_.resize(std::max<std::size_t>(known_.value_count(), 2 * residual_of_.size()), no_value);
    if (residual_of_[known] != no_value) return residual_of_[known];
    residuals_.push_back(known);
    residual_inputs_.push_back(rest_.input(known_.type(known)));
    return residual_of_[known] = residual_inputs_.back();
  }
  const std::vector<std::uint32_t>& definers_of() {
    if (definers_.empty()) definers_ = definers(graph_);
    return definers_;
  }
  std::vector<bool> flags(std::span<const Value> operands) const {
    std::vector<bool> out;
    for (Value v : operands) out.push_back(unknown_[v]);
    return out;
  }

  // Results of a node that was split: known ones from the known part, the others from the rest.
  void define_split(const Node& node, const std::vector<bool>& unknown, Value known_first, Value rest_first) {
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      unknown_[node.first_result + r] = unknown[r];
      values_[node.first_result + r] = unknown[r] ? rest_first++ : known_first++;
    }
  }

  void call(const Node& node) {
    const auto& a = graph_.attrs_as<CallAttrs>(node);
    const auto operands = graph_.operands_of(node);
    const Split& body = split_body(bodies_, a.body, flags(operands));
    std::vector<Value> known_args, rest_args;
    for (Value v : operands)
      if (!unknown_[v]) known_args.push_back(values_[v]);
    Value known_first = no_value, rest_first = no_value;
    if (does_something(body.known)) known_first = known_.add(Op::call, known_args, CallAttrs{std::make_shared<const Graph>(canonical(body.known)), a.name});
    const auto n_known = static_cast<Value>(body.known.outputs.size() - body.n_residuals);
    for (std::uint32_t r = 0; r < body.n_residuals; ++r) rest_args.push_back(residual(known_first + n_known + r));
    for (Value v : operands)
      if (unknown_[v]) rest_args.push_back(values_[v]);
    if (does_something(body.unknown)) rest_first = rest_.add(Op::call, rest_args, CallAttrs{std::make_shared<const Graph>(canonical(body.unknown)), a.name});
    define_split(node, body.output_unknown, known_first, rest_first);
  }

  // What the policy does not save is computed again by the rest.
  void checkpoint(const Node& node) {
    const auto& a = graph_.attrs_as<CheckpointAttrs>(node);
    const auto operands = graph_.operands_of(node);
    const Split& body = split_body(bodies_, a.body, flags(operands));
    const CheckpointParts parts = split_checkpoint(a, body);
    std::vector<Value> known_operands, known_args, rest_args;
    for (Value v : operands) {
      if (unknown_[v]) continue;
      known_operands.push_back(v);
      known_args.push_back(values_[v]);
    }
    Value known_first = no_value, rest_first = no_value;
    const auto n_known = static_cast<Value>(parts.known.body->outputs.size() - parts.saved);
    if (does_something(*parts.known.body)) known_first = known_.add(Op::checkpoint, known_args, parts.known);
    for (std::size_t i : parts.reads) rest_args.push_back(in_rest(known_operands[i]));
    for (std::size_t i = 0; i < parts.saved; ++i) rest_args.push_back(residual(known_first + n_known + static_cast<Value>(i)));
    for (Value v : operands)
      if (unknown_[v]) rest_args.push_back(values_[v]);
    if (does_something(*parts.rest.body)) rest_first = rest_.add(Op::checkpoint, rest_args, parts.rest);
    define_split(node, body.output_unknown, known_first, rest_first);
  }

  // Known operands are handed on in the known part, the others in the rest.
  void identity(const Node& node) {
    std::vector<Value> known_args, rest_args;
    const auto operands = graph_.operands_of(node);
    for (Value v : operands) (unknown_[v] ? rest_args : known_args).push_back(values_[v]);
    const Value known_first = known_args.empty() ? no_value : known_.add(node.op, known_args, graph_.attrs_of(node));
    define_split(node, flags(operands), known_first, rest_.add(node.op, rest_args, graph_.attrs_of(node)));
  }

  struct HashOfType {
    std::size_t operator()(Type type) const { return type.hash(); }
  };
  // Where the residuals of a branch are.
  struct Place {
    bool is_saved;
    std::size_t number;  // among what the known branches save, or of the op's operand that the branch only hands on
    bool operator==(const Place&) const = default;
  };
  // Only one branch runs, so residuals of different branches that have one type share a place: branches in branches save what the
  // deepest of them needs, and not the sum over all.
  std::vector<Place> places_in(std::vector<Type>& saved, const Split& part, const std::vector<std::size_t>& operand_of) const {
    std::unordered_map<Type, std::vector<std::size_t>, HashOfType> free;  // per type, the last first
    for (std::size_t i = saved.size(); i-- > 0;) free[saved[i]].push_back(i);
    std::vector<Place> places;
    for (std::size_t r = part.known.outputs.size() - part.n_residuals; r < part.known.outputs.size(); ++r) {
      const Value v = part.known.outputs[r];
      if (v < part.known.n_inputs) {
        places.push_back({false, operand_of[v]});
        continue;
      }
      auto& of_type = free[part.known.type_of(v)];
      if (of_type.empty()) {
        of_type.push_back(saved.size());
        saved.push_back(part.known.type_of(v));
      }
      places.push_back({true, of_type.back()});
      of_type.pop_back();
    }
    return places;
  }
  // The known part of a branch: what it knows, then all places, with zeros in those of other branches.
  static GraphRef known_branch(const Split& part, const std::vector<Place>& places, const std::vector<Type>& saved) {
    Builder b;
    std::vector<Value> args;
    for (Type type : part.known.input_types()) args.push_back(b.input(type));
    const auto results = b.splice(part.known, args);
    std::vector<Value> outputs(results.begin(), results.end() - part.n_residuals);
    const std::size_t n_known = outputs.size();
    outputs.resize(n_known + saved.size(), no_value);
    for (std::size_t r = 0; r < places.size(); ++r)
      if (places[r].is_saved) outputs[n_known + places[r].number] = results[n_known + r];
    std::unordered_map<Type, Value, HashOfType> zeros;
    for (std::size_t i = 0; i < saved.size(); ++i) {
      if (outputs[n_known + i] != no_value) continue;
      const auto [zero, is_new] = zeros.try_emplace(saved[i], no_value);
      if (is_new) zero->second = full(b, saved[i], 0).value;
      outputs[n_known + i] = zero->second;
    }
    return std::make_shared<const Graph>(b.finish(outputs));
  }
  // The rest of a branch, as a function of all places, of the operands that any branch hands on, and of what is unknown.
  static GraphRef rest_branch(const Split& part, const std::vector<Place>& places, const std::vector<Type>& saved, const std::map<std::size_t, Type>& handed) {
    Builder b;
    std::vector<Value> from_known, args;
    std::map<std::size_t, Value> from_operand;
    for (Type type : saved) from_known.push_back(b.input(type));
    for (const auto& [operand, type] : handed) from_operand[operand] = b.input(type);
    for (const Place& place : places) args.push_back(place.is_saved ? from_known[place.number] : from_operand.at(place.number));
    for (std::size_t i = part.n_residuals; i < part.unknown.n_inputs; ++i) args.push_back(b.input(part.unknown.type_of(static_cast<Value>(i))));
    return std::make_shared<const Graph>(b.finish(b.splice(part.unknown, args)));
  }

  void cond(const Node& node) {
    const auto& a = graph_.attrs_as<CondAttrs>(node);
    const Value index = graph_.operands_of(node)[0];
    if (unknown_[index]) throw DifferentiationError("cond", "its branch index depends on a tangent");
    const auto operands = graph_.operands_of(node).subspan(1);
    const auto unknown = flags(operands);
    std::vector<bool> any(node.n_results, false);
    for (const GraphRef& branch : a.branches) {
      const Split& part = split_body(bodies_, branch, unknown);
      for (std::size_t o = 0; o < any.size(); ++o) any[o] = any[o] || part.output_unknown[o];
    }
    std::vector<std::size_t> operand_of;  // of a known branch's inputs
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (!unknown[i]) operand_of.push_back(i);
    std::vector<const Split*> parts;
    std::vector<Type> saved;
    std::vector<std::vector<Place>> places;
    std::map<std::size_t, Type> handed;  // operands that are residuals as they are
    for (const GraphRef& branch : a.branches) {
      parts.push_back(&split_body(bodies_, branch, unknown, any));
      places.push_back(places_in(saved, *parts.back(), operand_of));
      for (const Place& place : places.back())
        if (!place.is_saved) handed.emplace(place.number, graph_.type_of(operands[place.number]));
    }
    CondAttrs known, rest;
    for (std::size_t k = 0; k < parts.size(); ++k) {
      std::size_t like = 0;  // one body that stands in two branches stays one
      while (parts[like] != parts[k] || places[like] != places[k]) ++like;
      known.branches.push_back(like < k ? known.branches[like] : known_branch(*parts[k], places[k], saved));
      rest.branches.push_back(like < k ? rest.branches[like] : rest_branch(*parts[k], places[k], saved, handed));
    }
    std::vector<Value> known_args{values_[index]}, rest_args{in_rest(index)};
    for (std::size_t i : operand_of) known_args.push_back(values_[operands[i]]);
    Value known_first = no_value, rest_first = no_value;
    const auto n_known = static_cast<Value>(known.branches[0]->outputs.size() - saved.size());
    if (std::any_of(known.branches.begin(), known.branches.end(), [](const GraphRef& b) { return does_something(*b); })) known_first = known_.add(Op::cond, known_args, known);
    for (std::size_t i = 0; i < saved.size(); ++i) rest_args.push_back(residual(known_first + n_known + static_cast<Value>(i)));
    for (const auto& [operand, type] : handed) rest_args.push_back(in_rest(operands[operand]));
    for (Value v : operands)
      if (unknown_[v]) rest_args.push_back(values_[v]);
    if (std::any_of(rest.branches.begin(), rest.branches.end(), [](const GraphRef& b) { return does_something(*b); })) rest_first = rest_.add(Op::cond, rest_args, rest);
    define_split(node, any, known_first, rest_first);
  }

  // The body of a loop, split so that a carry is unknown in all iterations if it is in one: the flags of its inputs grow.
  const Split& settled(const GraphRef& body, std::size_t consts, std::size_t carries, std::vector<bool>& unknown) {
    std::vector<bool> force(body->outputs.size(), false);
    while (true) {
      const Split& parts = split_body(bodies_, body, unknown, force);
      bool grew = false;
      for (std::size_t c = 0; c < carries; ++c) {
        if (parts.output_unknown[c] && !unknown[consts + c]) unknown[consts + c] = grew = true;
        if (unknown[consts + c] && !parts.output_unknown[c]) force[c] = grew = true;
      }
      if (!grew) return parts;
    }
  }

  // The known loop stacks the residuals of its iterations; the unknown loop reads them as xs. What is the same in every
  // iteration, or is a slice of an xs already, is not stacked again.
  void scan(const Node& node) {
    const auto& a = graph_.attrs_as<ScanAttrs>(node);
    const auto operands = graph_.operands_of(node);
    const auto consts = static_cast<std::size_t>(a.consts), carries = static_cast<std::size_t>(a.carries);
    std::vector<bool> unknown = flags(operands);
    const Split& body = settled(a.body, consts, carries, unknown);
    const auto n_known_out = static_cast<Value>(body.known.outputs.size() - body.n_residuals);

    // Where each residual of a round comes from.
    enum class From {
      constant,
      x,
      stacked
    };
    std::vector<Value> input_of;  // of the known body: which operand it is
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (!unknown[i]) input_of.push_back(static_cast<Value>(i));
    std::vector<From> from;
    std::vector<Value> stacked;  // residual numbers
    for (std::uint32_t r = 0; r < body.n_residuals; ++r) {
      const Value v = body.known.outputs[n_known_out + r];
      From where = From::stacked;
      if (v < body.known.n_inputs) where = input_of[v] < consts ? From::constant : (input_of[v] >= consts + carries ? From::x : From::stacked);
      from.push_back(where);
      if (where == From::stacked) stacked.push_back(r);
    }

    Graph known_body = body.known;
    known_body.outputs.resize(n_known_out);
    for (Value r : stacked) known_body.outputs.push_back(body.known.outputs[n_known_out + r]);
    ScanAttrs known{nullptr, 0, 0, a.length, a.reverse};
    std::vector<Value> known_args;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (unknown[i]) continue;
      known_args.push_back(values_[operands[i]]);
      if (i < consts) ++known.consts;
      else if (i < consts + carries) ++known.carries;
    }
    known.body = std::make_shared<const Graph>(canonical(known_body));
    Value known_first = no_value;
    if (does_something(known_body)) known_first = known_.add(Op::scan, known_args, known);

    // The unknown body takes (residuals…, unknown inputs…); its loop wants consts, carries, xs.
    Builder u;
    ScanAttrs rest{nullptr, 0, 0, a.length, a.reverse};
    std::vector<Value> rest_operands, residual_args(body.n_residuals), unknown_args;
    auto residual_operand = [&](std::uint32_t r) {
      const Value v = body.known.outputs[n_known_out + r];
      return in_rest(operands[input_of[v]]);
    };
    for (std::uint32_t r = 0; r < body.n_residuals; ++r) {
      if (from[r] != From::constant) continue;
      residual_args[r] = u.input(body.unknown.type_of(r));
      rest_operands.push_back(residual_operand(r));
      ++rest.consts;
    }
    auto unknown_part = [&](std::size_t low, std::size_t high, int* count) {
      for (std::size_t i = low; i < high; ++i) {
        if (!unknown[i]) continue;
        unknown_args.push_back(u.input(a.body->type_of(static_cast<Value>(i))));
        rest_operands.push_back(in_rest(operands[i]));
        if (count) ++*count;
      }
    };
    unknown_part(0, consts, &rest.consts);
    unknown_part(consts, consts + carries, &rest.carries);
    for (std::uint32_t r = 0, next = 0; r < body.n_residuals; ++r) {
      if (from[r] == From::constant) continue;
      residual_args[r] = u.input(body.unknown.type_of(r));
      rest_operands.push_back(from[r] == From::x ? residual_operand(r) : residual(known_first + n_known_out + next++));
    }
    unknown_part(consts + carries, operands.size(), nullptr);
    std::vector<Value> args = residual_args;
    args.insert(args.end(), unknown_args.begin(), unknown_args.end());
    rest.body = std::make_shared<const Graph>(u.finish(u.splice(body.unknown, args)));
    Value rest_first = no_value;
    if (does_something(*rest.body)) rest_first = rest_.add(Op::scan, rest_operands, rest);
    define_split(node, body.output_unknown, known_first, rest_first);
  }

  // A loop that runs until its condition fails: with a bound, in chunks whose iterations are computed again (split_while.h); without
  // one, all of it belongs to the rest, which can be pushed forward and not be transposed.
  void while_(const Node& node) {
    const auto& a = graph_.attrs_as<WhileAttrs>(node);
    const auto operands = graph_.operands_of(node);
    const auto consts = static_cast<std::size_t>(a.consts);
    std::vector<bool> unknown = flags(operands);
    const Split& body = settled(a.body, consts, node.n_results, unknown);
    const bool decided = depends(*a.condition, unknown);  // the condition is unknown itself
    std::vector<Value> known_args, rest_args;
    const auto known_carries = body.known.outputs.size() - body.n_residuals;
    if (decided || a.max_steps < 0) {
      for (Value v : operands) rest_args.push_back(in_rest(v));
      const bool acts_in_rest = decided || a.max_steps >= 0 || known_carries == 0;  // else the known loop has acted
      const Value rest_first = rest_.add(Op::while_, rest_args, acts_in_rest ? Attrs(a) : without_effects(Attrs(a)));
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        unknown_[node.first_result + r] = true;
        values_[node.first_result + r] = rest_first + r;
      }
      if (decided) return;
    }
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (!unknown[i]) known_args.push_back(values_[operands[i]]);
    const WhileParts parts = split_while(a, body, unknown);
    if (a.max_steps < 0) {
      const Value known_first = known_carries == 0 ? no_value : known_.add(Op::while_, known_args, parts.known_loop);
      for (std::uint32_t r = 0, next = 0; r < node.n_results; ++r) {
        if (body.output_unknown[r]) continue;
        unknown_[node.first_result + r] = false;
        values_[node.first_result + r] = known_first + next++;
      }
      return;
    }
    if (parts.is_counted) known_args.push_back(full(known_, Type(i64), 0).value);
    const Value known_first = known_.add(Op::scan, known_args, parts.known);
    for (std::size_t i = 0; i < consts; ++i)
      if (!unknown[i]) rest_args.push_back(in_rest(operands[i]));
    for (std::size_t i = 0; i < operands.size(); ++i)
      if (unknown[i]) rest_args.push_back(in_rest(operands[i]));
    const auto carried = static_cast<Value>(parts.known.carries);
    for (Value c = 0; c < carried; ++c) rest_args.push_back(residual(known_first + carried + c));
    define_split(node, body.output_unknown, known_first, rest_.add(Op::scan, rest_args, parts.rest));
  }

  const Graph& graph_;
  SplitBodies& bodies_;
  std::vector<bool> unknown_;
  std::vector<Value> values_;                      // in known_ or rest_, as unknown_ says
  Builder known_, rest_;
  std::vector<Value> unknown_inputs_, residuals_, residual_inputs_;
  std::vector<Value> brought_;                     // value of the graph -> in rest_
  std::vector<Value> residual_of_;                 // value of known_ -> in rest_
  std::vector<Value> operands_;                    // of the node in hand
  std::vector<std::uint32_t> definers_;
};

const Split& split_body(SplitBodies& bodies, const GraphRef& body, const std::vector<bool>& unknown, const std::vector<bool>& force) {
  const auto parts = [&](const std::vector<bool>& forced) -> const Split& {
    return bodies.get(body, unknown, forced, [&] { return Splitter(*body, unknown, bodies).run(forced); });
  };
  const Split& plain = parts({});
  return covers(plain.output_unknown, force) ? plain : parts(force);
}

}  // namespace

Split split(const Graph& graph, const std::vector<bool>& unknown, const std::vector<bool>& force) {
  SplitBodies bodies;
  return Splitter(graph, unknown, bodies).run(force);
}

}  // namespace espalier::ir
