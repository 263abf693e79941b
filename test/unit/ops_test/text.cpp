// Every op as text and back is the same program: equal, of one hash, and with the same results. Uses that differ have other texts.
#include <gtest/gtest.h>

#include <map>

#include "differences.h"
#include "espalier/ir/print.h"

namespace espalier::test {
namespace {

class Text : public testing::TestWithParam<const Use*> {};

TEST_P(Text, IsReadBack) {
  const Use& use = *GetParam();
  const Graph graph = graph_of(use);
  ASSERT_EQ(verify(graph), "");
  const std::string text = print(graph);
  const Graph read = parse(text);
  EXPECT_EQ(read, graph) << text;
  EXPECT_EQ(hash(read), hash(graph)) << text;
  EXPECT_EQ(print(read), text);
  const auto operands = draw(use, 50, false);
  EXPECT_EQ(bits_differ(evaluated({read, operands}), evaluated({graph, operands})), "") << text;
}
INSTANTIATE_TEST_SUITE_P(Ops, Text, testing::ValuesIn(all_uses()), name_of);

TEST(Text, OfUsesThatDifferDiffers) {
  std::map<std::string, std::string> texts;
  std::map<std::uint64_t, std::string> hashes;
  for (const Use* use : all_uses()) {
    if (use->same_program) continue;
    const Graph graph = graph_of(*use);
    const auto [text, text_is_new] = texts.emplace(print(graph), use->name);
    EXPECT_TRUE(text_is_new) << use->name << " is written as " << text->second;
    const auto [number, hash_is_new] = hashes.emplace(hash(graph), use->name);
    EXPECT_TRUE(hash_is_new) << use->name << " has the hash of " << number->second;
  }
}

}  // namespace
}  // namespace espalier::test
