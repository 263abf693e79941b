// First and second derivatives where functions of several ops have corners, saturate or leave the numbers: what JAX 0.10 says at 64
// bits, by jax.grad of the expression that names a row, and by jax.grad of that. Those of single ops are in the op table (ops/).
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

#include <gtest/gtest.h>

#include <cmath>

namespace {

using namespace espalier;

struct Point {
  double x, first, second;
};
struct Row {
  const char* jax;
  Array (*ours)(Array);
  std::vector<Point> points;
};
struct PairPoint {
  double x, y, by_x, by_y, by_xx, by_xy, by_yy;
};
struct PairRow {
  const char* jax;
  Array (*ours)(Array, Array);
  std::vector<PairPoint> points;
};
void PrintTo(const Row& row, std::ostream* out) { *out << row.jax; }
void PrintTo(const PairRow& row, std::ostream* out) { *out << row.jax; }

const Row rows[] = {
    {"jnp.trunc(x)", [](Array x) { return trunc(x); }, {{0, 0, 0}, {-1.5, 0, 0}}},
    {"jnp.reciprocal(x)", [](Array x) { return reciprocal(x); }, {{0, -INFINITY, INFINITY}, {2, -0.25, 0.25}}},
    {"jnp.square(x)", [](Array x) { return square(x); }, {{0, 0, 2}, {-3, -6, 2}}},
    {"jnp.log10(x)", [](Array x) { return log10(x); }, {{1, 0.4342944819032518, -0.4342944819032518}, {0, INFINITY, -INFINITY}}},
    {"jnp.log2(x)", [](Array x) { return log2(x); }, {{1, 1.4426950408889634, -1.4426950408889634}, {0, INFINITY, -INFINITY}}},
    {"jnp.sinc(x)", [](Array x) { return sinc(x); }, {{0, 0, -3.2898681336964524}, {1, -1, 1.9999999999999998}, {0.5, -1.2732395447351625, -1.190227128238935}}},
    {"jnp.deg2rad(x)", [](Array x) { return deg2rad(x); }, {{0, 0.017453292519943295, 0}}},
    {"jnp.nan_to_num(x)", [](Array x) { return nan_to_num(x); }, {{1, 1, 0}, {NAN, 0, 0}, {INFINITY, 0, 0}}},
    // At 0 JAX has the infinite logarithm; see xlogy.
    {"jsp.special.entr(x)", [](Array x) { return entr(x); }, {{0, 0, 0}, {1, -1, -1}}},
    {"jnp.clip(x, -1, 1)", [](Array x) { return clip(x, -1.0, 1.0); }, {{-1, 0.5, 0}, {1, 0.5, 0}, {0, 1, 0}, {2, 0, 0}}},
    {"jnp.heaviside(x, 0.5)", [](Array x) { return heaviside(x, 0.5); }, {{0, 0, 0}, {1, 0, 0}}},
    {"jnp.copysign(x, -1.)", [](Array x) { return copysign(x, -1.0); }, {{0, -1, 0}, {1, -1, 0}, {-2, 1, 0}}},
    {"jsp.special.polygamma(1, x)", [](Array x) { return polygamma(1.0, x); }, {{1, -2.4041138063191854, 6.493939402266834}, {-0.5, -0.828796644234319, 193.40909103400256}}},
    {"lax.igamma(2, x)", [](Array x) { return igamma(2.0, x); }, {{1, 0.3678794411714423, 0}, {0, 0, NAN}}},
    {"lax.igamma(1, x)", [](Array x) { return igamma(1.0, x); }, {{0, NAN, NAN}}},
    {"lax.igammac(0.5, x)", [](Array x) { return igammac(0.5, x); }, {{3, -0.01621739110988047, 0.018920289628193882}}},
    {"lax.betainc(2, 3, x)", [](Array x) { return betainc(2.0, 3.0, x); }, {{0.4, 1.7280000000000222, -1.440000000000019}, {0, 0, NAN}}},
    {"x ** 0", [](Array x) { return pow(x, 0); }, {{0, 0, 0}, {2, 0, 0}}},
    {"x ** 1", [](Array x) { return pow(x, 1); }, {{0, 1, 0}, {2, 1, 0}}},
    {"x ** 2", [](Array x) { return pow(x, 2); }, {{0, 0, 2}, {2, 4, 2}}},
    {"x ** 3", [](Array x) { return pow(x, 3); }, {{0, 0, 0}, {-2, 12, -12}}},
    {"x ** -1", [](Array x) { return pow(x, -1); }, {{0, -INFINITY, INFINITY}, {2, -0.25, 0.25}}},
    {"x ** 0.5", [](Array x) { return pow(x, 0.5); }, {{0, INFINITY, -INFINITY}, {4, 0.25, -0.03125}}},
    {"x ** 2.0", [](Array x) { return pow(x, 2.0); }, {{0, 0, 2}, {-3, -6, 2}}},
    {"0. ** x", [](Array x) { return pow(0.0, x); }, {{0, 0, 0}, {1, 0, 0}, {2, 0, 0}}},
    {"2. ** x", [](Array x) { return pow(2.0, x); }, {{0, 0.6931471805599453, 0.4804530139182014}, {-1100, 0, 0}}},
    {"x ** x", [](Array x) { return pow(x, x); }, {{1, 1, 2}}},
    {"jnp.maximum(x, x)", [](Array x) { return maximum(x, x); }, {{0, 1, 0}, {1, 1, 0}}},
    {"jnp.minimum(x, 0)", [](Array x) { return minimum(x, 0.0); }, {{0, 0.5, 0}, {1, 0, 0}}},
    {"jnp.where(x > 0, x, 0.)", [](Array x) { return where(x > 0, x, 0.0); }, {{0, 0, 0}, {1, 1, 0}}},
    {"nn.relu(x)", [](Array x) { return relu(x); }, {{0, 0, 0}, {1, 1, 0}, {-1, 0, 0}}},
    {"nn.relu6(x)", [](Array x) { return relu6(x); }, {{0, 0, 0}, {6, 0, 0}, {3, 1, 0}}},
    {"nn.silu(x)", [](Array x) { return silu(x); }, {{0, 0.5, 0.5}, {800, 1, 0}, {-800, 0, 0}}},
    {"nn.mish(x)", [](Array x) { return mish(x); }, {{0, 0.6000000000000001, 0.6399999999999999}, {800, 1, 0}, {-800, 0, 0}}},
    {"nn.softplus(x)", [](Array x) { return softplus(x); }, {{0, 0.5, 0.25}, {800, 1, 0}, {-800, 0, 0}, {INFINITY, 1, 0}, {-INFINITY, 0, 0}}},
    {"nn.soft_sign(x)", [](Array x) { return soft_sign(x); }, {{0, 1, -2}, {-1, 0.25, 0.25}}},
    {"nn.gelu(x)", [](Array x) { return gelu(x); }, {{0, 0.5, 0.7978845608028654}, {50, 1, 0}, {-50, 0, 0}}},
    {"nn.gelu(x, approximate=False)", [](Array x) { return gelu_exact(x); }, {{0, 0.5, 0.7978845608028654}, {50, 1, 0}, {-50, 0, 0}}},
    {"nn.selu(x)", [](Array x) { return selu(x); }, {{0, 1.7580993408473766, 1.7580993408473766}, {800, 1.0507009873554805, 0}, {-800, 0, 0}}},
    {"nn.hard_tanh(x)", [](Array x) { return hard_tanh(x); }, {{1, 1, 0}, {-1, 1, 0}, {0, 1, 0}}},
    {"nn.hard_sigmoid(x)", [](Array x) { return hard_sigmoid(x); }, {{3, 0, 0}, {-3, 0, 0}, {0, 0.16666666666666666, 0}}},
    {"nn.hard_silu(x)", [](Array x) { return hard_silu(x); }, {{3, 1, 0}, {-3, 0, 0}, {0, 0.5, 0.3333333333333333}}},
    {"nn.log_sigmoid(x)", [](Array x) { return log_sigmoid(x); }, {{0, 0.5, -0.25}, {800, 0, 0}, {-800, 1, 0}}},
    {"nn.sparse_plus(x)", [](Array x) { return sparse_plus(x); }, {{-1, 0, 0}, {1, 1, 0}, {0, 0.5, 0.5}}},
    {"nn.sparse_sigmoid(x)", [](Array x) { return sparse_sigmoid(x); }, {{-1, 0.25, 0}, {1, 0.25, 0}, {0, 0.5, 0}, {3, 0, 0}}},
    {"x - jnp.tanh(x)", [](Array x) { return tanh_shrink(x); }, {{0, 0, 0}, {1, 0.5800256583859739, 0.6397000084492246}, {800, 1, 0}}},
    {"nn.squareplus(x)", [](Array x) { return squareplus(x); }, {{0, 0.5, 0.25}, {3, 0.9160251471689218, 0.042669245863479165}}},
    {"nn.log1mexp(x)", [](Array x) { return log1mexp(x); }, {{0.1, 9.50833194477505, -99.91670831680472}, {0.6931471805599453, 1, -2}, {1, 0.5819767068693265, -0.9206735942077924}, {800, 0, 0}}},
    {"nn.leaky_relu(x)", [](Array x) { return leaky_relu(x); }, {{0, 1, 0}, {-1, 0.01, 0}}},
    {"nn.elu(x)", [](Array x) { return elu(x); }, {{0, 1, 1}, {800, 1, 0}, {-800, 0, 0}}},
    {"nn.celu(x)", [](Array x) { return celu(x); }, {{0, 1, 0.25}, {800, 1, 0}, {-800, 0, 0}}},
    {"nn.celu(x, 2.)", [](Array x) { return celu(x, 2); }, {{0, 1, 0.125}, {-2, 0.36787944117144233, 0.18393972058572117}}},
    {"jnp.linalg.norm(jnp.stack([x, x]))", [](Array x) { return norm(stack({x, x}), {.axis = 0}); }, {{0, NAN, NAN}, {1, 1.414213562373095, 2.220446049250313e-16}}},
    {"jnp.linalg.norm(jnp.stack([x, x]), ord=1)", [](Array x) { return norm(stack({x, x}), {.ord = 1, .axis = 0}); }, {{0, 2, 0}, {1, 2, 0}}},
    // At 0 JAX says 0.5: its maximum begins with a 0, which is not among the elements.
    {"jnp.linalg.norm(jnp.stack([x, x]), ord=jnp.inf)", [](Array x) { return norm(stack({x, x}), {.ord = INFINITY, .axis = 0}); }, {{0, 1, 0}, {1, 1, 0}}},
    {"jnp.max(jnp.stack([x, 2 * x]))", [](Array x) { return max(stack({x, 2 * x}), {.axis = 0}); }, {{0, 1.5, 0}, {1, 2, 0}}},
    {"jnp.min(jnp.stack([x, 2 * x]))", [](Array x) { return min(stack({x, 2 * x}), {.axis = 0}); }, {{0, 1.5, 0}, {1, 1, 0}}},
    {"jnp.prod(jnp.stack([x, x, x]))", [](Array x) { return prod(stack({x, x, x}), {.axis = 0}); }, {{0, 0, 0}, {2, 12, 12}}},
    {"jnp.std(jnp.stack([x, 2 * x]))", [](Array x) { return espalier::std(stack({x, 2 * x}), {.axis = 0}); }, {{0, NAN, NAN}, {1, 0.5, 0}}},
    {"jnp.var(jnp.stack([x, 2 * x]))", [](Array x) { return var(stack({x, 2 * x}), {.axis = 0}); }, {{0, 0, 0.5}, {1, 0.5, 0.5}}},
    {"jsp.special.logsumexp(jnp.stack([x, 2 * x]))", [](Array x) { return logsumexp(stack({x, 2 * x}), {.axis = 0}); }, {{0, 1.5, 0.25}, {800, 2, 0}, {INFINITY, NAN, NAN}, {-INFINITY, NAN, NAN}}},
    {"nn.softmax(jnp.stack([x, 2 * x]))[0]", [](Array x) { return softmax(stack({x, 2 * x}), {.axis = 0})[0]; }, {{0, -0.25, 0}, {800, 0, 0}}},
    {"nn.log_softmax(jnp.stack([x, 2 * x]))[0]", [](Array x) { return log_softmax(stack({x, 2 * x}), {.axis = 0})[0]; }, {{0, -0.5, -0.25}, {800, -1, 0}}},
};
const PairRow pair_rows[] = {
    {"jnp.float_power(x, y)", [](Array x, Array y) { return float_power(x, y); }, {{0, 1, 1, 0, 0, 1, 0}, {2, 0, 0, 0.6931471805599453, 0, 0.5, 0.4804530139182014}}},
    {"jnp.fmax(x, y)", [](Array x, Array y) { return fmax(x, y); }, {{1, 1, 0, 1, 0, 0, 0}, {1, 2, 0, 1, 0, 0, 0}, {NAN, 1, 0, 1, 0, 0, 0}, {1, NAN, 1, 0, 0, 0, 0}}},
    {"jnp.fmin(x, y)", [](Array x, Array y) { return fmin(x, y); }, {{1, 1, 0, 1, 0, 0, 0}, {1, 2, 1, 0, 0, 0, 0}, {NAN, 1, 0, 1, 0, 0, 0}, {1, NAN, 1, 0, 0, 0, 0}}},
    {"jnp.hypot(x, y)", [](Array x, Array y) { return hypot(x, y); }, {{0, 0, 0.5, 0.5, 0, 0, 0}, {3, 0, 1, 0, 0, 0, 0.3333333333333333}, {0, -3, 0, -1, 0.3333333333333333, 0, 0}, {1, 1, 0.7071067811865476, 0.7071067811865476, 0, 0, 0}, {-3, 4, -0.6000000000000001, 0.7999999999999999, 0.128, 0.096, 0.07200000000000008}}},
    // Of two equal infinities each has the derivative 1; JAX says so of the positive ones. A number beside infinity has no share,
    // where JAX, which takes infinities for 0, gives 1 to the 0 in (inf, 0).
    {"jnp.logaddexp(x, y)", [](Array x, Array y) { return logaddexp(x, y); }, {{0, 0, 0.5, 0.5, 0.25, -0.25, 0.25}, {1, 1, 0.49999999999999994, 0.49999999999999994, 0.25, -0.24999999999999994, 0.25}, {800, 0, 1, 0, 0, 0, 0}, {0, 800, 0, 1, 0, 0, 0}, {INFINITY, INFINITY, 1, 1, 0, 0, 0}, {-INFINITY, -INFINITY, 1, 1, 0, 0, 0}, {-INFINITY, 0, 0, 1, 0, 0, 0}, {0, -INFINITY, 1, 0, 0, 0, 0}, {INFINITY, 0, 1, 0, 0, 0, 0}}},
    {"jnp.logaddexp2(x, y)", [](Array x, Array y) { return logaddexp2(x, y); }, {{0, 0, 0.5, 0.5, 0.17328679513998632, -0.17328679513998632, 0.17328679513998632}, {1, 1, 0.5, 0.5, 0.17328679513998632, -0.17328679513998632, 0.17328679513998632}, {2000, 0, 1, 0, 0, 0, 0}, {INFINITY, INFINITY, 1, 1, 0, 0, 0}, {-INFINITY, -INFINITY, 1, 1, 0, 0, 0}, {-INFINITY, 0, 0, 1, 0, 0, 0}}},
    // Where x is 0 and the logarithm is infinite, the derivatives are taken as 0; JAX has ±inf and NaN there.
    {"jsp.special.xlogy(x, y)", [](Array x, Array y) { return xlogy(x, y); }, {{0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 1, 0}, {0, 2, 0.6931471805599453, 0, 0, 0.5, 0}, {2, 1, 0, 2, 0, 1, -2}, {1, 0, -INFINITY, INFINITY, 0, INFINITY, -INFINITY}}},
    {"jsp.special.xlog1py(x, y)", [](Array x, Array y) { return xlog1py(x, y); }, {{0, -1, 0, 0, 0, 0, 0}, {0, 0, 0, 0, 0, 1, 0}, {0, 1, 0.6931471805599453, 0, 0, 0.5, 0}, {2, 0, 0, 2, 0, 1, -2}}},
    {"jsp.special.rel_entr(x, y)", [](Array x, Array y) { return rel_entr(x, y); }, {{0, 0, 0, 0, 0, 0, 0}, {0, 1, 0, 0, 0, 0, 0}, {1, 1, 1, -1, 1, -1, 1}, {-1, 1, 0, 0, 0, 0, 0}}},
    {"jsp.special.kl_div(x, y)", [](Array x, Array y) { return kl_div(x, y); }, {{0, 0, -1, 1, 0, 0, 0}, {0, 1, -1, 1, 0, 0, 0}, {1, 1, 0, 0, 1, -1, 1}}},
    {"jnp.mod(x, y)", [](Array x, Array y) { return mod(x, y); }, {{5, 3, 1, -1, 0, 0, 0}, {-5, 3, 1, 2, 0, 0, 0}, {6, 3, 1, -2, 0, 0, 0}, {0, 3, 1, 0, 0, 0, 0}}},
    {"jnp.floor_divide(x, y)", [](Array x, Array y) { return floor_divide(x, y); }, {{5, 3, 0, 0, 0, 0, 0}, {6, 3, 0, 0, 0, 0, 0}}},
    {"jnp.copysign(x, y)", [](Array x, Array y) { return copysign(x, y); }, {{1, -1, -1, 0, 0, 0, 0}, {0, 1, 1, 0, 0, 0, 0}, {-2, -1, 1, 0, 0, 0, 0}, {2, 0, 1, 0, 0, 0, 0}}},
    {"jnp.heaviside(x, y)", [](Array x, Array y) { return heaviside(x, y); }, {{0, 2, 0, 1, 0, 0, 0}, {1, 2, 0, 0, 0, 0, 0}}},
    {"jnp.clip(x, y, 2.)", [](Array x, Array y) { return clip(x, y, 2.0); }, {{1, 1, 0.5, 0.5, 0, 0, 0}, {0, 1, 0, 1, 0, 0, 0}, {3, 1, 0, 0, 0, 0, 0}, {2, 1, 0.5, 0, 0, 0, 0}}},
};

// The field of all points at which a row is tried, and the results wanted there: functions are elementwise over them.
template <class P> Array field(const std::vector<P>& points, double P::* which) {
  std::vector<double> values;
  for (const P& p : points) values.push_back(p.*which);
  return Array(values);
}

template <class P> void expect(const std::vector<P>& points, double P::* wanted, const Array& got, const char* what) {
  const Array all = broadcast_to(got, {static_cast<std::int64_t>(points.size())});
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double is = all[static_cast<int>(i)].item<double>(), want = points[i].*wanted;
    const bool same = std::isnan(want) ? std::isnan(is) : is == want || (std::isfinite(want) && std::fabs(is - want) <= 1e-15 + 1e-12 * std::fabs(want));
    EXPECT_TRUE(same) << what << " at point " << i << " (x = " << points[i].x << "): " << is << ", JAX says " << want;
  }
}

