#pragma once
// Programs with a bad value, of which the place and the index are known, and the error that must name them.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "espalier/dsl/debug.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::test {

/// While it lives, the process checks for these.
struct Checking {
  explicit Checking(Check checks) { settings::set_check(checks); }
  ~Checking() { settings::set_check(Check::none); }
  Checking(const Checking&) = delete;
};
inline constexpr Check every_check = Check::nan | Check::bounds | Check::div | Check::overflow;

/// The line of the op that goes wrong: the one below that where this is called.
inline unsigned marked = 0;
inline void mark(Where where = Where::current()) { marked = where.line() + 1; }

/// What `f` throws.
template <class F> std::optional<CheckError> found(F&& f) {
  try {
    (void)f();
  } catch (const CheckError& error) {
    return error;
  }
  return {};
}

/// The bad value that is to be found.
struct Bad {
  Check check = Check::none;
  std::string op = {};
  std::vector<std::int64_t> index = {}, loops = {};
  std::string words = {};  ///< that the message has
};
inline void expect(const std::optional<CheckError>& error, const Bad& bad, Where where = Where::current()) {
  const testing::ScopedTrace at(where.file_name(), static_cast<int>(where.line()), "expected here");
  ASSERT_TRUE(error) << "nothing was found";
  EXPECT_EQ(error->check, bad.check) << error->what();
  if (!bad.op.empty()) {
    EXPECT_EQ(error->op, bad.op) << error->what();
  }
  EXPECT_EQ(error->index, bad.index) << error->what();
  EXPECT_EQ(error->loops, bad.loops) << error->what();
  EXPECT_EQ(error->where.line(), marked) << error->what();
  EXPECT_NE(std::string(error->what()).find(bad.words), std::string::npos) << error->what();
  EXPECT_FALSE(error->hint.empty());
}

// ---- programs --------------------------------------------------------------------------------------------------------

/// The roots of a sum that goes below 0 with the third of xs, in its second element.
inline Array nan_in_scan(Array xs) {
  const auto [carry, ys] = scan([](Array c, Array x) {
    const Array next = c + x;
    mark();
    const Array root = sqrt(next);
    return std::pair{next, root};
  }, zeros({2}), xs);
  return sum(ys) + sum(carry);
}
inline Array xs_of_scan() { return Array{{1., 1.}, {2., 2.}, {3., -4.}, {1., 2.}, {-9., 0.}}; }
inline Bad bad_of_scan() { return {Check::nan, "sqrt", {1}, {2}, "a NaN that none of its operands has, at [1] of f32[2], in iteration 2"}; }

/// A quotient for each example, of which the second divides by 0 in its first element.
inline Array division_in_vmap(Array x, Array y) {
  return vmap([](Array x, Array y) {
    mark();
    return divide(x, y);
  })(x, y);
}
inline Array dividends() { return Array{{1., 2.}, {3., 4.}, {5., 6.}}; }
inline Array divisors() { return Array{{1., 2.}, {0., 4.}, {0., 6.}}; }
inline Bad bad_of_vmap() { return {Check::div, "", {1, 0}, {}, "a division by 0, at [1, 0] of f32[3,2]"}; }

/// Elements of a table, of which the third index has none.
inline Array lookup(Array table, Array indices) {
  mark();
  return table[indices];
}
inline Array table() { return Array{10., 20., 30., 40., 50.}; }
inline Array places() { return Array{0, -5, 7, 9}; }
inline Bad bad_of_lookup() { return {Check::bounds, "", {2}, {}, "index 7 lies outside of axis 0 of f32[5], at [2] of the indices i32[4]"}; }

}  // namespace espalier::test
