#pragma once
// Rewriter: a graph built anew, node by node, where equal nodes are one and rules may answer for a node before it is added.
#include <optional>
#include <span>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

class Rewriter;

/// A node that is about to be added: its operands are values of the new graph, in simplest form already.
struct Application {
  Op op;
  std::span<const Value> in;
  const Attrs& attrs;
  Type type;  // of its first result
  template <class A> const A& as() const { return std::get<A>(attrs); }
};

/// A rule gives the value that an application (of one result) is equal to, if it knows a cheaper one.
using Rule = std::optional<Value> (*)(Rewriter&, const Application&);

class Rewriter {
 public:
  Rewriter(std::span<const Type> inputs, std::vector<Rule> rules);

  /// The value of an op on values of this graph: what a rule says, or a node, old if there is an equal one.
  Value emit(Op op, std::span<const Value> operands, const Attrs& attrs = {}, std::span<const Type> known = {});
  Value emit(Op op, std::initializer_list<Value> operands, const Attrs& attrs = {}) {
    return emit(op, std::span<const Value>(operands.begin(), operands.size()), attrs);
  }
  /// A node without asking the rules; its first result. One with an effect is new, whether there is an equal one or not. `known` are its result types, if the caller has them.
  Value add(Op op, std::span<const Value> operands, const Attrs& attrs, std::span<const Type> known = {});
  /// All nodes of `graph` with `args` for its inputs; the values of its outputs.
  std::vector<Value> splice(const Graph& graph, std::span<const Value> args);
  /// The program so far, from its inputs to `outputs`, in canonical order.
  Graph finish(std::span<const Value> outputs);

  Type type(Value v) const { return graph_.types[v]; }
  bool is(Value v, Op op) const { return definer_[v] != no_node && graph_.nodes[definer_[v]].op == op; }
  Value operand(Value v, int i) const { return graph_.operands_of(graph_.nodes[definer_[v]])[i]; }
  std::span<const Value> operands(Value v) const { return graph_.operands_of(graph_.nodes[definer_[v]]); }
  /// A copy: the attribute list moves as nodes are added.
  template <class A> A attrs(Value v) const { return graph_.attrs_as<A>(graph_.nodes[definer_[v]]); }

  /// The scalar that every element of `v` is, if that is a constant. Valid until the next node is added.
  const Literal* splat(Value v) const;
  /// Whether every element of `v` is the constant `number`, to the bit: 0 is not -0.
  bool is_number(Value v, double number) const;
  /// `v`'s scalar, if `v` is a scalar (constant or not) repeated along all its axes.
  std::optional<Value> repeated_scalar(Value v) const;
  Value constant(const Literal& value) { return emit(Op::constant, {}, ConstantAttrs{value}); }
  /// A constant with every element `number`.
  Value full(Type type, double number);
  /// `scalar` repeated to `shape`.
  Value repeat(Value scalar, const Shape& shape);
  Value reshape(Value v, const Shape& shape) { return emit(Op::reshape, {v}, ReshapeAttrs{shape}); }

  Loc loc;                        ///< given to the nodes that are added
  bool changed = false;           ///< whether a rule answered or equal nodes were found

 private:
  struct Slot {
    std::uint64_t hash = 0;
    std::uint32_t node = no_node;
  };
  Slot& slot(std::uint64_t hash, Op op, std::span<const Value> operands, const Attrs& attrs);
  bool equal(const Node& node, Op op, std::span<const Value> operands, const Attrs& attrs) const;
  /// A node, whether there is an equal one or not; its first result.
  Value append(Op op, std::span<const Value> operands, const Attrs& attrs, std::span<const Type> known, bool effect);
  void grow();

  Graph graph_;
  std::vector<std::uint32_t> definer_;
  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
  std::vector<Rule> rules_;
  int depth_ = 0;
};

}  // namespace espalier::ir
