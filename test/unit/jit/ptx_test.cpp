// Programs for NVIDIA's GPUs: every op in every dtype becomes PTX that needs no library, and that NVIDIA's assembler, where
// it is installed, takes for sm_80 and sm_90 without spilling a register. A machine for PTX runs it.
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "espalier/ir/error.h"
#include "espalier/ir/print.h"
#include "espalier/dsl/compiler.h"
#include "espalier/ir/simplify.h"
#include "../noise.h"
#include "../random_graph.h"
#include "ptx_cases.h"
#include "ptx_run.h"

namespace espalier::test {
namespace {

namespace fs = std::filesystem;

const codegen::CompileOptions gpu{.target = "nvptx"};
std::string text(const Graph& graph, std::string_view stage) { return codegen::compiler().text(simplify(graph), stage, gpu); }

int count(const std::string& text, const std::string& pattern) {
  const std::regex expression(pattern);
  return static_cast<int>(std::distance(std::sregex_iterator(text.begin(), text.end(), expression), std::sregex_iterator()));
}

/// NVIDIA's assembler: in the path, or where its packages put it. Empty where there is none.
const std::string& ptxas() {
  static const std::string found = [] {
    std::stringstream folders(std::string(std::getenv("PATH")) + ":/usr/local/cuda/bin");
    for (std::string folder; std::getline(folders, folder, ':');) {
      if (fs::exists(fs::path(folder) / "ptxas")) return (fs::path(folder) / "ptxas").string();
    }
    return std::string();
  }();
  return found;
}

/// What ptxas says of a text; an exit status that is not 0 is part of it.
std::string assemble(const std::string& ptx, const std::string& processor) {
  const fs::path file = fs::path(testing::TempDir()) / ("espalier_" + std::to_string(::getpid()) + ".ptx");
  std::ofstream(file) << ptx;
  std::string said;
  FILE* pipe = ::popen((ptxas() + " -v -arch=" + processor + " -o /dev/null " + file.string() + " 2>&1").c_str(), "r");
  std::array<char, 4096> part;
  while (std::fgets(part.data(), part.size(), pipe) != nullptr) said += part.data();
  if (const int status = ::pclose(pipe); status != 0) said += "exit status " + std::to_string(status) + "\n";
  fs::remove(file);
  return said;
}

/// Kernels for which the assembler says that registers were spilled.
std::string spills(const std::string& said) {
  std::string found;
  const std::regex report("Function properties for (\\w+)\\s+.*?, ([1-9]\\d*) bytes spill stores");
  for (std::sregex_iterator i(said.begin(), said.end(), report), end; i != end; ++i) found += i->str(1) + ": " + i->str(2) + " bytes; ";
  return found;
}

class Ptx : public testing::TestWithParam<NamedGraph> {};

TEST_P(Ptx, Assembles) {
  const std::string ptx = text(GetParam().graph, "ptx"), host = text(GetParam().graph, "gpu");
  EXPECT_GE(count(ptx, "\\.visible \\.entry kernel"), 1);
  EXPECT_EQ(count(ptx, "\\.visible \\.entry kernel"), count(host, "gpu\\.func @kernel"));
  EXPECT_EQ(count(ptx, "\\.extern|call\\.uni|__nv"), 0) << ptx;  // nothing is left to a library
  if (ptxas().empty()) return;
  for (const char* processor : {"sm_80", "sm_90"}) {
    const std::string said = assemble(ptx, processor);
    EXPECT_EQ(said.find("exit status"), std::string::npos) << said;
    EXPECT_EQ(spills(said), "") << processor;
  }
}

TEST_P(Ptx, ComputesWhatTheEvaluatorDoes) {
  const Case program{GetParam().graph, random_inputs(GetParam().graph, 3, GetParam().special)};
  EXPECT_EQ(Expected(program, 1).difference(ptx_run<PtxMachine>(program.graph)(program.inputs)), "");
}

INSTANTIATE_TEST_SUITE_P(Every, Ptx, testing::ValuesIn(ptx_cases()), identifier);

TEST(Gpu, RandomPrograms) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const Graph graph = random_graph(seed);
    const Case program{graph, random_inputs(graph, seed)};
    ASSERT_EQ(Expected(program, seed).difference(ptx_run<PtxMachine>(graph)(program.inputs)), "") << "seed " << seed << "\n"
                                                                                                  << print(graph);
  }
}

Graph product(Shape a, Shape b) {
  return expression("product", {Type(f32, a), Type(f32, b)}, [](Builder&, const std::vector<Expr>& in) { return std::vector{dot(in[0], in[1], matmul_of(f32))}; }).graph;
}

// The bound of long_sums_test.cpp; a running sum of so many equal numbers is off by many times as much.
TEST(Gpu, LongProductsAddInBlocks) {
  const std::int64_t n = 20'000;
  const std::vector<float> x(n, 0.1f), ones(n, 1.0f);
  const std::vector<Literal> inputs{literal(Type(f32, {1, n}), x.data()), literal(Type(f32, {n, 1}), ones.data())};
  const double exact = static_cast<double>(n) * static_cast<double>(0.1f);
  const std::vector<Literal> got = ptx_run<PtxMachine>(product({1, n}, {n, 1}))(inputs);
  EXPECT_NEAR(*static_cast<const float*>(got[0].data()), exact, 4 * (std::log2(n) + 1) * 0x1p-24 * exact);
}

// The sums of outer blocks are held through the inner ones.
TEST(Gpu, LongProductsDoNotSpill) {
  if (ptxas().empty()) return;
  const std::string ptx = text(product({4096, 100'000}, {100'000, 4096}), "ptx");
  for (const char* processor : {"sm_80", "sm_90"}) EXPECT_EQ(spills(assemble(ptx, processor)), "") << processor;
}

TEST(Gpu, RunsNothing) {
  const Graph graph = elementwise_cases()[0].graph;
  EXPECT_THROW(codegen::compiler().compile(graph, gpu), ArgumentError);
  EXPECT_THROW(text(graph, "asm"), ArgumentError);
}

// Both stages are there whatever the target: fn.lower(…).text("ptx") needs no option.
TEST(Gpu, StagesOfAnyTarget) {
  const Graph graph = elementwise_cases()[0].graph;
  EXPECT_EQ(codegen::compiler().text(simplify(graph), "ptx", {}), text(graph, "ptx"));
  EXPECT_EQ(codegen::compiler().text(simplify(graph), "gpu", {.target = "avx2"}), text(graph, "gpu"));
}

TEST(Gpu, TextIsTheSameEachTime) {
  const Graph graph = reduction_cases().back().graph;
  EXPECT_EQ(text(graph, "ptx"), text(graph, "ptx"));
}

}  // namespace
}  // namespace espalier::test
