// Reductions of windows, pooling and convolutions.
#include "numpy_rows.h"

#include <gtest/gtest.h>

#include "espalier/dsl/transform.h"
#include "espalier/ir/error.h"

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// A, B, i, K, L, C and W of the expressions; `windows` is np.lib.stride_tricks.sliding_window_view, correlate2d SciPy's.
Array a() { return arange(6.0); }
Array b() { return {{3., 1., 4., 1.}, {5., 9., 2., 6.}, {5., 3., 5., 8.}}; }
Array i6() { return {5, -1, 7, 2, 8, -3}; }
Array k() { return {1., -2., 3.}; }
Array l() { return {{1., 2.}, {-1., 3.}}; }
Array c() { return reshape(arange(24.0), {1, 3, 4, 2}); }
Array w() { return reshape(arange(24.0) % 5 - 2, {2, 2, 2, 3}); }

const Row rows[] = {
    {"windows(A,3).sum(-1)", [] { return reduce_window(a(), Monoid::sum, 3); },
     "f32[4] [ 3.  6.  9. 12.]"},
    {"windows(A,3)[::2].sum(-1)", [] { return reduce_window(a(), Monoid::sum, 3, {.strides = 2}); },
     "f32[2] [3. 9.]"},
    {"windows(A,3).sum(-1)+10", [] { return reduce_window(a(), 10.0, Monoid::sum, 3); },
     "f32[4] [13. 16. 19. 22.]"},
    {"windows(np.pad(A,(1,2),constant_values=10),3).sum(-1)+10", [] { return reduce_window(a(), 10.0, Monoid::sum, 3, {.padding = {{1, 2}}}); },
     "f32[7] [21. 13. 16. 19. 22. 29. 35.]"},
    {"windows(A,5)[:,::2].prod(-1)", [] { return reduce_window(a(), Monoid::prod, 3, {.window_dilation = 2}); },
     "f32[2] [ 0. 15.]"},
    {"windows(i,2).max(-1)", [] { return reduce_window(i6(), Monoid::max, 2); },
     "i32[5] [5 7 7 8 8]"},
    {"windows(i,2)[::2].min(-1)", [] { return reduce_window(i6(), Monoid::min, 2, {.strides = 2}); },
     "i32[3] [-1  2 -3]"},
    {"windows(np.pad(i,(0,1),constant_values=np.int32(-2**31)),2)[::2].max(-1)", [] { return reduce_window(i6(), Monoid::max, 2, {.strides = 2, .padding = {{0, 1}}}); },
     "i32[3] [5 7 8]"},
    {"np.bitwise_and.reduce(windows(i,3),-1)", [] { return reduce_window(i6(), Monoid::and_, 3); },
     "i32[4] [5 2 0 0]"},
    {"np.bitwise_xor.reduce(windows(i,3),-1)", [] { return reduce_window(i6(), Monoid::xor_, 3); },
     "i32[4] [-3 -6 13 -9]"},
    {"windows(i>0,2).any(-1)", [] { return reduce_window(i6() > 0, Monoid::or_, 2); },
     "bool[5] [ True  True  True  True  True]"},
    {"windows(B,(2,2)).max((-1,-2))", [] { return reduce_window(b(), Monoid::max, 2); },
     "f32[2,3] [[9. 9. 6.]\n [9. 9. 8.]]"},
    {"windows(B,(2,3))[:,::1].min((-1,-2))", [] { return reduce_window(b(), Monoid::min, {2, 3}); },
     "f32[2,2] [[1. 1.]\n [2. 2.]]"},
    {"windows(np.pad(B,((0,1),(0,1)),constant_values=-np.inf),(2,2)).max((-1,-2))", [] { return reduce_window(b(), Monoid::max, 2, {.padding = "SAME"}); },
     "f32[3,4] [[9. 9. 6. 6.]\n [9. 9. 8. 8.]\n [5. 5. 8. 8.]]"},
    {"windows(np.insert(A,[1,2,3,4,5],0),3).sum(-1).astype(np.float32)", [] { return reduce_window(a(), Monoid::sum, 3, {.base_dilation = 2}); },
     "f32[9] [1. 1. 3. 2. 5. 3. 7. 4. 9.]"},
    {"np.zeros((0,),np.float32)", [] { return reduce_window(a(), Monoid::sum, 7); },
     "f32[0] []"},
    {"windows(A,5).sum(-1)", [] { return reduce_window(a(), 0.0, [](Array x, Array y) { return x + y; }, 5); },
     "f32[2] [10. 15.]"},
    {"windows(B,(2,3))[:,::1].max((-1,-2))", [] { return reduce_window(b(), 0.0, [](Array x, Array y) { return maximum(x, y); }, {2, 3}); },
     "f32[2,2] [[9. 9.]\n [9. 9.]]"},
    {"windows(C,(2,2),(1,2))[:,::2,::2].max((-1,-2))", [] { return max_pool(c(), 2); },
     "f32[1,1,2,2] [[[[10. 11.]\n   [14. 15.]]]]"},
    {"windows(C,(2,2),(1,2))[:,::2,::2].min((-1,-2))", [] { return min_pool(c(), 2); },
     "f32[1,1,2,2] [[[[0. 1.]\n   [4. 5.]]]]"},
    {"windows(C,(2,2),(1,2)).mean((-1,-2))", [] { return avg_pool(c(), 2, {.strides = 1}); },
     "f32[1,2,3,2] [[[[ 5.  6.]\n   [ 7.  8.]\n   [ 9. 10.]]\n\n  [[13. 14.]\n   [15. 16.]\n   [17. 18.]]]]"},
    {"windows(np.pad(C,((0,0),(0,0),(1,1),(0,0))),(3,2),(1,2))[:,:,::2].mean((-1,-2))", [] { return avg_pool(c(), {3, 2}, {.strides = {1, 2}, .padding = {{0, 0}, {1, 1}}}); },
     "f32[1,1,3,2] [[[[ 4.   4.5]\n   [11.  12. ]\n   [ 7.   7.5]]]]"},
    {"np.correlate(A,K)[None,:,None]", [] { return conv(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1})); },
     "f32[1,4,1] [[[ 4.]\n  [ 6.]\n  [ 8.]\n  [10.]]]"},
    {"np.correlate(A,K,\"same\")[None,:,None]", [] { return conv(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.padding = "SAME"}); },
     "f32[1,6,1] [[[ 3.]\n  [ 4.]\n  [ 6.]\n  [ 8.]\n  [10.]\n  [-6.]]]"},
    {"np.correlate(A,K)[None,::2,None]", [] { return conv(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.strides = 2}); },
     "f32[1,2,1] [[[4.]\n  [8.]]]"},
    {"np.correlate(A,np.array([1,0,-2,0,3],np.float32))[None,:,None]", [] { return conv(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.kernel_dilation = 2}); },
     "f32[1,2,1] [[[ 8.]\n  [10.]]]"},
    {"np.correlate(np.insert(A,[1,2,3,4,5],0).astype(np.float32),K)[None,:,None]", [] { return conv(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.input_dilation = 2}); },
     "f32[1,9,1] [[[ 3.]\n  [-2.]\n  [ 7.]\n  [-4.]\n  [11.]\n  [-6.]\n  [15.]\n  [-8.]\n  [19.]]]"},
    {"np.correlate(i,np.array([2,1],np.int32))[None,:,None]", [] { return conv(reshape(i6(), {1, 6, 1}), Array{{{2}}, {{1}}}); },
     "i32[1,5,1] [[[ 9]\n  [ 5]\n  [16]\n  [12]\n  [13]]]"},
    {"correlate2d(B,L,\"valid\").astype(np.float32)[None,:,:,None]", [] { return conv(reshape(b(), {1, 3, 4, 1}), reshape(l(), {2, 2, 1, 1})); },
     "f32[1,2,3,1] [[[[27.]\n   [ 6.]\n   [22.]]\n\n  [[27.]\n   [25.]\n   [33.]]]]"},
    {"np.einsum(\"nhwcij,ijcf->nhwf\",windows(C,(2,2),(1,2)),W)", [] { return conv(c(), w()); },
     "f32[1,2,3,3] [[[[-14.  15.   4.]\n   [-18.  17.   2.]\n   [-22.  19.   0.]]\n\n  [[-30.  23.  -4.]\n   [-34.  25.  -6.]\n   [-38.  27.  -8.]]]]"},
    {"np.stack([correlate2d(C[0,:,:,g],W[:,:,0,g],\"valid\") for g in (0,1)],-1)[None].astype(np.float32)", [] { return conv(c(), w()[{ellipsis, slice(0, 1), slice(0, 2)}], {.groups = 2}); },
     "f32[1,2,3,2] [[[[  8.  30.]\n   [  4.  34.]\n   [  0.  38.]]\n\n  [[ -8.  46.]\n   [-12.  50.]\n   [-16.  54.]]]]"},
    {"np.concatenate([np.correlate(A[:3],K[:2])[None,:,None],np.correlate(A[3:],K[1:])[None,:,None]],-1)", [] { return conv(reshape(a(), {2, 3, 1}), reshape(Array{{1., -2.}, {-2., 3.}}, {2, 1, 2}), {.batch_groups = 2}); },
     "f32[1,2,2] [[[-2.  6.]\n  [-3.  7.]]]"},
    {"np.convolve(A,K[::-1])[None,:,None]", [] { return conv_transpose(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1})); },
     "f32[1,8,1] [[[ 0.]\n  [ 3.]\n  [ 4.]\n  [ 6.]\n  [ 8.]\n  [10.]\n  [-6.]\n  [ 5.]]]"},
    {"np.convolve(np.insert(A,[1,2,3,4,5],0),K[::-1])[None,:,None].astype(np.float32)", [] { return conv_transpose(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.strides = 2}); },
     "f32[1,13,1] [[[  0.]\n  [  0.]\n  [  3.]\n  [ -2.]\n  [  7.]\n  [ -4.]\n  [ 11.]\n  [ -6.]\n  [ 15.]\n  [ -8.]\n  [ 19.]\n  [-10.]\n  [  5.]]]"},
    {"np.convolve(np.insert(A,[1,2,3,4,5],0),K)[None,:,None].astype(np.float32)", [] { return conv_transpose(reshape(a(), {1, 6, 1}), reshape(k(), {3, 1, 1}), {.strides = 2, .transpose_kernel = true}); },
     "f32[1,13,1] [[[  0.]\n  [  0.]\n  [  1.]\n  [ -2.]\n  [  5.]\n  [ -4.]\n  [  9.]\n  [ -6.]\n  [ 13.]\n  [ -8.]\n  [ 17.]\n  [-10.]\n  [ 15.]]]"},
    {"np.array([0,0,1,0,2,0],np.float32)", [] { return select_and_scatter_add(Array{1., 2.}, i6().as(f32), 3, {.strides = 3}); },
     "f32[6] [0. 0. 1. 0. 2. 0.]"},
};

