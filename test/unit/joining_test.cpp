// Diagonals, what is put together and taken apart, products by blocks, choices, indices as arrays.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// The arrays that expressions speak of, beside those of the header.
Array m() { return f64_of({4, 1, 3, 8, 2, 6, 7}); }

const Row rows[] = {
    {"np.diag(v)", [] { return diag(v()); }, "i32[3,3] [[3 0 0]\n [0 1 0]\n [0 0 2]]"},
    {"np.diag(v, 1)", [] { return diag(v(), 1); }, "i32[4,4] [[0 3 0 0]\n [0 0 1 0]\n [0 0 0 2]\n [0 0 0 0]]"},
    {"np.diag(v, -2)", [] { return diag(v(), -2); }, "i32[5,5] [[0 0 0 0 0]\n [0 0 0 0 0]\n [3 0 0 0 0]\n [0 1 0 0 0]\n [0 0 2 0 0]]"},
    {"np.diag(i)", [] { return diag(i()); }, "i32[2] [0 4]"},
    {"np.diag(i, 1)", [] { return diag(i(), 1); }, "i32[2] [1 5]"},
    {"np.diag(i, -1)", [] { return diag(i(), -1); }, "i32[1] [3]"},
    {"np.diag(i, 5)", [] { return diag(i(), 5); }, "i32[0] []"},
    {"np.diag(b)", [] { return diag(b()); }, "bool[2] [ True False]"},
    {"np.diag(np.zeros(0,np.float32), 2)", [] { return diag(zeros({0}), 2); }, "f32[2,2] [[0. 0.]\n [0. 0.]]"},
    {"np.diagflat(i[:, :2], -1)", [] { return diagflat(i()[{slice(), slice(0, 2)}], -1); },
     "i32[5,5] [[0 0 0 0 0]\n [0 0 0 0 0]\n [0 1 0 0 0]\n [0 0 3 0 0]\n [0 0 0 4 0]]"},
    {"np.diagonal(t)", [] { return diagonal(t()); }, "i32[4,2] [[ 0 16]\n [ 1 17]\n [ 2 18]\n [ 3 19]]"},
    {"np.diagonal(t, 1, 1, 2)", [] { return diagonal(t(), {.offset = 1, .axis1 = 1, .axis2 = 2}); }, "i32[2,3] [[ 1  6 11]\n [13 18 23]]"},
    {"np.diagonal(t, -1, 2, 0)", [] { return diagonal(t(), {.offset = -1, .axis1 = 2, .axis2 = 0}); }, "i32[3,2] [[ 1 14]\n [ 5 18]\n [ 9 22]]"},
    {"np.trace(i)", [] { return trace(i()); }, "i32[] 4"},
    {"np.trace(t, 1, 1, 2)", [] { return trace(t(), {.offset = 1, .axis1 = 1, .axis2 = 2}); }, "i32[2] [18 54]"},
    {"np.trace(d, -1)", [] { return trace(d(), {.offset = -1}); }, "f64[] 4.0"},
    {"np.rot90(i)", [] { return rot90(i()); }, "i32[3,2] [[2 5]\n [1 4]\n [0 3]]"},
    {"np.rot90(i, 2)", [] { return rot90(i(), 2); }, "i32[2,3] [[5 4 3]\n [2 1 0]]"},
    {"np.rot90(i, -1)", [] { return rot90(i(), -1); }, "i32[3,2] [[3 0]\n [4 1]\n [5 2]]"},
    {"np.rot90(t, 1, (2,0))[0]", [] { return rot90(t(), 1, {.axis1 = 2, .axis2 = 0})[0]; }, "i32[3,2] [[12  0]\n [16  4]\n [20  8]]"},
    {"np.fliplr(i)", [] { return fliplr(i()); }, "i32[2,3] [[2 1 0]\n [5 4 3]]"},
    {"np.flipud(i)", [] { return flipud(i()); }, "i32[2,3] [[3 4 5]\n [0 1 2]]"},
    {"np.column_stack([v, v*2])", [] { return column_stack({v(), v() * 2}); }, "i32[3,2] [[3 6]\n [1 2]\n [2 4]]"},
    {"np.column_stack([w.astype(np.int32), i])", [] { return column_stack({w().as(i32), i()}); }, "i32[2,4] [[ 2  0  1  2]\n [-3  3  4  5]]"},
    {"np.block([[i, i*2],[i[:1], i[1:]]])", [] { return block({{i(), i() * 2}, {i()[slice(0, 1)], i()[slice(1, 2)]}}); },
     "i32[3,6] [[ 0  1  2  0  2  4]\n [ 3  4  5  6  8 10]\n [ 0  1  2  3  4  5]]"},
    {"np.block([[v, v]])", [] { return block({{v(), v()}}); }, "i32[1,6] [[3 1 2 3 1 2]]"},
    {"np.array_split(m, 3)[0]", [] { return array_split(m(), 3)[0]; }, "f64[3] [4. 1. 3.]"},
    {"np.array_split(m, 3)[2]", [] { return array_split(m(), 3)[2]; }, "f64[2] [6. 7.]"},
    {"np.array_split(v, 5)[4]", [] { return array_split(v(), 5)[4]; }, "i32[0] []"},
    {"np.hsplit(i, 3)[1]", [] { return hsplit(i(), 3)[1]; }, "i32[2,1] [[1]\n [4]]"},
    {"np.hsplit(v, [1])[1]", [] { return hsplit(v(), {1})[1]; }, "i32[2] [1 2]"},
    {"np.vsplit(i, 2)[1]", [] { return vsplit(i(), 2)[1]; }, "i32[1,3] [[3 4 5]]"},
    {"np.vsplit(i, [1])[0]", [] { return vsplit(i(), {1})[0]; }, "i32[1,3] [[0 1 2]]"},
    {"np.dsplit(t, 2)[1][0]", [] { return dsplit(t(), 2)[1][0]; }, "i32[3,2] [[ 2  3]\n [ 6  7]\n [10 11]]"},
    {"np.dsplit(t, [3])[1][1]", [] { return dsplit(t(), {3})[1][1]; }, "i32[3,1] [[15]\n [19]\n [23]]"},
    {"np.insert(v, 1, 9)", [] { return insert(v(), 1, 9); }, "i32[4] [3 9 1 2]"},
    {"np.insert(v, -1, [7,8])", [] { return insert(v(), -1, Array{7, 8}); }, "i32[5] [3 1 7 8 2]"},
    {"np.insert(i, 6, 9)", [] { return insert(i(), 6, 9); }, "i32[7] [0 1 2 3 4 5 9]"},
    {"np.insert(i, 1, 9, axis=0)", [] { return insert(i(), 1, 9, {.axis = 0}); }, "i32[3,3] [[0 1 2]\n [9 9 9]\n [3 4 5]]"},
    {"np.insert(i, 1, [[7],[8]], axis=1)", [] { return insert(i(), 1, Array{{7}, {8}}, {.axis = 1}); }, "i32[2,5] [[0 7 8 1 2]\n [3 7 8 4 5]]"},
    {"np.insert(s, 0, 1.9)", [] { return insert(s(), 0, 1.9); }, "i8[4] [  1  -3   5 127]"},
    {"np.delete(v, 1)", [] { return delete_(v(), 1); }, "i32[2] [3 2]"},
    {"np.delete(i, -1)", [] { return delete_(i(), -1); }, "i32[5] [0 1 2 3 4]"},
    {"np.delete(i, 1, axis=1)", [] { return delete_(i(), 1, {.axis = 1}); }, "i32[2,2] [[0 2]\n [3 5]]"},
    {"np.kron(v, w.astype(np.int32))", [] { return kron(v(), w().as(i32)); }, "i32[6] [ 6 -9  2 -3  4 -6]"},
    {"np.kron(i, np.eye(2,dtype=np.int32))", [] { return kron(i(), eye(2, {.dtype = i32})); },
     "i32[4,6] [[0 0 1 0 2 0]\n [0 0 0 1 0 2]\n [3 0 4 0 5 0]\n [0 3 0 4 0 5]]"},
    {"np.kron(d, q[:2])", [] { return kron(d(), q()[slice(2)]); },
     "f64[2,6] [[ 0.75   -1.875  -1.      2.5     0.125  -0.3125]\n [ 2.     -5.      0.     -0.     -0.25    0.625 ]]"},
    {"np.cross(q, [1.,2.,3.])", [] { return cross(q(), f64_of({1, 2, 3})); }, "f64[3] [-9.75  1.5   2.25]"},
    {"np.cross(np.array([[1.,2.,3.],[4.,5.,6.]]), q)", [] { return cross(reshape(f64_of({1, 2, 3, 4, 5, 6}), {2, 3}), q()); },
     "f64[2,3] [[ 9.75 -1.5  -2.25]\n [22.5  -9.   -7.5 ]]"},
    {"np.cross(i.T, np.ones((3,2),np.int32)[:, ::-1].copy()*[[1,2]])", [] { return cross(i().T(), Array{1, 2}); }, "i32[3] [-3 -2 -1]"},
    {"np.matvec(t[0], np.array([1,0,2,1],np.int32))", [] { return matvec(t()[0], Array{1, 0, 2, 1}); }, "i32[3] [ 7 23 39]"},
    {"np.vecmat(np.array([1,0,2],np.int32), t)", [] { return vecmat(Array{1, 0, 2}, t()); }, "i32[2,4] [[16 19 22 25]\n [52 55 58 61]]"},
    {"np.select([i < 2, i > 3], [i, i*10], -1)", [] { return select({i() < 2, i() > 3}, {i(), i() * 10}, -1); }, "i32[2,3] [[ 0  1 -1]\n [-1 40 50]]"},
    {"np.select([v > 1, v > 0], [q, 5.])", [] { return select({v() > 1, v() > 0}, {q(), 5.0}); }, "f64[3] [0.5 5.  3. ]"},
    {"np.tril_indices(3)[0]", [] { return tril_indices(3).first; }, "i32[6] [0 1 1 2 2 2]"},
    {"np.tril_indices(3)[1]", [] { return tril_indices(3).second; }, "i32[6] [0 0 1 0 1 2]"},
    {"np.tril_indices(3, -1, 2)[0]", [] { return tril_indices(3, {.k = -1, .m = 2}).first; }, "i32[3] [1 2 2]"},
    {"np.triu_indices(3, 1)[1]", [] { return triu_indices(3, {.k = 1}).second; }, "i32[3] [1 2 2]"},
    {"np.triu_indices(2, -1, 3)[0]", [] { return triu_indices(2, {.k = -1, .m = 3}).first; }, "i32[6] [0 0 0 1 1 1]"},
    {"np.triu_indices(3, 9)[0]", [] { return triu_indices(3, {.k = 9}).first; }, "i32[0] []"},
    {"np.diag_indices(3, 3)[2]", [] { return diag_indices(3, 3)[2]; }, "i32[3] [0 1 2]"},
    {"np.indices((2,3))", [] { return indices({2, 3}); }, "i32[2,2,3] [[[0 0 0]\n  [1 1 1]]\n\n [[0 1 2]\n  [0 1 2]]]"},
    {"np.unravel_index([22,3], (2,3,4))[0]", [] { return unravel_index(Array{22, 3}, {2, 3, 4})[0]; }, "i32[2] [1 0]"},
    {"np.unravel_index([22,3], (2,3,4))[1]", [] { return unravel_index(Array{22, 3}, {2, 3, 4})[1]; }, "i32[2] [2 0]"},
    {"np.unravel_index([22,3], (2,3,4))[2]", [] { return unravel_index(Array{22, 3}, {2, 3, 4})[2]; }, "i32[2] [2 3]"},
    {"np.ravel_multi_index(([1,0],[2,1]), (2,3))", [] { return ravel_multi_index({Array{1, 0}, Array{2, 1}}, {2, 3}); }, "i32[2] [5 1]"},
    {"np.ravel_multi_index(([5,0],[2,9]), (2,3), mode='clip')", [] { return ravel_multi_index({Array{5, 0}, Array{2, 9}}, {2, 3}); }, "i32[2] [5 2]"},
    {"np.sort(m)", [] { return partition_kth(m(), 3); }, "f64[7] [1. 2. 3. 4. 6. 7. 8.]"},
    {"np.argsort(m)", [] { return argpartition(m(), 3); }, "i32[7] [1 4 2 0 5 6 3]"},
    {"np.pad(m[:4], 2, mode='median')", [] { return pad(m()[slice(4)], 2, {.mode = "median"}); }, "f64[8] [3.5 3.5 4.  1.  3.  8.  3.5 3.5]"},
};

class Joining : public testing::TestWithParam<Row> {};

TEST_P(Joining, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Joining, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Joining, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
