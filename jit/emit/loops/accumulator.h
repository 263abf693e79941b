#pragma once
// Reductions under way: what is carried from element to element, and how two parts of one reduction become one.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/numbers.h"
#include "espalier/jit/schedule/access.h"

namespace espalier::codegen {

/// A reduce or arg_reduce of a body. It carries one value, or two. An arg_reduce: the extremum so far and its index (i64, -1
/// before the first element); of equal extrema the smaller index wins. A max or min of reals that takes several instructions: the extremum, NaN from
/// the first NaN on, and bits that tell the sign of an extremum that is zero. Parts may be combined in any order that is fixed.
class Accumulator {
 public:
  /// `first`: its position among the values that a loop carries.
  Accumulator(const ir::Graph& graph, const ir::Node& node, std::size_t first, const Arithmetic& has)
      : graph_(&graph), node_(&node), first_(first), has_signs_(!has.whole_extremum && is_real_extremum()) {}

  bool is_arg() const { return node_->op == ir::Op::arg_reduce; }
  /// Whether rounding makes it worse the longer it runs on, so that it is to be cut into blocks (sum_blocks.h).
  bool is_rounded_sum() const { return codegen::is_rounded_sum(*graph_, *node_); }
  std::size_t first() const { return first_; }
  /// How many values it carries.
  std::size_t count() const { return is_arg() || has_signs_ ? 2 : 1; }
  ir::Value operand() const { return graph_->operands_of(*node_)[0]; }
  ir::Value result() const { return node_->first_result; }
  const ir::Node& node() const { return *node_; }
  /// The dtype of its `i`th carried value.
  DType carried(std::size_t i) const { return i == 0 ? dtype() : (is_arg() || dtype() == f64 ? i64 : i32); }
  /// The operand's axis that an arg_reduce counts along.
  int axis() const { return graph_->attrs_as<ir::ArgReduceAttrs>(*node_).axis; }

  /// Appends what is carried before the first element.
  void start(CodeBuilder& b, std::int64_t width, llvm::SmallVectorImpl<mlir::Value>& carried) const;
  /// Takes the element `x` (of an arg_reduce: at the index `at`) into what is carried, in lanes that `inside` allows.
  void take(CodeBuilder& b, llvm::MutableArrayRef<mlir::Value> carried, mlir::Value x, mlir::Value at, mlir::Value inside) const;
  /// Takes another part's carried values into this one's (both given as this accumulator's values alone).
  void join(CodeBuilder& b, llvm::MutableArrayRef<mlir::Value> carried, llvm::ArrayRef<mlir::Value> other) const;
  /// All lanes of what is carried in one, in a fixed order.
  void join_lanes(CodeBuilder& b, llvm::MutableArrayRef<mlir::Value> carried) const;
  /// The reduction's value.
  mlir::Value finish(CodeBuilder& b, llvm::ArrayRef<mlir::Value> carried) const;

 private:
  DType dtype() const { return graph_->type_of(operand()).dtype(); }
  ir::Reduction kind() const { return graph_->attrs_as<ir::ReduceAttrs>(*node_).kind; }
  bool is_real_extremum() const { return !is_arg() && ir::is_floating(dtype()) && (kind() == ir::Reduction::max || kind() == ir::Reduction::min); }
  mlir::Value beats(CodeBuilder& b, mlir::Value x, mlir::Value best) const;
  mlir::Value further(CodeBuilder& b, mlir::Value x, mlir::Value most) const;
  /// How signs are joined: a maximum that is zero is -0 if all elements have the sign, a minimum if any has.
  ir::Reduction of_signs() const { return kind() == ir::Reduction::max ? ir::Reduction::and_ : ir::Reduction::or_; }

  const ir::Graph* graph_;
  const ir::Node* node_;
  std::size_t first_;
  bool has_signs_;
};

}  // namespace espalier::codegen
