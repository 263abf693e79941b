// The loops of kernels mean the kernels: values that are known from several sides, outputs made of nothing but broadcasts; and plans
// that are spoilt on purpose are found, by the verifier that runs with every compile and by running them.
#include <gtest/gtest.h>

#include <functional>

#include "espalier/ir/error.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "espalier/jit/schedule/kernel.h"
#include "espalier/jit/schedule/verify.h"
#include "compiled.h"
#include "planned_kernels.h"
#include "random_case.h"

namespace espalier::test {
namespace {

using codegen::LoopPlan;
using ir::Graph;

// What is wrong with a body's results when its loops are run as the plan says, or "".
std::string run_problem(const Case& program, const LoopPlan& plan) {
  std::vector<std::vector<std::byte>> memory;
  Pointers in, out;
  for (const ir::Literal& x : program.inputs) in.push_back(memory.emplace_back(*x.bytes).data());
  for (ir::Type type : program.graph.output_types()) out.push_back(memory.emplace_back(static_cast<std::size_t>(type.nbytes()) + 1, std::byte{0xA5}).data());
  try {
    PlanRun(program.graph, plan, in, out)();
  } catch (const std::exception& error) {
    return error.what();
  }
  std::vector<ir::Literal> results;
  for (std::size_t o = 0; o < out.size(); ++o) results.push_back(ir::literal(program.graph.type_of(program.graph.outputs[o]), out[o]));
  return Expected(program, 1).difference(results);
}
Case with_inputs(const Graph& graph) { return {graph, random_inputs(graph, 1, false)}; }

// ---- what broadcasts alone make, beside a reduction of one of them ---------------------------------------------------

constexpr const char* row_beside_its_sum = R"(graph(%0: i32[4], %1: f64[6]) {
  %2 = broadcast %0 {shape=[6,4], dims=[1]} : i32[6,4]
  %3 = reduce %2 {kind=sum, axes=[1]} : i32[6]
  %4 = convert %3 {to=f64} : f64[6]
  %5 = add %1, %4 : f64[6]
  %6 = broadcast %5 {shape=[6,4], dims=[0]} : f64[6,4]
  %7 = convert %2 {to=f64} : f64[6,4]
  %8 = add %7, %6 : f64[6,4]
  return %8
}
)";
constexpr const char* mean_under_a_mask = R"(graph(%0: f64[2,3,4], %1: bool[4], %2: f64[2,3]) {
  %3 = broadcast %1 {shape=[2,3,4], dims=[2]} : bool[2,3,4]
  %4 = convert %3 {to=i32} : i32[2,3,4]
  %5 = reduce %4 {kind=sum, axes=[2]} : i32[2,3]
  %6 = convert %5 {to=f64} : f64[2,3]
  %7 = div %2, %6 : f64[2,3]
  %8 = broadcast %7 {shape=[2,3,4], dims=[0,1]} : f64[2,3,4]
  %9 = constant {value=0} : f64[]
  %10 = broadcast %9 {shape=[2,3,4], dims=[]} : f64[2,3,4]
  %11 = select %3, %8, %10 : f64[2,3,4]
  return %11
}
)";
constexpr const char* column_in_its_sum = R"(graph(%0: f32[4], %1: f32[6,1]) {
  %2 = broadcast %0 {shape=[6,4], dims=[1]} : f32[6,4]
  %3 = reduce %2 {kind=sum, axes=[1]} : f32[6]
  %4 = reshape %1 {shape=[6]} : f32[6]
  %5 = add %3, %4 : f32[6]
  %6 = broadcast %5 {shape=[6,4], dims=[0]} : f32[6,4]
  %7 = neg %0 : f32[4]
  %8 = broadcast %7 {shape=[6,4], dims=[1]} : f32[6,4]
  %9 = div %8, %6 : f32[6,4]
  return %9, %5
}
)";

TEST(BroadcastsAlone, MeanTheirGraphOnEveryTarget) {
  for (const char* text : {row_beside_its_sum, mean_under_a_mask, column_in_its_sum}) {
    const Case program = with_inputs(ir::parse(text));
    const Expected expected(program, 1);
    EXPECT_EQ(expected.difference(ProgramRun(codegen::schedule(simplify(program.graph), codegen::Target{}), PlannedKernels())(program.inputs)), "") << text;
    for (const char* target : {"", "avx2"}) {
      const Compiled compiled(program.graph, {.target = target});
      EXPECT_EQ(expected.difference(compiled(program.inputs)), "") << text;
      EXPECT_EQ(compiled.damage, "") << text;
    }
  }
}

// ---- plans that are spoilt on purpose ----------------------------------------------------------------------------------

