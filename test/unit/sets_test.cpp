// Searching, arrays as sets, and parts that numbers name.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// The arrays that expressions speak of, beside those of the header.
Array r() { return {1, 3, 3, 5, 8}; }
Array x() { return {{2, 0, 3}, {0, 0, 1}}; }

const Row rows[] = {
    {"np.searchsorted(r, [0,3,4,9])", [] { return searchsorted(r(), Array{0, 3, 4, 9}); }, "i32[4] [0 1 3 5]"},
    {"np.searchsorted(r, [0,3,4,9], side='right')", [] { return searchsorted(r(), Array{0, 3, 4, 9}, {.right = true}); }, "i32[4] [0 3 3 5]"},
    {"np.searchsorted(r, i)", [] { return searchsorted(r(), i()); }, "i32[2,3] [[0 0 1]\n [1 3 3]]"},
    {"np.searchsorted(r, 3.5)", [] { return searchsorted(r(), 3.5); }, "i32[] 3"},
    {"np.searchsorted(np.array([1.,2.,np.nan,np.nan]), [np.nan,2.,5.])", [] { return searchsorted(f64_of({1, 2, NAN, NAN}), f64_of({NAN, 2, 5})); }, "i32[3] [2 1 2]"},
    {"np.searchsorted(np.array([1.,2.,np.nan,np.nan]), [np.nan,2.,5.], side='right')", [] { return searchsorted(f64_of({1, 2, NAN, NAN}), f64_of({NAN, 2, 5}), {.right = true}); },
     "i32[3] [4 2 2]"},
    {"np.searchsorted(np.zeros(0), [1.,2.])", [] { return searchsorted(zeros({0}, f64), f64_of({1, 2})); }, "i32[2] [0 0]"},
    {"np.searchsorted([2.], [1.,2.,3.])", [] { return searchsorted(f64_of({2}), f64_of({1, 2, 3})); }, "i32[3] [0 0 1]"},
    {"np.concatenate([np.flatnonzero(x), [0, 0]])", [] { return flatnonzero(x(), {.size = 5}); }, "i32[5] [0 2 5 0 0]"},
    {"np.concatenate([np.nonzero(x)[1], [-1]])", [] { return nonzero(x(), {.size = 4, .fill = -1})[1]; }, "i32[4] [ 0  2  2 -1]"},
    {"np.flatnonzero(x)[:2]", [] { return flatnonzero(x(), {.size = 2}); }, "i32[2] [0 2]"},
    {"np.concatenate([np.unique(r), [1, 1]])", [] { return unique(r(), {.size = 6}); }, "i32[6] [1 3 5 8 1 1]"},
    {"np.concatenate([np.unique(r), [-7]])", [] { return unique(r(), {.size = 5, .fill = -7}); }, "i32[5] [ 1  3  5  8 -7]"},
    {"np.unique(r)[:2]", [] { return unique(r(), {.size = 2}); }, "i32[2] [1 3]"},
    {"np.concatenate([np.unique_all(x).counts, [0]])", [] { return unique_all(x(), {.size = 5}).counts; }, "i32[5] [3 1 1 1 0]"},
    {"np.concatenate([np.unique_all(x).indices, [1]])", [] { return unique_all(x(), {.size = 5}).indices; }, "i32[5] [1 5 0 2 1]"},
    {"np.isin(x, [0,3,9])", [] { return isin(x(), Array{0, 3, 9}); }, "bool[2,3] [[False  True  True]\n [ True  True False]]"},
    {"np.isin(x, [0,3,9], invert=True)", [] { return isin(x(), Array{0, 3, 9}, {.invert = true}); }, "bool[2,3] [[ True False False]\n [False False  True]]"},
    {"np.isin(x, [])", [] { return isin(x(), zeros({0}, i32)); }, "bool[2,3] [[False False False]\n [False False False]]"},
    {"np.isin(n, [np.nan, 3])", [] { return isin(n(), f32_of({NAN, 3})); }, "bool[4] [False False  True False]"},
    {"np.isin(f, np.array([[4,-2],[9,9]]))", [] { return isin(f(), Array{{4, -2}, {9, 9}}); }, "bool[2,3] [[False  True False]\n [ True False False]]"},
    {"np.concatenate([np.setdiff1d(r, v), [5]])", [] { return setdiff1d(r(), v(), {.size = 3}); }, "i32[3] [5 8 5]"},
    {"np.concatenate([np.setxor1d(r, v), [-1,-1]])", [] { return setxor1d(r(), v(), {.size = 5, .fill = -1}); }, "i32[5] [ 2  5  8 -1 -1]"},
    {"np.array([0,0,0])", [] { return intersect1d(r(), Array{77}, {.size = 3, .fill = 0}); }, "i32[3] [0 0 0]"},
    {"np.array([8.,9.,5.])", [] { return segment_sum(f64_of({1, 9, 7, 5}), Array{0, 1, 0, 2}, 3); }, "f64[3] [8. 9. 5.]"},
    {"np.array([[0.,2.],[6.,8.],[0.,0.]])", [] { return segment_sum(reshape(arange(8.0), {4, 2})[{slice(), slice(none, none, 1)}] * Array{{0., 2.}, {0., 0.}, {0., 0.}, {1., 8. / 7}}, Array{0, -1, 9, 1}, 3); },
     "f32[3,2] [[0. 2.]\n [6. 8.]\n [0. 0.]]"},
    {"np.array([7,1,5],np.int32)", [] { return segment_prod(Array{1, 5, 7}, Array{0, 2, 0}, 3); }, "i32[3] [7 1 5]"},
    {"np.array([7.,-np.inf])", [] { return segment_max(f64_of({1, 5, 7}), Array{0, 0, 0}, 2); }, "f64[2] [  7. -inf]"},
    {"np.array([1.,np.inf])", [] { return segment_min(f64_of({1, 5, 7}), Array{0, 0, 0}, 2); }, "f64[2] [ 1. inf]"},
    {"np.array([1,2147483647],np.int32)", [] { return segment_min(Array{1, 5, 7}, Array{0, 0, 0}, 2); }, "i32[2] [         1 2147483647]"},
    {"np.array([7,-128],np.int8)", [] { return segment_max(Array({1, 5, 7}, i8), Array({0, 0, 0}, u8), 2); }, "i8[2] [   7 -128]"},
};

