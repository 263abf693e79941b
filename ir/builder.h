#pragma once
// Builder: records a graph. Every node's result types are inferred, and its operands checked, as it is added.
#include <span>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::ir {

/// A graph under construction. Inputs may be added at any time; `finish` puts them first.
class Builder {
 public:
  /// A new input, after those that exist.
  Value input(Type type);
  /// Adds a node and returns its first (often only) result; further results follow consecutively.
  /// ShapeError, DTypeError, AxisError or ArgumentError if the operands do not fit the op.
  Value add(Op op, std::span<const Value> operands, Attrs attrs = {}, Loc loc = {});
  Value add(Op op, std::initializer_list<Value> operands, Attrs attrs = {}, Loc loc = {}) {
    return add(op, std::span<const Value>(operands.begin(), operands.size()), std::move(attrs), loc);
  }
  /// Records all nodes of `graph` with `args` for its inputs; returns the values of its outputs.
  std::vector<Value> splice(const Graph& graph, std::span<const Value> args);

  Type type(Value value) const { return raw_.types[value]; }
  std::uint32_t value_count() const { return static_cast<std::uint32_t>(raw_.types.size()); }
  std::uint32_t node_count() const { return static_cast<std::uint32_t>(raw_.nodes.size()); }
  std::span<const Value> inputs() const { return inputs_; }
  Loc where(Value value) const;
  /// The node that made a value, or null for inputs. It is valid until the next one is added.
  const Node* made_by(Value value) const;
  std::span<const Value> operands_of(const Node& node) const { return raw_.operands_of(node); }
  const Attrs& attrs_of(const Node& node) const { return raw_.attrs_of(node); }
  /// The location given to nodes that are added without one: rules set it to that of the node they expand.
  Loc loc;

  /// The closed program in canonical order, without dead nodes. The builder may go on afterwards.
  Graph finish(std::span<const Value> outputs) const { return finish(inputs_, outputs); }
  /// The same with the inputs in an order of the caller's.
  Graph finish(std::span<const Value> inputs, std::span<const Value> outputs) const;
  /// As `finish`, but in the order of recording: cheaper, for graphs that are read once and forgotten.
  Graph compact(std::span<const Value> inputs, std::span<const Value> outputs) const;

  /// What was recorded, dead nodes included, without a copy; ends the recording. All inputs precede all nodes.
  Graph take(std::span<const Value> outputs);

  /// Room for about so many more nodes.
  void reserve(std::size_t nodes);

 private:
  Graph raw_;  // its inputs lie anywhere; inputs_ names them
  std::vector<Value> inputs_;
};

/// Result types of an op; the checks of its operands. Throws without a place: the caller knows it.
std::vector<Type> infer(Op op, const Attrs& attrs, std::span<const Type> operands);
/// The same for an elementwise op, which has one result.
Type infer_elementwise(Op op, const Attrs& attrs, std::span<const Type> operands);

}  // namespace espalier::ir