constexpr const char* softmax = R"(graph(%0: f32[5,7]) {
  %1 = reduce %0 {kind=max, axes=[1]} : f32[5]
  %2 = broadcast %1 {shape=[5,7], dims=[0]} : f32[5,7]
  %3 = sub %0, %2 : f32[5,7]
  %4 = exp %3 : f32[5,7]
  %5 = reduce %4 {kind=sum, axes=[1]} : f32[5]
  %6 = broadcast %5 {shape=[5,7], dims=[0]} : f32[5,7]
  %7 = div %4, %6 : f32[5,7]
  return %7
}
)";
constexpr const char* transposed = R"(graph(%0: f32[5,5], %1: f32[5,5]) {
  %2 = transpose %1 {permutation=[1,0]} : f32[5,5]
  %3 = sub %0, %2 : f32[5,5]
  return %3
}
)";
constexpr const char* counted = R"(graph(%0: f32[5,7]) {
  %1 = iota {type=f32[5,7], axis=0} : f32[5,7]
  %2 = mul %0, %1 : f32[5,7]
  return %2
}
)";

struct Spoilt {
  std::string what, body, found;  // the verifier's words
  std::function<void(LoopPlan&)> spoil;
};
void merge_loops(LoopPlan& plan) {
  plan.loops[0].dims.insert(plan.loops[0].dims.end(), plan.loops[1].dims.begin(), plan.loops[1].dims.end());
  plan.loops[0].extent *= plan.loops[1].extent;
  plan.loops.erase(plan.loops.begin() + 1);
  plan.vector_loop = 0;
}
// As planned once: what no relation reached ran over dimensions of its own.
void give_own_dimensions(LoopPlan& plan, ir::Value output) {
  for (int& d : plan.dims[output]) {
    plan.loops.insert(plan.loops.begin(), {{static_cast<int>(plan.extents.size())}, plan.extents[d], false});
    plan.extents.push_back(plan.extents[d]);
    d = static_cast<int>(plan.extents.size()) - 1;
  }
}

std::vector<Spoilt> spoilt_plans() {
  return {
      {"dimensions of its own", softmax, "at another index", [](LoopPlan& p) { give_own_dimensions(p, 7); }},
      {"operand read across", transposed, "at another index", [](LoopPlan& p) { std::swap(p.dims[1][0], p.dims[1][1]); }},
      {"view read across", transposed, "at another index", [](LoopPlan& p) { std::swap(p.dims[2][0], p.dims[2][1]); }},
      {"output written across", transposed, "at another index", [](LoopPlan& p) { std::swap(p.dims[3][0], p.dims[3][1]); }},
      {"one loop for what lies apart", transposed, "as through one", merge_loops},
      {"one loop for what is counted", counted, "needs the index", merge_loops},
      {"a loop too short", counted, "iterations", [](LoopPlan& p) { --p.loops[0].extent; }},
      {"a dimension too short", counted, "not as long", [](LoopPlan& p) { --p.loops[0].extent, --p.extents[p.loops[0].dims[0]]; }},
      {"a loop left out", counted, "no loop runs", [](LoopPlan& p) { p.loops.erase(p.loops.begin()); p.vector_loop = 0; }},
      {"a loop run twice", counted, "two loops", [](LoopPlan& p) { p.loops.push_back(p.loops[0]); }},
      {"reduced before parallel", softmax, "lies in a reduced one", [](LoopPlan& p) { std::swap(p.loops[0], p.loops[1]); }},
      {"reduced loop as parallel", softmax, "not reduced", [](LoopPlan& p) { p.loops[1].reduced = false; }},
      {"parallel loop as reduced", softmax, "leaves an axis that is reduced", [](LoopPlan& p) { p.loops[0].reduced = true; }},
      {"vectors nowhere", softmax, "loop of vectors", [](LoopPlan& p) { p.vector_loop = 5; }},
      {"sum made with the maximum", softmax, "before what it reads", [](LoopPlan& p) { p.phase[5] = 1; }},
      {"output before its sum", softmax, "before what it reads", [](LoopPlan& p) { p.phase[7] = 1; }},
      {"a pass left out", softmax, "a pass that there is not", [](LoopPlan& p) { --p.n_phases; }},
      {"kept before it is known", softmax, "cannot know it", [](LoopPlan& p) { p.kept.at(0).phase = 0; }},
      {"kept for ever", softmax, "cannot know it", [](LoopPlan& p) { p.kept.at(0).phase = 3; }},
      {"kept for a row", softmax, "does not run along them", [](LoopPlan& p) { p.kept.at(0).value = 5; }},
  };
}

TEST(SpoiltPlans, AreFoundByTheVerifier) {
  for (const Spoilt& one : spoilt_plans()) {
    const Graph body = ir::parse(one.body);
    LoopPlan plan = codegen::plan_loops(body);
    EXPECT_EQ(codegen::verify(body, plan), "") << one.what;
    one.spoil(plan);
    EXPECT_NE(codegen::verify(body, plan).find(one.found), std::string::npos) << one.what << ": " << codegen::verify(body, plan);
  }
}

TEST(SpoiltPlans, GoWrongWhenTheyAreRun) {
  const std::vector<std::string> known = {"dimensions of its own", "one loop for what lies apart", "one loop for what is counted",
                                          "sum made with the maximum", "output before its sum", "a pass left out", "a dimension too short"};
  for (const Spoilt& one : spoilt_plans()) {
    if (std::find(known.begin(), known.end(), one.what) == known.end()) continue;
    const Case program = with_inputs(ir::parse(one.body));
    LoopPlan plan = codegen::plan_loops(program.graph);
    EXPECT_EQ(run_problem(program, plan), "") << one.what;
    one.spoil(plan);
    EXPECT_NE(run_problem(program, plan), "") << one.what;
  }
}

