// What holds for the whole process: programs without the compiler, and how many threads they use. Checks, keys and dumps have tests of their own.
#include <espalier/espalier.h>
#include <gtest/gtest.h>

#include <string>

#include "espalier/ir/eval.h"

namespace espalier::test {
namespace {

bool equal(const Array& x, const Array& y) { return all(x == y).item<bool>(); }

class EagerOnly : public testing::Test {
 protected:
  void SetUp() override { settings::set_eager_only(true); }
  void TearDown() override { settings::set_eager_only(false); }
};

TEST_F(EagerOnly, EvaluatesWhatIsJitted) {
  int traced = 0;
  const auto f = jit([&](Array x, Array y) {
    ++traced;
    return std::tuple{sum(x * 2.0 + y), x, x - y, y};
  });
  const Array x{1., 2., 3.}, y{4., 5., 6.};
  EXPECT_TRUE(settings::eager_only());
  const std::uint64_t before = ir::eval_count();
  const auto [total, same, difference, other] = f(x, y);
  EXPECT_GT(ir::eval_count(), before);
  EXPECT_EQ(total.item<float>(), 27);
  EXPECT_TRUE(equal(same, x) && equal(other, y) && equal(difference, Array{-3., -3., -3.}));
  // Another signature is traced, the same is not.
  f(x, y);
  EXPECT_EQ(traced, 1);
  f(ones({2, 3}), y);
  EXPECT_EQ(traced, 2);
}

TEST_F(EagerOnly, CompilesWhereItIsTurnedOff) {
  const auto f = jit([](Array x) { return grad([](Array x) { return sum(sin(x)); })(x); });
  const Array x{0.5, 1.}, evaluated = f(x);
  settings::set_eager_only(false);
  const std::uint64_t before = ir::eval_count();
  const Array compiled = f(x);
  EXPECT_EQ(ir::eval_count(), before);
  settings::set_eager_only(true);
  const Array again = f(x);
  EXPECT_GT(ir::eval_count(), before);
  EXPECT_TRUE(equal(evaluated, again) && allclose(evaluated, compiled));
}

TEST_F(EagerOnly, KeepsEffectsErrorsAndWeakNumbers) {
  const auto f = jit([](Array x, Array scale) {
    debug::check(all(x > 0), "{} is not positive", min(x));
    return x * scale;
  });
  EXPECT_EQ(f(ones({3}, f16), 2).dtype(), f16);
  try {
    f(Array{1., -2.}, 2);
    ADD_FAILURE() << "checked nothing";
  } catch (const CheckError& error) {
    EXPECT_NE(std::string(error.what()).find("-2.0 is not positive"), std::string::npos) << error.what();
  }
}

TEST(Threads, AreAsManyAsWereSet) {
  const auto f = jit([](Array x) { return sum(exp(x), -1); });
  const Array x = random::normal(random::key(1), {2000, 300}), before = f(x);
  const int of_machine = settings::threads();
  for (int count : {1, 3}) {
    settings::set_threads(count);
    EXPECT_EQ(settings::threads(), count);
    EXPECT_TRUE(equal(f(x), before));
  }
  settings::set_threads(0);
  EXPECT_EQ(settings::threads(), of_machine);
  const int line = __LINE__ + 2;
  try {
    settings::set_threads(-1);
    ADD_FAILURE() << "took a negative number";
  } catch (const ArgumentError& error) {
    EXPECT_NE(std::string(error.what()).find("settings_test.cpp:" + std::to_string(line)), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace espalier::test
