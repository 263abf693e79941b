// A C++ number keeps its full precision until it meets a dtype: with an f64 array every function gives what the number as an f64
// array gives, and of numbers alone what f64 gives, also traced.
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace espalier;

struct Unary {
  const char* name;
  Array (*f)(Operand);
};
struct Binary {
  const char* name;
  Array (*f)(Operand, Operand);
};

const Unary unary[] = {
    {"exp", &exp},
    {"exp2", &exp2},
    {"expm1", &expm1},
    {"log", &log},
    {"log1p", &log1p},
    {"log2", &log2},
    {"log10", &log10},
    {"sqrt", &sqrt},
    {"rsqrt", &rsqrt},
    {"cbrt", &cbrt},
    {"sin", &sin},
    {"cos", &cos},
    {"tan", &tan},
    {"asin", &asin},
    {"acos", &acos},
    {"atan", &atan},
    {"sinh", &sinh},
    {"cosh", &cosh},
    {"tanh", &tanh},
    {"asinh", &asinh},
    {"atanh", &atanh},
    {"erf", &erf},
    {"erfc", &erfc},
    {"erf_inv", &erf_inv},
    {"lgamma", &lgamma},
    {"digamma", &digamma},
    {"floor", &floor},
    {"ceil", &ceil},
    {"abs", &abs},
    {"sign", &sign},
    {"negative", &negative},
    {"reciprocal", &reciprocal},
    {"square", &square},
    {"rint", &rint},
    {"round", &round},
    {"trunc", &trunc},
    {"sinc", &sinc},
    {"deg2rad", &deg2rad},
    {"rad2deg", &rad2deg},
    {"entr", &entr},
    {"relu", &relu},
    {"relu6", &relu6},
    {"sigmoid", &sigmoid},
    {"silu", &silu},
    {"mish", &mish},
    {"softplus", &softplus},
    {"soft_sign", &soft_sign},
    {"gelu", &gelu},
    {"gelu_exact", &gelu_exact},
    {"selu", &selu},
    {"hard_tanh", &hard_tanh},
    {"hard_sigmoid", &hard_sigmoid},
    {"hard_silu", &hard_silu},
    {"log_sigmoid", &log_sigmoid},
    {"sparse_plus", &sparse_plus},
    {"sparse_sigmoid", &sparse_sigmoid},
    {"tanh_shrink", &tanh_shrink},
    {"log1mexp", &log1mexp},
    {"squareplus", [](Operand x) { return squareplus(x); }},
    {"leaky_relu", [](Operand x) { return leaky_relu(x); }},
    {"elu", [](Operand x) { return elu(x); }},
    {"celu", [](Operand x) { return celu(x); }},
    {"nan_to_num", [](Operand x) { return nan_to_num(x); }},
    {"clip", [](Operand x) { return clip(x, -0.3, 0.3); }},
    {"sum", [](Operand x) { return sum(x); }},
    {"prod", [](Operand x) { return prod(x); }},
    {"max", [](Operand x) { return max(x); }},
    {"min", [](Operand x) { return min(x); }},
    {"mean", [](Operand x) { return mean(x); }},
    {"average", [](Operand x) { return average(x); }},
    {"norm", [](Operand x) { return norm(x); }},
    {"norm_1", [](Operand x) { return norm(x, {.ord = 1}); }},
    {"norm_3", [](Operand x) { return norm(x, {.ord = 3}); }},
    {"logsumexp", [](Operand x) { return logsumexp(x); }},
    {"logmeanexp", [](Operand x) { return logmeanexp(x); }},
    {"sum_from", [](Operand x) { return sum(x, {.initial = 0.2}); }},
    {"sum_kept", [](Operand x) { return sum(x, {.keepdims = true}); }},
    {"nansum", [](Operand x) { return nansum(x); }},
    {"nanmax", [](Operand x) { return nanmax(x); }},
    {"nanmean", [](Operand x) { return nanmean(x); }},
    {"ptp", [](Operand x) { return 0.1 + ptp(x); }},
    {"cubed", [](Operand x) { return pow(x, 3); }},
    {"where", [](Operand x) { return where(x > 0, x, -x); }},
};
const Binary binary[] = {
    {"add", &add},
    {"subtract", &subtract},
    {"multiply", &multiply},
    {"divide", &divide},
    {"floor_divide", &floor_divide},
    {"mod", &mod},
    {"remainder", &espalier::remainder},
    {"fmod", &espalier::fmod},
    {"pow", &espalier::pow},
    {"float_power", &float_power},
    {"maximum", &maximum},
    {"minimum", &minimum},
    {"fmax", &espalier::fmax},
    {"fmin", &espalier::fmin},
    {"atan2", &espalier::atan2},
    {"hypot", &espalier::hypot},
    {"copysign", &espalier::copysign},
    {"nextafter", &espalier::nextafter},
    {"logaddexp", &logaddexp},
    {"logaddexp2", &logaddexp2},
    {"heaviside", &heaviside},
    {"xlogy", &xlogy},
    {"xlog1py", &xlog1py},
    {"kl_div", &kl_div},
    {"rel_entr", &rel_entr},
    {"where", [](Operand x, Operand y) { return where(y > x, x, y); }},
    {"clip", [](Operand x, Operand y) { return clip(x, y, 1.7); }},
};
const double points[] = {0.1, 0.7, -0.6};

