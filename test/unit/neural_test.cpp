// Activations and normalised exponentials, beside their formulas.
#include "numpy_rows.h"

#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

namespace {

using namespace espalier;
using namespace espalier::numpy_rows;

// Queries, keys and values of attention. JAX computes its softmax in f32: the numbers are those of the formula, in f64.
Array qs() { return reshape(sin(arange(24.0, {.dtype = f64})), {1, 3, 4, 2}); }
Array ks() { return reshape(cos(arange(24.0, {.dtype = f64})), {1, 3, 4, 2}); }
Array vs() { return reshape(sin(2 * arange(24.0, {.dtype = f64})), {1, 3, 4, 2}); }

const Row rows[] = {
    {"np.maximum(q, 0)", [] { return relu(q()); }, "f64[3] [0.5 0.  3. ]"},
    {"np.clip(q*4, 0, 6)", [] { return relu6(q() * 4); }, "f64[3] [2. 0. 6.]"},
    {"sigmoid(q)", [] { return sigmoid(q()); }, "f64[3] [0.62245933 0.22270014 0.95257413]"},
    {"q*sigmoid(q)", [] { return silu(q()); }, "f64[3] [ 0.31122967 -0.27837517  2.85772238]"},
    {"q*np.tanh(softplus(q))", [] { return mish(q()); }, "f64[3] [ 0.37524521 -0.30841396  2.986535  ]"},
    {"softplus(q)", [] { return softplus(q()); }, "f64[3] [0.97407698 0.25192908 3.04858735]"},
    {"q/(1+np.abs(q))", [] { return soft_sign(q()); }, "f64[3] [ 0.33333333 -0.55555556  0.75      ]"},
    {"gelu(q)", [] { return gelu(q()); }, "f64[3] [ 0.34571401 -0.1322858   2.99636261]"},
    {"q*(1+sp.erf(q/np.sqrt(2)))/2", [] { return gelu_exact(q()); }, "f64[3] [ 0.34573123 -0.13206222  2.99595031]"},
    {"1.0507009873554805*elu(q,1.6732632423543772)", [] { return selu(q()); }, "f64[3] [ 0.52535049 -1.25439545  3.15210296]"},
    {"np.clip(q,-1,1)", [] { return hard_tanh(q()); }, "f64[3] [ 0.5 -1.   1. ]"},
    {"hsig(q)", [] { return hard_sigmoid(q()); }, "f64[3] [0.58333333 0.29166667 1.        ]"},
    {"q*hsig(q)", [] { return hard_silu(q()); }, "f64[3] [ 0.29166667 -0.36458333  3.        ]"},
    {"-softplus(-q)", [] { return log_sigmoid(q()); }, "f64[3] [-0.47407698 -1.50192908 -0.04858735]"},
    {"(q+np.sqrt(q**2+4))/2", [] { return squareplus(q()); }, "f64[3] [1.28077641 0.55424764 3.30277564]"},
    {"(q+np.sqrt(q**2+1))/2", [] { return squareplus(q(), 1); }, "f64[3] [0.80901699 0.17539053 3.08113883]"},
    {"np.select([q<=-1,q>=1],[0,q],(q+1)**2/4)", [] { return sparse_plus(q()); }, "f64[3] [0.5625 0.     3.    ]"},
    {"np.clip((q+1)/2,0,1)", [] { return sparse_sigmoid(q()); }, "f64[3] [0.75 0.   1.  ]"},
    {"q-np.tanh(q)", [] { return tanh_shrink(q()); }, "f64[3] [ 0.03788284 -0.40171636  2.00494525]"},
    {"np.log(-np.expm1(-np.abs(q)))", [] { return log1mexp(abs(q())); }, "f64[3] [-0.93275213 -0.33757957 -0.05106918]"},
    {"np.log(np.array([1e-20,0.]))", [] { return log1mexp(f64_of({1e-20, 0})); }, "f64[2] [-46.05170186         -inf]"},
    {"-np.exp(np.array([-50.]))", [] { return log1mexp(f64_of({50})); }, "f64[1] [-1.92874985e-22]"},
    {"elu(q)", [] { return elu(q()); }, "f64[3] [ 0.5       -0.7134952  3.       ]"},
    {"np.where(q>=0,q,0.01*q)", [] { return leaky_relu(q()); }, "f64[3] [ 0.5    -0.0125  3.    ]"},
    {"np.where(q>=0,q,0.2*q)", [] { return leaky_relu(q(), 0.2); }, "f64[3] [ 0.5  -0.25  3.  ]"},
    {"elu(q,2.)", [] { return elu(q(), 2.0); }, "f64[3] [ 0.5        -1.42699041  3.        ]"},
    {"np.maximum(q,0)+np.minimum(0,2*np.expm1(q/2))", [] { return celu(q(), 2.0); }, "f64[3] [ 0.5        -0.92947714  3.        ]"},
    {"softplus(np.array([-1000.,1000.]))", [] { return softplus(f64_of({-1000, 1000})); }, "f64[2] [   0. 1000.]"},
    {"sigmoid(np.array([-800.,800.]))", [] { return sigmoid(f64_of({-800, 800})); }, "f64[2] [0. 1.]"},
    {"np.array([0.5,-1.25])*sigmoid(np.array([3.,2.]))", [] { return glu(f64_of({0.5, -1.25, 3, 2})); }, "f64[2] [ 0.47628706 -1.10099635]"},
    {"d[:1]*sigmoid(d[1:])", [] { return glu(d(), {.axis = 0}); }, "f64[1,3] [[ 1.47302069 -1.          0.09438517]]"},
    {"np.maximum(i-2,0)", [] { return relu(i() - 2); }, "i32[2,3] [[0 0 0]\n [1 2 3]]"},
    {"sp.softmax(d,axis=-1)", [] { return softmax(d()); }, "f64[2,3] [[0.75947319 0.0229341  0.21759271]\n [0.97141643 0.01779211 0.01079146]]"},
    {"sp.softmax(d,axis=0)", [] { return softmax(d(), 0); }, "f64[2,3] [[0.07585818 0.11920292 0.6791787 ]\n [0.92414182 0.88079708 0.3208213 ]]"},
    {"sp.softmax(d)", [] { return softmax(d(), {.axis = {0, 1}}); },
     "f64[2,3] [[0.07216225 0.00217911 0.02067483]\n [0.87911614 0.01610157 0.0097661 ]]"},
    {"sp.softmax(np.array([1000.,1000.,-np.inf]))", [] { return softmax(f64_of({1000, 1000, -HUGE_VAL})); }, "f64[3] [0.5 0.5 0. ]"},
    {"np.array([1,0,np.exp(2.5)])/(1+np.exp(2.5))", [] { return softmax(q(), {.where = Array{true, false, true}}); },
     "f64[3] [0.07585818 0.         0.92414182]"},
    {"sp.log_softmax(d,axis=-1)", [] { return log_softmax(d()); },
     "f64[2,3] [[-0.27513026 -3.77513026 -1.52513026]\n [-0.02900004 -4.02900004 -4.52900004]]"},
    {"sp.log_softmax(d,axis=0)", [] { return log_softmax(d(), 0); },
     "f64[2,3] [[-2.57888973 -2.12692801 -0.38687101]\n [-0.07888973 -0.12692801 -1.13687101]]"},
    {"sp.log_softmax(np.array([1e4,0.]))", [] { return log_softmax(f64_of({1e4, 0})); }, "f64[2] [     0. -10000.]"},
    {"(d-d.mean(-1,keepdims=True))/np.sqrt(d.var(-1,keepdims=True)+1e-5)", [] { return standardize(d()); },
     "f64[2,3] [[ 1.09332453 -1.32349812  0.23017359]\n [ 1.40692828 -0.57932341 -0.82760487]]"},
    {"(d-d.mean())/np.sqrt(d.var()+1e-5)", [] { return standardize(d(), {.axis = {0, 1}}); },
     "f64[2,3] [[ 0.51468105 -1.36502365 -0.15664206]\n [ 1.85732726 -0.29090668 -0.55943592]]"},
    {"jax.nn.dot_product_attention(q,k,v)[0,1]", [] { return dot_product_attention(qs(), ks(), vs())[{0, 1}]; }, "f64[4,2] [[ 0.01733444  0.53171547]\n [-0.22159417 -0.13532598]\n [ 0.34521543 -0.2280165 ]\n [-0.32263369  0.59167935]]"},
    {"jax.nn.dot_product_attention(q,k,v,is_causal=True)[0,1]", [] { return dot_product_attention(qs(), ks(), vs(), {.causal = true})[{0, 1}]; }, "f64[4,2] [[-0.06540425  0.53212333]\n [-0.1422015  -0.17982619]\n [ 0.2210729  -0.01427994]\n [-0.3599099   0.5577138 ]]"},
    {"jax.nn.dot_product_attention(q,g,h,scale=2.)[0,2]", [] { return dot_product_attention(qs(), ks()[{ellipsis, slice(2), slice()}], vs()[{ellipsis, slice(2), slice()}], {.scale = 2})[{0, 2}]; }, "f64[4,2] [[-0.01916247 -0.31532157]\n [ 0.36688353  0.31046829]\n [-0.967264    0.28973768]\n [-0.50755387 -0.22171103]]"},
    {"jax.nn.dot_product_attention(q,k,v,mask=m[None,None])[0,:,0]", [] { return dot_product_attention(qs(), ks(), vs(), {.mask = tri(3, {.k = -1, .dtype = bool_})})[{0, slice(), 0}]; }, "f64[3,2] [[ 0.08784112  0.22913096]\n [ 0.          0.90929743]\n [-0.22227451 -0.37251817]]"},
    {"jax.nn.dot_product_attention(q,k,v,bias=(m*1.5)[None,None])[0,2]", [] { return dot_product_attention(qs(), ks(), vs(), {.bias = tri(3, {.k = -1, .dtype = f64}) * 1.5})[{0, 2}]; }, "f64[4,2] [[-0.13211527 -0.26745481]\n [ 0.14096738 -0.09648486]\n [-0.4439915   0.41542095]\n [ 0.03664709 -0.25819341]]"},
    {"jax.nn.dot_product_attention(q[0],k[0],v[0])[0]", [] { return dot_product_attention(qs()[0], ks()[0], vs()[0])[0]; }, "f64[4,2] [[ 0.10703434  0.4507857 ]\n [-0.56198272  0.10163283]\n [ 0.63985969 -0.53824627]\n [-0.15231291  0.47884533]]"},
};

class Neural : public testing::TestWithParam<Row> {};

TEST_P(Neural, SaysWhatNumPySays) { EXPECT_EQ(said_by_us(GetParam().ours()), GetParam().said); }

TEST_P(Neural, RecordsItsOpsAtTheUsersLine) { EXPECT_EQ(recorded_elsewhere(GetParam()), ""); }

TEST(Log1mexp, IsSteepAtZero) {
  const Array slopes = grad([](Array x) { return sum(log1mexp(x)); })(f64_of({0, 1000, HUGE_VAL}));
  EXPECT_EQ(slopes.to_vector<double>(), (std::vector<double>{HUGE_VAL, 0, 0}));
}

INSTANTIATE_TEST_SUITE_P(All, Neural, testing::ValuesIn(rows), [](const auto& test) { return name_of(test.param, test.index); });

}  // namespace