class SpecialPoints : public testing::TestWithParam<Row> {};
TEST_P(SpecialPoints, HaveTheDerivativesOfJax) {
  const auto& [jax, ours, points] = GetParam();
  const auto total = [f = ours](Array x) { return sum(f(x)); };
  const auto first = grad(total);
  const Array x = field(points, &Point::x);
  expect(points, &Point::first, first(x), "the derivative");
  expect(points, &Point::first, jvp(ours, x, ones_like(x)).second, "the derivative, forwards,");
  expect(points, &Point::second, grad([&](Array x) { return sum(first(x)); })(x), "the second derivative");
}
INSTANTIATE_TEST_SUITE_P(All, SpecialPoints, testing::ValuesIn(rows));

class SpecialPairs : public testing::TestWithParam<PairRow> {};
TEST_P(SpecialPairs, HaveTheDerivativesOfJax) {
  const auto& [jax, ours, points] = GetParam();
  const auto total = [f = ours](Array x, Array y) { return sum(f(x, y)); };
  const auto by_x = grad(total, argnums<0>);
  const auto by_y = grad(total, argnums<1>);
  const Array x = field(points, &PairPoint::x), y = field(points, &PairPoint::y);
  expect(points, &PairPoint::by_x, by_x(x, y), "d/dx");
  expect(points, &PairPoint::by_y, by_y(x, y), "d/dy");
  expect(points, &PairPoint::by_x, jvp([&](Array x) { return ours(x, y); }, x, ones_like(x)).second, "d/dx, forwards,");
  expect(points, &PairPoint::by_y, jvp([&](Array y) { return ours(x, y); }, y, ones_like(y)).second, "d/dy, forwards,");
  expect(points, &PairPoint::by_xx, grad([&](Array x) { return sum(by_x(x, y)); })(x), "d2/dx2");
  expect(points, &PairPoint::by_xy, grad([&](Array y) { return sum(by_x(x, y)); })(y), "d2/dxdy");
  expect(points, &PairPoint::by_yy, grad([&](Array y) { return sum(by_y(x, y)); })(y), "d2/dy2");
}
INSTANTIATE_TEST_SUITE_P(All, SpecialPairs, testing::ValuesIn(pair_rows));

}  // namespace
