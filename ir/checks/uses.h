#pragma once
// Which elements of a value the program uses: not those that each `select` behind it discards.
#include <vector>

#include "espalier/ir/builder.h"
#include "espalier/ir/expr.h"

namespace espalier::ir::checks {

/// Of every value of a graph, how much of it is used.
class Uses {
 public:
  enum class Used : std::uint8_t {
    none,
    some,  ///< those of a mask, which is computed when it is asked for
    all
  };
  /// `asking_is_no_use`: whether a value is NaN may be asked without using it.
  Uses(const Graph& graph, bool asking_is_no_use);

  Used used(Value v) const { return used_[v]; }
  /// Of a value of which some elements are used: the last node that the mask needs, or `no_node` for none.
  std::uint32_t ready(Value v) const { return ready_[v]; }
  /// The mask, of the value's shape, in a builder that has `values` in place of the graph's; it remembers what it has built.
  Expr mask(Builder& b, const std::vector<Value>& values, Value v);

 private:
  struct Edge {
    std::uint32_t node, slot;
  };
  void reach(std::uint32_t node);
  void use(Value v, std::uint32_t node, std::uint32_t slot);
  void use_all(Value v);
  Expr through(Builder& b, const std::vector<Value>& values, Edge edge);

  const Graph& graph_;
  std::vector<std::uint32_t> definers_;
  bool asking_is_no_use_;
  std::vector<Used> used_;
  std::vector<std::uint32_t> ready_;
  std::vector<std::uint8_t> depth_;
  std::vector<std::vector<Edge>> edges_;
  std::vector<Value> masks_;
};

}  // namespace espalier::ir::checks
