// JitOptions::debug_info: the user's lines in the code, the same results, and who is told of it. What gdb makes of it is
// test/lit/run/gdb.esp.
#include <dlfcn.h>
#include <espalier/espalier.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "espalier/dsl/compiler.h"
#include "lines.h"

namespace espalier::test {
namespace {

namespace fs = std::filesystem;

std::set<int> lines_here(const std::string& assembly) {
  std::set<int> lines;
  for (const auto& [function, own] : lines_of(assembly)) {
    for (const auto& [file, line] : own) {
      EXPECT_EQ(file, __FILE__) << function;
      if (line != 0) lines.insert(line);
    }
  }
  return lines;
}

// Instructions without directives, comments and the numbers of labels.
std::string instructions(const std::string& assembly) {
  std::string out;
  std::istringstream in(assembly);
  for (std::string text; std::getline(in, text);) {
    if (text.size() < 2 || text[0] != '\t' || text[1] == '.' || text[1] == '#') continue;
    const auto label = text.find(".L");
    out += text.substr(0, std::min(label, text.find('#'))) + "\n";
  }
  return out;
}

constexpr int first_line = __LINE__ + 2;
std::pair<Array, Array> twenty(Array x, Array w) {
  Array y = sin(x);
  y = y * x;
  y = y + 1.5;
  y = tanh(y);
  y = y - x;
  y = exp(y);
  Array s = sum(y, {.axis = -1, .keepdims = true});
  y = y / s;
  y = matmul(y, w);
  y = maximum(y, 0);
  Array t = transpose(y);
  t = cumsum(t, 0);
  t = sqrt(t);
  t = sort(t, -1);
  t = log1p(t);
  Array m = max(t, 0);
  t = where(t > m, t, m);
  t = t[slice(1, none)];
  t = erf(t);
  t = abs(t);
  return {y, t};
}
// A product that a sum takes in is one instruction, of the sum's line; a transpose and a slice are how others read.
const std::set<int> may_lack_code = {first_line + 1, first_line + 10, first_line + 17};

TEST(DebugInfo, TwentyOpsHaveTwentyLines) {
  const auto lowered = jit(twenty, {.debug_info = true}).lower(abstract({32, 48}), abstract({48, 40}));
  const std::set<int> lines = lines_here(lowered.text("asm"));
  for (int line = first_line; line < first_line + 20; ++line) EXPECT_TRUE(lines.contains(line) || may_lack_code.contains(line)) << line - first_line;
  EXPECT_TRUE(std::all_of(lines.begin(), lines.end(), [](int line) { return line >= first_line && line < first_line + 20; }));
}

TEST(DebugInfo, ChangesNoInstructionAndNoBit) {
  const auto plain = jit(twenty), lined = jit(twenty, {.debug_info = true});
  const auto shape = abstract({32, 48}), other = abstract({48, 40});
  const std::string text = plain.lower(shape, other).text("asm");
  EXPECT_EQ(text.find(".loc"), std::string::npos);
  EXPECT_EQ(text.find(".file\t0"), std::string::npos);
  EXPECT_EQ(instructions(lined.lower(shape, other).text("asm")), instructions(text));
  const Array x = random::normal(random::key(1), {32, 48}), w = random::normal(random::key(2), {48, 40});
  const auto a = plain(x, w), b = lined(x, w);
  EXPECT_EQ(a.first.to_vector<float>(), b.first.to_vector<float>());
  EXPECT_EQ(a.second.to_vector<float>(), b.second.to_vector<float>());
}

TEST(DebugInfo, EqualKernelsOfTwoLinesStayApart) {
  const auto f = [](Array x, Array y) {
    Array a = sum(exp(x), -1);
    Array b = sum(exp(y), -1);
    return std::pair{a, b};
  };
  const int line = __LINE__ - 4;
  const auto x = abstract({64, 64});
  EXPECT_EQ(jit(f).lower(x, x).cost().distinct_kernels, 1);
  const auto lined = jit(f, {.debug_info = true}).lower(x, x);
  EXPECT_EQ(lined.cost().distinct_kernels, 2);
  EXPECT_EQ(lines_here(lined.text("asm")), (std::set{line, line + 1}));
}

TEST(DebugInfo, LoopsAndBranchesHaveTheirLines) {
  const int line = __LINE__ + 2;
  const auto f = jit([](Array x) {
    auto [last, all] = scan([](Array carry, Array row) {
      Array next = matmul(carry, row) + 1;
      return std::pair{next, sum(next)};
    }, ones({24, 24}), x);
    return cond(sum(all) > 0, [](Array a) { return exp(a); }, [](Array a) { return log(a); }, last);
  }, {.debug_info = true});
  const std::set<int> lines = lines_here(f.lower(abstract({5, 24, 24})).text("asm"));
  for (int own : {line + 1, line + 2, line + 4}) EXPECT_TRUE(lines.contains(own)) << own - line;
  EXPECT_TRUE(lines.contains(line) || lines.contains(line + 3)) << "a call of several lines is at one of them";
}

TEST(DebugInfo, LocationsShowInMlirOnRequest) {
  const int line = __LINE__ + 1;
  const auto f = [](Array x) { return tanh(x); };
  const std::string place = "\"" + std::string(__FILE__) + "\":" + std::to_string(line);
  for (const char* stage : {"mlir", "gpu"}) {
    EXPECT_NE(jit(f, {.debug_info = true}).lower(abstract({8})).text(stage).find(place), std::string::npos) << stage;
    EXPECT_EQ(jit(f).lower(abstract({8})).text(stage).find("loc("), std::string::npos) << stage;
  }
}

TEST(DebugInfo, IsPartOfTheKeyOfTheCode) {
  const fs::path folder = fs::path(testing::TempDir()) / ("espalier-debug-info-" + std::to_string(::getpid()));
  setenv("ESPALIER_DUMP", folder.c_str(), 1);
  const auto f = [](Array x) { return exp(x) + 1; };
  for (bool debug_info : {false, true, true}) jit(f, {.name = "f", .debug_info = debug_info})(ones({4}));
  unsetenv("ESPALIER_DUMP");
  std::set<std::string> keys;
  for (const auto& entry : fs::directory_iterator(folder)) keys.insert(entry.path().stem().string());
  fs::remove_all(folder);
  EXPECT_EQ(keys.size(), 2u);
}

// The list of GDB's interface for compilers: pieces of code that it is told of now.
struct Entry {
  Entry *next, *previous;
  const char* object;
  std::uint64_t size;
};
struct Descriptor {
  std::uint32_t version, action;
  Entry *relevant, *first;
};
int known_to_debuggers() {
  codegen::compiler();  // opens the library
  void* library = dlopen("libespalier-jit.so", RTLD_NOW | RTLD_NOLOAD);
  const auto* descriptor = library == nullptr ? nullptr : static_cast<const Descriptor*>(dlsym(library, "__jit_debug_descriptor"));
  EXPECT_NE(descriptor, nullptr);
  int count = 0;
  for (const Entry* entry = descriptor == nullptr ? nullptr : descriptor->first; entry != nullptr; entry = entry->next) {
    EXPECT_EQ(std::string(entry->object + 1, 3), "ELF");
    ++count;
  }
  return count;
}

TEST(DebugInfo, DebuggersKnowTheCodeWhileItIsThere) {
  const int before = known_to_debuggers();
  const auto f = [](Array x) { return exp(x) + 1; };
  const auto plain = jit(f), lined = jit(f, {.debug_info = true});
  plain(ones({4}));
  EXPECT_EQ(known_to_debuggers(), before);
  lined(ones({4}));
  EXPECT_EQ(known_to_debuggers(), before + 1);
  lined(ones({5}));
  EXPECT_EQ(known_to_debuggers(), before + 2);
  lined.clear_cache();
  EXPECT_EQ(known_to_debuggers(), before);
}

}  // namespace
}  // namespace espalier::test
