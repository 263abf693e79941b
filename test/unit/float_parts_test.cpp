// Floats by their parts, divisors, bits, and special functions that are compositions (SciPy).
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

const Row rows[] = {
    {"np.packbits(b)", [] { return packbits(b()); }, "u8[1] [164]"},
    {"np.packbits(i, axis=1)", [] { return packbits(i(), {.axis = 1}); }, "u8[2,1] [[ 96]\n [224]]"},
    {"np.packbits(np.arange(10) % 3, bitorder='little')", [] { return packbits(arange(10) % 3, {.bitorder = "little"}); }, "u8[2] [182   1]"},
    {"np.unpackbits(u)", [] { return unpackbits(u()); }, "u8[24] [0 0 0 0 0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 1 1]"},
    {"np.unpackbits(u.reshape(3,1), axis=1)", [] { return unpackbits(reshape(u(), {3, 1}), {.axis = 1}); },
     "u8[3,8] [[0 0 0 0 0 0 0 0]\n [0 0 0 0 0 1 1 1]\n [1 1 1 1 1 1 1 1]]"},
    {"np.unpackbits(u, count=-3, bitorder='little')", [] { return unpackbits(u(), {.count = -3, .bitorder = "little"}); },
     "u8[21] [0 0 0 0 0 0 0 0 1 1 1 0 0 0 0 0 1 1 1 1 1]"},
    {"np.unpackbits(u[1:2], count=11)", [] { return unpackbits(u()[slice(1, 2)], {.count = 11}); }, "u8[11] [0 0 0 0 0 1 1 1 0 0 0]"},
    {"np.frexp(q)[0]", [] { return frexp(q()).first; }, "f64[3] [ 0.5   -0.625  0.75 ]"},
    {"np.frexp(q)[1]", [] { return frexp(q()).second; }, "i32[3] [0 1 2]"},
    {"np.frexp(np.array([5e-324,1.7e308,-np.inf,0.]))[0]", [] { return frexp(f64_of({5e-324, 1.7e308, -HUGE_VAL, 0})).first; },
     "f64[4] [0.5        0.94565639       -inf 0.        ]"},
    {"np.frexp(np.array([5e-324,1.7e308,-np.inf,0.]))[1]", [] { return frexp(f64_of({5e-324, 1.7e308, -HUGE_VAL, 0})).second; }, "i32[4] [-1073  1024     0     0]"},
    {"np.frexp(np.float32(3e-45))[1]", [] { return frexp(f32_of({3e-45})[0]).second; }, "i32[] -147"},
    {"np.ldexp(q, 3)", [] { return ldexp(q(), 3); }, "f64[3] [  4. -10.  24.]"},
    {"np.ldexp(np.array([1.,1.,5e-324,-1.]), np.array([-1074,1023,2000,-5000]))", [] { return ldexp(f64_of({1, 1, 5e-324, -1}), Array{-1074, 1023, 2000, -5000}); },
     "f64[4] [ 4.94065646e-324  8.98846567e+307  5.67251933e+278 -0.00000000e+000]"},
    {"np.ldexp(np.float32(1.5), np.array([-149,127,-150],np.int32))", [] { return ldexp(f32_of({1.5})[0], Array{-149, 127, -150}); },
     "f32[3] [2.8025969e-45 2.5521178e+38 1.4012985e-45]"},
    {"np.modf(np.array([2.75,-1.5,np.inf]))[0]", [] { return modf(f64_of({2.75, -1.5, HUGE_VAL})).first; }, "f64[3] [ 0.75 -0.5   0.  ]"},
    {"np.modf(np.array([2.75,-1.5,np.inf]))[1]", [] { return modf(f64_of({2.75, -1.5, HUGE_VAL})).second; }, "f64[3] [ 2. -1. inf]"},
    {"np.spacing(np.array([1.,-1e300,0.,np.inf]))", [] { return spacing(f64_of({1, -1e300, 0, HUGE_VAL})); },
     "f64[4] [ 2.22044605e-016 -1.48701691e+284  4.94065646e-324              nan]"},
    {"np.spacing(np.float32([1.,3e38]))", [] { return spacing(f32_of({1, 3e38})); }, "f32[2] [1.1920929e-07 2.0282410e+31]"},
    {"np.gcd(np.array([12,-18,0,7],np.int32), np.array([18,12,-5,0],np.int32))", [] { return gcd(Array{12, -18, 0, 7}, Array{18, 12, -5, 0}); }, "i32[4] [6 6 5 7]"},
    {"np.gcd(s, np.int8(10))", [] { return gcd(s(), Array(10).as(i8)); }, "i8[3] [1 5 1]"},
    {"np.gcd(np.int64(7540113804746346429), np.array([4660046610375530309]))", [] { return gcd(Array(7540113804746346429), Array{4660046610375530309}); },
     "i64[1] [1]"},
    {"np.lcm(np.array([4,-6,0],np.int32), np.array([6,4,3],np.int32))", [] { return lcm(Array{4, -6, 0}, Array{6, 4, 3}); }, "i32[3] [12 12  0]"},
    {"np.isposinf(np.array([np.inf,-np.inf,np.nan]))", [] { return isposinf(f64_of({HUGE_VAL, -HUGE_VAL, NAN})); }, "bool[3] [ True False False]"},
    {"np.isneginf(np.array([np.inf,-np.inf,np.nan]))", [] { return isneginf(f64_of({HUGE_VAL, -HUGE_VAL, NAN})); }, "bool[3] [False  True False]"},
    {"sp.i0(np.array([0., -2.5, 40.]))", [] { return i0(f64_of({0, -2.5, 40})); }, "f64[3] [1.00000000e+00 3.28983914e+00 1.48947748e+16]"},
    {"sp.i0e(q)", [] { return i0e(q()); }, "f64[3] [0.64503527 0.40983615 0.24300035]"},
    {"sp.i1e(q)", [] { return i1e(q()); }, "f64[3] [ 0.1564208  -0.21639175  0.19682671]"},
    {"sp.i0(v.astype(np.float32))", [] { return i0(v()); }, "f32[3] [4.8807926 1.2660658 2.2795854]"},
    {"sp.logit(np.array([0., .25, 1., 2., 1e-300]))", [] { return logit(f64_of({0, .25, 1, 2, 1e-300})); },
     "f64[5] [         -inf   -1.09861229           inf           nan -690.7755279 ]"},
    {"sp.ndtr(np.array([-37., -1., 0., 2.]))", [] { return ndtr(f64_of({-37, -1, 0, 2})); },
     "f64[4] [5.72557122e-300 1.58655254e-001 5.00000000e-001 9.77249868e-001]"},
    {"sp.log_ndtr(np.array([-1e10, -100., -30.5, -29.5, -2., 0., 3., 40.]))", [] { return log_ndtr(f64_of({-1e10, -100, -30.5, -29.5, -2, 0, 3, 40})); },
     "f64[8] [-5.00000000e+19 -5.00552421e+03 -4.69462737e+02 -4.39429475e+02\n -3.78318433e+00 -6.93147181e-01 -1.35080996e-03 -0.00000000e+00]"},
    {"sp.ndtri(np.array([0., 1e-300, 1e-10, .1, .139, .141, .5, .9, 1., 1.5]))", [] { return ndtri(f64_of({0, 1e-300, 1e-10, .1, .139, .141, .5, .9, 1, 1.5})); },
     "f64[10] [        -inf -37.0470963   -6.3613409   -1.28155157  -1.08482313\n  -1.07583736   0.           1.28155157          inf          nan]"},
    {"sp.betaln(q+2, 3.)", [] { return betaln(q() + 2, 3.0); }, "f64[3] [-2.97998392 -0.59038745 -4.65396035]"},
    {"sp.multigammaln(5.5, 3)", [] { return multigammaln(5.5, 3); }, "f32[] 11.306699"},
    {"np.array([sp.multigammaln(a, 3) for a in (2.,3.5)])", [] { return multigammaln(f64_of({2, 3.5}), 3); }, "f64[2] [1.59631259 3.89589848]"},
};

