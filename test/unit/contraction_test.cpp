// Products of matrices and higher arrays.
#include "numpy_rows.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// A, B, C and D of the expressions.
Array a() { return reshape(arange(6.0), {2, 3}); }
Array m() { return reshape(arange(12.0), {3, 4}); }
Array c3() { return reshape(arange(24.0), {2, 3, 4}); }
Array d3() { return reshape(arange(8.0), {2, 4, 1}); }

const Row rows[] = {
    {"np.matmul(A, B)", [] { return matmul(a(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.matmul(A, v.astype(np.float32))", [] { return matmul(a(), v()); }, "f32[2] [ 5. 23.]"},
    {"np.matmul(np.ones(2,np.float32), A)", [] { return matmul(ones({2}), a()); }, "f32[3] [3. 5. 7.]"},
    {"np.matmul(v, v)", [] { return matmul(v(), v()); }, "i32[] 14"},
    {"np.matmul(C, D)", [] { return matmul(c3(), d3()); }, "f32[2,3,1] [[[ 14.]\n  [ 38.]\n  [ 62.]]\n\n [[302.]\n  [390.]\n  [478.]]]"},
    {"np.matmul(A, C)", [] { return matmul(a(), c3()); },
     "f32[2,2,4] [[[ 20.  23.  26.  29.]\n  [ 56.  68.  80.  92.]]\n\n [[ 56.  59.  62.  65.]\n  [200. 212. 224. 236.]]]"},
    {"np.matmul(C, B.T)", [] { return matmul(c3(), m().T()); },
     "f32[2,3,3] [[[ 14.  38.  62.]\n  [ 38. 126. 214.]\n  [ 62. 214. 366.]]\n\n [[ 86. 302. 518.]\n  [110. 390. 670.]\n  [134. 478. 822.]]]"},
    {"np.matmul(C, np.ones(4,np.float32))", [] { return matmul(c3(), ones({4})); }, "f32[2,3] [[ 6. 22. 38.]\n [54. 70. 86.]]"},
    {"np.matmul(np.ones(3,np.float32), C)", [] { return matmul(ones({3}), c3()); }, "f32[2,4] [[12. 15. 18. 21.]\n [48. 51. 54. 57.]]"},
    {"np.matmul(C[:, None], D[:1, None])", [] { return matmul(c3()[{slice(), newaxis}], d3()[{slice(0, 1), newaxis}]); },
     "f32[2,1,3,1] [[[[ 14.]\n   [ 38.]\n   [ 62.]]]\n\n\n [[[ 86.]\n   [110.]\n   [134.]]]]"},
    {"np.matmul(C[:1], D)", [] { return matmul(c3()[slice(0, 1)], d3()); },
     "f32[2,3,1] [[[ 14.]\n  [ 38.]\n  [ 62.]]\n\n [[ 38.]\n  [126.]\n  [214.]]]"},
    {"np.matmul(np.zeros((2,0)),np.zeros((0,3)))", [] { return matmul(zeros({2, 0}), zeros({0, 3})); }, "f32[2,3] [[0. 0. 0.]\n [0. 0. 0.]]"},
    {"np.matmul(np.zeros((0,2)),np.zeros((2,3)))", [] { return matmul(zeros({0, 2}), zeros({2, 3})); }, "f32[0,3] []"},
    {"np.matmul(i, i.T)", [] { return matmul(i(), i().T()); }, "i32[2,2] [[ 5 14]\n [14 50]]"},
    {"np.matmul(i, B)", [] { return matmul(i(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.matmul(i.astype(np.float64),d.T)", [] { return matmul(i(), d().T()); }, "f64[2,2] [[-1.5  -1.  ]\n [-2.25  9.5 ]]"},
    {"np.matmul(b, b.T)", [] { return matmul(b(), b().T()); }, "bool[2,2] [[ True  True]\n [ True  True]]"},
    {"np.matmul(A.astype(np.float64), B) # 64", [] { return matmul(a(), m(), {.preferred = f64}); },
     "f64[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.dot(A, B)", [] { return dot(a(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.dot(v, v)", [] { return dot(v(), v()); }, "i32[] 14"},
    {"np.dot(A, np.float32(2))", [] { return dot(a(), 2); }, "f32[2,3] [[ 0.  2.  4.]\n [ 6.  8. 10.]]"},
    {"np.dot(A, C)", [] { return dot(a(), c3()); },
     "f32[2,2,4] [[[ 20.  23.  26.  29.]\n  [ 56.  59.  62.  65.]]\n\n [[ 56.  68.  80.  92.]\n  [200. 212. 224. 236.]]]"},
    {"np.vdot(A, A)", [] { return vdot(a(), a()); }, "f32[] 55.0"},
    {"np.inner(A, A)", [] { return inner(a(), a()); }, "f32[2,2] [[ 5. 14.]\n [14. 50.]]"},
    {"np.inner(C, np.ones(4,np.float32))", [] { return inner(c3(), ones({4})); }, "f32[2,3] [[ 6. 22. 38.]\n [54. 70. 86.]]"},
    {"np.inner(A, np.float32(3))", [] { return inner(a(), 3); }, "f32[2,3] [[ 0.  3.  6.]\n [ 9. 12. 15.]]"},
    {"np.outer(v, v)", [] { return outer(v(), v()); }, "i32[3,3] [[9 3 6]\n [3 1 2]\n [6 2 4]]"},
    {"np.outer(i, v)", [] { return outer(i(), v()); }, "i32[6,3] [[ 0  0  0]\n [ 3  1  2]\n [ 6  2  4]\n [ 9  3  6]\n [12  4  8]\n [15  5 10]]"},
    {"np.tensordot(A, B, axes=1)", [] { return tensordot(a(), m(), 1); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.tensordot(A, A, axes=2)", [] { return tensordot(a(), a()); }, "f32[] 55.0"},
    {"np.tensordot(v, v, axes=0)", [] { return tensordot(v(), v(), 0); }, "i32[3,3] [[9 3 6]\n [3 1 2]\n [6 2 4]]"},
    {"np.vecdot(C, C)", [] { return vecdot(c3(), c3()); }, "f32[2,3] [[  14.  126.  366.]\n [ 734. 1230. 1854.]]"},
    {"np.einsum('ij,jk->ik', A, B)", [] { return einsum("ij,jk->ik", a(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.einsum('ij,jk', A, B)", [] { return einsum("ij,jk", a(), m()); }, "f32[2,4] [[20. 23. 26. 29.]\n [56. 68. 80. 92.]]"},
    {"np.einsum('ij->ji', A)", [] { return einsum("ij->ji", a()); }, "f32[3,2] [[0. 3.]\n [1. 4.]\n [2. 5.]]"},
    {"np.einsum('ji', A)", [] { return einsum("ji", a()); }, "f32[3,2] [[0. 3.]\n [1. 4.]\n [2. 5.]]"},
    {"np.einsum('ij->', A)", [] { return einsum("ij->", a()); }, "f32[] 15.0"},
    {"np.einsum('ij->i', A)", [] { return einsum("ij->i", a()); }, "f32[2] [ 3. 12.]"},
    {"np.einsum('ii', B[:, :3])", [] { return einsum("ii", m()[{slice(), slice(0, 3)}]); }, "f32[] 15.0"},
    {"np.einsum('ii->i', B[:, :3])", [] { return einsum("ii->i", m()[{slice(), slice(0, 3)}]); }, "f32[3] [ 0.  5. 10.]"},
    {"np.einsum('ij,ij->', A, A)", [] { return einsum("ij,ij->", a(), a()); }, "f32[] 55.0"},
    {"np.einsum('ij,ik->jk', A, A)", [] { return einsum("ij,ik->jk", a(), a()); }, "f32[3,3] [[ 9. 12. 15.]\n [12. 17. 22.]\n [15. 22. 29.]]"},
    {"np.einsum('ijk,ikl->ijl', C, D)", [] { return einsum("ijk,ikl->ijl", c3(), d3()); },
     "f32[2,3,1] [[[ 14.]\n  [ 38.]\n  [ 62.]]\n\n [[302.]\n  [390.]\n  [478.]]]"},
    {"np.einsum('ij,jk,kl->il', A, B, B.T)", [] { return einsum("ij,jk,kl->il", a(), m(), m().T()); },
     "f32[2,3] [[ 162.  554.  946.]\n [ 504. 1688. 2872.]]"},
    {"np.einsum('i,j->ij', v, v)", [] { return einsum("i,j->ij", v(), v()); }, "i32[3,3] [[9 3 6]\n [3 1 2]\n [6 2 4]]"},
    {"np.einsum('i,i', v, v)", [] { return einsum("i,i", v(), v()); }, "i32[] 14"},
    {"np.einsum('ijk->kij', C)", [] { return einsum("ijk->kij", c3()); },
     "f32[4,2,3] [[[ 0.  4.  8.]\n  [12. 16. 20.]]\n\n [[ 1.  5.  9.]\n  [13. 17. 21.]]\n\n [[ 2.  6. 10.]\n  [14. 18. 22.]]\n\n [[ 3.  7. 11.]\n  [15. 19. 23.]]]"},
    {"np.einsum('ij,j->i', A, v)", [] { return einsum("ij,j->i", a(), v()); }, "f32[2] [ 5. 23.]"},
    {"np.einsum(' i j , j k -> k i ', A, B)", [] { return einsum(" i j , j k -> k i ", a(), m()); },
     "f32[4,2] [[20. 56.]\n [23. 68.]\n [26. 80.]\n [29. 92.]]"},
    {"np.einsum('iij->ij', np.tile(C[:, :2],1))", [] { return einsum("iij->ij", c3()[{slice(), slice(0, 2)}]); },
     "f32[2,4] [[ 0.  1.  2.  3.]\n [16. 17. 18. 19.]]"},
    {"np.einsum('ijk,lj->ilk', C, A)", [] { return einsum("ijk,lj->ilk", c3(), a()); },
     "f32[2,2,4] [[[ 20.  23.  26.  29.]\n  [ 56.  68.  80.  92.]]\n\n [[ 56.  59.  62.  65.]\n  [200. 212. 224. 236.]]]"},
    {"np.einsum('i,j,k,l->', v, v, v, v)", [] { return einsum("i,j,k,l->", v(), v(), v(), v()); }, "i32[] 1296"},
    {"np.matmul(C, D)", [] { return dot_general(c3(), d3(), {.contract = {{2}, {1}}, .batch = {{0}, {0}}}); },
     "f32[2,3,1] [[[ 14.]\n  [ 38.]\n  [ 62.]]\n\n [[302.]\n  [390.]\n  [478.]]]"},
    {"np.einsum(\"ijk,lj->ikl\", C, A)", [] { return dot_general(c3(), a(), {.contract = {{1}, {1}}}); },
     "f32[2,4,2] [[[ 20.  56.]\n  [ 23.  68.]\n  [ 26.  80.]\n  [ 29.  92.]]\n\n [[ 56. 200.]\n  [ 59. 212.]\n  [ 62. 224.]\n  [ 65. 236.]]]"},
    {"np.einsum(\"ij,kl->ijkl\", A, i[:1].astype(np.float32))", [] { return dot_general(a(), i()[slice(0, 1)], {}); },
     "f32[2,3,1,3] [[[[ 0.  0.  0.]]\n\n  [[ 0.  1.  2.]]\n\n  [[ 0.  2.  4.]]]\n\n\n [[[ 0.  3.  6.]]\n\n  [[ 0.  4.  8.]]\n\n  [[ 0.  5. 10.]]]]"},
    {"np.tensordot(i,i,axes=(0,0))", [] { return tensordot(i(), i(), {0, 0}); }, "i32[3,3] [[ 9 12 15]\n [12 17 22]\n [15 22 29]]"},
    {"np.tensordot(i,i,axes=((0,1),(0,1)))", [] { return tensordot(i(), i(), {{0, 1}, {0, 1}}); }, "i32[] 55"},
    {"np.tensordot(t,t.transpose(2,0,1),axes=((0,2),(1,0)))", [] { return tensordot(t(), transpose(t(), {2, 0, 1}), {{0, 2}, {1, 0}}); }, "i32[3,3] [[ 748  988 1228]\n [ 988 1356 1724]\n [1228 1724 2220]]"},
    {"np.tensordot(t,i,axes=([1],[1]))", [] { return tensordot(t(), i(), {1, 1}); }, "i32[2,4,2] [[[ 20  56]\n  [ 23  68]\n  [ 26  80]\n  [ 29  92]]\n\n [[ 56 200]\n  [ 59 212]\n  [ 62 224]\n  [ 65 236]]]"},
    {"np.vdot(s.astype(np.int32),s.astype(np.int32))", [] { return vdot(s(), s(), {.preferred = i32}); }, "i32[] 16163"},
    {"np.inner(A.astype(np.float64),A.astype(np.float64))", [] { return inner(a(), a(), {.preferred = f64}); }, "f64[2,2] [[ 5. 14.]\n [14. 50.]]"},
    {"np.inner(np.float64(0.1),np.float32(0.5).astype(np.float64))", [] { return inner(0.1, Array(0.5, f32), {.preferred = f64}); }, "f64[] 0.05"},
    {"np.outer(u.astype(np.int32),s.astype(np.int32))", [] { return outer(u(), s(), {.preferred = i32}); }, "i32[3,3] [[    0     0     0]\n [  -21    35   889]\n [ -765  1275 32385]]"},
    {"np.outer(np.float64(0.1),q)", [] { return outer(0.1, q()); }, "f64[1,3] [[ 0.05  -0.125  0.3  ]]"},
    {"np.vdot(np.array([3.]),np.float64(0.1))", [] { return vdot(Array({3.}, f64), 0.1); }, "f64[] 0.30000000000000004"},
    {"np.vecdot(s.astype(np.int32),s.astype(np.int32))", [] { return vecdot(s(), s(), {.preferred = i32}); }, "i32[] 16163"},
    {"np.tensordot(2.0, np.float32(3), 0).astype(np.float32)", [] { return tensordot(2.0, 3.0, 0); }, "f32[] 6.0"},
    {"np.einsum(\"i,i->\",s.astype(np.int32),s.astype(np.int32))", [] { return einsum("i,i->", s(), s(), {.preferred = i32}); }, "i32[] 16163"},
    {"np.einsum(\"i->\",u.astype(np.int64))", [] { return einsum("i->", u(), {.preferred = i64}); }, "i64[] 262"},
    {"np.einsum(\"ij->ji\",A.astype(np.float64))", [] { return einsum("ij->ji", a(), {.preferred = f64}); }, "f64[3,2] [[0. 3.]\n [1. 4.]\n [2. 5.]]"},
    {"np.einsum(\"ij,jk,i->k\",A,B,np.ones(2)).astype(np.float32)", [] { return einsum("ij,jk,i->k", a(), m(), ones({2}, f64), {.preferred = f32}); }, "f32[4] [ 76.  91. 106. 121.]"},
    {"np.einsum(\"a,b,c,d,e->\",*[v]*5)", [] { return einsum("a,b,c,d,e->", v(), v(), v(), v(), v()); }, "i32[] 7776"},
    {"np.einsum(\"a,b,c,d,e,f,g,h->\",*[v]*8)", [] { return einsum("a,b,c,d,e,f,g,h->", v(), v(), v(), v(), v(), v(), v(), v()); }, "i32[] 1679616"},
};

class Contraction : public testing::TestWithParam<Row> {};

TEST_P(Contraction, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Contraction, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Contraction, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
