// Complex numbers as a user meets them: literals, parts, printing, branch cuts, derivatives. Expected values are NumPy 2's, or JAX's
// where it is said; every op alone is in the op table (ops/).
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/dsl/tree.h"
#include "numpy_rows.h"

#include <gtest/gtest.h>

#include <complex>

namespace {

using namespace espalier;
using numpy_rows::said_by_us;
using namespace std::complex_literals;

using Z = std::complex<double>;
constexpr double infinity = HUGE_VAL;
constexpr double pi = 3.14159265358979323846;

Array c128_of(std::initializer_list<Z> values) { return Array(std::vector<Z>(values)); }
Z at(const Array& x, int i = 0) { return x.to_vector<Z>()[static_cast<std::size_t>(i)]; }

TEST(Complex, LiteralsAreWeak) {
  EXPECT_TRUE(Array(1i).weak());
  EXPECT_EQ(Array(1i).dtype(), c64);
  EXPECT_EQ((ones({2}, f32) * 1i).dtype(), c64);
  EXPECT_EQ((ones({2}, f64) * 1i).dtype(), c128);
  EXPECT_EQ((ones({2}, c64) * 0.1).dtype(), c64);
  EXPECT_EQ(at(ones({2}, f64) * (Array(0.1) * 1i)), 0.1i);  // all digits, until it meets a dtype
  EXPECT_TRUE((Array(1i) * 2).weak());
  EXPECT_EQ((Array(1i) * Array(1i)).item<Z>(), -1.0);
  EXPECT_EQ(exp(Array(1i)).item<Z>(), std::exp(1i));
  EXPECT_EQ(abs(Array(3.0 + 4i)).dtype(), f32);
  EXPECT_EQ(Array(1i, c128).dtype(), c128);
  EXPECT_EQ(said_by_us(Array({1.0 + 2i, 3.0i})), "c64[2] [1.+2.j 0.+3.j]");
  EXPECT_EQ(said_by_us(Array({1.0, 2i})), "c64[2] [1.+0.j 0.+2.j]");
  EXPECT_EQ(Array({1, 2}, c128).dtype(), c128);
  EXPECT_THROW((void)Array(1i).item<double>(), DTypeError);
  EXPECT_THROW(Array({1i}, f32), DTypeError);
}

TEST(Complex, Print) {
  EXPECT_EQ(to_string(Array(1.0 + 2i).as(c128)), "(1+2j)");
  EXPECT_EQ(to_string(Array(2i).as(c64)), "2j");
  EXPECT_EQ(to_string(Array(1.5 - 0.25i).as(c64)), "(1.5-0.25j)");
  EXPECT_EQ(to_string(c128_of({1.5 + 2i, 3.0 - 1.25i})), "[1.5+2.j   3. -1.25j]");
  EXPECT_EQ(to_string(c128_of({Z(1, NAN), Z(-2, infinity)})), "[ 1.+nanj -2.+infj]");
  EXPECT_EQ(to_string(c128_of({1e10 + 1i, 1.0 - 1e-10i})), "[1.e+10+1.e+00j 1.e+00-1.e-10j]");
}

TEST(Complex, PartsAndAngles) {
  const Array z = c128_of({3.0 + 4i, -1.0, Z(-1, -0.0), -2i});
  EXPECT_EQ(said_by_us(real(z)), "f64[4] [ 3. -1. -1. -0.]");
  EXPECT_EQ(said_by_us(imag(z)), "f64[4] [ 4.  0. -0. -2.]");
  EXPECT_EQ(said_by_us(abs(z)), "f64[4] [5. 1. 1. 2.]");
  EXPECT_EQ(angle(z).to_vector<double>(), (std::vector<double>{std::atan2(4.0, 3.0), pi, -pi, -pi / 2}));
  EXPECT_EQ(at(conj(z)), 3.0 - 4i);
  EXPECT_EQ(said_by_us(real(Array{1, 2})), "i32[2] [1 2]");
  EXPECT_EQ(said_by_us(imag(Array{1., 2.})), "f32[2] [0. 0.]");
  EXPECT_EQ(said_by_us(angle(Array{-1., 2.})), "f32[2] [3.1415927 0.       ]");
  EXPECT_EQ(said_by_us(complex(Array{1., 2.}, 3)), "c64[2] [1.+3.j 2.+3.j]");
  EXPECT_THROW(complex(ones({2}, c64), 1.0), DTypeError);
}

// On the cuts the sign of a zero tells the side.
TEST(Complex, BranchCuts) {
  const auto of = [](Array (*f)(Operand), Z z) { return at(f(Array(z).as(c128))); };
  EXPECT_EQ(of(sqrt, Z(-4, 0.0)), 2i);
  EXPECT_EQ(of(sqrt, Z(-4, -0.0)), -2i);
  EXPECT_EQ(of(log, Z(-1, 0.0)), Z(0, pi));
  EXPECT_EQ(of(log, Z(-1, -0.0)), Z(0, -pi));
  EXPECT_EQ(of(asin, Z(2, 0.0)).imag(), -of(asin, Z(2, -0.0)).imag());
  EXPECT_GT(of(asin, Z(2, 0.0)).imag(), 0);
  EXPECT_LT(of(acos, Z(2, 0.0)).imag(), 0);
  EXPECT_GT(of(atanh, Z(2, 0.0)).imag(), 0);
  EXPECT_LT(of(atanh, Z(2, -0.0)).imag(), 0);
  EXPECT_GT(of(acosh, Z(-2, 0.0)).imag(), 0);
}

TEST(Complex, Conversions) {
  const Array z = c128_of({1.5 + 2i, 2i, 0.0});
  EXPECT_EQ(said_by_us(z.as(f32)), "f32[3] [1.5 0.  0. ]");
  EXPECT_EQ(said_by_us(z.as(i32)), "i32[3] [1 0 0]");
  EXPECT_EQ(said_by_us(z.as(bool_)), "bool[3] [ True  True False]");
  EXPECT_EQ(said_by_us(Array(2i).as(bool_)), "bool[] True");
  EXPECT_EQ(said_by_us(any(z) & ~all(z)), "bool[] True");
  EXPECT_EQ(said_by_us(Array{1., 2.}.as(c64)), "c64[2] [1.+0.j 2.+0.j]");
}

TEST(Complex, ReductionsAndProducts) {
  const Array z = c128_of({1.0 + 1i, 2.0 - 1i, 1.0 + 3i});
  EXPECT_EQ(sum(z).item<Z>(), 4.0 + 3i);
  EXPECT_EQ(prod(z).item<Z>(), (1.0 + 1i) * (2.0 - 1i) * (1.0 + 3i));
  EXPECT_EQ(max(z).item<Z>(), 2.0 - 1i);
  EXPECT_EQ(min(z).item<Z>(), 1.0 + 1i);
  EXPECT_EQ(at(cumprod(z), 1), (1.0 + 1i) * (2.0 - 1i));
  EXPECT_EQ(mean(z).item<Z>(), (4.0 + 3i) / 3.0);
  EXPECT_EQ(var(z).dtype(), f64);
  EXPECT_NEAR(var(z).item<double>(), 26.0 / 9, 1e-15);
  EXPECT_NEAR(norm(z).item<double>(), std::sqrt(17.0), 1e-15);
  EXPECT_EQ(dot(z, z).item<Z>(), 2i + (3.0 - 4i) + (-8.0 + 6i));
  EXPECT_EQ(vdot(z, z).item<Z>(), 17.0);
  EXPECT_EQ(vecdot(z, z).item<Z>(), 17.0);
  EXPECT_EQ(matmul(reshape(z, {1, 3}), reshape(z, {3, 1})).item<Z>(), dot(z, z).item<Z>());
}

TEST(Complex, Order) {
  const Array x = c128_of({1.0 + 1i, 1.0 + 2i, 2.0}), y = c128_of({1.0 + 2i, 1.0 + 2i, 1.0 + 9i});
  EXPECT_EQ((x < y).to_vector<bool>(), (std::vector<bool>{true, false, false}));
  EXPECT_EQ((x >= y).to_vector<bool>(), (std::vector<bool>{false, true, true}));
  EXPECT_EQ(at(maximum(x, y), 2), 2.0);
  EXPECT_TRUE(std::isnan(at(maximum(x, Z(0, NAN))).real()));
}

TEST(Complex, Refused) {
  const Array z = c128_of({1i});
  for (const auto& f : std::vector<Array (*)(Operand)>{floor, cbrt, erf, lgamma, signbit, trunc}) EXPECT_THROW(f(z), DTypeError);
  EXPECT_THROW(mod(z, z), DTypeError);
  EXPECT_THROW(atan2(z, z), DTypeError);
  EXPECT_THROW(hypot(z, z), DTypeError);
  EXPECT_THROW(argmax(z), DTypeError);
  EXPECT_THROW(cummax(z), DTypeError);
  EXPECT_THROW(z & z, DTypeError);
  try {
    (void)hypot(z, z);
  } catch (const DTypeError& error) {
    EXPECT_EQ(error.op, "hypot");
    EXPECT_NE(std::string(error.where.file_name()).find("complex_test.cpp"), std::string::npos);
    EXPECT_FALSE(error.hint.empty());
  }
}

// The conventions are JAX's: grad of |z|² is 2 conj(z), that of Re(z²) 2z.
TEST(Complex, Gradients) {
  const Array z = c128_of({3.0 + 4i, -1i});
  EXPECT_EQ(at(grad([](Array z) { return sum(square(abs(z))); })(z)), 6.0 - 8i);
  EXPECT_EQ(at(grad([](Array z) { return sum(real(z * conj(z))); })(z)), 6.0 - 8i);
  EXPECT_EQ(at(grad([](Array z) { return sum(real(z * z)); })(z)), 6.0 + 8i);
  EXPECT_EQ(at(grad([](Array z) { return sum(imag(z)); })(z)), -1i);
  EXPECT_EQ(at(grad([](Array z) { return abs(z[0]) * 0; })(zeros({1}, c128))), 0.0);
  const auto [value, tangent] = jvp([](Array z) { return exp(z); }, z, c128_of({1i, 2.0}));
  EXPECT_NEAR(std::abs(at(tangent) - 1i * std::exp(3.0 + 4i)), 0, 1e-14);
  const auto [y, pull] = vjp([](Array z) { return z * (2.0 + 1i); }, z);
  EXPECT_EQ(at(pull(c128_of({1.0, 1i})), 1), 1i * (2.0 + 1i));  // without a conjugate
  // Of real arguments a gradient is real.
  EXPECT_EQ(said_by_us(grad([](Array x) { return sum(square(abs(x * (3.0 + 4i)))); })(Array{1., 2.}.as(f64))), "f64[2] [ 50. 100.]");
  EXPECT_THROW(grad([](Array z) { return sum(z); })(z), DifferentiationError);
  EXPECT_THROW(jacrev([](Array z) { return z; })(z), DifferentiationError);
}

TEST(Complex, InTransforms) {
  const Array z = c128_of({1.0 + 1i, 2.0 - 1i, 1.0 + 3i});
  EXPECT_EQ(at(vmap([](Array x) { return x * conj(x) + 1i; })(z), 1), 5.0 + 1i);
  EXPECT_EQ(fori_loop(0, 3, [](Array, Array w) { return w * w + 1i; }, Array(0.0 + 0i, c128)).item<Z>(), std::pow(std::pow(1i, 2) + 1i, 2) + 1i);
  EXPECT_EQ(cond(Array(true), [](Array x) { return x * 1i; }, [](Array x) { return -x; }, z).to_vector<Z>()[0], -1.0 + 1i);
  EXPECT_TRUE(allclose(z, z + 1e-12));
  EXPECT_FALSE(allclose(z, z + 1e-3i));
}

}  // namespace
