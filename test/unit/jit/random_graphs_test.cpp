// Random programs mean the same evaluated, run loop by loop as they are planned, and compiled: for each target, on one thread and on two.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "../shrink.h"
#include "compiled.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/error.h"
#include "espalier/ir/host_function.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "planned_kernels.h"
#include "random_case.h"

namespace espalier::test {
namespace {

using namespace ir;

// The text that `f` returns, or how its process died. With ESPALIER_FORK a crash is a defect that can be shrunk like others.
template <class F> std::string in_process(F&& f) {
  int ends[2];
  if (std::getenv("ESPALIER_FORK") == nullptr || pipe(ends) != 0) return f();
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const std::string text = f();
    const auto written = write(ends[1], text.data(), std::min<std::size_t>(text.size(), 4000));
    _exit(written < 0);
  }
  close(ends[1]);
  std::string text(4000, 0);
  const auto n = read(ends[0], text.data(), text.size());
  text.resize(n < 0 ? 0 : static_cast<std::size_t>(n));
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  return status == 0 ? text : "died with status " + std::to_string(status) + " " + text;
}

// Whether this machine runs code for AVX-512; where it does not, the compiler refuses it.
bool has_avx512() {
  static const bool has = [] {
    try {
      return codegen::compiler().compile(parse("graph(%0: f32[4]) {\n  return %0\n}\n"), {.target = "avx512"}).entry != nullptr;
    } catch (const CompileError&) {
      return false;
    }
  }();
  return has;
}

// What is done with a program: the targets are AVX2 and AVX-512, the machine's own and vectors of 128 bits now and then; on each, one
// thread and two.
struct Ways {
  std::vector<std::string> targets;
  bool donated = false;
};
Ways ways_of(std::uint64_t seed) {
  Ways ways{{"avx2"}, seed % 2 == 0};
  if (has_avx512()) ways.targets.push_back("avx512");
  if (seed % 8 == 3) ways.targets.back() = "";
  if (seed % 8 == 5) ways.targets.push_back("nehalem");
  return ways;
}

// Where a choice hangs on the last bit, few samples may all choose alike; and few come as near a pole of tan as the result may be.
std::string difference(const Case& program, const Expected& expected, const std::vector<Literal>& results) {
  return expected.difference(results).empty() ? "" : Expected(program, 2, 1000).difference(results);
}

// What is wrong with the loops of the program's kernels, before any code is made of them, or "". Large arrays take too long.
std::string defect_of_loops(const Case& program, const Expected& expected, bool donated) {
  constexpr std::int64_t large = 10000;
  if (std::any_of(program.graph.types.begin(), program.graph.types.end(), [](Type type) { return type.size() > large; })) return "";
  const auto planned = codegen::schedule(simplify(program.graph), codegen::Target{}, {.donated = std::vector<bool>(program.graph.n_inputs, donated)});
  const std::string problem = difference(program, expected, ProgramRun(planned, PlannedKernels())(program.inputs));
  return problem.empty() ? "" : "loops: " + problem;
}

// What is wrong with the compiled program, or "".
std::string defect_of_code(const Case& program, const Expected& expected, const codegen::CompileOptions& options) {
  const Compiled compiled(program.graph, options);
  runtime::set_threads(1);
  const auto alone = compiled(program.inputs);
  runtime::set_threads(2);
  const auto together = compiled(program.inputs);
  runtime::set_threads(0);
  if (const auto problem = difference(program, expected, alone); !problem.empty()) return problem;
  if (const auto problem = bits_differ(alone, together); !problem.empty()) return "with one thread and two, " + problem;
  return compiled.damage;
}

std::string defect(const Case& program, const Ways& ways) {
  const Expected expected(program, 1);
  return in_process([&]() -> std::string {
    try {
      if (auto problem = defect_of_loops(program, expected, ways.donated); !problem.empty()) return problem;
      for (const std::string& target : ways.targets) {
        const auto problem = defect_of_code(program, expected, {.donated = std::vector<bool>(program.graph.n_inputs, ways.donated), .target = target});
        if (!problem.empty()) return (target.empty() ? "this machine" : target) + ": " + problem;
      }
      return "";
    } catch (const std::exception& error) {
      return error.what();
    }
  });
}

void expect_same(const Case& program, const Ways& ways, const std::string& label) {
  const std::string problem = defect(program, ways);
  if (problem.empty()) return;
  const Case small = shrunk(program, [&](const Case& smaller) { return !defect(smaller, ways).empty(); });
  ADD_FAILURE() << label << ": " << problem << "\nsmallest: " << defect(small, ways) << "\n"
                << text_of(small) << "\n"
                << in_process([&] { return codegen::compiler().text(simplify(small.graph), "schedule", {}); });
}

TEST(RandomGraphs, CompiledIsEvaluated) {
  for_each_seed(64, [](std::uint64_t seed) {
    const Case program = random_case(seed);
    expect_same(program, ways_of(seed), "seed " + std::to_string(seed));
  });
}

TEST(RandomGraphs, Leaves) {
  for_each_seed(16, [](std::uint64_t seed) { expect_same(random_leaves(seed), ways_of(seed), "leaves of seed " + std::to_string(seed)); });
}

// A program made from a random one, on inputs of its own.
template <class F> void expect_derived_same(std::uint64_t count, const std::string& name, F&& derive) {
  for_each_seed(count, [&](std::uint64_t seed) {
    Case program{derive(random_case(seed).graph, seed), {}};
    program.inputs = random_inputs(program.graph, seed, false);
    expect_same(program, ways_of(seed), name + " of seed " + std::to_string(seed));
  });
}

TEST(RandomGraphs, Simplified) {
  expect_derived_same(16, "simplify", [](const Graph& graph, std::uint64_t) { return simplify(graph); });
}
TEST(RandomGraphs, Tangents) {
  expect_derived_same(16, "jvp", [](const Graph& graph, std::uint64_t) { return jvp(graph, floating_inputs(graph)).graph; });
}
TEST(RandomGraphs, Cotangents) {
  expect_derived_same(16, "vjp", [](const Graph& graph, std::uint64_t) { return vjp(graph, floating_inputs(graph)).graph; });
}
TEST(RandomGraphs, Batched) {
  expect_derived_same(16, "batch", [](const Graph& graph, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<bool> batched;
    for (std::uint32_t i = 0; i < graph.n_inputs; ++i) batched.push_back(random() % 3 != 0);
    return batch(graph, batched, std::array{1, 3, 8, 17}[random() % 4]).graph;
  });
}
TEST(RandomGraphs, BatchedCotangents) {
  expect_derived_same(10, "batch of vjp", [](const Graph& graph, std::uint64_t) {
    const Graph pulled = vjp(graph, floating_inputs(graph)).graph;
    return batch(pulled, std::vector<bool>(pulled.n_inputs, true), 5).graph;
  });
}

// ---- effects: which function was called, in which order, with which bytes ------------------------------------------------------

using Happened = std::vector<std::pair<std::string, std::vector<std::byte>>>;
Happened& happened() {
  static Happened log;
  return log;
}
struct Recorder : HostFunction {
  std::string name;
  std::vector<Type> types;
  Recorder(std::string name, std::vector<Type> types) : name(std::move(name)), types(std::move(types)) {}
  void call(const void* const* operands) const override {
    std::vector<std::byte> bytes;
    for (std::size_t i = 0; i < types.size(); ++i) {
      const auto* data = static_cast<const std::byte*>(operands[i]);
      bytes.insert(bytes.end(), data, data + types[i].nbytes());
    }
    happened().emplace_back(name, std::move(bytes));
  }
};
template <class F> Happened during(F&& f) {
  happened().clear();
  (void)f();
  return std::exchange(happened(), {});
}

// Of integers, which are exact: no rounding decides which branch is taken, and how often a loop runs.
TEST(RandomGraphs, EffectsAreThoseOfTheEvaluator) {
  std::size_t effects = 0;
  for_each_seed(80, [&](std::uint64_t seed) {
    RandomGraphOptions options;
    options.nodes = 4 + static_cast<int>(seed % 30);
    options.nesting = static_cast<int>(seed % 4);
    options.dtypes = {i32, i32, bool_, i64, u8, u32};
    options.extents = {1, 2, 3, 8, 17};
    options.max_size = 600;
    options.figures = 10;
    options.host = [](const std::string& name, const std::vector<Type>& types) { return std::make_shared<const Recorder>(name, types); };
    Case program{random_graph(seed, options), {}};
    program.inputs = random_inputs(program.graph, seed, true);
    const Happened expected = during([&] { return evaluated(program); });
    effects += expected.size();
    EXPECT_EQ(during([&] { return evaluated({simplify(program.graph), program.inputs}); }), expected) << "simplified, seed " << seed;
    for (const std::string& target : ways_of(seed).targets) {
      const Compiled compiled(program.graph, {.target = target});
      for (int call = 0; call < 2; ++call)
        EXPECT_EQ(during([&] { return compiled(program.inputs); }), expected) << "seed " << seed << ", " << target << ", call " << call << "\n"
                                                                              << print(program.graph);
    }
  });
  EXPECT_GT(effects, 200u);
}

// Results do not depend on the run.
TEST(RandomGraphs, BitsAreThoseOfEveryRun) {
  for_each_seed(30, [](std::uint64_t seed) {
    const Case program = random_case(seed);
    const Compiled compiled(program.graph);
    const auto once = compiled(program.inputs);
    EXPECT_EQ(bits_differ(once, compiled(program.inputs)), "") << "seed " << seed;
    EXPECT_EQ(bits_differ(once, Compiled(program.graph)(program.inputs)), "") << "seed " << seed;
  });
}

}  // namespace
}  // namespace espalier::test
