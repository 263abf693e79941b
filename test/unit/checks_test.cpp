// Checks of what is evaluated: the first bad value by its op, place and index; and that programs which mean what they do are left alone.
#include <cmath>
#include <limits>

#include "bad_values.h"
#include "espalier/dsl/linalg.h"

namespace ep = espalier;

namespace {

using namespace ep::test;
using ep::Array;
using ep::Check;
constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();

TEST(CheckFlags, JoinAndMeet) {
  constexpr Check two = Check::nan | Check::div;
  static_assert((two & Check::nan) == Check::nan && (two & Check::bounds) == Check::none && (two & ~Check::nan) == Check::div);
  Check all = Check::none;
  all |= two;
  all &= Check::div;
  EXPECT_EQ(all, Check::div);
  ep::settings::set_check(two);
  EXPECT_EQ(ep::settings::check(), two);
  ep::settings::set_check(Check::none);
  EXPECT_EQ(ep::settings::check(), Check::none);
}

TEST(Checks, NameTheFirstBadValueOfThreePrograms) {
  const Checking on(every_check);
  expect(found([] { return nan_in_scan(xs_of_scan()); }), bad_of_scan());
  expect(found([] { return division_in_vmap(dividends(), divisors()); }), bad_of_vmap());
  expect(found([] { return lookup(table(), places()); }), bad_of_lookup());
}

TEST(Checks, OfAProgramThatDoesNotAskAreNone) {
  EXPECT_FALSE(found([] { return nan_in_scan(xs_of_scan()); }));
  const Checking on(Check::bounds | Check::overflow);
  EXPECT_FALSE(found([] { return nan_in_scan(xs_of_scan()); }));
  EXPECT_FALSE(found([] { return division_in_vmap(dividends(), divisors()); }));
}

TEST(Checks, ComeThroughDerivatives) {
  const Checking on(every_check);
  expect(found([] { return ep::grad(nan_in_scan)(xs_of_scan()); }), bad_of_scan());
  expect(found([] { return ep::grad([](Array y) { return sum(division_in_vmap(dividends(), y)); })(divisors()); }), bad_of_vmap());
  expect(found([] { return ep::grad([](Array t) { return sum(lookup(t, places())); })(table()); }), bad_of_lookup());
  // The derivative alone is NaN: of the root at 0, infinity times 0.
  const auto f = [](Array x) {
    const Array square = x * x;
    mark();
    return sum(sqrt(square));
  };
  EXPECT_FALSE(found([&] { return f(Array{1., 0.}); }));
  const auto error = found([&] { return ep::grad(f)(Array{1., 0.}); });
  ASSERT_TRUE(error);
  EXPECT_EQ(error->index, (std::vector<std::int64_t>{1}));
}

TEST(Checks, NestInEachOther) {
  const Checking on(every_check);
  const Array xs = xs_of_scan();
  const auto both = [&](Array scale) { return nan_in_scan(xs * scale); };
  const auto error = found([&] { return ep::vmap(both)(Array{0., 1., 1.}); });
  expect(error, {Check::nan, "sqrt", {1, 1}, {2}, "at [1, 1] of f32[3,2], in iteration 2"});
  const auto nested = [](Array x) {
    return ep::scan([](Array c, Array row) {
      return std::pair{c, ep::scan([](Array d, Array v) {
        mark();
        const Array l = log(v);
        return std::pair{d, l};
      }, Array(0.0f), row)
                              .second};
    }, Array(0.0f), x)
        .second;
  };
  expect(found([&] { return nested(Array{{1., 2., 3.}, {1., -2., 3.}}); }), {Check::nan, "log", {}, {1, 1}, "in iterations [1, 1] of the loops around it"});
}

TEST(Checks, CountIterationsOfEveryLoop) {
  const Checking on(every_check);
  const Array xs{1., 2., -3., 4.};
  const auto backwards = [](Array xs) {
    return ep::scan([](Array c, Array x) {
      mark();
      const Array l = log(x);
      return std::pair{c, l};
    }, Array(0.0f), xs, {.reverse = true})
        .second;
  };
  expect(found([&] { return backwards(xs); }), {Check::nan, "log", {}, {2}, "in iteration 2"});
  const auto loop = [](Array x) {
    return ep::while_loop([](Array c) { return c > -10.0; }, [](Array c) {
      mark();
      const Array bad = log(c);
      return c - 1.0 + 0.0 * bad;
    }, x);
  };
  expect(found([&] { return loop(Array(2.5f)); }), {Check::nan, "log", {}, {3}, "in iteration 3"});
  const auto branch = [](Array x) {
    return ep::fori_loop(0, 4, [](Array i, Array c) {
      return ep::cond(i > 1, [](Array c) {
        mark();
        return sqrt(c);
      }, [](Array c) { return c - 1.0; }, c);
    }, x);
  };
  expect(found([&] { return branch(Array(1.0f)); }), {Check::nan, "sqrt", {}, {2}, "in iteration 2"});
}

TEST(Checks, RunWhatActsOnTheHostOnce) {
  const Checking on(every_check);
  static int calls = 0;
  const auto count = [] { ++calls; };
  ep::debug::callback(count);
  EXPECT_EQ(calls, 1);
  (void)ep::scan([&](Array c, Array x) {
    ep::debug::callback(count);
    return std::pair{c + sqrt(x), x};
  }, Array(0.0f), ep::ones({3}));
  EXPECT_EQ(calls, 4);
}

TEST(NanCheck, NamesTheOpThatMakesIt) {
  const Checking on(Check::nan);
  EXPECT_FALSE(found([] { return sum(exp(Array{nan, 1.}) * 2.0); })) << "a NaN that comes in is passed on";
  const auto made = [](const char* op, auto&& f) {
    const auto error = found(f);
    ASSERT_TRUE(error) << op;
    EXPECT_EQ(error->op, op);
    EXPECT_EQ(error->check, Check::nan);
  };
  made("log", [] { return log(Array{1., -1.}); });
  made("sub", [] { return Array{inf, inf} - Array{1., inf}; });
  made("mul", [] { return Array{0., inf} * Array{1., 0.}; });
  made("sum", [] { return sum(Array{inf, -inf}); });
  made("matmul", [] { return matmul(Array{{inf, inf}}, Array{{1.}, {-1.}}); });
  made("cholesky", [] { return ep::linalg::cholesky(Array{{1., 2.}, {2., 1.}}); });
  EXPECT_FALSE(found([] { return exp(Array{1000.}); })) << "an infinity is no NaN";
}

TEST(NanCheck, LeavesAloneWhatIsDiscarded) {
  const Checking on(every_check);
  const Array x{0., -1., 2., nan};
  EXPECT_FALSE(found([&] { return ep::xlogy(Array{0., 1.}, Array{0., 2.}); }));
  EXPECT_FALSE(found([&] { return ep::sinc(x); }));
  EXPECT_FALSE(found([&] { return ep::nanmean(x); }));
  EXPECT_FALSE(found([&] { return ep::nanvar(x); }));
  EXPECT_FALSE(found([&] { return ep::nan_to_num(x); }));
  EXPECT_FALSE(found([&] { return ep::logsumexp(Array{-inf, 0.}); }));
  EXPECT_FALSE(found([&] { return ep::softmax(Array{-inf, 0., 3.}); }));
  EXPECT_FALSE(found([&] { return ep::logaddexp(Array{-inf, inf}, Array{-inf, inf}); }));
  EXPECT_FALSE(found([&] { return ep::hypot(Array{inf, 0.}, Array{inf, 0.}); }));
  // In a graph that holds for the user's own choice too, with its derivative where both branches are guarded.
  const auto safe = [](Array x) { return where(x > 0.0, log(x), 0.0); };
  EXPECT_FALSE(found([&] { return ep::vmap(safe)(x); }));
  const auto safer = [](Array x) { return sum(where(x > 0.0, log(where(x > 0.0, x, 1.0)), 0.0)); };
  EXPECT_FALSE(found([&] { return ep::grad(safer)(x); }));
  // Of a branch that no example takes nothing is reported, though all run it.
  const auto by_example = [](Array x) {
    return ep::cond(x > 0.0, [](Array v) { return log(v); }, [](Array v) { return v * 0.0; }, x);
  };
  EXPECT_FALSE(found([&] { return ep::vmap(by_example)(Array{0., -1., 2.}); }));
  EXPECT_TRUE(found([&] { return ep::vmap([](Array x) { return where(x > -0.5, log(x), 0.0); })(Array{0., -0.25}); }));
}

TEST(DivCheck, FindsEveryDivisionByZero) {
  const Checking on(Check::div);
  for (const ep::DType dtype : {ep::i8, ep::i32, ep::u16, ep::i64, ep::f16, ep::f32, ep::f64, ep::c64}) {
    const Array x = ep::ones({3}, dtype), y = ep::Array{1, 1, 0}.as(dtype);
    const auto error = found([&] {
      mark();
      return x / y;
    });
    expect(error, {Check::div, "", {2}, {}, "a division by 0, at [2]"});
  }
  EXPECT_TRUE(found([] { return ep::floor_divide(Array{1, 2}, Array{1, 0}); }));
  EXPECT_TRUE(found([] { return Array{1., 2.} % Array{1., 0.}; }));
  EXPECT_TRUE(found([] { return ep::fmod(Array{1., 2.}, Array{1., 0.}); }));
  EXPECT_FALSE(found([] { return ep::vmap([](Array x, Array y) { return where(y == 0, 0, x / y); })(Array{1., 2.}, Array{1., 0.}); }));
}

TEST(BoundsCheck, FindsIndicesOfReadsAndWrites) {
  const Checking on(Check::bounds);
  const Array x = ep::reshape(ep::arange(12), {3, 4});
  const Array far = Array{0, 3};
  EXPECT_TRUE(found([&] { return x[far]; }));
  EXPECT_TRUE(found([&] { return x[Array(3)]; }));
  EXPECT_TRUE(found([&] { return x[{ep::slice(), Array{0, -5}}]; }));
  EXPECT_TRUE(found([&] { return x.at(far).set(1); }));
  EXPECT_TRUE(found([&] { return x.at(far).add(1); }));
  EXPECT_TRUE(found([&] { return x.at(Array(3)).set(1); }));
  EXPECT_TRUE(found([&] { return ep::take(x, far, {.axis = 0}); }));
  EXPECT_TRUE(found([&] { return ep::take_along_axis(x, Array{{3}}, 0); }));
  EXPECT_TRUE(found([&] { return ep::dynamic_slice(x, {Array(2), Array(0)}, {2, 4}); }));
  EXPECT_TRUE(found([&] { return ep::dynamic_update_slice(x, x, {Array(0), Array(1)}); }));
  EXPECT_TRUE(found([&] { return ep::dynamic_index(x, Array(-4)); }));
  EXPECT_TRUE(found([&] { return x[Array{0u, 4000000000u}]; }));
  for (const Array& near : {Array{0, 2}, Array{-1, -3}, Array{2, 1}}) EXPECT_FALSE(found([&] { return x[near]; }));
  EXPECT_FALSE(found([&] { return x.at(Array{-1}).set(1); }));
  EXPECT_FALSE(found([&] { return ep::dynamic_slice(x, {Array(1), Array(0)}, {2, 4}); }));
}

TEST(BoundsCheck, LeavesAloneWhatAModeSays) {
  const Checking on(every_check);
  const Array x{1., 2., 3.}, far{0, 3, -4};
  using ep::AtMode;
  for (const AtMode mode : {AtMode::clip, AtMode::fill_or_drop, AtMode::wrap}) {
    EXPECT_FALSE(found([&] { return x.at(far).get({.mode = mode}); }));
    EXPECT_FALSE(found([&] { return x.at(far).set(1, {.mode = mode}); }));
  }
  EXPECT_FALSE(found([&] { return ep::take(x, far, {.mode = AtMode::clip}); }));
  EXPECT_FALSE(found([&] { return ep::take(x, far, {.fill = 0}); }));
  EXPECT_FALSE(found([&] { return ep::segment_sum(x, Array{0, 7, 1}, 2); })) << "numbers outside are left out";
  EXPECT_FALSE(found([&] { return ep::bincount(Array{0, 7, 1}, {.length = 2}); }));
  EXPECT_FALSE(found([&] { return ep::interp(Array{-1., 9.}, x, x); }));
  EXPECT_FALSE(found([&] { return ep::unique(Array{1, 2, 1}, {.size = 4}); }));
  EXPECT_FALSE(found([&] { return ep::nonzero(x > 1.0, {.size = 1}); }));
  EXPECT_FALSE(found([&] { return ep::quantile(x, 0.3); }));
  EXPECT_FALSE(found([&] { return ep::median(x); }));
}

// Against arithmetic in 128 bits, at and beside the ends of each dtype.
TEST(OverflowCheck, AgreesWithWiderArithmetic) {
  const Checking on(Check::overflow);
  const auto run = [&]<class T>(T) {
    const std::vector<T> ends{std::numeric_limits<T>::min(), static_cast<T>(std::numeric_limits<T>::min() + 1), static_cast<T>(std::numeric_limits<T>::min() / 2), -3, -2, -1, 0, 1, 2, 3, static_cast<T>(std::numeric_limits<T>::max() / 2), static_cast<T>(std::numeric_limits<T>::max() / 2 + 1), static_cast<T>(std::numeric_limits<T>::max() - 1), std::numeric_limits<T>::max()};
    const auto fits = [](__int128 n) { return n >= std::numeric_limits<T>::min() && n <= std::numeric_limits<T>::max(); };
    for (const T a : ends) {
      const Array x(std::vector<T>{a});
      EXPECT_EQ(found([&] { return -x; }).has_value(), !fits(-static_cast<__int128>(a))) << +a;
      EXPECT_EQ(found([&] { return abs(x); }).has_value(), !fits(a < 0 ? -static_cast<__int128>(a) : a)) << +a;
      for (const T b : ends) {
        const Array y(std::vector<T>{b});
        const __int128 p = a, q = b;
        EXPECT_EQ(found([&] { return x + y; }).has_value(), !fits(p + q)) << +a << " + " << +b;
        EXPECT_EQ(found([&] { return x - y; }).has_value(), !fits(p - q)) << +a << " - " << +b;
        EXPECT_EQ(found([&] { return x * y; }).has_value(), !fits(p * q)) << +a << " * " << +b;
        if (sizeof(T) < 4) continue;  // these are added up in i32
        EXPECT_EQ(found([&] { return sum(ep::concatenate({x, y})); }).has_value(), !fits(p + q)) << +a << " + " << +b << " in a sum";
        EXPECT_EQ(found([&] { return cumsum(ep::concatenate({x, y})); }).has_value(), !fits(p + q)) << +a << " + " << +b << " in a running sum";
      }
    }
  };
  run(std::int8_t{}), run(std::int16_t{}), run(std::int32_t{}), run(std::int64_t{});
}

TEST(OverflowCheck, FindsConversionsThatDoNotFit) {
  const Checking on(Check::overflow);
  const auto fails = [](const Array& x, ep::DType to) { return found([&] { return x.as(to); }).has_value(); };
  EXPECT_TRUE(fails(Array{128}, ep::i8));
  EXPECT_FALSE(fails(Array{127, -128}, ep::i8));
  EXPECT_TRUE(fails(Array({1LL << 40}, ep::i64), ep::i32));
  EXPECT_TRUE(fails(Array({3000000000u}, ep::u32), ep::i32));
  EXPECT_FALSE(fails(Array{-1}, ep::u32)) << "unsigned numbers count modulo their range";
  EXPECT_TRUE(fails(Array{2147483648.}, ep::i32));
  EXPECT_FALSE(fails(Array{-2147483648.}, ep::i32));
  EXPECT_FALSE(fails(Array({2147483647.9, -2147483648.9}, ep::f64), ep::i32)) << "what is cut off does not overflow";
  EXPECT_TRUE(fails(Array({-2147483649.}, ep::f64), ep::i32));
  EXPECT_TRUE(fails(Array({9223372036854775808.}, ep::f64), ep::i64));
  EXPECT_FALSE(fails(Array({-9223372036854775808.}, ep::f64), ep::i64));
  EXPECT_TRUE(fails(Array{-1.}, ep::u8));
  EXPECT_FALSE(fails(Array{-0.5, 255.5}, ep::u8));
  EXPECT_TRUE(fails(Array{256.}, ep::u8));
  EXPECT_TRUE(fails(Array{nan}, ep::i32));
  EXPECT_FALSE(fails(Array{1e30}, ep::f16)) << "an infinity is no overflow";
}

TEST(OverflowCheck, FindsPowersProductsAndShifts) {
  const Checking on(Check::overflow);
  EXPECT_TRUE(found([] { return pow(Array{2, 2}, Array{30, 31}); }));
  EXPECT_FALSE(found([] { return pow(Array{2, -2}, Array{30, 31}); }));
  EXPECT_TRUE(found([] { return prod(Array{65536, 32768}); }));
  EXPECT_FALSE(found([] { return prod(Array{65536, 32767}); }));
  EXPECT_TRUE(found([] { return Array{1} << Array{31}; }));
  EXPECT_FALSE(found([] { return Array{1} << Array{30}; }));
  EXPECT_TRUE(found([] { return matmul(Array{{65536, 65536}}, Array{{16384}, {16384}}); }));
  EXPECT_FALSE(found([] { return matmul(Array{{65536, 65536}}, Array{{16384}, {16383}}); }));
  EXPECT_FALSE(found([] { return Array({4000000000u}, ep::u32) * Array({4000000000u}, ep::u32); }));
}

}  // namespace
