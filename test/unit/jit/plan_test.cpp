// Plans: every array a step reads is still the one that was written for it, wherever arrays share memory; the steps of a
// plan, run with the evaluator's kernels, mean what the graph means, and so they do with kernels that are run loop by loop; and
// arenas are about as small as they can be.
#include <gtest/gtest.h>

#include <array>

#include "bytes_needed.h"
#include "demo_step.h"
#include "espalier/espalier.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "espalier/jit/schedule/buffer_assignment.h"
#include "plan_check.h"
#include "planned_kernels.h"
#include "random_case.h"

namespace espalier::test {
namespace {

namespace nn = ep::nn;
using ep::Array;
using ir::Graph;

codegen::Program plan(const Graph& graph, bool donated) { return codegen::schedule(simplify(graph), codegen::Target{}, {.donated = std::vector<bool>(graph.n_inputs, donated)}); }

// What is wrong with the plan of a program, or with what its steps compute; or "".
std::string problem(const Case& program, bool donated) {
  const codegen::Program planned = plan(program.graph, donated);
  if (const std::string wrong = plan_problem(planned); !wrong.empty()) return wrong + "\n" + print(planned);
  if (const auto& entry = planned.entry; entry.arena_bytes < bytes_needed(entry)) return "the arena is smaller than what lives in it";
  const Expected expected(program, 1);
  // Where a choice hangs on the last bit, few samples may all choose alike.
  const auto wrong = [&](const std::vector<ir::Literal>& results) { return expected.difference(results).empty() ? "" : Expected(program, 2, 100).difference(results); };
  try {
    if (const std::string steps = wrong(ProgramRun(planned, EvaluatedKernels())(program.inputs)); !steps.empty()) return "steps: " + steps;
    if (const std::string loops = wrong(ProgramRun(planned, PlannedKernels())(program.inputs)); !loops.empty()) return "loops: " + loops + "\n" + print(planned);
  } catch (const std::exception& error) {
    return error.what() + ("\n" + print(planned));
  }
  return "";
}
void expect_sound(const Case& program, const std::string& label) {
  for (const bool donated : {false, true}) EXPECT_EQ(problem(program, donated), "") << label << (donated ? ", donated" : "") << "\n"
                                                                                    << ir::print(program.graph);
}

template <class F> void expect_derived_sound(std::uint64_t count, const std::string& name, F&& derive) {
  for_each_seed(count, [&](std::uint64_t seed) {
    Case program{derive(random_case(seed).graph), {}};
    program.inputs = random_inputs(program.graph, seed, false);
    expect_sound(program, name + " of seed " + std::to_string(seed));
  });
}
Graph pulled_back(const Graph& graph) { return ir::vjp(graph, floating_inputs(graph)).graph; }
Graph batched(const Graph& graph) { return ir::batch(graph, std::vector<bool>(graph.n_inputs, true), 3).graph; }

TEST(RandomPlans, OfPrograms) {
  for_each_seed(150, [](std::uint64_t seed) { expect_sound(random_case(seed), "seed " + std::to_string(seed)); });
}
TEST(RandomPlans, OfCotangents) { expect_derived_sound(60, "vjp", pulled_back); }
TEST(RandomPlans, OfBatches) { expect_derived_sound(60, "batch", batched); }
TEST(RandomPlans, OfBatchedCotangents) {
  expect_derived_sound(20, "batch of vjp", [](const Graph& graph) { return batched(pulled_back(graph)); });
}

// Leaves in groups. Most programs have one, or this would test nothing.
TEST(RandomPlans, OfLeaves) {
  int groups = 0, programs = 0;
  for_each_seed(60, [&](std::uint64_t seed) {
    const Case program = random_leaves(seed);
    expect_sound(program, "leaves of seed " + std::to_string(seed));
    const auto planned = plan(program.graph, true);
    groups += std::any_of(planned.kernels.begin(), planned.kernels.end(), [](const codegen::Kernel& kernel) { return kernel.kind() == codegen::KernelKind::group; });
    ++programs;
  });
  EXPECT_GE(groups, programs / 2);
}

// Nothing is simplified behind the back of who compiles: text("graph") is what is scheduled.
TEST(Plan, IsOfTheGraphThatIsHandedOver) {
  const Graph graph = ir::parse("graph(%0: f32[8]) {\n  %1 = neg %0 : f32[8]\n  %2 = neg %1 : f32[8]\n  return %2\n}\n");
  const codegen::Program planned = codegen::schedule(graph, codegen::Target{});
  ASSERT_EQ(planned.kernels.size(), 1u);
  EXPECT_EQ(planned.kernels[0].body, graph);
}

// Models of the library.

struct Block {
  nn::LayerNorm norm;
  nn::Linear queries, keys, values, out;
  Array operator()(Array x) const {
    const Array y = norm(x);
    return x + out(matmul(softmax(matmul(queries(y), transpose(keys(y))) / 4, -1), values(y)));
  }
};

struct Cell {
  ep::Parameter input, hidden, bias;
};
Array recurrent(Cell p, Array xs) {
  struct Carry {
    Array h, c;
  };
  const auto step = [&](Carry carry, Array x) {
    const auto gates = ep::split(matmul(x, p.input) + matmul(carry.h, p.hidden) + p.bias, 4);
    const auto c = sigmoid(gates[1]) * carry.c + sigmoid(gates[0]) * tanh(gates[2]);
    return std::pair{Carry{sigmoid(gates[3]) * tanh(c), c}, carry.h};
  };
  return ep::scan(step, Carry{ep::zeros({6}), ep::zeros({6})}, xs).second;
}

// Two carries that change places in every iteration.
Array swapped(Array x, Array y) {
  const auto [a, b] = ep::scan([](std::pair<Array, Array> carry, Array) { return std::pair{std::pair{carry.second, carry.first + 1}, carry.first}; }, std::pair{x, y}, ep::arange(5)).first;
  return a - 2 * b;
}
Array chosen(Array pred, Array x, Array y) {
  const auto z = ep::cond(sum(pred) > 0, [](Array x, Array y) { return std::pair{x * y, y}; }, [](Array x, Array y) { return std::pair{sin(y), x + y}; }, x, y);
  return z.first * 2 + cumsum(z.second, 0);
}

// Arrays that kernels read in two ways, or at other places than they write.
Array mirrored(Array x, Array y) {
  const Array a = matmul(x, y), b = a + transpose(a);
  return matmul(transpose(sin(b)), y) + x;
}
// Branches that need different arenas.
Array unequal(Array pred, Array x) {
  return ep::cond(sum(pred) > 0, [](Array x) { return matmul(matmul(x, x) * 2, matmul(x, x + 1)); }, [](Array x) { return x * 2; }, x);
}

template <class... A> Graph graph_of(const auto& f, const A&... args) { return ir::parse(ep::jit(f).lower(args...).text("graph")); }

struct Model {
  std::string name;
  Graph graph;
};
Graph train_step_of(std::int64_t batch, std::int64_t pixels, std::int64_t wide, std::int64_t narrow) {
  const Net net = Net::init(pixels, wide, narrow);
  return graph_of(train_step, net, ep::optim::adam(1e-3).init(net), ep::metrics::Accuracy(), ep::Key(1), ep::abstract({batch, pixels}, ep::u8), ep::abstract({batch}, ep::u8));
}
std::vector<Model> models() {
  const ep::Key key(1);
  const Block block{nn::LayerNorm::init(16), nn::Linear::init(key, 16, 16), nn::Linear::init(key, 16, 16), nn::Linear::init(key, 16, 16), nn::Linear::init(key, 16, 16)};
  const Cell cell{ep::zeros({5, 24}), ep::zeros({6, 24}), ep::zeros({24})};
  const auto attention = [](Block block, Array x) { return ep::value_and_grad([&](Block b) { return sum(square(vmap(b)(x))); })(block); };
  const auto pulled = [](Cell p, Array xs) { return ep::value_and_grad([&](Cell p) { return sum(square(recurrent(p, xs))); })(p); };
  const auto slope = [](auto f) { return [f](Array x, Array y) { return ep::grad([&](Array x) { return sum(square(f(x, y))); })(x); }; };
  const Array x = ep::abstract({4}), square = ep::abstract({4, 4}), xs = ep::abstract({7, 5});
  std::vector<Model> out;
  out.push_back({"train_step", train_step_of(8, 12, 9, 7)});
  out.push_back({"attention_with_gradient", graph_of(attention, block, ep::abstract({3, 5, 16}))});
  out.push_back({"lstm", graph_of(recurrent, cell, xs)});
  out.push_back({"lstm_with_gradient", graph_of(pulled, cell, xs)});
  out.push_back({"lstm_batched", graph_of([](Cell p, Array xs) { return ep::vmap([&](Array xs) { return recurrent(p, xs); })(xs); }, cell, ep::abstract({3, 7, 5}))});
  out.push_back({"swapped_carries", graph_of(swapped, x, x)});
  out.push_back({"swapped_carries_with_gradient", graph_of(slope(swapped), x, x)});
  out.push_back({"chosen", graph_of(chosen, x, x, x)});
  out.push_back({"chosen_with_gradient", graph_of([=](Array p, Array x, Array y) { return slope([&](Array x, Array y) { return chosen(p, x, y); })(x, y); }, x, x, x)});
  out.push_back({"hessian", graph_of(ep::hessian([](Array x) { return sum(softmax(x * x, 0) * cumsum(x, 0)); }), x)});
  out.push_back({"mirrored", graph_of(mirrored, square, square)});
  out.push_back({"transposed", graph_of([](Array x) { return transpose(sin(x)); }, square)});
  out.push_back({"symmetric", graph_of([](Array x) { return x + transpose(x); }, square)});
  out.push_back({"read_again", graph_of([](Array x, Array y) { return std::tuple{x * y, cumsum(x, 0), cumsum(y, 0), exp(y)}; }, square, square)});
  out.push_back({"unequal_branches", graph_of(unequal, x, square)});
  out.push_back({"passed_on", ir::parse("graph(%0: f32[4], %1: f32[4]) {\n  %2 = add %0, %1 : f32[4]\n  return %2, %0, %2\n}\n")});
  out.push_back({"in_place", graph_of([](Array x, Array y) { return std::pair{x + y, exp(x) * y}; }, x, x)});
  return out;
}

// Arguments that a model can bear: between 0 and 1, or small indices.
Case with_inputs(const Graph& graph) {
  std::mt19937_64 random(1);
  Case program{graph, {}};
  for (ir::Type type : graph.input_types()) {
    std::vector<std::byte> bytes;
    for (std::int64_t i = 0; i < type.size(); ++i) {
      const auto one = ir::is_floating(type.dtype()) ? ir::scalar_literal(type.dtype(), static_cast<double>(random() % 1000 + 1) / 1001) : ir::scalar_literal(type.dtype(), static_cast<std::int64_t>(random() % 10));
      bytes.insert(bytes.end(), one.bytes->begin(), one.bytes->end());
    }
    program.inputs.push_back(ir::literal(type, bytes.data()));
  }
  return program;
}

TEST(ModelPlans, AreSoundAndMeanTheirGraph) {
  for (const Model& model : models()) expect_sound(with_inputs(model.graph), model.name);
}

// At full size, where the arena matters.
TEST(ModelPlans, ATrainStepsArenaIsAboutWhatLivesInIt) {
  const codegen::Program planned = plan(train_step_of(128, 784, 256, 128), true);
  EXPECT_EQ(plan_problem(planned), "");
  const std::int64_t needed = bytes_needed(planned.entry);
  EXPECT_GT(needed, 128 * 256 * 4);
  EXPECT_GE(planned.entry.arena_bytes, needed);
  EXPECT_LE(static_cast<double>(planned.entry.arena_bytes), 1.1 * static_cast<double>(needed));
  EXPECT_LE(static_cast<double>(planned.entry.lower_bound_bytes), 1.1 * static_cast<double>(needed));
}

TEST(ModelPlans, ArgumentsThatEndGiveTheirMemory) {
  const Array x = ep::abstract({8, 8});
  EXPECT_EQ(plan(graph_of([](Array x, Array y) { return std::pair{x + y, exp(x) * y}; }, x, x), true).entry.donations, (std::vector<int>{0, 1}));
  EXPECT_EQ(plan(graph_of([](Array x, Array y) { return matmul(x, y) + x; }, x, x), true).entry.donations, (std::vector<int>{-1}));
  EXPECT_EQ(plan(graph_of([](Array x, Array y) { return matmul(y, y) + x; }, x, x), true).entry.donations, (std::vector<int>{0}));
  EXPECT_EQ(plan(graph_of([](Array x) { return x + transpose(x); }, x), true).entry.donations, (std::vector<int>{-1}));
}

// Arenas of random lives and sizes.
TEST(Arena, KeepsApartWhatLivesTogether) {
  std::mt19937_64 random(1);
  double worst = 0;
  for (int round = 0; round < 500; ++round) {
    codegen::Schedule s;
    s.steps.resize(1 + random() % 30);
    for (std::uint64_t t = random() % 40; t > 0; --t) {
      const auto first = static_cast<std::uint32_t>(random() % s.steps.size()), last = first + static_cast<std::uint32_t>(random() % (s.steps.size() - first));
      s.temps.push_back({static_cast<std::int64_t>(random() % 3 == 0 ? random() % 5000 : random() % 300), 0, first, last});
    }
    codegen::assign_buffers(s);
    std::int64_t most = 0;
    for (std::uint32_t step = 0; step < s.steps.size(); ++step) {
      std::int64_t alive = 0;
      for (const codegen::Temp& t : s.temps)
        if (t.first_step <= step && step <= t.last_step) alive += (t.bytes + 63) / 64 * 64;
      most = std::max(most, alive);
    }
    EXPECT_EQ(s.lower_bound_bytes, most);
    EXPECT_GE(s.arena_bytes, most);
    worst = std::max(worst, static_cast<double>(s.arena_bytes) / static_cast<double>(std::max<std::int64_t>(most, 1)));
    for (const codegen::Temp& a : s.temps) {
      EXPECT_EQ(a.offset % 64, 0);
      EXPECT_LE(a.offset + a.bytes, s.arena_bytes);
      for (const codegen::Temp& b : s.temps) {
        if (&a == &b || a.last_step < b.first_step || b.last_step < a.first_step) continue;
        EXPECT_TRUE(a.offset + a.bytes <= b.offset || b.offset + b.bytes <= a.offset) << "round " << round;
      }
    }
  }
  EXPECT_LE(worst, 1.5);
}

// What the check itself finds: plans that are spoilt on purpose.

codegen::Program two_temps() {
  const auto graph = graph_of([](Array x, Array y) {
    const Array a = matmul(x, y), b = matmul(y, x);
    return matmul(a, b) + matmul(b, a);
  }, ep::abstract({8, 8}), ep::abstract({8, 8}));
  return plan(graph, false);
}
TEST(PlanCheck, FindsTempsThatShareMemory) {
  codegen::Program planned = two_temps();
  ASSERT_GE(planned.entry.temps.size(), 2u);
  EXPECT_EQ(plan_problem(planned), "");
  for (codegen::Temp& temp : planned.entry.temps) temp.offset = 0;
  EXPECT_NE(plan_problem(planned), "");
}
TEST(PlanCheck, FindsWhatLiesOutsideTheArenaOrAcrossLines) {
  codegen::Program planned = two_temps();
  planned.entry.arena_bytes -= 64;
  EXPECT_EQ(plan_problem(planned), "a temporary lies outside the arena");
  planned = two_temps();
  planned.entry.arena_bytes += 64;
  planned.entry.temps.back().offset += 8;
  EXPECT_NE(plan_problem(planned), "");
}
TEST(PlanCheck, FindsStepsOutOfOrder) {
  codegen::Program planned = two_temps();
  std::swap(planned.entry.steps.front(), planned.entry.steps.back());
  EXPECT_NE(plan_problem(planned).find("read before it is written"), std::string::npos);
}
TEST(PlanCheck, FindsInputsGivenAwayTooEarly) {
  codegen::Program planned = plan(graph_of([](Array x, Array y) { return std::pair{matmul(x, y), matmul(y, x)}; }, ep::abstract({8, 8}), ep::abstract({8, 8})), true);
  EXPECT_EQ(plan_problem(planned), "");
  planned.entry.donations = {0, -1};
  EXPECT_NE(plan_problem(planned), "");
}
TEST(PlanCheck, FindsCarriesThatShareTheirSpare) {
  codegen::Program planned = plan(graph_of(swapped, ep::abstract({4}), ep::abstract({4})), false);
  EXPECT_EQ(plan_problem(planned), "");
  for (codegen::Step& step : planned.entry.steps) {
    if (auto* loop = std::get_if<codegen::Loop>(&step)) loop->spares[1] = loop->spares[0];
  }
  EXPECT_NE(plan_problem(planned), "");
}

}  // namespace
}  // namespace espalier::test
