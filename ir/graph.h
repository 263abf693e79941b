#pragma once
// Graph: a closed program as a flat value, in topological order by construction.
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "espalier/ir/attrs.h"
#include "espalier/ir/check.h"
#include "espalier/ir/op.h"
#include "espalier/ir/type.h"

namespace espalier::ir {

/// A value of a graph: an index into `Graph::types`. Inputs come first, then the results of each node in order.
using Value = std::uint32_t;
inline constexpr Value no_value = ~Value{0};

/// Where the user wrote an op, and what of it is meant so. `file` lives as long as the program (a literal, or an interned name).
struct Loc {
  const char* file = "";
  std::uint32_t line = 0;
  Check intended = Check::none;  // what the op does on purpose, and no check reports: an index outside that it drops
  Check counted = Check::none;   // what is a mistake although its result is discarded: a division by an integer 0, for which 0 is put
  Where where = {};              // the same place for errors; blank where the graph was read from text
  Loc() = default;
  Loc(const char* file, std::uint32_t line) : file(file), line(line) {}
  Loc(const Where& where, Check intended = Check::none, Check counted = Check::none)
      : file(where.file_name()), line(where.line()), intended(intended), counted(counted), where(where) {}
};

/// One op applied. Its operands and attributes lie in the graph's side lists.
struct Node {
  Op op;
  bool effect = false;  // it acts on the host, itself or in a body that it runs: `has_effect` of its op and attributes
  std::uint32_t first_operand = 0, n_operands = 0;
  Value first_result = 0;
  std::uint32_t n_results = 1;
  std::uint32_t attrs = 0;  // index into Graph::attrs; 0 is "none"
  Loc loc;
};

/// A closed program: a value that can be copied, hashed, compared, cached and sent to a thread. Locations do not take
/// part in equality or hash.
struct Graph {
  std::vector<Type> types;         // of every value
  std::vector<Node> nodes;         // operands precede their users
  std::vector<Value> operands;     // all nodes' operands, node after node
  std::vector<Attrs> attrs{1};     // attrs[0] is std::monostate
  std::uint32_t n_inputs = 0;
  std::vector<Value> outputs;

  std::span<const Value> operands_of(const Node& node) const {
    return {operands.data() + node.first_operand, node.n_operands};
  }
  const Attrs& attrs_of(const Node& node) const { return attrs[node.attrs]; }
  template <class A> const A& attrs_as(const Node& node) const { return std::get<A>(attrs[node.attrs]); }
  Type type_of(Value value) const { return types[value]; }
  std::span<const Type> input_types() const { return {types.data(), n_inputs}; }
  std::vector<Type> output_types() const;
  bool operator==(const Graph& other) const;
};

/// A hash of the program's content (not of its locations): the same in every process.
std::uint64_t hash(const Graph& graph);

/// For each value the index of the node that defines it, or `no_node` for inputs.
inline constexpr std::uint32_t no_node = ~std::uint32_t{0};
std::vector<std::uint32_t> definers(const Graph& graph);

/// The same program with nodes in canonical order (post-order from the outputs) and dead nodes gone. Recording order
/// is not a program property: g++ and clang evaluate operands in different orders. Inputs all stay.
Graph canonical(const Graph& graph);

}  // namespace espalier::ir
