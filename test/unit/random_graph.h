#pragma once
// Random well-typed graphs over all ops, for properties that must hold of every program.
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "espalier/ir/graph.h"

namespace espalier::test {

/// What a random graph may hold. The same seed with fewer nodes is a prefix of the same program, so shrinking `nodes`
/// shrinks a failure.
struct RandomGraphOptions {
  int nodes = 12;
  int nesting = 1;                  ///< levels of call, cond and scan
  bool (*allow)(ir::Op) = nullptr;  ///< the ops to draw from; all by default
  std::vector<DType> dtypes = {f32, f32, f32, f64, i32, bool_, i8, i16, i64, u8, u16, u32, u64, f16, bf16, c64, c128};
  bool any_dtype = false;  ///< arithmetic in these too: such graphs are well typed, but cannot run
  std::vector<std::int64_t> extents = {1, 2, 3, 4};  ///< of inputs and constants; now and then one is 0
  std::int64_t max_size = 200;  ///< elements of one value
  /// How many of a hundred steps draw a figure of several nodes, of those that single draws hardly ever make: views of one array beside
  /// a reduction of one of them, values made of nothing but broadcasts, moved pieces that meet again.
  int figures = 0;
  /// The function of the host's that a drawn effect calls, by its name and the types of its operands. Programs have no effects without it.
  std::function<ir::HostFunctionRef(const std::string& name, const std::vector<ir::Type>& operands)> host = nullptr;
};

/// A graph of about `options.nodes` nodes whose outputs are a random choice of its values.
ir::Graph random_graph(std::uint64_t seed, const RandomGraphOptions& options = {});

/// A literal of a type: small numbers mostly, and now and then zeros of both signs, infinities, NaN and extremes
/// (`special`), which not every property can bear.
ir::Literal random_literal(std::mt19937_64& random, ir::Type type, bool special = true);
std::vector<ir::Literal> random_inputs(const ir::Graph& graph, std::uint64_t seed, bool special = true);

}  // namespace espalier::test
