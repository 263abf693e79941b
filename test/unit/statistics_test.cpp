// Quantiles, covariances and counts.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// The arrays that expressions speak of, beside those of the header.
Array m() { return f64_of({4, 1, 3, 8, 2, 6, 7}); }
Array r() { return {1, 3, 3, 5, 8}; }
Array o() { return reshape(f64_of({4, NAN, 1, 2, 8, NAN}), {2, 3}); }

const Row rows[] = {
    {"np.quantile(m, .3)", [] { return quantile(m(), .3); }, "f64[] 2.8"},
    {"np.quantile(m, [0, .25, .5, 1])", [] { return quantile(m(), f64_of({0, .25, .5, 1})); }, "f64[4] [1.  2.5 4.  8. ]"},
    {"np.quantile(m, .3, method='inverted_cdf')", [] { return quantile(m(), .3, {.method = "inverted_cdf"}); }, "f64[] 3.0"},
    {"np.quantile(m, .3, method='averaged_inverted_cdf')", [] { return quantile(m(), .3, {.method = "averaged_inverted_cdf"}); }, "f64[] 3.0"},
    {"np.quantile(m[:4], .5, method='averaged_inverted_cdf')", [] { return quantile(m()[slice(4)], .5, {.method = "averaged_inverted_cdf"}); }, "f64[] 3.5"},
    {"np.quantile(m, .3, method='closest_observation')", [] { return quantile(m(), .3, {.method = "closest_observation"}); }, "f64[] 2.0"},
    {"np.quantile(m[:6], [.25,.75,.5], method='closest_observation')", [] { return quantile(m()[slice(6)], f64_of({.25, .75, .5}), {.method = "closest_observation"}); },
     "f64[3] [2. 4. 3.]"},
    {"np.quantile(m, .3, method='interpolated_inverted_cdf')", [] { return quantile(m(), .3, {.method = "interpolated_inverted_cdf"}); }, "f64[] 2.1"},
    {"np.quantile(m, .3, method='hazen')", [] { return quantile(m(), .3, {.method = "hazen"}); }, "f64[] 2.6"},
    {"np.quantile(m, .3, method='weibull')", [] { return quantile(m(), .3, {.method = "weibull"}); }, "f64[] 2.4"},
    {"np.quantile(m, .3, method='median_unbiased')", [] { return quantile(m(), .3, {.method = "median_unbiased"}); }, "f64[] 2.533333333333333"},
    {"np.quantile(m, .3, method='normal_unbiased')", [] { return quantile(m(), .3, {.method = "normal_unbiased"}); }, "f64[] 2.5500000000000003"},
    {"np.quantile(m, [0, 1], method='weibull')", [] { return quantile(m(), f64_of({0, 1}), {.method = "weibull"}); }, "f64[2] [1. 8.]"},
    {"np.quantile(m, .3, method='lower')", [] { return quantile(m(), .3, {.method = "lower"}); }, "f64[] 2.0"},
    {"np.quantile(m, .3, method='higher')", [] { return quantile(m(), .3, {.method = "higher"}); }, "f64[] 3.0"},
    {"np.quantile(m, .3, method='midpoint')", [] { return quantile(m(), .3, {.method = "midpoint"}); }, "f64[] 2.5"},
    {"np.quantile(m, [.25,.75], method='nearest')", [] { return quantile(m(), f64_of({.25, .75}), {.method = "nearest"}); }, "f64[2] [3. 6.]"},
    {"np.quantile(m, 0.1, method='inverted_cdf')", [] { return quantile(m(), .1, {.method = "inverted_cdf"}); }, "f64[] 1.0"},
    {"np.quantile(d, .25, axis=1)", [] { return quantile(d(), .25, {.axis = 1}); }, "f64[2] [-0.875 -0.25 ]"},
    {"np.quantile(d, [.25,.5], axis=0, keepdims=True)", [] { return quantile(d(), f64_of({.25, .5}), {.axis = 0, .keepdims = true}); },
     "f64[2,1,3] [[[ 2.125  -1.5    -0.3125]]\n\n [[ 2.75   -1.     -0.125 ]]]"},
    {"np.quantile(t, .5, axis=(0,2))", [] { return quantile(t(), .5, {.axis = {0, 2}}); }, "f32[3] [ 7.5 11.5 15.5]"},
    {"np.quantile(n, .5)", [] { return quantile(n(), .5); }, "f32[] nan"},
    {"np.percentile(d, [25, 50])", [] { return percentile(d(), f64_of({25, 50})); }, "f64[2] [-0.375  0.125]"},
    {"np.median(d)", [] { return median(d()); }, "f64[] 0.125"},
    {"np.median(d, axis=1)", [] { return median(d(), 1); }, "f64[2] [0.25 0.  ]"},
    {"np.median(i, axis=0, keepdims=True)", [] { return median(i(), {.axis = 0, .keepdims = true}); }, "f32[1,3] [[1.5 2.5 3.5]]"},
    {"np.median(n)", [] { return median(n()); }, "f32[] nan"},
    {"np.median(np.array([1,np.inf,np.inf,np.inf]))", [] { return median(f64_of({1, HUGE_VAL, HUGE_VAL, HUGE_VAL})); }, "f64[] inf"},
    {"np.nanmedian(o)", [] { return nanmedian(o()); }, "f64[] 3.0"},
    {"np.nanmedian(o, axis=0)", [] { return nanmedian(o(), {.axis = 0}); }, "f64[3] [3. 8. 1.]"},
    {"np.nanquantile(o, .25, axis=1)", [] { return nanquantile(o(), .25, {.axis = 1}); }, "f64[2] [1.75 3.5 ]"},
    {"np.nanquantile(o, [.25, 1.])", [] { return nanquantile(o(), f64_of({.25, 1})); }, "f64[2] [1.75 8.  ]"},
    {"np.nanpercentile(o, 40, axis=1, method='lower')", [] { return nanpercentile(o(), 40, {.axis = 1, .method = "lower"}); }, "f64[2] [1. 2.]"},
    {"np.nanvar(o)", [] { return nanvar(o()); }, "f64[] 7.1875"},
    {"np.nanvar(o, axis=1, ddof=1)", [] { return nanvar(o(), {.axis = 1, .ddof = 1}); }, "f64[2] [ 4.5 18. ]"},
    {"np.nanstd(o, axis=0)", [] { return nanstd(o(), {.axis = 0}); }, "f64[3] [1. 0. 0.]"},
    {"np.nanvar(n)", [] { return nanvar(n()); }, "f32[] 4.2222223"},
    {"np.nancumsum(o, axis=1)", [] { return nancumsum(o(), {.axis = 1}); }, "f64[2,3] [[ 4.  4.  5.]\n [ 2. 10. 10.]]"},
    {"np.nancumprod(o)", [] { return nancumprod(o()); }, "f64[6] [ 4.  4.  4.  8. 64. 64.]"},
    {"np.cov(d)", [] { return cov(d()); }, "f64[2,2] [[3.14583333 3.08333333]\n [3.08333333 6.08333333]]"},
    {"np.cov(q)", [] { return cov(q()); }, "f64[] 4.5625"},
    {"np.cov(d, rowvar=False)", [] { return cov(d(), {.rowvar = false}); },
     "f64[3,3] [[ 3.125    2.5     -0.9375 ]\n [ 2.5      2.      -0.75   ]\n [-0.9375  -0.75     0.28125]]"},
    {"np.cov(d, bias=True)", [] { return cov(d(), {.bias = true}); }, "f64[2,2] [[2.09722222 2.05555556]\n [2.05555556 4.05555556]]"},
    {"np.cov(d, ddof=0)", [] { return cov(d(), {.ddof = 0}); }, "f64[2,2] [[2.09722222 2.05555556]\n [2.05555556 4.05555556]]"},
    {"np.cov(q, np.array([1.,2.,5.]))", [] { return cov(q(), f64_of({1, 2, 5})); }, "f64[2,2] [[4.5625     3.5       ]\n [3.5        4.33333333]]"},
    {"np.cov(d, fweights=[1,2,3])", [] { return cov(d(), {.fweights = Array{1, 2, 3}}); }, "f64[2,2] [[1.98541667 1.27083333]\n [1.27083333 3.14166667]]"},
    {"np.cov(d, aweights=[.5,.25,1.])", [] { return cov(d(), {.aweights = f64_of({.5, .25, 1})}); }, "f64[2,2] [[2.04464286 2.44642857]\n [2.44642857 6.96428571]]"},
    {"np.cov(i)", [] { return cov(i()); }, "f32[2,2] [[1. 1.]\n [1. 1.]]"},
    {"np.corrcoef(d)", [] { return corrcoef(d()); }, "f64[2,2] [[1.         0.70482584]\n [0.70482584 1.        ]]"},
    {"np.corrcoef(q, np.array([1.,2.,5.]))", [] { return corrcoef(q(), f64_of({1, 2, 5})); }, "f64[2,2] [[1.         0.78714648]\n [0.78714648 1.        ]]"},
    {"np.corrcoef(q)", [] { return corrcoef(q()); }, "f64[] 1.0"},
    {"np.bincount(r, minlength=12)", [] { return bincount(r(), {.length = 12}); }, "i32[12] [0 1 0 2 0 1 0 0 1 0 0 0]"},
    {"np.bincount(np.array([],int))", [] { return bincount(zeros({0}, i32)); }, "i32[0] []"},
    {"np.digitize(m, [2.,4.,7.])", [] { return digitize(m(), f64_of({2, 4, 7})); }, "i32[7] [2 0 1 3 1 2 3]"},
    {"np.digitize(m, [2.,4.,7.], right=True)", [] { return digitize(m(), f64_of({2, 4, 7}), {.right = true}); }, "i32[7] [1 0 1 3 0 2 2]"},
    {"np.digitize(m, [7.,4.,2.])", [] { return digitize(m(), f64_of({7, 4, 2})); }, "i32[7] [1 3 2 0 2 1 0]"},
    {"np.digitize(m, [7.,4.,2.], right=True)", [] { return digitize(m(), f64_of({7, 4, 2}), {.right = true}); }, "i32[7] [2 3 2 0 3 1 1]"},
    {"np.histogram(m, bins=4)[0]", [] { return histogram(m(), {.bins = 4}).counts; }, "f64[4] [2. 2. 1. 2.]"},
    {"np.histogram(m, bins=4)[1]", [] { return histogram(m(), {.bins = 4}).edges; }, "f64[5] [1.   2.75 4.5  6.25 8.  ]"},
    {"np.histogram(m, bins=3, range=(2,7))[0]", [] { return histogram(m(), {.bins = 3, .range = std::pair(2.0, 7.0)}).counts; }, "f64[3] [2. 1. 2.]"},
    {"np.histogram(m, bins=[0.,2.,7.,9.])[0]", [] { return histogram(m(), {.edges = f64_of({0, 2, 7, 9})}).counts; }, "f64[3] [1. 4. 2.]"},
    {"np.histogram(m, bins=[0.,2.,7.,9.], density=True)[0]", [] { return histogram(m(), {.edges = f64_of({0, 2, 7, 9}), .density = true}).counts; },
     "f64[3] [0.07142857 0.11428571 0.14285714]"},
    {"np.histogram(m, bins=2, weights=m)[0]", [] { return histogram(m(), {.bins = 2, .weights = m()}).counts; }, "f64[2] [10. 21.]"},
    {"np.histogram(np.full(3,2.))[1]", [] { return histogram(f64_of({2, 2, 2})).edges; }, "f64[11] [1.5 1.6 1.7 1.8 1.9 2.  2.1 2.2 2.3 2.4 2.5]"},
    {"np.histogram(np.zeros(0), bins=2)[1]", [] { return histogram(zeros({0}, f64), {.bins = 2}).edges; }, "f64[3] [0.  0.5 1. ]"},
};

// The length depends on data: there is none in a trace.
const Row rows_of_data[] = {
    {"np.bincount(r)", [] { return bincount(r()); }, "i32[9] [0 1 0 2 0 1 0 0 1]"},
    {"np.bincount(r, weights=[.5,1,2,3,4])", [] { return bincount(r(), {.weights = f64_of({.5, 1, 2, 3, 4})}); }, "f64[9] [0.  0.5 0.  3.  0.  3.  0.  0.  4. ]"},
};

class Statistics : public testing::TestWithParam<Row> {};

TEST_P(Statistics, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Statistics, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

class CountsOfData : public testing::TestWithParam<Row> {};

TEST_P(CountsOfData, SayWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(CountsOfData, AskForALengthInATrace) { EXPECT_THROW(recorded_elsewhere(GetParam()), ArgumentError); }

INSTANTIATE_TEST_SUITE_P(All, Statistics, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

INSTANTIATE_TEST_SUITE_P(Data, CountsOfData, testing::ValuesIn(rows_of_data), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