class FloatParts : public testing::TestWithParam<Row> {};

TEST_P(FloatParts, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(FloatParts, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, FloatParts, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

double farthest(const Array& got, const Array& wanted) { return max(abs(got.as(f64) / wanted - 1)).item<double>(); }

TEST(NormalDistribution, IsInvertedInBothTails) {
  const Array x = linspace(-37.0, 5.0, 400, {.dtype = f64}), away = x[abs(x) > 1e-3];
  EXPECT_LT(farthest(ndtri(ndtr(away)), away), 2e-9);  // 1 - ndtr(5) has lost 7 digits
  const Array low = x[x < -1];
  EXPECT_LT(farthest(ndtri(ndtr(low)), low), 1e-14);
}

TEST(NormalDistribution, HasItsLogarithm) {
  const Array x = linspace(-37.0, 1.0, 400, {.dtype = f64});
  EXPECT_LT(farthest(log_ndtr(x), log(ndtr(x))), 1e-13);
  const Array above = linspace(1.0, 8.0, 100, {.dtype = f64});
  EXPECT_LT(farthest(log_ndtr(above), log1p(-ndtr(-above))), 1e-14);
}

TEST(NormalDistribution, OfSingleFloatsIsThatOfDoubles) {
  const Array x = linspace(-200.0, 6.0, 1000), p = linspace(0.001, 0.999, 500, {.dtype = f32});
  EXPECT_LT(farthest(log_ndtr(x), log_ndtr(x.as(f64))), 2.5e-6);  // at 6, of which the square is 36, a rounding of the argument counts 36 times
  EXPECT_LT(max(abs(ndtri(p).as(f64) - ndtri(p.as(f64)))).item<double>(), 1e-6);
}

}  // namespace
