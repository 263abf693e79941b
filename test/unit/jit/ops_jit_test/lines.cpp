// With debug_info, code knows the line of each op: all that is emitted of a kernel has a place, and every function that is made of one, or
// the entry that it was copied into or that copies, has the line of the user's, and names no other.
#include <gtest/gtest.h>

#include "../../ops/table.h"
#include "../lines.h"
#include "espalier/dsl/compiler.h"
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/simplify.h"

namespace espalier::test {
namespace {

using namespace ir;

constexpr std::uint32_t line = 41;

// The same graph written at one line, with the bodies that it holds.
Graph written(Graph graph) {
  for (ir::Node& node : graph.nodes) node.loc = Loc(__FILE__, line);
  for (Attrs& attrs : graph.attrs) for_each_body(attrs, [](GraphRef& body) { body = std::make_shared<const Graph>(written(*body)); });
  return graph;
}

// Whether some result is not an argument, and holds something.
bool computes(const Graph& graph) {
  return std::any_of(graph.outputs.begin(), graph.outputs.end(), [&](Value v) { return v >= graph.n_inputs && graph.type_of(v).size() > 0; });
}

// The first op of a kernel's function that has no place, in MLIR's text; "" if all have one.
std::string without_place(const std::string& mlir) {
  std::istringstream in(mlir);
  std::string unknown = "loc(unknown)";  // or the name that the text gives it
  bool in_kernel = false;
  for (std::string text; std::getline(in, text);) {
    if (text.ends_with(" = loc(unknown)")) unknown = "loc(" + text.substr(0, text.find(' ')) + ")";
    if (text.find("func.func") != std::string::npos) in_kernel = text.find("@kernel") != std::string::npos;
    if (in_kernel && (text.find(unknown) != std::string::npos || text.find("loc(unknown)") != std::string::npos)) return text;
    if (text.starts_with("  }")) in_kernel = false;
  }
  return "";
}

class LinesOf : public testing::TestWithParam<Op> {};

TEST_P(LinesOf, AreTheUsers) {
  std::set<std::string> tried;  // a use of each dtype and form would take minutes: the first of them, and the first in f32
  for (const Use& use : row_of(GetParam()).uses) {
    if (!tried.insert(use.name.find("_f32") != std::string::npos ? "f32" : "first").second) continue;
    const Graph graph = simplify(written(graph_of(use)));
    if (!computes(graph)) continue;
    EXPECT_EQ(without_place(codegen::compiler().text(graph, "mlir", {.debug_info = true})), "") << use.name;
    const auto lines = lines_of(codegen::compiler().text(graph, "asm", {.debug_info = true}));
    bool found = false;
    for (const auto& [function, own] : lines) {
      const bool is_users = own.contains({__FILE__, line});
      found = found || is_users;
      EXPECT_TRUE(is_users || function.rfind("kernel", 0) != 0) << use.name << ": " << function;
      for (const auto& [file, number] : own) EXPECT_TRUE(file == __FILE__ && (number == line || number == 0)) << use.name << ": " << function << " has " << file << ":" << number;
    }
    EXPECT_TRUE(found) << use.name;
  }
}
INSTANTIATE_TEST_SUITE_P(Ops, LinesOf, testing::ValuesIn(all_ops()), [](const auto& info) { return std::string(name(info.param)); });

}  // namespace
}  // namespace espalier::test