// f32 would be off by 1e-8. Compiled functions, and the C library's of numbers, may round the last digits otherwise.
void expect_digits(double got, double wanted, const std::string& call) {
  if (!std::isfinite(wanted)) EXPECT_TRUE(std::isnan(wanted) ? std::isnan(got) : got == wanted) << call << " is " << got << ", not " << wanted;
  else EXPECT_NEAR(got, wanted, 1e-13 * std::max(1.0, std::fabs(wanted))) << call;
}
Array wide(double x) { return Array(std::vector<double>{x}); }
double first(const Array& x) { return x.to_vector<double>().at(0); }

TEST(WeakScalars, KeepTheirDigitsInEveryFunction) {
  const Array one = wide(1);
  for (const Unary& u : unary) {
    for (double x : points) {
      const double wanted = first(u.f(wide(x)));
      const std::string call = std::string(u.name) + "(" + std::to_string(x) + ")";
      expect_digits(first(u.f(x) * one), wanted, call);
      const auto traced = jit([&](Array v, Array unit) { return u.f(v) * unit; });
      expect_digits(first(traced(Array(x), one)), wanted, call + ", traced");
    }
  }
}

TEST(WeakScalars, KeepTheirDigitsBesideAnArray) {
  const Array one = wide(1);
  for (const Binary& b : binary) {
    for (double x : points) {
      for (double y : {0.1, 0.3, 1.3, -0.2}) {
        const Array exact = b.f(wide(x), wide(y));
        const double wanted = first(exact);
        const std::string call = std::string(b.name) + "(" + std::to_string(x) + ", " + std::to_string(y) + ")";
        expect_digits(first(b.f(x, wide(y))), wanted, call + ", a number first");
        expect_digits(first(b.f(wide(x), y)), wanted, call + ", a number last");
        EXPECT_EQ(b.f(x, wide(y)).dtype(), exact.dtype()) << call;
        EXPECT_EQ(b.f(wide(x), y).dtype(), exact.dtype()) << call;
        if (std::string(b.name) == "nextafter") continue;  // of numbers alone it is that of the dtype which carries them
        expect_digits(first(b.f(x, y) * one), wanted, call + ", of numbers alone");
      }
    }
  }
}

