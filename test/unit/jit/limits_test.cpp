// What machines and systems do not have: processors, memory. Each is a typed error, never the end of the process.
#include <gtest/gtest.h>

#include <cstdlib>

#include "../random_graph.h"
#include "compiled.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/print.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::Shape;

const ep::ir::Graph& program() {
  static const ep::ir::Graph graph = ep::ir::parse(R"(graph(%0: f32[100], %1: i32[100]) {
  %2 = exp %0 : f32[100]
  %3 = mul %2, %0 : f32[100]
  %4 = reduce %3 {kind=sum, axes=[0]} : f32[]
  %5 = popcount %1 : i32[100]
  return %4, %5
})");
  return graph;
}

template <class Error, class F> std::string error_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Targets, UnknownProcessorsAndThoseOf32BitsAreRefused) {
  for (const char* name : {"foo", "help", "pentium4", "i386", "i486", "i586", "i686", "pentium", "pentium-m", "pentium3", "prescott", "yonah", "athlon", "athlon-xp", "k6", "geode", "lakemont", "c3", "winchip-c6", "z80", "cortex-a72"}) {
    const std::string said = error_of<ep::ArgumentError>([&] { ep::codegen::compiler().text(program(), "asm", {.target = name}); });
    EXPECT_NE(said.find("target"), std::string::npos) << name << ": " << said;
    EXPECT_NE(said.find(name), std::string::npos) << said;
  }
}
TEST(Targets, AllOthersMakeCode) {
  for (const char* name : {"generic", "x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4", "nocona", "core2", "penryn", "nehalem", "westmere", "sandybridge", "ivybridge", "haswell", "skylake", "skylake-avx512", "alderlake", "sapphirerapids", "k8", "amdfam10", "btver1", "btver2", "bdver1", "bdver4", "znver1", "znver4", "knl"}) {
    EXPECT_NE(ep::codegen::compiler().text(program(), "asm", {.target = name}).find("espalier_entry"), std::string::npos) << name;
  }
}
// No machine has the instructions of both of AMD's lines: what it lacks is named, and not met as an illegal instruction.
TEST(Targets, CodeRunsOrTheErrorSaysWhatIsMissing) {
  int ran = 0, refused = 0;
  for (const char* name : {"x86-64", "haswell", "skylake-avx512", "bdver1", "bdver4", "btver2", "amdfam10"}) {
    try {
      const ep::test::Compiled compiled(program(), {.target = name});
      const std::vector<ep::ir::Literal> inputs = ep::test::random_inputs(program(), 1, false);
      compiled(inputs);
      ++ran;
    } catch (const ep::CompileError& error) {
      EXPECT_NE(std::string(error.what()).find("this machine"), std::string::npos) << error.what();
      ++refused;
    }
  }
  EXPECT_GE(ran, 1);
  EXPECT_GE(refused, 1);
}
TEST(Targets, TheEnvironmentIsCheckedLikeTheOption) {
  for (const char* name : {"foo", "pentium4"}) {
    setenv("ESPALIER_TARGET", name, 1);
    const auto f = ep::jit([](Array x) { return x * 2; });
    EXPECT_NE(error_of<ep::ArgumentError>([&] { f(ep::ones({3})); }).find(name), std::string::npos);
    unsetenv("ESPALIER_TARGET");
    EXPECT_EQ(f(ep::ones({3}))[1].item<double>(), 2) << "the next call compiles";
  }
}

// More memory than any machine has is refused with the size and the user's place.
TEST(Memory, ArraysThatAreTooLarge) {
  const std::string eager = error_of<ep::ShapeError>([] { ep::ones({1 << 20, 1 << 20, 64}); });
  EXPECT_NE(eager.find("limits_test.cpp:"), std::string::npos) << eager;
  EXPECT_NE(eager.find("f32[1048576,1048576,64], 281474976710656 bytes"), std::string::npos) << eager;
  const std::string repeated = error_of<ep::ShapeError>([] { ep::broadcast_to(Array(1.0), {1 << 25, 1 << 25}); });
  EXPECT_NE(repeated.find("limits_test.cpp:"), std::string::npos) << repeated;
}
TEST(Memory, ResultsThatAreTooLarge) {
  const auto f = ep::jit([](Array x) { return ep::broadcast_to(x, {1 << 25, 1 << 20}) * 2; });
  const std::string said = error_of<ep::ShapeError>([&] { f(Array(1.0).as(ep::f32)); });
  EXPECT_NE(said.find("limits_test.cpp:"), std::string::npos) << said;
  EXPECT_NE(said.find("140737488355328 bytes"), std::string::npos) << said;
  const auto g = ep::jit([](Array x) {
    const Array table = ep::sin(ep::broadcast_to(x[{ep::slice(), ep::newaxis}], {1 << 16, 1 << 30}) + ep::iota({1 << 16, 1 << 30}, 1, ep::f32));
    return ep::cumsum(table, {.axis = 0})[{1 << 10, 1 << 10}];
  });
  const std::string between = error_of<ep::ShapeError>([&] { g(ep::ones({1 << 16})); });
  EXPECT_NE(between.find("what the program keeps between its arguments and results"), std::string::npos) << between;
  EXPECT_NE(between.find("limits_test.cpp:"), std::string::npos) << between;
}
TEST(Memory, GraphsThatAreEvaluated) {
  const ep::ir::Graph graph = ep::ir::parse("graph(%0: f32[]) {\n  %1 = broadcast %0 {shape=[524288,524288], dims=[]} : f32[524288,524288]\n  %2 = reduce %1 {kind=sum, axes=[0,1]} : f32[]\n  return %2\n}");
  const float one = 1;
  const ep::ir::View view{ep::ir::Type(ep::f32), &one};
  EXPECT_NE(error_of<ep::ShapeError>([&] { ep::ir::eval(graph, {&view, 1}); }).find("f32[524288,524288]"), std::string::npos);
}

