// Every op over a new axis, for every choice of operands that have it, is the op on each part, stacked.
#include <gtest/gtest.h>

#include "differences.h"
#include "espalier/ir/batch.h"

namespace espalier::test {
namespace {

Literal stacked(const std::vector<Literal>& parts, Type part) {
  Ints shape = part.shape().extents();
  shape.insert(shape.begin(), static_cast<std::int64_t>(parts.size()));
  std::vector<std::byte> bytes;
  for (const Literal& x : parts) bytes.insert(bytes.end(), x.bytes->begin(), x.bytes->end());
  return literal(part.with(Shape(shape)), bytes.data());
}

class Batched : public testing::TestWithParam<const Use*> {};

TEST_P(Batched, IsStacked) {
  const Use& use = *GetParam();
  const Graph graph = graph_of(use);
  for (const std::size_t size : {3, 1, 0}) {
    std::vector<std::vector<Literal>> drawn;  // operands of each part
    for (std::size_t k = 0; k < size; ++k) drawn.push_back(draw(use, 30 + k, k == 1));
    const auto shared = draw(use, 40, false);
    for (const auto& mapped : choices(std::vector<bool>(use.operands.size(), true))) {
      std::vector<Literal> inputs;
      for (std::size_t i = 0; i < mapped.size(); ++i) {
        std::vector<Literal> parts;
        for (std::size_t k = 0; k < size; ++k) parts.push_back(drawn[k][i]);
        inputs.push_back(mapped[i] ? stacked(parts, use.operands[i]) : shared[i]);
      }
      const ir::Batched batch = ir::batch(graph, mapped, static_cast<std::int64_t>(size));
      ASSERT_EQ(verify(batch.graph), "") << testing::PrintToString(mapped);
      const auto results = evaluated({batch.graph, inputs});
      std::vector<std::vector<Literal>> wanted(graph.outputs.size());
      for (std::size_t k = 0; k < size; ++k) {
        std::vector<Literal> part;
        for (std::size_t i = 0; i < mapped.size(); ++i) part.push_back(mapped[i] ? drawn[k][i] : shared[i]);
        const auto result = evaluated({graph, part});
        for (std::size_t o = 0; o < result.size(); ++o) wanted[o].push_back(result[o]);
      }
      for (std::size_t o = 0; o < wanted.size(); ++o) {
        const Type part = graph.type_of(graph.outputs[o]);
        // A result that depends on no mapped operand may be left as it is: it is the same for all.
        if (!batch.output_batched[o]) {
          for (const Literal& each : wanted[o]) EXPECT_EQ(bits_differ({results[o]}, {each}), "") << size << " " << testing::PrintToString(mapped);
          continue;
        }
        EXPECT_EQ(bits_differ({results[o]}, {stacked(wanted[o], part)}), "") << size << " " << testing::PrintToString(mapped);
      }
    }
  }
}

std::vector<const Use*> with_operands() {
  std::vector<const Use*> out;
  for (const Use* use : all_uses())
    if (!use->operands.empty()) out.push_back(use);
  return out;
}
INSTANTIATE_TEST_SUITE_P(Ops, Batched, testing::ValuesIn(with_operands()), name_of);

}  // namespace
}  // namespace espalier::test
