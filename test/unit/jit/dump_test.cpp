// ESPALIER_DUMP: the files of a compiled function, and that its graph reads back.
#include <espalier/espalier.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "espalier/ir/print.h"

namespace espalier::test {
namespace {

namespace fs = std::filesystem;

class Dump : public testing::Test {
 protected:
  void SetUp() override {
    folder = fs::path(testing::TempDir()) / ("espalier-dump-" + std::to_string(::getpid()));
    fs::remove_all(folder);
    setenv("ESPALIER_DUMP", folder.c_str(), 1);
  }
  void TearDown() override {
    unsetenv("ESPALIER_DUMP");
    fs::remove_all(folder);
  }
  // The files by "name.stage", without the hash between.
  std::multiset<std::string> files() const {
    std::multiset<std::string> names;
    if (!fs::exists(folder)) return names;
    for (const auto& entry : fs::directory_iterator(folder)) {
      const std::string name = entry.path().filename().string();
      const auto dot = name.find('.');
      EXPECT_EQ(name.find('.', dot + 1), dot + 17) << name;
      names.insert(name.substr(0, dot) + name.substr(dot + 17));
    }
    return names;
  }
  std::string text(const std::string& stage) const {
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() != "." + stage) continue;
      std::ifstream in(entry.path());
      return {std::istreambuf_iterator<char>(in), {}};
    }
    return "no file of stage " + stage;
  }

  fs::path folder;
};

TEST_F(Dump, WritesEveryStageOnceForEachSignature) {
  const auto twice = jit([](Array x) { return x + x; }, {.name = "twice"});
  twice(ones({4}));
  twice(ones({4}));
  const std::multiset<std::string> one = {"twice.asm", "twice.graph", "twice.llvm", "twice.mlir", "twice.schedule", "twice.trace"};
  EXPECT_EQ(files(), one);
  twice(ones({5}));
  std::multiset<std::string> two = one;
  two.insert(one.begin(), one.end());
  EXPECT_EQ(files(), two);
}

TEST_F(Dump, MakesTheFolder) {
  folder /= "deep/er";
  setenv("ESPALIER_DUMP", folder.c_str(), 1);
  jit([](Array x) { return exp(x); })(ones({4}));
  EXPECT_EQ(files().count("jit.graph"), 1u);
}

TEST_F(Dump, NamesBecomeFileNames) {
  jit([](Array x) { return exp(x); }, {.name = "../a b/c:d"})(ones({4}));
  EXPECT_EQ(files().count("___a_b_c_d.graph"), 1u);
}

TEST_F(Dump, GraphsReadBackAndKeepNaN) {
  const float values[] = {1, std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()};
  const auto f = jit([&](Array x) { return x + Array{values[0], values[1], values[2]}; });
  f(ones({3}));
  const ir::Graph graph = ir::parse(text("graph"));
  EXPECT_EQ(ir::print(graph, {.locations = true}), text("graph"));
  EXPECT_NE(text("trace").find("dump_test.cpp:"), std::string::npos) << text("trace");
  EXPECT_NE(text("asm").find("espalier_entry:"), std::string::npos);
}

TEST_F(Dump, EveryStageNamesTheUsersLines) {
  const int line = __LINE__ + 1;
  const auto f = jit([](Array x, Array w) { return sum(tanh(matmul(x, w)) + 1); });
  f(ones({8, 4}), ones({4, 4}));
  const std::string place = std::string(__FILE__) + ":" + std::to_string(line);
  for (const char* stage : {"trace", "graph", "schedule", "mlir", "llvm", "asm"}) {
    EXPECT_NE(text(stage).find(place), std::string::npos) << stage << "\n"
                                                          << text(stage);
  }
  const auto lowered = f.lower(ones({8, 4}), ones({4, 4}));
  for (const char* stage : {"gpu", "ptx"}) EXPECT_NE(lowered.text(stage).find(place), std::string::npos) << stage;
}

TEST_F(Dump, AFolderThatCannotBeWrittenIsNamed) {
  std::ofstream(folder) << "a file";
  try {
    jit([](Array x) { return exp(x); })(ones({4}));
    ADD_FAILURE() << "wrote into a file";
  } catch (const IoError& error) {
    EXPECT_EQ(error.path.rfind(folder.string(), 0), 0u) << error.path;
    EXPECT_NE(std::string(error.what()).find("ESPALIER_DUMP"), std::string::npos) << error.what();
  }
}

TEST_F(Dump, TheProgramMayAskItself) {
  const fs::path of_environment = folder;
  folder /= "asked";
  settings::set_dump(folder.string());
  jit([](Array x) { return exp(x); }, {.name = "asked"})(ones({4}));
  settings::set_dump("");
  EXPECT_EQ(files().count("asked.graph"), 1u);
  folder = of_environment;
  fs::remove_all(folder);
  jit([](Array x) { return exp(x); }, {.name = "unasked"})(ones({4}));
  EXPECT_EQ(files().count("unasked.graph"), 1u);
}

TEST_F(Dump, NothingIsWrittenUnasked) {
  for (const char* unset : {"", static_cast<const char*>(nullptr)}) {
    if (unset) setenv("ESPALIER_DUMP", unset, 1);
    else unsetenv("ESPALIER_DUMP");
    jit([](Array x) { return exp(x); })(ones({4}));
    EXPECT_FALSE(fs::exists(folder));
  }
}

}  // namespace
}  // namespace espalier::test
