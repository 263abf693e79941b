#pragma once
// What each check asks of an op: a file for each of them.
#include <optional>
#include <vector>

#include "espalier/ir/checks/report.h"

namespace espalier::ir::checks {

/// A node of the program, and what has become of its operands and results in the builder.
struct CheckNode {
  Builder& b;
  const Graph& graph;
  const Node& node;
  const std::vector<Value>& values;

  Type type(std::size_t operand) const { return graph.type_of(graph.operands_of(node)[operand]); }
  std::size_t operands() const { return node.n_operands; }
  Expr x(std::size_t operand) const { return {&b, values[graph.operands_of(node)[operand]]}; }
  Type result_type(std::uint32_t i = 0) const { return graph.type_of(node.first_result + i); }
  Expr result(std::uint32_t i = 0) const { return {&b, values[node.first_result + i]}; }
  template <class A> const A& attrs() const { return graph.attrs_as<A>(node); }
};

/// Whether the op can make a NaN out of none in its result i.
bool may_make_nan(const CheckNode& n, std::uint32_t result);
/// Where it has: of the result's shape.
Expr made_nan(const CheckNode& n, std::uint32_t result);

bool divides(const CheckNode& n);
/// Where the divisor is 0.
Expr divided_by_zero(const CheckNode& n);

bool may_overflow(const CheckNode& n);
/// Where the result is not the number that it stands for.
Expr overflowed(const CheckNode& n);

/// An operand that says where something lies along an axis, and the places it may name: 0 to `last`.
struct IndexOperand {
  std::size_t operand = 0;
  int axis = 0;
  std::int64_t last = 0;
};
/// The operands of the op that are indices; without those that are constants inside of their axes.
std::vector<IndexOperand> indices_of(const CheckNode& n, const std::vector<std::uint32_t>& definers);
Expr outside(const CheckNode& n, const IndexOperand& index);

/// Helpers of the above: bool arrays.
inline Expr both(Expr a, Expr b) { return binary(Op::and_, a, b); }
inline Expr either(Expr a, Expr b) { return binary(Op::or_, a, b); }
inline Expr not_(Expr a) { return unary(Op::not_, a); }
/// A constant of x's type, of an integer dtype.
Expr integer_like(Expr x, std::int64_t value);

}  // namespace espalier::ir::checks