class Windows : public testing::TestWithParam<Row> {};

TEST_P(Windows, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Windows, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

INSTANTIATE_TEST_SUITE_P(All, Windows, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

// Of equal elements the first has the derivative, as in JAX: jax.grad of the sum of jax.lax.reduce_window(x, -inf, jax.lax.max, (2,), (1,), "VALID").
TEST(WindowDerivatives, TheFirstOfEqualElementsHasIt) {
  const Array x{2., 2., 1., 1., 3., 3.};
  const auto largest = [](Array x) { return sum(reduce_window(x, Monoid::max, 2)); };
  const auto smallest = [](Array x) { return sum(reduce_window(x, Monoid::min, 2)); };
  EXPECT_EQ(to_string(grad(largest)(x)), "[1. 1. 1. 0. 2. 0.]");
  EXPECT_EQ(to_string(grad(smallest)(x)), "[1. 0. 2. 1. 1. 0.]");
}

// A window with a NaN has it for its extremum, and the first NaN has the derivative.
TEST(WindowDerivatives, NaNIsTheExtremum) {
  const Array x{2., std::nan(""), 1., 5.};
  EXPECT_EQ(to_string(grad([](Array x) { return sum(reduce_window(x, Monoid::max, 2, {.strides = 2})); })(x)), "[0. 1. 0. 1.]");
}

// Windows of many elements too.
TEST(WindowDerivatives, LongWindowsHaveThemWhereShortOnesDo) {
  const Array x = arange(100.0) * 37 % 11;
  const auto longest = [](Array x) { return sum(reduce_window(x, Monoid::max, 40) * arange(61.0)); };
  const auto twice = [](Array x) { return sum(reduce_window(reduce_window(x, Monoid::max, 20), Monoid::max, 21) * arange(61.0)); };
  EXPECT_EQ(to_string(grad(longest)(x)), to_string(grad(twice)(x)));
  EXPECT_EQ(to_string(select_and_scatter_add(arange(61.0), x, 40)), to_string(grad(longest)(x)));
}

// Pooling of integers has no derivative, and needs none.
TEST(WindowDerivatives, IntegersPool) { EXPECT_EQ(to_string(max_pool(reshape(i6(), {1, 6, 1}), 3)), "[[[7]\n  [8]]]"); }

}  // namespace
