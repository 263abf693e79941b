#pragma once
// Random programs with inputs, as many as a test draws.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <vector>

#include "../noise.h"
#include "../random_graph.h"
#include "espalier/ir/builder.h"

namespace espalier::test {

/// ESPALIER_SEEDS="first count" draws other programs than those of every day.
inline std::pair<std::uint64_t, std::uint64_t> seeds(std::uint64_t count) {
  std::uint64_t first = 0;
  if (const char* text = std::getenv("ESPALIER_SEEDS")) std::sscanf(text, "%lu %lu", &first, &count);
  return {first, first + count};
}

/// A program's dtypes and extents are few, so that its values meet; of three programs one has halves (f16, bf16). Of sixteen programs one is of few nodes and large arrays, so
/// that threads share its kernels.
inline Case random_case(std::uint64_t seed) {
  std::mt19937_64 random(seed * 7919 + 1);
  RandomGraphOptions options;
  const bool large = seed % 16 == 11;
  const std::vector<std::int64_t> extents = large ? std::vector<std::int64_t>{3, 64, 67, 130, 256, 301} : std::vector<std::int64_t>{1, 2, 3, 4, 5, 7, 8, 13, 16, 17, 31, 33, 64, 67};
  const std::vector<DType> dtypes = {f32, f32, f32, f64, i32, bool_, i8, i16, i64, u8, u16, u32, u64, f16, bf16, c64, c128};
  options.extents.clear();
  options.dtypes.clear();
  for (int i = 0; i < 3; ++i) options.extents.push_back(extents[random() % extents.size()]);
  for (int i = 0; i < 3; ++i) options.dtypes.push_back(dtypes[random() % dtypes.size()]);
  options.dtypes.push_back(f32);
  options.nodes = 4 + static_cast<int>(random() % (large ? 8 : (seed % 4 == 0 ? 60 : 24)));
  options.nesting = static_cast<int>(random() % 3);
  options.max_size = large ? 80000 : 6000;
  options.figures = 20;
  options.allow = [](ir::Op op) { return op != ir::Op::rem; };  // one bit of a large number decides its remainder
  Case program{random_graph(seed, options), {}};
  program.inputs = random_inputs(program.graph, seed, random() % 2 == 0);
  return program;
}

/// The same elementwise work on leaves of many lengths and shapes, as an optimizer does it: some read what another one reads, or has
/// made, as an array of another shape too: then the two are no kernel.
inline Case random_leaves(std::uint64_t seed) {
  using ir::Op, ir::Type;
  std::mt19937_64 random(seed * 104729 + 3);
  const auto below = [&](std::size_t n) { return random() % n; };
  constexpr std::array unary = {Op(ir::Unary::neg), Op(ir::Unary::abs), Op(ir::Unary::tanh), Op(ir::Unary::sin)};
  constexpr std::array binary = {Op(ir::Binary::add), Op(ir::Binary::sub), Op(ir::Binary::mul)};
  const DType dtype = seed % 3 == 0 ? f64 : f32;
  const std::vector<Shape> shapes = {{2}, {5}, {3, 7}, {21}, {64}, {8, 8}, {100}, {4, 25}, {257}, {1}, {}, seed % 8 == 1 ? Shape{5000} : Shape{8, 2, 3}};
  struct Step {
    Op op;
    std::size_t operands[2], n;
  };
  std::vector<Step> steps(2 + below(5));
  for (std::size_t k = 0; k < steps.size(); ++k) {
    const bool one = below(3) == 0;
    steps[k] = {one ? unary[below(unary.size())] : binary[below(binary.size())], {below(4 + k), below(4 + k)}, one ? 1U : 2U};
  }
  ir::Builder b;
  const ir::Value common = b.input(Type(dtype, {}));
  std::vector<ir::Value> all, outputs;
  for (std::size_t leaf = 0, count = 4 + below(9); leaf < count; ++leaf) {
    const Type type(dtype, shapes[below(shapes.size())]);
    const ir::Value own = below(4) == 0 ? b.input(Type(dtype, {})) : common;
    std::vector<ir::Value> values{b.input(type), b.input(type), b.input(type)};
    for (ir::Value other : all)
      if (b.type(other).size() == type.size() && below(4) == 0) values[below(2)] = b.type(other) == type ? other : b.add(Op::reshape, {other}, ir::ReshapeAttrs{type.shape()});
    all.insert(all.end(), values.begin(), values.end());
    values.push_back(type.ndim() == 0 ? own : b.add(Op::broadcast, {own}, ir::BroadcastAttrs{type.shape(), {}}));
    for (const Step& step : steps) values.push_back(b.add(step.op, std::span<const ir::Value>(std::array{values[step.operands[0]], values[step.operands[1]]}).first(step.n)));
    for (std::size_t o = 0; o < 2; ++o) {
      outputs.push_back(values[values.size() - 1 - o]);
      all.push_back(outputs.back());
    }
  }
  Case program{b.finish(outputs), {}};
  program.inputs = random_inputs(program.graph, seed, false);
  return program;
}

template <class F> void for_each_seed(std::uint64_t count, F&& f) {
  const auto [first, last] = seeds(count);
  for (std::uint64_t seed = first; seed < last && !::testing::Test::HasFailure(); ++seed) f(seed);
}

/// Which inputs may be differentiated: a derivative adds, so dtypes without arithmetic have none.
inline std::vector<bool> floating_inputs(const ir::Graph& graph) {
  std::vector<bool> active;
  for (ir::Type t : graph.input_types()) active.push_back(ir::is_floating(t.dtype()) && has_arithmetic(t.dtype()));
  return active;
}

}  // namespace espalier::test
