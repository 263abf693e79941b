#pragma once
// The rules of batching: one function per family. A batched value has the new axis in front.
#include <string_view>

#include "espalier/ir/bodies.h"
#include "espalier/ir/expr.h"

namespace espalier::ir {

/// A value of the batched program: `batched` tells whether it has the new axis.
struct BatchedValue {
  Expr expr;
  bool batched = false;
};

/// A batched body that nodes share.
struct BatchedBody {
  GraphRef graph;
  std::vector<bool> output_batched;
};
using BatchedBodies = Bodies<BatchedBody>;

/// A node in hand: its operands in the graph being built, at least one of them batched unless the node names the new axis.
struct BatchNode {
  Builder& b;
  Op op;
  const Attrs& attrs;
  std::span<const BatchedValue> operands;
  std::int64_t size;
  std::string_view axis_name;  // of the new axis; empty if it has none
  BatchedBodies& bodies;

  Expr x(std::size_t i) const { return operands[i].expr; }
  bool batched(std::size_t i) const { return operands[i].batched; }
  /// The operand with the axis, repeated along it if it had none.
  Expr spread(std::size_t i) const { return batched(i) ? x(i) : insert_axis(x(i), 0, size); }
};

/// The results, all batched unless they say otherwise.
BatchedValue batch_movement(Movement op, const BatchNode& n);
BatchedValue batch_reducing(Reducing op, const BatchNode& n);
BatchedValue batch_contraction(Contraction op, const BatchNode& n);
BatchedValue batch_collective(Collective op, const BatchNode& n);
std::vector<BatchedValue> batch_control(Control op, const BatchNode& n);
/// A body of the node, batched.
const BatchedBody& batch_body(const BatchNode& n, const GraphRef& body, const std::vector<bool>& batched, const std::vector<bool>& keep_batched = {});

}  // namespace espalier::ir
