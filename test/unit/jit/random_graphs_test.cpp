// Random programs mean the same compiled as evaluated.
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "../shrink.h"
#include "compiled.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/error.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
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

// What is wrong with the compiled program, or "".
std::string defect(const Case& program, const codegen::CompileOptions& options) {
  const Expected expected(program, 1);
  return in_process([&]() -> std::string {
    try {
      const Compiled compiled(program.graph, options);
      const auto results = compiled(program.inputs);
      // Where a choice hangs on the last bit, few samples may all choose alike.
      if (!expected.difference(results).empty()) {
        if (auto problem = Expected(program, 2, 100).difference(results); !problem.empty()) return problem;
      }
      return compiled.damage;
    } catch (const std::exception& error) {
      return error.what();
    }
  });
}

void expect_same(const Case& program, const codegen::CompileOptions& options, const std::string& label) {
  const std::string problem = defect(program, options);
  if (problem.empty()) return;
  auto own = [&](const Case& smaller) {  // inputs change in number, so donation is all or nothing
    codegen::CompileOptions same = options;
    if (!same.donated.empty()) same.donated.assign(smaller.graph.n_inputs, true);
    return same;
  };
  const Case small = shrunk(program, [&](const Case& smaller) { return !defect(smaller, own(smaller)).empty(); });
  ADD_FAILURE() << label << ": " << problem << "\nsmallest: " << defect(small, own(small)) << "\n" << text_of(small) << "\n" << in_process([&] { return codegen::compiler().text(small.graph, "schedule", own(small)); });
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

codegen::CompileOptions options_of(const Case& program, std::uint64_t seed) {
  codegen::CompileOptions options;
  options.target = std::array{"", "avx2", has_avx512() ? "avx512" : ""}[seed % 3];
  if (seed % 2 == 0) options.donated.assign(program.graph.n_inputs, true);
  return options;
}

TEST(RandomGraphs, CompiledIsEvaluated) {
  for_each_seed(100, [](std::uint64_t seed) {
    const Case program = random_case(seed);
    expect_same(program, options_of(program, seed), "seed " + std::to_string(seed));
  });
}

// A program made from a random one, on inputs of its own.
template <class F> void expect_derived_same(std::uint64_t count, const std::string& name, F&& derive) {
  for_each_seed(count, [&](std::uint64_t seed) {
    Case program{derive(random_case(seed).graph, seed), {}};
    program.inputs = random_inputs(program.graph, seed, false);
    expect_same(program, options_of(program, seed), name + " of seed " + std::to_string(seed));
  });
}

TEST(RandomGraphs, Simplified) {
  expect_derived_same(40, "simplify", [](const Graph& graph, std::uint64_t) { return simplify(graph); });
}
TEST(RandomGraphs, Tangents) {
  expect_derived_same(40, "jvp", [](const Graph& graph, std::uint64_t) { return jvp(graph, floating_inputs(graph)).graph; });
}
TEST(RandomGraphs, Cotangents) {
  expect_derived_same(40, "vjp", [](const Graph& graph, std::uint64_t) { return vjp(graph, floating_inputs(graph)).graph; });
}
TEST(RandomGraphs, Batched) {
  expect_derived_same(40, "batch", [](const Graph& graph, std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<bool> batched;
    for (std::uint32_t i = 0; i < graph.n_inputs; ++i) batched.push_back(random() % 3 != 0);
    return batch(graph, batched, std::array{1, 3, 8, 17}[random() % 4]).graph;
  });
}
TEST(RandomGraphs, BatchedCotangents) {
  expect_derived_same(20, "batch of vjp", [](const Graph& graph, std::uint64_t) {
    const Graph pulled = vjp(graph, floating_inputs(graph)).graph;
    return batch(pulled, std::vector<bool>(pulled.n_inputs, true), 5).graph;
  });
}

// Results do not depend on the number of threads, nor on the run.
TEST(RandomGraphs, BitsAreThoseOfEveryRun) {
  for_each_seed(40, [](std::uint64_t seed) {
    const Case program = random_case(seed);
    const Compiled compiled(program.graph);
    runtime::set_threads(1);
    const auto alone = compiled(program.inputs), again = compiled(program.inputs);
    runtime::set_threads(2);
    const auto together = compiled(program.inputs);
    runtime::set_threads(0);
    EXPECT_EQ(bits_differ(alone, again), "") << "seed " << seed;
    EXPECT_EQ(bits_differ(alone, together), "") << "seed " << seed;
    EXPECT_EQ(bits_differ(alone, Compiled(program.graph)(program.inputs)), "") << "seed " << seed;
  });
}

}  // namespace
}  // namespace espalier::test
