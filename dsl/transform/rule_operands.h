#pragma once
// Ops that hold several functions of the user's: their operands are arguments, then what each function captures, and every function
// becomes a graph of all of them.
#include "espalier/dsl/trace.h"

namespace espalier::detail {

/// A function traced: it takes the leaves of its parameters, then what it captures.
struct TracedRule {
  ir::Graph graph;
  std::vector<Array> captures;
};

/// The operands of the op: arguments, then the captures of each function in turn.
struct RuleOperands {
  std::vector<Array> arrays;
  std::vector<ir::Type> types;
  std::size_t arguments = 0;

  RuleOperands(std::span<const Array> args, std::initializer_list<const TracedRule*> functions);
  std::span<const ir::Type> argument_types() const { return std::span(types).first(arguments); }
};

/// New inputs of the types.
std::vector<ir::Value> inputs_for(ir::Builder& b, std::span<const ir::Type> types);
/// A function of `own` values; what it captures begins at `first` among `operands`.
std::vector<ir::Value> spliced(ir::Builder& b, const TracedRule& f, std::span<const ir::Value> own, std::span<const ir::Value> operands, std::size_t first);
inline ir::GraphRef shared(ir::Graph graph) { return std::make_shared<const ir::Graph>(std::move(graph)); }

}  // namespace espalier::detail