TEST(WeakScalars, KeepTheirDigitsBesideAnArrayInATrace) {
  for (const Binary& b : binary) {
    const double x = 0.7, y = 0.3, wanted = first(b.f(wide(x), wide(y)));
    const auto traced = jit([&](Array u, Array v) { return std::pair(b.f(u, v), b.f(v, u)); });
    const auto [left, ignored] = traced(Array(x), wide(y));
    const auto [other, right] = traced(Array(y), wide(x));
    expect_digits(first(left), wanted, std::string(b.name) + ", a number first");
    expect_digits(first(right), wanted, std::string(b.name) + ", a number last");
    EXPECT_EQ(left.dtype(), f64) << b.name;
  }
}

TEST(WeakScalars, StayNumbersInReductions) {
  EXPECT_TRUE(sum(0.1).weak() && mean(2).weak() && max(3).weak() && norm(0.1).weak());
  EXPECT_EQ(sum(0.1).dtype(), f32);
  EXPECT_EQ(mean(2).dtype(), f32);
  EXPECT_EQ(prod(3'000'000'000).dtype(), i64);
  EXPECT_EQ(sum(true).dtype(), i32);
  EXPECT_EQ((sum(2) + Array({1}, u8)).dtype(), u8) << "an integer stays one that takes the dtype it meets";
  EXPECT_EQ(sum(0.1, {.dtype = f64}).item<double>(), 0.1);
  EXPECT_EQ(sum(0.1, {.where = true}).item<double>(), 0.1f) << "a mask settles it";
  EXPECT_THROW((void)sum(0.1, 0), AxisError);
}

// An array chooses between numbers in the dtype that holds both; a number chooses a number.
TEST(WeakScalars, AreChosen) {
  EXPECT_EQ(where(Array{true, false}, 1, 3'000'000'000).to_vector<std::int64_t>(), (std::vector<std::int64_t>{1, 3'000'000'000}));
  EXPECT_EQ(where(Array{true, false}, 1, 0.5).dtype(), f32);
  EXPECT_TRUE(where(true, 0.1, 1).weak());
  EXPECT_EQ((where(true, 0.1, 1) * wide(1)).item<double>(), 0.1);
}

// Functions without rounding of their own, of the ends of all numbers: compiled for an argument they give what they give at once,
// in the dtype that is known before the number is. Where one is an error, so is the other.
const struct Exact {
  const char* name;
  Array (*f)(Array);
} exact[] = {
    {"same", [](Array x) { return x; }},
    {"twice", [](Array x) { return x + x; }},
    {"half", [](Array x) { return x * 0.5; }},
    {"minus", [](Array x) { return -x; }},
    {"equal", [](Array x) { return x == x; }},
    {"less", [](Array x) { return x < 3'000'000'000; }},
    {"positive", [](Array x) { return x > 0; }},
    {"abs", [](Array x) { return abs(x); }},
    {"sign", [](Array x) { return sign(x); }},
    {"where", [](Array x) { return where(x > 0, x, -1); }},
    {"maximum", [](Array x) { return maximum(x, 0.25); }},
    {"clip", [](Array x) { return clip(x, -1, 1); }},
    {"isnan", [](Array x) { return isnan(x); }},
    {"signbit", [](Array x) { return signbit(x); }},
    {"nan_to_num", [](Array x) { return nan_to_num(x); }},
    {"sum", [](Array x) { return sum(x); }},
    {"max", [](Array x) { return max(x); }},
    {"any", [](Array x) { return any(x); }},
    {"argmax", [](Array x) { return argmax(x); }},
    {"cumsum", [](Array x) { return cumsum(x); }},
    {"ravel", [](Array x) { return ravel(x); }},
    {"stack", [](Array x) { return stack({x, x}); }},
    {"f64", [](Array x) { return x.as(f64); }},
    {"i64", [](Array x) { return x.as(i64); }},
    {"u8", [](Array x) { return clip(x, 0, 255).as(u8); }},
    {"bool", [](Array x) { return x.as(bool_); }},
    {"with_f32", [](Array x) { return x + zeros({1}); }},
    {"with_f64", [](Array x) { return x * ones({1}, f64); }},
    {"with_i32", [](Array x) { return x + Array({1}, i32); }},
    {"with_i64", [](Array x) { return x + Array({1}, i64); }},
    {"with_bool", [](Array x) { return x + Array({true}); }},
    {"set", [](Array x) { return zeros({2}, f64).at(0).set(x); }},
    {"set_i64", [](Array x) { return zeros({2}, i64).at(0).set(x); }},
    {"full", [](Array x) { return full({2}, x); }},
    {"full_like", [](Array x) { return full_like(zeros({2}, f64), x); }},
    {"pad", [](Array x) { return pad(ones({1}, f64), 1, {.value = x}); }},
    {"outer", [](Array x) { return outer(x, ones({1}, f64)); }},
    {"dot", [](Array x) { return dot(x, ones({1}, f64)); }},
    {"scan", [](Array x) { return scan([](Array c, Array y) { return std::pair{c * y, c}; }, x, ones({2}, f64)).first; }},
    {"fori_loop", [](Array x) { return fori_loop(0, 2, [](Array, Array c) { return c * 2; }, x); }},
    {"cond", [](Array x) { return cond(x > 0, [](Array y) { return y * 2; }, [](Array y) { return y * 1; }, x); }},
    {"jit", [](Array x) { return jit([](Array y) { return y * 1; })(x); }},
    {"vmap", [](Array x) { return vmap([](Array y, Array z) { return y * z; }, {.in_axes = {none, 0}})(x, ones({2}, f64)); }},
};
const struct Number {
  const char* name;
  Array value;
} ends[] = {
    {"0.1", 0.1},
    {"-0.0", -0.0},
    {"NaN", NAN},
    {"infinity", INFINITY},
    {"1e300", 1e300},
    {"5e-324", 5e-324},
    {"-2.5", -2.5},
    {"7", 7},
    {"0", 0},
    {"2^31 - 1", INT32_MAX},
    {"-2^31", INT32_MIN},
    {"3e9", 3'000'000'000},
    {"-2^63", INT64_MIN},
    {"2^63 - 1", INT64_MAX},
    {"2^64 - 1", UINT64_MAX},
    {"true", true},
};
std::optional<Array> unless_it_fails(const auto& f) {
  try {
    return f();
  } catch (const DTypeError&) {
    return {};
  }
}
TEST(WeakArguments, GiveCompiledWhatTheyGiveAtOnce) {
  for (const Exact& e : exact) {
    const auto compiled = jit(e.f);
    for (const Number& number : ends) {
      const std::string call = std::string(e.name) + "(" + number.name + ")";
      const auto at_once = unless_it_fails([&] { return e.f(number.value); });
      const auto in_code = unless_it_fails([&] { return compiled(number.value); });
      ASSERT_EQ(at_once.has_value(), in_code.has_value()) << call;
      if (!at_once) continue;
      const Array wanted = at_once->as(in_code->dtype());
      EXPECT_EQ(at_once->shape(), in_code->shape()) << call;
      EXPECT_EQ(ir::is_floating(at_once->dtype()), ir::is_floating(in_code->dtype())) << call;
      EXPECT_TRUE(allclose(wanted, *in_code, {.rtol = 0, .atol = 0, .equal_nan = true})) << call << " is " << to_string(*in_code) << ", not " << to_string(wanted);
    }
  }
}

// Operands of two dtypes meet before anything is computed of one of them alone.
TEST(WeakScalars, MixedDTypesMeetFirst) {
  const Array narrow = Array({0.1, 0.7}, f32), broad = Array({0.3, 0.9}, f64);
  for (const Binary& b : binary) {
    EXPECT_TRUE(equal(b.f(narrow, broad), b.f(narrow.as(f64), broad))) << b.name;
    EXPECT_TRUE(equal(b.f(broad, narrow), b.f(broad, narrow.as(f64)))) << b.name;
  }
}

}  // namespace
