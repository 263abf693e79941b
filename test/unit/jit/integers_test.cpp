// Integers beyond 32 bits: a C++ number keeps its 64 bits until it meets a dtype. What NumPy 2 says is written beside; where
// it raises OverflowError, ours is a DTypeError.
#include <gtest/gtest.h>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/dsl/tree.h"
#include "../numpy_rows.h"

namespace ep = espalier;

namespace {

using ep::Array;
using ep::numpy_rows::said_by_us;

constexpr std::int64_t big = 3'000'000'000;
const std::uint64_t huge = 1ull << 63;

TEST(BigIntegers, AreI64WhereTheyMeetNoDtype) {
  EXPECT_EQ(said_by_us(Array(big)), "i64[] 3000000000");
  EXPECT_TRUE(Array(big).weak());
  EXPECT_EQ(said_by_us(Array(-big)), "i64[] -3000000000");
  EXPECT_EQ(said_by_us(Array(std::int64_t{5})), "i32[] 5") << "by its value, not by its C++ type";
  EXPECT_EQ(said_by_us(Array(2'147'483'647)), "i32[] 2147483647");
  EXPECT_EQ(said_by_us(Array(2'147'483'648)), "i64[] 2147483648");
  EXPECT_EQ(said_by_us(Array(2'000'000'000) + 2'000'000'000), "i64[] 4000000000");
  EXPECT_EQ(said_by_us(Array(big) - big), "i32[] 0");
  EXPECT_EQ(said_by_us(Array(1) << 40), "i64[] 1099511627776");
  EXPECT_EQ(said_by_us(ep::Parameter(big)), "i64[] 3000000000");
  EXPECT_EQ(Array(big).item<std::int64_t>(), big);
  EXPECT_EQ(said_by_us(Array(huge)), "u64[] 9223372036854775808");
  EXPECT_EQ(said_by_us(Array(huge) + 1), "u64[] 9223372036854775809");
  EXPECT_EQ(said_by_us(Array(huge) - huge), "i32[] 0");
  EXPECT_EQ(Array(huge).item<double>(), 0x1p63);
  EXPECT_THROW(Array(huge) + -1, ep::DTypeError);
}
TEST(BigIntegers, InBraces) {
  EXPECT_EQ(said_by_us({1, big}), "i64[2] [         1 3000000000]");     // np.array([1, 3000000000])
  EXPECT_EQ(said_by_us({true, big}), "i64[2] [         1 3000000000]");
  EXPECT_EQ(said_by_us({{big}, {-1}}), "i64[2,1] [[3000000000]\n [        -1]]");
  EXPECT_EQ(said_by_us({huge, std::uint64_t{1}}), "u64[2] [9223372036854775808                   1]");
  EXPECT_EQ(said_by_us({1, 2}), "i32[2] [1 2]");
  EXPECT_EQ(said_by_us({1.5, big}), "f32[2] [1.5e+00 3.0e+09]");
  EXPECT_EQ(said_by_us(Array({big, -big}, ep::i64)), "i64[2] [ 3000000000 -3000000000]");
  EXPECT_THROW(Array({big}, ep::i32), ep::DTypeError);   // np.array([3000000000], np.int32)
  EXPECT_THROW(Array({300}, ep::u8), ep::DTypeError);    // np.array([300], np.uint8)
  EXPECT_THROW(Array({-1}, ep::u64), ep::DTypeError);
  EXPECT_THROW(Array({huge}, ep::i64), ep::DTypeError);
  EXPECT_THROW((Array{huge, -1}), ep::DTypeError);
}
TEST(BigIntegers, FillAndCount) {
  EXPECT_EQ(said_by_us(ep::full({2}, big)), "i64[2] [3000000000 3000000000]");
  EXPECT_EQ(said_by_us(ep::full({2}, big, ep::f64)), "f64[2] [3.e+09 3.e+09]");
  EXPECT_THROW(ep::full({2}, big, ep::i32), ep::DTypeError);
  EXPECT_THROW(ep::full_like(Array({1}, ep::u8), 300), ep::DTypeError);
  EXPECT_EQ(said_by_us(ep::arange(big, big + 3)), "i64[3] [3000000000 3000000001 3000000002]");
  EXPECT_EQ(said_by_us(ep::arange(2'147'483'646, 2'147'483'649LL)), "i64[3] [2147483646 2147483647 2147483648]");
  EXPECT_EQ(said_by_us(ep::arange(2'147'483'646, 2'147'483'648LL)), "i32[2] [2147483646 2147483647]");
  EXPECT_EQ(said_by_us(ep::arange(0, 3 * big, big)), "i64[3] [         0 3000000000 6000000000]");
  EXPECT_EQ(ep::arange(0, 10'000'000'000'000'001, 100'000'000'000'000, {.dtype = ep::i64}).shape()[0], 101);
  EXPECT_EQ(said_by_us(ep::arange(INT64_MIN, INT64_MAX, INT64_MAX)), "i64[3] [-9223372036854775808                   -1  9223372036854775806]");
  EXPECT_EQ(said_by_us(ep::arange(5, 0, -2, {.dtype = ep::u8})), "u8[3] [5 3 1]");
  EXPECT_EQ(said_by_us(ep::arange(-100, 100, 60, {.dtype = ep::i8})), "i8[4] [-100  -40   20   80]");
  EXPECT_EQ(ep::arange(-100, 100, 1, {.dtype = ep::i8}).to_vector<int>()[199], 99);
  EXPECT_THROW(ep::arange(0, 300, 1, {.dtype = ep::u8}), ep::DTypeError);
  EXPECT_THROW(ep::arange(big, big + 1, 1, {.dtype = ep::i32}), ep::DTypeError);
  EXPECT_THROW(ep::iota({300}, 0, ep::u8), ep::DTypeError);
}

const Array& i32s() {
  static const Array x{1, 2};
  return x;
}
Array u8s() { return Array({7, 255}, ep::u8); }

TEST(BigIntegers, MeetADtypeOnlyIfTheyFit) {
  EXPECT_THROW(i32s() + big, ep::DTypeError);  // np.array([1, 2], np.int32) + 3000000000
  EXPECT_THROW(big * i32s(), ep::DTypeError);
  EXPECT_THROW(u8s() + 256, ep::DTypeError);
  EXPECT_THROW(u8s() + -1, ep::DTypeError);
  EXPECT_THROW(u8s() & 0x1ff, ep::DTypeError);
  EXPECT_THROW(maximum(u8s(), -1), ep::DTypeError);
  EXPECT_THROW(ep::where(true, u8s(), -1), ep::DTypeError);
  EXPECT_THROW(i32s().at(0).set(big), ep::DTypeError);
  EXPECT_THROW(ep::pad(u8s(), {{1, 1}}, {.value = 300}), ep::DTypeError);
  EXPECT_THROW(ep::dynamic_update_slice(u8s(), Array(300), {0}), ep::Error);
  EXPECT_THROW(i32s().as(ep::i64) + huge, ep::DTypeError);
  EXPECT_EQ(said_by_us(Array({1, 2}, ep::u64) + huge), "u64[2] [9223372036854775809 9223372036854775810]");
  EXPECT_EQ((ep::ones({1}, ep::f64) * huge).to_vector<double>()[0], 0x1p63);
  EXPECT_EQ(said_by_us(u8s() + 1), "u8[2] [8 0]") << "arithmetic within a dtype wraps, as NumPy's";
  EXPECT_EQ(said_by_us(i32s().as(ep::i64) + big), "i64[2] [3000000001 3000000002]");
  EXPECT_EQ((i32s().as(ep::f64) + big).to_vector<double>(), (std::vector<double>{3000000001, 3000000002}));
  EXPECT_EQ(said_by_us(Array{true, false} + big), "i64[2] [3000000001 3000000000]") << "a bool array has no integers yet";
  EXPECT_EQ(said_by_us(i32s() / big * big), "f32[2] [1. 2.]") << "true division is of floats";
  EXPECT_EQ((Array(-1).as(ep::u8)).item<int>(), 255) << "as() may lose";
  EXPECT_THROW(ep::jit([](Array x) { return x + big; })(i32s()), ep::DTypeError);
}
// A comparison has no dtype to fit in: np.array([1, 2], np.int32) < 3000000000 is [True, True].
TEST(BigIntegers, AreComparedAsTheyAre) {
  const auto all = [](const Array& x) { return said_by_us(x); };
  const char *yes = "bool[2] [ True  True]", *no = "bool[2] [False False]";
  const auto check = [&](const auto& compared) {
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return x < big; })), yes);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return big < x; })), no);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return x >= big; })), no);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return x > -big; })), yes);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return -big >= x; })), no);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return x == big; })), no);
    EXPECT_EQ(all(compared(i32s(), [](auto x) { return x != big; })), yes);
    EXPECT_EQ(all(compared(u8s(), [](auto x) { return x == -1; })), no);
    EXPECT_EQ(all(compared(u8s(), [](auto x) { return x >= -1; })), yes);
    EXPECT_EQ(all(compared(u8s(), [](auto x) { return x <= 256; })), yes);
    EXPECT_EQ(all(compared(u8s().as(ep::u64), [](auto x) { return x > -1; })), yes);
    EXPECT_EQ(all(compared(i32s().as(ep::i64), [](auto x) { return x < huge; })), yes);
    EXPECT_EQ(all(compared(u8s().as(ep::i16), [](auto x) { return x == 255; })), "bool[2] [False  True]");
  };
  check([](const Array& x, const auto& f) { return f(x); });
  check([](const Array& x, const auto& f) { return ep::jit([f](Array x) { return f(x); })(x); });
  Array bound = big;
  const auto below = ep::jit([&](Array x) { return x < bound; });
  EXPECT_EQ(all(below(i32s())), yes);
  bound = -big;
  EXPECT_EQ(all(below(i32s())), no) << "a captured number may be another at the next call";
}
TEST(BigIntegers, AsArgumentsOfCompiledCode) {
  const auto next = ep::jit([](Array n) { return n + 1; });
  EXPECT_EQ(said_by_us(next(41)), "i32[] 42");
  EXPECT_EQ(said_by_us(next(big)), "i64[] 3000000001");
  const auto sum = ep::jit([](Array n, Array x) { return x + n; });
  EXPECT_EQ(said_by_us(sum(1, i32s())), "i32[2] [2 3]");
  EXPECT_THROW(sum(big, i32s()), ep::DTypeError);
  EXPECT_EQ(said_by_us(sum(big, i32s().as(ep::i64))), "i64[2] [3000000001 3000000002]");
  const auto less = ep::jit([](Array n, Array x) { return x < n; });
  EXPECT_EQ(said_by_us(less(big, i32s())), "bool[2] [ True  True]");
  EXPECT_EQ(said_by_us(ep::scan([](Array c, Array) { return std::pair{c + 1, c}; }, big, Array{1, 2}).first), "i64[] 3000000002");
  EXPECT_THROW(ep::scan([](Array, Array x) { return std::pair{x, x}; }, big, Array{1, 2}), ep::DTypeError);
}
// Where a number is known only when the program runs, nothing says that it fits in less than the dtype it reports: what eagerly
// is an error for some numbers is one for all of them. NumPy's dtype is that of the array either way; JAX wraps.
TEST(IntegerArguments, MeetNoDTypeThatMayNotHoldThem) {
  const auto plus = [](const Array& x, Array n) { return ep::jit([](Array x, Array n) { return x + n; })(x, n); };
  for (ep::DType dtype : {ep::i8, ep::u8, ep::i16, ep::u16, ep::u32, ep::u64}) {
    const Array x = i32s().as(dtype);
    EXPECT_THROW((void)plus(x, 1), ep::DTypeError) << ep::ir::name(dtype);
    EXPECT_THROW((void)ep::jit([](Array x, Array n) { return maximum(n, x); })(x, 300), ep::DTypeError) << ep::ir::name(dtype);
    EXPECT_THROW((void)ep::jit([](Array x, Array n) { return x.at(0).set(n); })(x, 1), ep::DTypeError) << ep::ir::name(dtype);
    EXPECT_THROW((void)ep::grad([&](Array y, Array n) { return sum((x + n).as(ep::f32) * y); })(Array{1., 2.}, 3), ep::DTypeError) << ep::ir::name(dtype);
    EXPECT_EQ(ep::jit([dtype](Array x, Array n) { return x + n.as(dtype); })(x, 1).to_vector<int>(), (std::vector<int>{2, 3})) << ep::ir::name(dtype);
  }
  EXPECT_EQ(said_by_us(plus(i32s(), 1)), "i32[2] [2 3]");
  EXPECT_EQ(said_by_us(plus(i32s().as(ep::i64), 1)), "i64[2] [2 3]");
  EXPECT_EQ(said_by_us(plus(i32s().as(ep::f64), 1)), "f64[2] [2. 3.]");
  EXPECT_EQ(said_by_us(plus(Array{true, false}, 1)), "i32[2] [2 1]");
  EXPECT_EQ(said_by_us(plus(u8s(), Array(1).as(ep::u8))), "u8[2] [8 0]") << "with a dtype of its own it is an operand like others";
  EXPECT_EQ(said_by_us(ep::jit([](Array x) { return x + 1; })(u8s())), "u8[2] [8 0]") << "a number of the program is known";
  try {
    (void)plus(u8s(), 1);
  } catch (const ep::DTypeError& error) {
    EXPECT_NE(std::string(error.what()).find("integers_test.cpp"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("add: a number that is known only when the program runs, of i32, may not fit in u8"), std::string::npos) << error.what();
  }
}
// A comparison has no dtype to fit in: numbers are compared as they are.
TEST(IntegerArguments, AreComparedAsTheyAre) {
  const auto less = ep::jit([](Array x, Array n) { return x < n; });
  const auto same = ep::jit([](Array x, Array n) { return n == x; });
  EXPECT_EQ(said_by_us(less(u8s(), 263)), "bool[2] [ True  True]") << "263 is 7 in u8";
  EXPECT_EQ(said_by_us(less(u8s(), -1)), "bool[2] [False False]");
  EXPECT_EQ(said_by_us(same(u8s(), 263)), "bool[2] [False False]");
  EXPECT_EQ(said_by_us(same(u8s().as(ep::u32), 7)), "bool[2] [ True False]");
  EXPECT_EQ(said_by_us(less(Array({-1, 100}, ep::i8), 200)), "bool[2] [ True  True]");
}
TEST(BigIntegers, AsExponents) {
  EXPECT_EQ(pow(Array{1., -1.}, big).to_vector<float>(), (std::vector<float>{1, 1}));
  EXPECT_EQ(pow(Array{1., -1.}, INT64_MIN).to_vector<float>(), (std::vector<float>{1, 1}));
  EXPECT_EQ(pow(Array{1., -1.}, big + 1).to_vector<float>(), (std::vector<float>{1, -1}));
}

// The index of a branch clamps, whatever its dtype.
TEST(BigIntegers, ChooseTheLastBranch) {
  const std::tuple branches{[](Array x) { return x; }, [](Array x) { return x * 10; }};
  EXPECT_EQ(said_by_us(ep::switch_(big, branches, Array(1.f))), "f32[] 10.0");
  EXPECT_EQ(said_by_us(ep::switch_(Array(-(std::int64_t{1} << 32) + 1).as(ep::i64), branches, Array(1.f))), "f32[] 1.0");
  EXPECT_EQ(said_by_us(ep::switch_(Array({big}, ep::u32)[0], branches, Array(1.f))), "f32[] 10.0");
}

// Of axes and arrays beyond 2^31 elements; nothing is computed, so that no memory is needed.
TEST(LongAxes, AreIndexedIn64Bits) {
  const std::int64_t length = (std::int64_t{1} << 31) + 8;
  const Array x = ep::abstract({length}, ep::u8), wide = ep::abstract({2, length}, ep::bool_);
  const auto dtype_of = [](const auto& f, const Array& x) { return ep::eval_shape(f, x).dtype(); };
  EXPECT_EQ(dtype_of([](Array x) { return argmax(x); }, x), ep::i64);
  EXPECT_EQ(dtype_of([](Array x) { return argmin(x, 0); }, x), ep::i64);
  EXPECT_EQ(dtype_of([](Array x) { return argmax(x); }, wide), ep::i64);
  EXPECT_EQ(dtype_of([](Array x) { return argmax(x, 0); }, wide), ep::i32) << "the axis is short";
  EXPECT_EQ(dtype_of([](Array x) { return count_nonzero(x); }, x), ep::i64);
  EXPECT_EQ(dtype_of([](Array x) { return sum(x); }, wide), ep::i64);
  EXPECT_EQ(dtype_of([](Array x) { return count_nonzero(x, 0); }, wide), ep::i32);
  EXPECT_EQ(dtype_of([](Array x) { return argmax(x); }, ep::abstract({length - 8})), ep::i32) << "its last index is 2^31 - 1";
  EXPECT_THROW(ep::iota({length}, 0), ep::DTypeError);
  const auto text = [](const auto& f, const Array& x) { return ep::jit(f).lower(x).text(); };
  EXPECT_NE(text([](Array x) { return x.at(std::int64_t{1} << 31).set(1); }, x).find("constant {value=2147483648} : i64[]"), std::string::npos) << text([](Array x) { return x.at(std::int64_t{1} << 31).set(1); }, x);
  EXPECT_EQ(dtype_of([](Array x) { return x[Array({-1}, ep::i32)[0]]; }, x), ep::u8);
  const std::string moving = ep::jit([](Array x, Array i) { return x[i]; }).lower(x, ep::abstract({}, ep::i32)).text();
  EXPECT_NE(moving.find("i64[]"), std::string::npos) << moving;
}
TEST(LongAxes, TakeTheirIndicesInTheirOwnDtypes) {
  const Array x = reshape(ep::arange(6), {2, 3});
  const Array far = Array({(std::int64_t{1} << 32) + 1}, ep::i64)[0];
  EXPECT_EQ(said_by_us(x[{far, Array({0}, ep::u8)[0]}]), "i32[] 3") << "an index out of range clamps";
  EXPECT_EQ(said_by_us(x[{Array({0}, ep::u8)[0], far}]), "i32[] 2");
  EXPECT_EQ(said_by_us(x.at(far, Array({0}, ep::i32)[0]).set(9)), said_by_us(x)) << "an update out of range is dropped";
  EXPECT_EQ(said_by_us(ep::dynamic_index(x, far, {.keepdims = false})), "i32[3] [3 4 5]");
  EXPECT_EQ(said_by_us(ep::dynamic_slice(x, {big, -big}, {1, 2})), "i32[1,2] [[3 4]]");
  EXPECT_EQ(said_by_us(x[Array(big)]), "i32[3] [3 4 5]");
}

}  // namespace
