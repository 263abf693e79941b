// Samples: differences, integrals, interpolation, convolution; polynomials; window functions.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// The arrays that expressions speak of, beside those of the header.
Array m() { return f64_of({4, 1, 3, 8, 2, 6, 7}); }

const Row rows[] = {
    {"np.diff(v)", [] { return diff(v()); }, "i32[2] [-2  1]"},
    {"np.diff(t, axis=1)[0]", [] { return diff(t(), {.axis = 1})[0]; }, "i32[2,4] [[4 4 4 4]\n [4 4 4 4]]"},
    {"np.diff(m, n=3)", [] { return diff(m(), {.n = 3}); }, "f64[4] [ -2. -14.  21. -13.]"},
    {"np.diff(v, n=5)", [] { return diff(v(), {.n = 5}); }, "i32[0] []"},
    {"np.diff(b)", [] { return diff(b()); }, "bool[2,2] [[ True  True]\n [False  True]]"},
    {"np.diff(f, n=0)", [] { return diff(f(), {.n = 0}); }, "f32[2,3] [[ 1.5  -2.    0.25]\n [ 4.    0.   -0.5 ]]"},
    {"np.diff(v, prepend=0, append=[7,9])", [] { return diff(v(), {.prepend = 0, .append = Array{7, 9}}); }, "i32[5] [ 3 -2  1  5  2]"},
    {"np.diff(i, axis=0, prepend=i[:1])", [] { return diff(i(), {.axis = 0, .prepend = i()[slice(0, 1)]}); }, "i32[2,3] [[0 0 0]\n [3 3 3]]"},
    {"np.ediff1d(i)", [] { return ediff1d(i()); }, "i32[5] [1 1 1 1 1]"},
    {"np.ediff1d(v, to_begin=[9], to_end=[1,2])", [] { return ediff1d(v(), {.to_begin = Array{9}, .to_end = Array{1, 2}}); }, "i32[5] [ 9 -2  1  1  2]"},
    {"np.gradient(m)", [] { return gradient(m())[0]; }, "f64[7] [-3.  -0.5  3.5 -0.5 -1.   2.5  1. ]"},
    {"np.gradient(m, 2.)", [] { return gradient(m(), {.spacing = 2.0})[0]; }, "f64[7] [-1.5  -0.25  1.75 -0.25 -0.5   1.25  0.5 ]"},
    {"np.gradient(m, [0.,1.,1.5,3.5,4.,6.,7.])", [] { return gradient(m(), {.spacing = f64_of({0, 1, 1.5, 3.5, 4, 6, 7})})[0]; },
     "f64[7] [-3.          1.66666667  3.7        -9.1        -9.2         1.33333333\n  1.        ]"},
    {"np.gradient(d)[0]", [] { return gradient(d())[0]; }, "f64[2,3] [[ 2.5   2.   -0.75]\n [ 2.5   2.   -0.75]]"},
    {"np.gradient(d)[1]", [] { return gradient(d())[1]; }, "f64[2,3] [[-3.5   -0.625  2.25 ]\n [-4.    -2.25  -0.5  ]]"},
    {"np.gradient(d, axis=1)", [] { return gradient(d(), {.axis = 1})[0]; }, "f64[2,3] [[-3.5   -0.625  2.25 ]\n [-4.    -2.25  -0.5  ]]"},
    {"np.gradient(m[:2])", [] { return gradient(m()[slice(2)])[0]; }, "f64[2] [-3. -3.]"},
    {"np.gradient(v)", [] { return gradient(v())[0]; }, "f32[3] [-2.  -0.5  1. ]"},
    {"np.trapezoid(m)", [] { return trapezoid(m()); }, "f64[] 25.5"},
    {"np.trapezoid(d, axis=0)", [] { return trapezoid(d(), {.axis = 0}); }, "f64[3] [ 2.75  -1.    -0.125]"},
    {"np.trapezoid(m, dx=.5)", [] { return trapezoid(m(), {.dx = .5}); }, "f64[] 12.75"},
    {"np.trapezoid(q, x=[0.,1.,4.])", [] { return trapezoid(q(), {.x = f64_of({0, 1, 4})}); }, "f64[] 2.25"},
    {"np.trapezoid(d, x=[0.,1.,4.])", [] { return trapezoid(d(), {.x = f64_of({0, 1, 4})}); }, "f64[2] [-2.875  1.25 ]"},
    {"np.trapezoid(d, x=d*2)", [] { return trapezoid(d(), {.x = d() * 2}); }, "f64[2] [ -2.1875 -15.75  ]"},
    {"np.trapezoid(m[:1])", [] { return trapezoid(m()[slice(1)]); }, "f64[] 0.0"},
    {"np.trapezoid(v)", [] { return trapezoid(v()); }, "f32[] 3.5"},
    {"np.unwrap(np.array([0.,3.,6.5,-1.]))", [] { return unwrap(f64_of({0, 3, 6.5, -1})); }, "f64[4] [ 0.          3.          0.21681469 -1.        ]"},
    {"np.unwrap(np.array([0.,1.,4.,2.,7.]), period=4)", [] { return unwrap(f64_of({0, 1, 4, 2, 7}), {.period = 4}); }, "f64[5] [ 0.  1.  0. -2. -1.]"},
    {"np.unwrap(np.array([0.,5.,0.]), discont=5.5)", [] { return unwrap(f64_of({0, 5, 0}), {.discont = 5.5}); }, "f64[3] [0. 5. 0.]"},
    {"np.interp([-1.,.5,1.,2.5,9.], [0.,1.,3.], [2.,4.,0.])", [] { return interp(f64_of({-1, .5, 1, 2.5, 9}), f64_of({0, 1, 3}), f64_of({2, 4, 0})); },
     "f64[5] [2. 3. 4. 1. 0.]"},
    {"np.interp([-1.,9.], [0.,1.,3.], [2.,4.,0.], left=-5, right=7)", [] { return interp(f64_of({-1, 9}), f64_of({0, 1, 3}), f64_of({2, 4, 0}), {.left = -5, .right = 7}); },
     "f64[2] [-5.  7.]"},
    {"np.interp([-1.,.25,3.75,8.5], [3.,1.,0.], [0.,4.,2.], period=4)", [] { return interp(f64_of({-1, .25, 3.75, 8.5}), f64_of({3, 1, 0}), f64_of({0, 4, 2}), {.period = 4}); },
     "f64[4] [0.  2.5 1.5 3. ]"},
    {"np.interp([[-1.,7.]], [2.], [3.])", [] { return interp(reshape(f64_of({-1, 7}), {1, 2}), f64_of({2}), f64_of({3})); }, "f64[1,2] [[3. 3.]]"},
    {"np.interp(.5, [0,1], [0,3])", [] { return interp(.5, Array{0, 1}, Array{0, 3}); }, "f32[] 1.5"},
    {"np.convolve(q, [1.,2.])", [] { return convolve(q(), f64_of({1, 2})); }, "f64[4] [ 0.5  -0.25  0.5   6.  ]"},
    {"np.convolve([1.,2.], q, mode='same')", [] { return convolve(f64_of({1, 2}), q(), {.mode = "same"}); }, "f64[3] [ 0.5  -0.25  0.5 ]"},
    {"np.convolve(m, q, mode='same')", [] { return convolve(m(), q(), {.mode = "same"}); }, "f64[7] [-4.5  12.25  3.25  0.   24.5   2.    9.25]"},
    {"np.convolve(q, m, mode='valid')", [] { return convolve(q(), m(), {.mode = "valid"}); }, "f64[5] [12.25  3.25  0.   24.5   2.  ]"},
    {"np.convolve(v, v)", [] { return convolve(v(), v()); }, "i32[5] [ 9  6 13  4  4]"},
    {"np.convolve(np.array([1+2j,3.]), np.array([1j,2.,1.]))", [] { return convolve(Array{std::complex(1.0, 2.0), std::complex(3.0)}.as(c128), Array{std::complex(0.0, 1.0), std::complex(2.0), std::complex(1.0)}.as(c128)); },
     "c128[4] [-2.+1.j  2.+7.j  7.+2.j  3.+0.j]"},
    {"np.correlate(m, q)", [] { return correlate(m(), q()); }, "f64[5] [ 9.75 20.75 -2.5  19.5  14.5 ]"},
    {"np.correlate(q, m)", [] { return correlate(q(), m()); }, "f64[5] [14.5  19.5  -2.5  20.75  9.75]"},
    {"np.correlate(q, m, mode='same')", [] { return correlate(q(), m(), {.mode = "same"}); }, "f64[7] [-5.75 14.5  19.5  -2.5  20.75  9.75 -2.  ]"},
    {"np.correlate(m, q, mode='full')", [] { return correlate(m(), q(), {.mode = "full"}); }, "f64[9] [12.   -2.    9.75 20.75 -2.5  19.5  14.5  -5.75  3.5 ]"},
    {"np.correlate(m[:4], m[1:5], mode='same')", [] { return correlate(m()[slice(4)], m()[slice(1, 5)], {.mode = "same"}); }, "f64[4] [34. 26. 47. 74.]"},
    {"np.correlate(np.array([1+2j,3.]), np.array([1j,2.,1.]), mode='full')", [] { return correlate(Array{std::complex(1.0, 2.0), std::complex(3.0)}.as(c128), Array{std::complex(0.0, 1.0), std::complex(2.0), std::complex(1.0)}.as(c128), {.mode = "full"}); },
     "c128[4] [1.+2.j 5.+4.j 8.-1.j 0.-3.j]"},
    {"np.polyval(q, 2.)", [] { return polyval(q(), 2.0); }, "f64[] 2.5"},
    {"np.polyval(q, d)", [] { return polyval(q(), d()); }, "f64[2,3] [[2.25    7.5     2.71875]\n [6.      3.      3.75   ]]"},
    {"np.polyval([2.,1.], v)", [] { return polyval(f64_of({2, 1}), v()); }, "f64[3] [7. 3. 5.]"},
    {"np.polyval([3.], [2.,1.])", [] { return polyval(f64_of({3}), f64_of({2, 1})); }, "f64[2] [3. 3.]"},
    {"np.polyadd(q, [1.,2.])", [] { return polyadd(q(), f64_of({1, 2})); }, "f64[3] [ 0.5  -0.25  5.  ]"},
    {"np.polysub([1.,2.], q)", [] { return polysub(f64_of({1, 2}), q()); }, "f64[3] [-0.5   2.25 -1.  ]"},
    {"np.polymul(q, [1.,2.])", [] { return polymul(q(), f64_of({1, 2})); }, "f64[4] [ 0.5  -0.25  0.5   6.  ]"},
    {"np.polymul(v, v)", [] { return polymul(v(), v()); }, "i32[5] [ 9  6 13  4  4]"},
    {"np.polyder(m)", [] { return polyder(m()); }, "f64[6] [24.  5. 12. 24.  4.  6.]"},
    {"np.polyder(q, 2)", [] { return polyder(q(), 2); }, "f64[1] [1.]"},
    {"np.polyder(v)", [] { return polyder(v()); }, "i32[2] [6 1]"},
    {"np.polyint(q)", [] { return polyint(q()); }, "f64[4] [ 0.16666667 -0.625       3.          0.        ]"},
    {"np.polyint(q, m=2, k=[3.,4.])", [] { return polyint(q(), {.m = 2, .k = f64_of({3, 4})}); },
     "f64[5] [ 0.04166667 -0.20833333  1.5         3.          4.        ]"},
    {"np.vander(q)", [] { return vander(q()); }, "f64[3,3] [[ 0.25    0.5     1.    ]\n [ 1.5625 -1.25    1.    ]\n [ 9.      3.      1.    ]]"},
    {"np.vander(v, 2)", [] { return vander(v(), {.n = 2}); }, "i32[3,2] [[3 1]\n [1 1]\n [2 1]]"},
    {"np.vander(q, 4, increasing=True)", [] { return vander(q(), {.n = 4, .increasing = true}); },
     "f64[3,4] [[ 1.        0.5       0.25      0.125   ]\n [ 1.       -1.25      1.5625   -1.953125]\n [ 1.        3.        9.       27.      ]]"},
    {"np.hanning(5)", [] { return hann(5); }, "f32[5] [0.  0.5 1.  0.5 0. ]"},
    {"np.hamming(6)", [] { return hamming(6, f64); }, "f64[6] [0.08       0.39785218 0.91214782 0.91214782 0.39785218 0.08      ]"},
    {"np.blackman(5)[1:4]", [] { return blackman(5, f64)[slice(1, 4)]; }, "f64[3] [0.34 1.   0.34]"},
    {"np.bartlett(6)", [] { return bartlett(6, f64); }, "f64[6] [0.  0.4 0.8 0.8 0.4 0. ]"},
    {"np.kaiser(5, 8.)", [] { return kaiser(5, 8, f64); }, "f64[5] [0.00233883 0.36897272 1.         0.36897272 0.00233883]"},
    {"np.kaiser(4, 0.)", [] { return kaiser(4, 0, f64); }, "f64[4] [1. 1. 1. 1.]"},
    {"np.hanning(1)", [] { return hann(1, f64); }, "f64[1] [1.]"},
    {"np.hanning(0)", [] { return hann(0, f64); }, "f64[0] []"},
};

class Numeric : public testing::TestWithParam<Row> {};

TEST_P(Numeric, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Numeric, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Numeric, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
