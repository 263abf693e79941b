// How arrays print.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

const Row rows[] = {
    {"np.array(0.5)", [] { return Array(0.5).as(f64); }, "f64[] 0.5"},
    {"np.array(3.)", [] { return Array(3.0).as(f64); }, "f64[] 3.0"},
    {"np.array(0.1,np.float32)", [] { return Array(0.1f).as(f32); }, "f32[] 0.1"},
    {"np.array(1e-5)", [] { return Array(1e-5).as(f64); }, "f64[] 1e-05"},
    {"np.array(123456789.)", [] { return Array(123456789.).as(f64); }, "f64[] 123456789.0"},
    {"np.array(1e16)", [] { return Array(1e16).as(f64); }, "f64[] 1e+16"},
    {"np.array(1.5e-7,np.float32)", [] { return Array(1.5e-7).as(f32); }, "f32[] 1.5e-07"},
    {"np.array(-7)", [] { return Array(-7).as(i64); }, "i64[] -7"},
    {"np.array(True)", [] { return Array(true).as(bool_); }, "bool[] True"},
    {"np.array(np.nan)", [] { return Array(NAN).as(f64); }, "f64[] nan"},
    {"np.array(-np.inf)", [] { return Array(-HUGE_VAL).as(f64); }, "f64[] -inf"},
    {"np.array([0.5,0.25,1])", [] { return f64_of({0.5, 0.25, 1}); }, "f64[3] [0.5  0.25 1.  ]"},
    {"np.array([1.,2.,3.])", [] { return f64_of({1, 2, 3}); }, "f64[3] [1. 2. 3.]"},
    {"np.array([1/3,2/3,100])", [] { return f64_of({1. / 3, 2. / 3, 100}); }, "f64[3] [  0.33333333   0.66666667 100.        ]"},
    {"np.array([1/3,2/3,100],np.float32)", [] { return f32_of({1. / 3, 2. / 3, 100}); }, "f32[3] [  0.33333334   0.6666667  100.        ]"},
    {"np.array([0.1,0.2],np.float32)", [] { return f32_of({0.1, 0.2}); }, "f32[2] [0.1 0.2]"},
    {"np.array([1e-5,1.])", [] { return f64_of({1e-5, 1}); }, "f64[2] [1.e-05 1.e+00]"},
    {"np.array([1e9,1.5])", [] { return f64_of({1e9, 1.5}); }, "f64[2] [1.0e+09 1.5e+00]"},
    {"np.array([1e10,np.nan])", [] { return f64_of({1e10, NAN}); }, "f64[2] [1.e+10    nan]"},
    {"np.array([1e100,-1e-100])", [] { return f64_of({1e100, -1e-100}); }, "f64[2] [ 1.e+100 -1.e-100]"},
    {"np.array([1.5,np.nan,np.inf,-np.inf])", [] { return f64_of({1.5, NAN, HUGE_VAL, -HUGE_VAL}); }, "f64[4] [ 1.5  nan  inf -inf]"},
    {"np.array([np.nan,np.inf])", [] { return f64_of({NAN, HUGE_VAL}); }, "f64[2] [nan inf]"},
    {"np.array([1.,-np.inf])", [] { return f64_of({1, -HUGE_VAL}); }, "f64[2] [  1. -inf]"},
    {"np.array([-1.,10.5,-0.])", [] { return f64_of({-1, 10.5, -0.}); }, "f64[3] [-1.  10.5 -0. ]"},
    {"np.array([0.2922,0.1086])", [] { return f64_of({0.2922, 0.1086}); }, "f64[2] [0.2922 0.1086]"},
    {"np.array([0.29220000000000002,1.23456789123])", [] { return f64_of({0.29220000000000002, 1.23456789123}); }, "f64[2] [0.2922     1.23456789]"},
    {"np.array([999.,0.5])", [] { return f64_of({999, 0.5}); }, "f64[2] [9.99e+02 5.00e-01]"},
    {"np.array([1001.,1.])", [] { return f64_of({1001, 1}); }, "f64[2] [1.001e+03 1.000e+00]"},
    {"np.array([1e8,2e8])", [] { return f64_of({1e8, 2e8}); }, "f64[2] [1.e+08 2.e+08]"},
    {"np.array([99999999.,1e5])", [] { return f64_of({99999999, 1e5}); }, "f64[2] [99999999.   100000.]"},
    {"np.array([16777216.,3.],np.float32)", [] { return f32_of({16777216, 3}); }, "f32[2] [1.6777216e+07 3.0000000e+00]"},
    {"np.array([1e-4,5e-4])", [] { return f64_of({1e-4, 5e-4}); }, "f64[2] [0.0001 0.0005]"},
    {"np.array([1e-5,1/3],np.float32)", [] { return f32_of({1e-5, 1. / 3}); }, "f32[2] [9.9999997e-06 3.3333334e-01]"},
    {"np.array([3e-7,1.25],np.float32)", [] { return f32_of({3e-7, 1.25}); }, "f32[2] [3.00e-07 1.25e+00]"},
    {"np.array([5e-324,1e10])", [] { return f64_of({5e-324, 1e10}); }, "f64[2] [5.e-324 1.e+010]"},
    {"np.array([0.,0.])", [] { return f64_of({0, 0}); }, "f64[2] [0. 0.]"},
    {"np.array([True,True])", [] { return Array({true, true}); }, "bool[2] [ True  True]"},
    {"np.array([True,False])", [] { return Array({true, false}); }, "bool[2] [ True False]"},
    {"b", [] { return b(); }, "bool[2,3] [[ True False  True]\n [False False  True]]"},
    {"i", [] { return i(); }, "i32[2,3] [[0 1 2]\n [3 4 5]]"},
    {"np.array([1,-20,300])", [] { return Array(std::vector<std::int64_t>{1, -20, 300}); }, "i64[3] [  1 -20 300]"},
    {"u", [] { return u(); }, "u8[3] [  0   7 255]"},
    {"np.array([2**64-1,0],np.uint64)", [] { return Array(std::vector<std::uint64_t>{~std::uint64_t{0}, 0}); },
     "u64[2] [18446744073709551615                    0]"},
    {"t", [] { return t(); }, "i32[2,3,4] [[[ 0  1  2  3]\n  [ 4  5  6  7]\n  [ 8  9 10 11]]\n\n [[12 13 14 15]\n  [16 17 18 19]\n  [20 21 22 23]]]"},
    {"t.reshape(2,1,3,4)", [] { return reshape(t(), {2, 1, 3, 4}); },
     "i32[2,1,3,4] [[[[ 0  1  2  3]\n   [ 4  5  6  7]\n   [ 8  9 10 11]]]\n\n\n [[[12 13 14 15]\n   [16 17 18 19]\n   [20 21 22 23]]]]"},
    {"d", [] { return d(); }, "f64[2,3] [[ 1.5  -2.    0.25]\n [ 4.    0.   -0.5 ]]"},
    {"e", [] { return e(); }, "f32[0,3] []"},
    {"np.zeros((2,0))", [] { return zeros({2, 0}, f64); }, "f64[2,0] []"},
    {"np.arange(100)", [] { return arange(100).as(i64); },
     "i64[100] [ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47\n 48 49 50 51 52 53 54 55 56 57 58 59 60 61 62 63 64 65 66 67 68 69 70 71\n 72 73 74 75 76 77 78 79 80 81 82 83 84 85 86 87 88 89 90 91 92 93 94 95\n 96 97 98 99]"},
    {"np.arange(40)/7", [] { return arange(40).as(f64) / 7; },
     "f64[40] [0.         0.14285714 0.28571429 0.42857143 0.57142857 0.71428571\n 0.85714286 1.         1.14285714 1.28571429 1.42857143 1.57142857\n 1.71428571 1.85714286 2.         2.14285714 2.28571429 2.42857143\n 2.57142857 2.71428571 2.85714286 3.         3.14285714 3.28571429\n 3.42857143 3.57142857 3.71428571 3.85714286 4.         4.14285714\n 4.28571429 4.42857143 4.57142857 4.71428571 4.85714286 5.\n 5.14285714 5.28571429 5.42857143 5.57142857]"},
    {"np.arange(60).reshape(2,30)", [] { return reshape(arange(60).as(i64), {2, 30}); },
     "i64[2,30] [[ 0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n  24 25 26 27 28 29]\n [30 31 32 33 34 35 36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53\n  54 55 56 57 58 59]]"},
    {"np.arange(1001)", [] { return arange(1001).as(i64); }, "i64[1001] [   0    1    2 ...  998  999 1000]"},
    {"np.arange(1200).reshape(40,30)", [] { return reshape(arange(1200).as(i64), {40, 30}); },
     "i64[40,30] [[   0    1    2 ...   27   28   29]\n [  30   31   32 ...   57   58   59]\n [  60   61   62 ...   87   88   89]\n ...\n [1110 1111 1112 ... 1137 1138 1139]\n [1140 1141 1142 ... 1167 1168 1169]\n [1170 1171 1172 ... 1197 1198 1199]]"},
    {"np.arange(1001.)", [] { return arange(1001.).as(f64); }, "f64[1001] [   0.    1.    2. ...  998.  999. 1000.]"},
    {"np.arange(2000).reshape(2,2,500)", [] { return reshape(arange(2000).as(i64), {2, 2, 500}); },
     "i64[2,2,500] [[[   0    1    2 ...  497  498  499]\n  [ 500  501  502 ...  997  998  999]]\n\n [[1000 1001 1002 ... 1497 1498 1499]\n  [1500 1501 1502 ... 1997 1998 1999]]]"},
    {"np.arange(1100).reshape(1100,1)", [] { return reshape(arange(1100).as(i64), {1100, 1}); },
     "i64[1100,1] [[   0]\n [   1]\n [   2]\n ...\n [1097]\n [1098]\n [1099]]"},
};

class Print : public testing::TestWithParam<Row> {};

TEST_P(Print, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

INSTANTIATE_TEST_SUITE_P(All, Print, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