// What depends on data: there is no size in a trace.
const Row rows_of_data[] = {
    {"np.unique(np.array([2.,np.nan,1.,np.nan,2.]), return_counts=True)[1]", [] { return unique_all(f64_of({2, NAN, 1, NAN, 2})).counts; }, "i32[3] [1 2 2]"},
    {"np.nonzero(x)[0]", [] { return nonzero(x())[0]; }, "i32[3] [0 0 1]"},
    {"np.nonzero(x)[1]", [] { return nonzero(x())[1]; }, "i32[3] [0 2 2]"},
    {"np.nonzero(np.zeros(3))[0]", [] { return nonzero(zeros({3}))[0]; }, "i32[0] []"},
    {"np.flatnonzero(x)", [] { return flatnonzero(x()); }, "i32[3] [0 2 5]"},
    {"np.argwhere(x)", [] { return argwhere(x()); }, "i32[3,2] [[0 0]\n [0 2]\n [1 2]]"},
    {"np.argwhere(t > 21)", [] { return argwhere(t() > 21); }, "i32[2,3] [[1 2 2]\n [1 2 3]]"},
    {"np.unique(r)", [] { return unique(r()); }, "i32[4] [1 3 5 8]"},
    {"np.unique(x)", [] { return unique(x()); }, "i32[4] [0 1 2 3]"},
    {"np.unique(np.array([2.,np.nan,1.,np.nan,2.]))", [] { return unique(f64_of({2, NAN, 1, NAN, 2})); }, "f64[3] [ 1.  2. nan]"},
    {"np.unique(b)", [] { return unique(b()); }, "bool[2] [False  True]"},
    {"np.unique(np.zeros(0,np.float32))", [] { return unique(zeros({0})); }, "f32[0] []"},
    {"np.unique_all(x).values", [] { return unique_all(x()).values; }, "i32[4] [0 1 2 3]"},
    {"np.unique_all(x).indices", [] { return unique_all(x()).indices; }, "i32[4] [1 5 0 2]"},
    {"np.unique_all(x).inverse_indices", [] { return unique_all(x()).inverse; }, "i32[2,3] [[2 0 3]\n [0 0 1]]"},
    {"np.unique_all(x).counts", [] { return unique_all(x()).counts; }, "i32[4] [3 1 1 1]"},
    {"np.union1d(r, v)", [] { return union1d(r(), v()); }, "i32[5] [1 2 3 5 8]"},
    {"np.intersect1d(r, v)", [] { return intersect1d(r(), v()); }, "i32[2] [1 3]"},
    {"np.setdiff1d(r, v)", [] { return setdiff1d(r(), v()); }, "i32[2] [5 8]"},
    {"np.setxor1d(r, v)", [] { return setxor1d(r(), v()); }, "i32[3] [2 5 8]"},
    {"np.union1d(x, q)", [] { return union1d(x(), q()); }, "f64[6] [-1.25  0.    0.5   1.    2.    3.  ]"},
    {"np.intersect1d(x, q)", [] { return intersect1d(x(), q()); }, "f64[1] [3.]"},
};

class Sets : public testing::TestWithParam<Row> {};

TEST_P(Sets, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Sets, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

class SetsOfData : public testing::TestWithParam<Row> {};

TEST_P(SetsOfData, SayWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(SetsOfData, AskForASizeInATrace) { EXPECT_THROW(recorded_elsewhere(GetParam()), ArgumentError); }

INSTANTIATE_TEST_SUITE_P(All, Sets, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

INSTANTIATE_TEST_SUITE_P(Data, SetsOfData, testing::ValuesIn(rows_of_data), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