TEST(SpoiltPlans, ReadsOutsideOfAnArrayAreFoundBelowShifts) {
  Graph body = ir::parse(R"(graph(%0: f32[6,4]) {
  %1 = reverse %0 {axes=[1]} : f32[6,4]
  %2 = slice %1 {start=[0,1], limit=[5,4], stride=[2,1]} : f32[3,3]
  %3 = neg %2 : f32[3,3]
  return %3
}
)");
  EXPECT_EQ(codegen::verify(body, codegen::plan_loops(body)), "");
  for (ir::Attrs& attrs : body.attrs)
    if (auto* slice = std::get_if<ir::SliceAttrs>(&attrs)) slice->start[1] = 2;
  EXPECT_THROW(codegen::make_kernel(body, codegen::KernelKind::loop, {}), CompileError);
}

TEST(SpoiltShapes, AreFoundByTheVerifier) {
  const LoopPlan plan = codegen::plan_loops(ir::parse("graph(%0: f32[3,4000000]) {\n  %1 = reduce %0 {kind=sum, axes=[1]} : f32[3]\n  return %1\n}\n"));
  const LoopPlan passes = codegen::plan_loops(ir::parse(softmax)), counts = codegen::plan_loops(ir::parse(counted));
  const codegen::LoopShape good{.width = 32, .tasks = 3, .parts = 50};
  const auto spoilt = [&](auto&& spoil) {
    codegen::LoopShape shape = good;
    spoil(shape);
    return codegen::verify(plan, shape);
  };
  EXPECT_EQ(codegen::verify(plan, good), "");
  EXPECT_NE(spoilt([](codegen::LoopShape& s) { s.width = 24; }), "");
  EXPECT_NE(spoilt([](codegen::LoopShape& s) { s.tasks = 2; }), "");
  EXPECT_NE(spoilt([](codegen::LoopShape& s) { s.parts = 0; }), "");
  EXPECT_NE(spoilt([](codegen::LoopShape& s) { s.parts = 4000000; }), "");
  EXPECT_NE(codegen::verify(passes, {.width = 1, .tasks = 5, .parts = 2}).find("a later pass reads"), std::string::npos);
  EXPECT_NE(codegen::verify(counts, {.width = 1, .tasks = 5, .parts = 2}), "");
}

// A plan with one thing changed at random is refused, or still means its kernel.
void change(LoopPlan& plan, std::mt19937_64& random) {
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % std::max<std::size_t>(n, 1)); };
  const ir::Value v = static_cast<ir::Value>(below(plan.dims.size()));
  switch (random() % 9) {
    case 0:
      if (!plan.dims[v].empty()) plan.dims[v][below(plan.dims[v].size())] = static_cast<int>(below(plan.extents.size()));
      break;
    case 1:
      if (plan.dims[v].size() > 1) std::swap(plan.dims[v][0], plan.dims[v][below(plan.dims[v].size())]);
      break;
    case 2: plan.phase[v] += random() % 2 == 0 ? 1 : -1; break;
    case 3: plan.n_phases += random() % 2 == 0 ? 1 : -1; break;
    case 4:
      if (plan.loops.size() > 1) merge_loops(plan);
      break;
    case 5:
      if (!plan.loops.empty()) std::swap(plan.loops[0], plan.loops[below(plan.loops.size())]);
      break;
    case 6:
      if (!plan.loops.empty()) plan.loops[below(plan.loops.size())].reduced ^= true;
      break;
    case 7: plan.kept.push_back({v, static_cast<int>(below(3))}); break;
    case 8:
      if (!plan.kept.empty()) plan.kept[0].phase += random() % 2 == 0 ? 1 : -1;
      break;
  }
}
TEST(SpoiltPlans, WhatPassesTheVerifierMeansItsKernel) {
  int refused = 0, passed = 0;
  for_each_seed(60, [&](std::uint64_t seed) {
    std::mt19937_64 random(seed);
    for (const codegen::Kernel& kernel : codegen::schedule(simplify(random_case(seed).graph), codegen::Target{}).kernels) {
      const auto* loop = std::get_if<codegen::LoopKernel>(&kernel.plan);
      if (loop == nullptr) continue;
      const Case program = with_inputs(kernel.body);
      for (int round = 0; round < 4; ++round) {
        LoopPlan plan = loop->loops;
        change(plan, random);
        if (!codegen::verify(kernel.body, plan).empty()) {
          ++refused;
        } else {
          ++passed;
          EXPECT_EQ(run_problem(program, plan), "") << "seed " << seed << "\n"
                                                    << ir::print(kernel.body);
        }
      }
    }
  });
  EXPECT_GT(refused, 50);
  EXPECT_GT(passed, 10);  // a change may be none, or harmless
}

}  // namespace
}  // namespace espalier::test
