// Keys that are used twice, at once and in traces; and the ways to use one that are no second use.
#include <gtest/gtest.h>

#include "espalier/espalier.h"

namespace {

using ep::Array;
using ep::Key;
namespace random = ep::random;

struct Asked {
  Asked() { ep::settings::set_key_reuse_check(true); }
  ~Asked() { ep::settings::set_key_reuse_check(false); }
};
// Of what stands below.
unsigned next_line(ep::Where where = ep::Where::current()) { return where.line() + 1; }

template <class F> std::pair<unsigned, unsigned> places(F&& f) {
  try {
    (void)f();
  } catch (const ep::KeyReuseError& error) {
    EXPECT_NE(std::string(error.what()).find("this key was used before"), std::string::npos) << error.what();
    return {error.first.line(), error.where.line()};
  }
  return {0, 0};
}
constexpr std::pair<unsigned, unsigned> nowhere{0, 0};

TEST(KeyReuse, IsReportedWithBothPlaces) {
  const Asked on;
  unsigned first = 0, second = 0;
  const auto twice = [&](const Key& key) {
    first = next_line();
    const Array a = random::normal(key, {2});
    second = next_line();
    const Array b = random::uniform(key, {2});
    return a + b;
  };
  // The lines are known once it has run.
  const auto expect_both = [&](const auto& f, const char* how) {
    const auto reported = places(f);
    EXPECT_EQ(reported, std::pair(first, second)) << how;
  };
  expect_both([&] { return twice(random::key(1)); }, "at once");
  expect_both([&] { return ep::eval_shape(twice, random::key(2)); }, "in a trace");
  expect_both([&] { return ep::vmap(twice)(random::split(random::key(3), 4)); }, "mapped");
  const auto split_and_draw = [&](const Key& key) {
    first = next_line();
    const auto keys = random::split(key);
    second = next_line();
    const Array b = random::bits(key);
    return random::bits(keys[0]) + b;
  };
  expect_both([&] { return split_and_draw(random::key(4)); }, "at once");
  expect_both([&] { return ep::eval_shape(split_and_draw, random::key(5)); }, "in a trace");
}

TEST(KeyReuse, KnowsAPartOfKeysAndACapturedKey) {
  const Asked on;
  const auto part_twice = [](const Key& key) {
    const Key keys = random::split(key, 3);
    return random::bits(keys[1]) + random::bits(keys[1]);
  };
  EXPECT_NE(places([&] { return part_twice(random::key(6)); }), nowhere);
  EXPECT_NE(places([&] { return ep::eval_shape(part_twice, random::key(7)); }), nowhere);
  const auto inside = [](const Key& key) {
    const Array outer = random::uniform(key);
    return outer + ep::scan([&](Array c, Array x) { return std::pair{c + random::uniform(key) * x, x}; }, Array(0.0f), ep::ones({3})).first;
  };
  EXPECT_NE(places([&] { return ep::eval_shape(inside, random::key(8)); }), nowhere);
  const Key captured = random::key(9);
  EXPECT_NE(places([&] { return ep::eval_shape([&](Array x) { return random::uniform(captured) + random::uniform(captured) * x; }, Array(1.0f)); }), nowhere);
}

TEST(KeyReuse, LeavesAloneWhatUsesAKeyOnce) {
  const auto fine = [](const Key& key) {
    const Key keys = random::split(key, 4);
    Array total = random::normal(keys[0], {3}) + random::gamma(keys[1], ep::ones({3}));
    total = total + random::permutation(keys[2], 3);
    for (int i = 0; i < 3; ++i) total = total + random::uniform(random::fold_in(keys[3], i));
    return total;
  };
  const auto branches = [](const Key& key, Array x) {
    return ep::cond(x > 0.0, [&](Array v) { return v + random::normal(key); }, [&](Array v) { return v + random::uniform(key); }, x);
  };
  const Asked on;
  EXPECT_EQ(places([&] { return fine(random::key(10)); }), nowhere);
  EXPECT_EQ(places([&] { return ep::eval_shape(fine, random::key(11)); }), nowhere);
  EXPECT_EQ(places([&] { return ep::eval_shape(branches, random::key(12), Array(1.0f)); }), nowhere);
  ep::settings::set_key_reuse_check(true);
  EXPECT_EQ(places([&] { return fine(random::key(10)); }), nowhere) << "turned on again, it forgets";
  ep::settings::set_key_reuse_check(false);
  EXPECT_EQ(places([&] { return random::normal(random::key(10)) + random::normal(random::key(10)); }), nowhere) << "it is off";
}

}  // namespace
