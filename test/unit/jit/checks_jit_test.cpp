// Checks of compiled code: the same first bad value as evaluated, in every nesting of transforms; and no code where none is asked for.
#include "../bad_values.h"
#include "demo_step.h"
#include "espalier/espalier.h"

namespace {

using namespace ep::test;
using ep::Array;
using ep::Check;

TEST(CompiledChecks, NameTheFirstBadValueOfThreePrograms) {
  const auto scanned = ep::jit(nan_in_scan, {.check = Check::nan | Check::div | Check::bounds | Check::overflow});
  expect(found([&] { return scanned(xs_of_scan()); }), bad_of_scan());
  EXPECT_FALSE(found([&] { return scanned(ep::zeros({5, 2})); }));
  const auto divided = ep::jit(division_in_vmap, {.check = every_check});
  expect(found([&] { return divided(dividends(), divisors()); }), bad_of_vmap());
  EXPECT_FALSE(found([&] { return divided(dividends(), dividends()); }));
  const auto read = ep::jit(lookup, {.check = every_check});
  expect(found([&] { return read(table(), places()); }), bad_of_lookup());
  EXPECT_FALSE(found([&] { return read(table(), Array{0, 1, -1, 4}); }));
}

TEST(CompiledChecks, AreTheDefaultOfTheProcess) {
  const auto scanned = ep::jit(nan_in_scan);
  EXPECT_FALSE(found([&] { return scanned(xs_of_scan()); }));
  {
    const Checking on(Check::nan);
    expect(found([&] { return scanned(xs_of_scan()); }), bad_of_scan());
    EXPECT_EQ(scanned.explain(), "other checks");
  }
  EXPECT_FALSE(found([&] { return scanned(xs_of_scan()); }));
  EXPECT_EQ(scanned.cache_size(), 2U) << "code with checks and without";
  EXPECT_EQ(scanned.explain(), "");
}

TEST(CompiledChecks, ComeThroughDerivatives) {
  const ep::JitOptions checked{.check = every_check};
  expect(found([&] { return ep::jit(ep::grad(nan_in_scan), checked)(xs_of_scan()); }), bad_of_scan());
  expect(found([&] { return ep::grad(ep::jit(nan_in_scan, checked))(xs_of_scan()); }), bad_of_scan());
  const auto quotient = [](Array y) { return sum(division_in_vmap(dividends(), y)); };
  expect(found([&] { return ep::jit(ep::grad(quotient), checked)(divisors()); }), bad_of_vmap());
  expect(found([&] { return ep::grad(ep::jit(quotient, checked))(divisors()); }), bad_of_vmap());
  const auto looked_up = [](Array t) { return sum(lookup(t, places())); };
  expect(found([&] { return ep::jit(ep::grad(looked_up), checked)(table()); }), bad_of_lookup());
  expect(found([&] { return ep::grad(ep::jit(looked_up, checked))(table()); }), bad_of_lookup());
  // The derivative alone is NaN.
  const auto f = [](Array x) {
    const Array square = x * x;
    mark();
    return sum(sqrt(square));
  };
  EXPECT_FALSE(found([&] { return ep::jit(f, checked)(Array{1., 0.}); }));
  EXPECT_TRUE(found([&] { return ep::jit(ep::grad(f), checked)(Array{1., 0.}); }));
}

TEST(CompiledChecks, NestInEachOther) {
  const ep::JitOptions checked{.check = every_check};
  const Array xs = xs_of_scan();
  const auto scaled = [&](Array scale) { return nan_in_scan(xs * scale); };
  const Bad second{Check::nan, "sqrt", {1, 1}, {2}, "at [1, 1] of f32[3,2], in iteration 2"};
  expect(found([&] { return ep::jit(ep::vmap(scaled), checked)(Array{0., 1., 1.}); }), second);
  expect(found([&] { return ep::vmap(ep::jit(scaled, checked))(Array{0., 1., 1.}); }), second);
  expect(found([&] { return ep::jit(ep::vmap(ep::grad(scaled)), checked)(Array{0., 1., 1.}); }), second);
  expect(found([&] { return ep::vmap(ep::grad(ep::jit(scaled, checked)))(Array{0., 1., 1.}); }), second);
  expect(found([&] { return ep::jit(ep::vmap(ep::jit(scaled, checked)))(Array{0., 1., 1.}); }), second);
  expect(found([&] { return ep::jit(ep::grad(ep::checkpoint(nan_in_scan)), checked)(xs); }), bad_of_scan());
  const auto loop = [](Array x) {
    return ep::fori_loop(0, 4, [](Array i, Array c) {
      return ep::while_loop([i](Array d) { return d > i; }, [](Array d) {
        mark();
        const Array l = log(d - 1.5);
        return d - 1.0 + 0.0 * l;
      }, c + 2.0);
    }, x);
  };
  const auto error = found([&] { return ep::jit(loop, checked)(Array(1.0f)); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->loops, found([&] {
    const Checking on(every_check);
    return loop(Array(1.0f));
  })->loops);
  EXPECT_EQ(error->loops.size(), 2U);
}

TEST(CompiledChecks, GoOnInCustomRulesAndBranches) {
  const ep::JitOptions checked{.check = every_check};
  const auto custom = ep::custom_jvp([](Array x) {
    mark();
    return log(x);
  }, [](Array x, Array dx) { return std::pair{log(x), dx / x}; });
  expect(found([&] { return ep::jit(custom, checked)(Array{1., -1.}); }), {Check::nan, "log", {1}, {}, "at [1] of f32[2]"});
  expect(found([&] { return ep::vmap(ep::jit(custom, checked))(Array{1., -1.}); }), {Check::nan, "log", {1}, {}, "at [1] of f32[2]"});
  const auto chosen = [](Array i, Array x) {
    return ep::switch_(i, std::tuple{[](Array x) { return x; }, [](Array x) {
      mark();
      return sqrt(x);
    }},
                       x);
  };
  const auto compiled = ep::jit(chosen, checked);
  EXPECT_FALSE(found([&] { return compiled(Array(0), Array(-1.0f)); }));
  expect(found([&] { return compiled(Array(1), Array(-1.0f)); }), {Check::nan, "sqrt", {}, {}, "has, in f64[]"});
}

TEST(CompiledChecks, LeaveAloneWhatIsDiscarded) {
  const ep::JitOptions checked{.check = every_check};
  const auto safe = [](Array x) { return where(x > 0.0, log(x) * 2.0 + 1.0, 0.0); };
  EXPECT_FALSE(found([&] { return ep::jit(safe, checked)(Array{0., -1., 2.}); }));
  EXPECT_TRUE(found([&] { return ep::jit([](Array x) { return where(x >= -1.0, log(x), 0.0); }, checked)(Array{0., -1., 2.}); }));
  EXPECT_FALSE(found([&] { return ep::jit([](Array x) { return ep::nan_to_num(log(x)); }, checked)(Array{0., -1., 2.}); })) << "the program asks for it";
  EXPECT_FALSE(found([&] { return ep::jit([](Array x, Array y) { return where(y != 0, x / y, 0); }, checked)(Array{1, 2}, Array{0, 2}); }));
  EXPECT_FALSE(found([&] { return ep::jit([](Array x) { return (x > 0.0) & (log(x) < 1.0); }, checked)(Array{0., -1., 2.}); }));
}

TEST(CompiledChecks, FindNothingInTraining) {
  const ep::Key key(7);
  const Array images = ep::random::randint(key, {16, 12}, 0, 256).as(ep::u8), labels = ep::random::randint(key, {16}, 0, 10);
  const Net net = Net::init(12, 8, 8);
  const auto opt = ep::optim::adam(1e-3).init(net);
  const auto step = ep::jit(train_step, {.check = every_check});
  const auto error = found([&] {
    const Checking on(every_check);
    const auto first = step(net, opt, ep::metrics::Accuracy{}, key, images, labels);
    const auto second = step(std::get<1>(first), std::get<2>(first), std::get<3>(first), key, images, labels);
    return train_step(std::get<1>(second), std::get<2>(second), std::get<3>(second), key, images, labels);
  });
  EXPECT_FALSE(error) << error->what();
}

TEST(CompiledChecks, FindNothingInDraws) {
  namespace random = ep::random;
  const auto draws = [](ep::Key key) {
    const auto keys = random::split(key, 32);
    std::vector<Array> all{random::uniform(keys[0], {64}), random::normal(keys[1], {64}), random::randint(keys[2], {64}, -5, 5).as(ep::f32), random::bernoulli(keys[3], 0.3, {64}).as(ep::f32),
                           random::truncated_normal(keys[4], -1, 1, {64}), random::categorical(keys[5], ep::zeros({64, 5})).as(ep::f32), random::permutation(keys[6], 64).as(ep::f32),
                           random::gamma(keys[7], ep::full({64}, 0.5)), random::exponential(keys[8], {64}), random::laplace(keys[9], {64}), random::gumbel(keys[10], {64}), random::cauchy(keys[11], {64}),
                           random::poisson(keys[12], ep::full({64}, 3.0)).as(ep::f32), random::rademacher(keys[13], {64}).as(ep::f32), random::beta(keys[14], 0.5, 0.5, {64}), random::logistic(keys[15], {64})};
    Array total = 0;
    for (const Array& x : all) total = total + sum(x);
    return total;
  };
  const auto error = found([&] {
    const auto compiled = ep::jit(draws, {.check = every_check});
    for (int seed = 0; seed < 3; ++seed) (void)compiled(ep::Key(static_cast<std::uint64_t>(seed)));
    const Checking on(every_check);
    return draws(ep::Key(3));
  });
  EXPECT_FALSE(error) << error->what();
}

// What is not asked for is not there: to the byte.
TEST(CompiledChecks, CostNothingWhereTheyAreOff) {
  const auto f = [](Array x, Array i) {
    const Array y = sqrt(x) / (x + 1.0);
    return ep::scan([](Array c, Array v) { return std::pair{c + log(v), v * 2.0}; }, sum(y[i]), y).first;
  };
  const Array x = ep::ones({64}), i{1, 2, 3};
  const std::string plain = ep::jit(f).lower(x, i).text("asm");
  EXPECT_EQ(ep::jit(f, {.check = Check::none}).lower(x, i).text("asm"), plain);
  std::string checked;
  {
    const Checking on(Check::nan);
    checked = ep::jit(f).lower(x, i).text("asm");
  }
  EXPECT_NE(checked, plain);
  EXPECT_EQ(ep::jit(f).lower(x, i).text("asm"), plain);
  EXPECT_EQ(ep::jit(f, {.check = Check::nan}).lower(x, i).text("asm"), checked);
  EXPECT_EQ(ep::jit(f).lower(x, i).text("graph").find("host_call"), std::string::npos);
  // A program in which nothing can go wrong has no code for it either.
  const auto tame = [](Array x) { return exp(x); };
  EXPECT_EQ(ep::jit(tame, {.check = every_check}).lower(x).text("asm"), ep::jit(tame).lower(x).text("asm"));
}

TEST(CompiledChecks, KeepTheOrderOfTheProgram) {
  const auto f = [](Array x) {
    mark();
    const Array first = log(x);
    const Array second = sqrt(x - 1.0);
    return first + second;
  };
  expect(found([&] { return ep::jit(f, {.check = every_check})(Array{-1., 1.}); }), {Check::nan, "log", {0}, {}, ""});
  // Results of a call that fails are gone; the next call is as good as any.
  const auto compiled = ep::jit(f, {.check = every_check});
  EXPECT_TRUE(found([&] { return compiled(Array{-1., 1.}); }));
  EXPECT_EQ(compiled(Array{1., 1.})[0].item<float>(), 0.0f);
}

}  // namespace