// What the parts of a reduction leave for their join is asked for before code runs, which cannot throw.
TEST(Memory, ScratchIsThereBeforeCodeRuns) {
  const ep::ir::Graph graph = ep::ir::parse("graph(%0: f32[4194304]) {\n  %1 = reduce %0 {kind=sum, axes=[0]} : f32[]\n  return %1\n}");
  ep::runtime::Executable code = ep::codegen::compiler().compile(graph, {});
  EXPECT_GT(code.scratch_bytes, 0);
  const std::vector<float> ones(4194304, 1);
  ep::test::Fenced x(4194304 * 4), sum(4);
  std::memcpy(x.data(), ones.data(), ones.size() * 4);
  void *in[] = {x.data()}, *out[] = {sum.data()};
  auto large = code;
  large.scratch_bytes = std::int64_t{1} << 60;
  EXPECT_THROW(large(in, out), std::bad_alloc);
  code(in, out);
  EXPECT_EQ(*reinterpret_cast<const float*>(sum.data()), 4194304);
}

// A reduction over a broadcast does nothing for each element.
TEST(Memory, ReductionsOfHugeBroadcasts) {
  const auto over = [](auto f) { return ep::jit([f](Array x) { return f(ep::broadcast_to(x, {1 << 25, 1 << 25})); })(Array(2.0).as(ep::f32)).template item<double>(); };
  EXPECT_EQ(over([](Array x) { return ep::sum(x); }), 0x1p51);
  EXPECT_EQ(over([](Array x) { return ep::mean(x); }), 2);
  EXPECT_EQ(over([](Array x) { return ep::max(x); }), 2);
  EXPECT_EQ(over([](Array x) { return ep::min(x); }), 2);
  EXPECT_EQ(over([](Array x) { return ep::prod(x / 2); }), 1);
  EXPECT_EQ(over([](Array x) { return ep::all(x > 1).as(ep::f32); }), 1);
  EXPECT_EQ(over([](Array x) { return ep::any(x > 3).as(ep::f32); }), 0);
  EXPECT_EQ(over([](Array x) { return ep::sum(x, {.axis = 0})[7]; }), 0x1p26);
}

// The counter of a loop is one number, not a list of all of them.
TEST(Memory, LoopsThatCount) {
  const auto f = ep::jit([](Array x) { return ep::fori_loop(0, 100'000'000, [](Array i, Array y) { return y * 0.5f + i; }, x); });
  const Array x = Array(1.0).as(ep::f32);
  EXPECT_LE(f.lower(x).cost().arena_bytes, 4096);
  EXPECT_EQ(ep::jit([](Array x) { return ep::fori_loop(3, 10, [](Array i, Array y) { return y * 2 + i; }, x); })(x).item<double>(), ep::fori_loop(3, 10, [](Array i, Array y) { return y * 2 + i; }, x).item<double>());
}

// Elements that C++ has no type for are constants all the same.
TEST(Constants, OfHalfPrecision) {
  for (const char* dtype : {"f16", "bf16"}) {
    const std::string t = dtype;
    const ep::ir::Graph graph = ep::ir::parse("graph() {\n  %0 = constant {value=-1.5} : " + t + "[]\n  %1 = broadcast %0 {shape=[10], dims=[]} : " + t + "[10]\n  %2 = constant {value=[0.5, nan, -0]} : " + t + "[3]\n  %3 = reverse %2 {axes=[0]} : " + t + "[3]\n  return %1, %3\n}");
    const auto wanted = ep::ir::eval(graph, {});
    for (const char* target : {"", "avx2"}) {
      const auto got = ep::test::Compiled(graph, {.target = target})({});
      for (std::size_t o = 0; o < 2; ++o) EXPECT_TRUE(got[o] == wanted[o]) << t << " " << target << " output " << o;
    }
  }
}

}  // namespace
