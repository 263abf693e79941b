// LU by blocks, as the graph that stands for it, beside the library's of the whole matrix.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "espalier/ir/eval.h"
#include "espalier/jit/schedule/lower_factors.h"

namespace espalier::test {
namespace {

using namespace ir;

std::vector<Literal> by_blocks(const Literal& a, std::int64_t block) {
  Builder b;
  const codegen::BlockedLu f = codegen::blocked_lu({&b, b.input(a.type)}, block);
  const Value results[] = {f.both.value, f.pivots.value, f.order.value};
  const View in[] = {{a.type, a.data()}};
  return eval(b.finish(results), in);
}
std::vector<Literal> at_once(const Literal& a) {
  Builder b;
  const Value first = b.add(Op::lu, {b.input(a.type)}, LibraryAttrs{}, {});
  const Value results[] = {first, first + 1, first + 2};
  const View in[] = {{a.type, a.data()}};
  return eval(b.finish(results), in);
}

TEST(FactorBlocks, AreTheFactorsOfTheWhole) {
  std::mt19937_64 bits(1);
  for (const Shape& shape : {Shape({64, 64}), Shape({150, 150}), Shape({300, 140}), Shape({130, 200}), Shape({96, 64}), Shape({2, 70, 66})}) {
    std::vector<double> values(static_cast<std::size_t>(shape.size()));
    for (double& x : values) x = std::uniform_real_distribution<double>(-1, 1)(bits);
    const Literal a = literal(Type(f64, shape), values.data());
    for (const std::int64_t block : {32, 200}) {
      const auto found = by_blocks(a, block), wanted = at_once(a);
      for (std::size_t i : {1, 2}) EXPECT_EQ(found[i], wanted[i]) << shape.str() << " by " << block;
      ASSERT_EQ(found[0].type, wanted[0].type);
      const auto *x = static_cast<const double*>(found[0].data()), *y = static_cast<const double*>(wanted[0].data());
      double off = 0;
      for (std::int64_t i = 0; i < shape.size(); ++i) off = std::max(off, std::abs(x[i] - y[i]));
      EXPECT_LE(off, 1e-10) << shape.str() << " by " << block;
    }
  }
}

}  // namespace
}  // namespace espalier::test
