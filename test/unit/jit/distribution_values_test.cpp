// Distributions against themselves and mathematics, in f64: densities integrate to 1 and to the moments and entropies that formulas give; log_prob is libm's; draws have those moments.
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/distributions.h"
#include "espalier/stdlib/random.h"
#include "espalier/stdlib/solvers.h"
#include "says.h"

namespace ep = espalier;
namespace dist = ep::distributions;

namespace {

using ep::Array, ep::f64, ep::Key, ep::test::expect_says;

Array d(double x) { return Array(x, f64); }
double value(const Array& x) { return x.item<double>(); }
const double infinity = std::numeric_limits<double>::infinity();

// The integral over [a, b], in 200 pieces: where a density bends, one of them must end.
template <class F> double integral(const F& f, double a, double b) {
  return value(ep::jit([&] { return ep::solvers::quad(f, d(a), d(b), {.intervals = 200}); })());
}

// `log_density` by libm at a point inside; the support is within [a, b] but for nothing that counts.
template <class D> void expect_density(const char* name, const D& p, double a, double b, double at, double log_density) {
  const auto density = [&](const Array& x) { return exp(p.log_prob(x)); };
  EXPECT_NEAR(value(p.log_prob(d(at))), log_density, 1e-12) << name;
  EXPECT_NEAR(integral(density, a, b), 1, 1e-7) << name;
  EXPECT_NEAR(integral(density, a, at), value(p.cdf(d(at))), 1e-7) << name;
  if constexpr (requires { p.mean(); }) {
    const double mean = integral([&](const Array& x) { return x * density(x); }, a, b);
    EXPECT_NEAR(mean, value(p.mean()), 1e-6) << name;
    EXPECT_NEAR(integral([&](const Array& x) { return square(x - mean) * density(x); }, a, b), value(p.variance()), 1e-6) << name;
  }
  if constexpr (requires { p.entropy(); }) {
    EXPECT_NEAR(integral([&](const Array& x) { return where(density(x) > 0, -density(x) * p.log_prob(x), 0); }, a, b), value(p.entropy()), 1e-6) << name;
  }
  if constexpr (requires { p.mode(); }) {
    const Array top = p.log_prob(p.mode());
    for (double x : {a + 0.01, (a + b) / 2, b - 0.01, at}) EXPECT_GE(value(top) + 1e-12, value(p.log_prob(d(x)))) << name << x;
  }
  // Draws: their distribution function at the draws is uniform. Compiled, of a shape.
  const Array u = p.cdf(ep::jit([&](Key key) { return p.sample(key, {20000}); })(Key(7)));
  EXPECT_EQ(u.shape(), ep::Shape{20000}) << name;
  EXPECT_EQ(u.dtype(), f64) << name;
  EXPECT_NEAR(value(mean(u)), 0.5, 0.01) << name;
  EXPECT_NEAR(value(var(u)), 1. / 12, 0.003) << name;
}

TEST(Continuous, AreWhatTheySay) {
  expect_density("Normal", dist::Normal{d(0.5), d(2)}, -25, 25, 1.7, -0.5 * 0.36 - std::log(2) - 0.5 * std::log(2 * M_PI));
  expect_density("Uniform", dist::Uniform{d(-1), d(3)}, -1, 3, 0.25, -std::log(4));
  expect_density("Laplace", dist::Laplace{d(0.5), d(0.7)}, -24.5, 25.5, 6.75, -6.25 / 0.7 - std::log(1.4));
  expect_density("Exponential", dist::Exponential{d(1.5)}, 0, 30, 0.8, std::log(1.5) - 1.2);
  expect_density("Gamma", dist::Gamma{d(3.5), d(2)}, 0, 30, 0.8, 3.5 * std::log(2) + 2.5 * std::log(0.8) - 1.6 - std::lgamma(3.5));
  expect_density("Beta", dist::Beta{d(2.5), d(3.5)}, 0, 1, 0.3, 1.5 * std::log(0.3) + 2.5 * std::log(0.7) - std::lgamma(2.5) - std::lgamma(3.5) + std::lgamma(6));
}
TEST(Compound, AreWhatTheySay) {
  const dist::Mixture two{Array({0.2, -0.4}, f64), dist::Normal{Array({-1., 2.}, f64), Array({0.5, 1.}, f64)}};
  const double w = 1 / (1 + std::exp(-0.6));
  const auto normal = [](double x, double m, double s) { return std::exp(-0.5 * (x - m) * (x - m) / (s * s)) / (s * std::sqrt(2 * M_PI)); };
  expect_density("Mixture", two, -12, 14, 0.4, std::log(w * normal(0.4, -1, 0.5) + (1 - w) * normal(0.4, 2, 1)));
  const dist::Transformed lognormal{dist::Normal{d(0.1), d(0.4)}, dist::Exp()};
  expect_density("Exp", lognormal, 1e-9, 20, 1.3, std::log(normal(std::log(1.3), 0.1, 0.4) / 1.3));
  const dist::Transformed squashed{dist::Normal{d(0.1), d(0.5)}, dist::Tanh()};
  expect_density("Tanh", squashed, -1 + 1e-9, 1 - 1e-9, 0.3, std::log(normal(std::atanh(0.3), 0.1, 0.5) / (1 - 0.09)));
  const dist::Transformed logit{dist::Normal{d(0.1), d(0.8)}, dist::Sigmoid()};
  expect_density("Sigmoid", logit, 1e-9, 1 - 1e-9, 0.3, std::log(normal(std::log(0.3 / 0.7), 0.1, 0.8) / 0.21));
  const dist::Transformed mirrored{dist::Exponential{d(1)}, dist::Affine{d(2), d(-0.5)}};
  expect_density("Affine", mirrored, -18, 2, 1, -2 + std::log(2));
}

// The inverse leads back, and slopes are those of grad.
TEST(Bijectors, KnowTheirInverseAndSlope) {
  const auto expect = [](const char* name, const auto& b, bool grows) {
    for (double x : {-1.3, 0.2, 2.5}) {
      EXPECT_NEAR(value(b.inverse(b.forward(d(x)))), x, 1e-12) << name;
      EXPECT_NEAR(value(b.log_slope(d(x))), std::log(std::abs(value(ep::grad([&](Array v) { return b.forward(v); })(d(x))))), 1e-12) << name;
    }
    EXPECT_EQ(b.grows().template item<bool>(), grows) << name;
  };
  expect("Exp", dist::Exp(), true);
  expect("Sigmoid", dist::Sigmoid(), true);
  expect("Tanh", dist::Tanh(), true);
  expect("Affine", dist::Affine{d(2), d(-0.5)}, false);
}

// Sums over all numbers that count, and libm.
template <class D> void expect_masses(const char* name, const D& p, int most, int at, double log_mass) {
  EXPECT_NEAR(value(p.log_prob(at)), log_mass, 1e-12) << name;
  double all = 0, mean = 0, squares = 0, entropy = 0;
  for (int k = 0; k <= most; ++k) {
    const double log_p = value(p.log_prob(k)), mass = std::exp(log_p);
    all += mass, mean += k * mass, squares += k * k * mass;
    if (mass > 0) entropy -= mass * log_p;
    if (k == at) { EXPECT_NEAR(value(p.cdf(k)), all, 1e-10) << name; }
    EXPECT_LE(log_p, value(p.log_prob(p.mode()))) << name;
  }
  EXPECT_NEAR(all, 1, 1e-12) << name;
  if constexpr (requires { p.mean(); }) {
    EXPECT_NEAR(mean, value(p.mean()), 1e-10) << name;
    EXPECT_NEAR(squares - mean * mean, value(p.variance()), 1e-9) << name;
  }
  if constexpr (requires { p.entropy(); }) { EXPECT_NEAR(entropy, value(p.entropy()), 1e-10) << name; }
  const Array draws = p.sample(Key(3), {20000});
  EXPECT_EQ(draws.dtype(), ep::i32) << name;
  EXPECT_NEAR(ep::mean(draws.as(f64)).template item<double>(), mean, 0.03) << name;
  EXPECT_EQ(value(p.log_prob(-1)), -infinity) << name;
  EXPECT_EQ(value(p.log_prob(1.5)), -infinity) << name;
}
TEST(Discrete, AreWhatTheySay) {
  expect_masses("Bernoulli", dist::Bernoulli{d(0.4)}, 1, 1, -std::log1p(std::exp(-0.4)));
  EXPECT_NEAR(value(dist::Bernoulli{d(0.4)}.probs()), 1 / (1 + std::exp(-0.4)), 1e-15);
  expect_masses("Poisson", dist::Poisson{d(3.2)}, 60, 2, 2 * std::log(3.2) - 3.2 - std::log(2));
  const Array logits({0.1, 1.2, -0.5}, f64);
  const double z = std::exp(0.1) + std::exp(1.2) + std::exp(-0.5);
  expect_masses("Categorical", dist::Categorical{logits}, 2, 2, -0.5 - std::log(z));
  EXPECT_NEAR(value(dist::Categorical{logits}.probs()[0]), std::exp(0.1) / z, 1e-15);
  EXPECT_EQ(value(dist::Categorical{logits}.log_prob(3)), -infinity);
  const dist::Categorical never{Array({0., -infinity}, f64)};
  EXPECT_EQ(value(never.entropy()), 0);
}

TEST(Multivariate, AreWhatTheySay) {
  const Array l({{1.2, 0.}, {0.5, 0.8}}, f64), loc({0.3, -1.}, f64);
  const dist::MultivariateNormal p{loc, l};
  const double x = 0.7 / 1.2, y = (0.5 - 0.5 * x) / 0.8;
  EXPECT_NEAR(value(p.log_prob(Array({1., -0.5}, f64))), -(x * x + y * y) / 2 - std::log(1.2 * 0.8) - std::log(2 * M_PI), 1e-12);
  EXPECT_NEAR(value(p.entropy()), std::log(2 * M_PI * std::exp(1)) + std::log(0.96), 1e-12);
  const Array draws = p.sample(Key(2), {20000}), centered = draws - loc, covariance = ep::matmul(centered.T(), centered) / 20000.;
  EXPECT_EQ(draws.shape(), (ep::Shape{20000, 2}));
  EXPECT_TRUE(ep::allclose(mean(draws, 0), p.mean(), {.rtol = 0, .atol = 0.03}));
  EXPECT_TRUE(ep::allclose(covariance, p.covariance(), {.rtol = 0, .atol = 0.04}));
  EXPECT_TRUE(ep::allclose(p.variance(), diagonal(p.covariance())));
  EXPECT_TRUE(ep::equal(p.mode(), p.mean()));
  const dist::MultivariateNormal many{ep::zeros({3, 1, 2}, f64), ep::stack({l, 2 * l})};
  EXPECT_EQ(many.batch_shape(), (ep::Shape{3, 2}));
  EXPECT_EQ(many.sample(Key(0), {5}).shape(), (ep::Shape{5, 3, 2, 2}));
  EXPECT_EQ(many.log_prob(ep::zeros({5, 1, 1, 2}, f64)).shape(), (ep::Shape{5, 3, 2}));

  const dist::Dirichlet q{Array({2., 3., 1.5}, f64)};
  EXPECT_NEAR(value(q.log_prob(Array({0.2, 0.5, 0.3}, f64))), std::log(0.2) + 2 * std::log(0.5) + 0.5 * std::log(0.3) + std::lgamma(6.5) - std::lgamma(2) - std::lgamma(3) - std::lgamma(1.5), 1e-12);
  EXPECT_EQ(value(q.log_prob(Array({-0.2, 0.9, 0.3}, f64))), -infinity);
  const Array points = q.sample(Key(4), {20000});
  EXPECT_TRUE(ep::allclose(mean(points, 0), q.mean(), {.rtol = 0, .atol = 0.01}));
  EXPECT_TRUE(ep::allclose(var(points, 0), q.variance(), {.rtol = 0, .atol = 0.003}));
  EXPECT_NEAR(-value(mean(q.log_prob(points))), value(q.entropy()), 0.02);
  EXPECT_TRUE(ep::allclose(q.mode(), Array({1. / 3.5, 2. / 3.5, 0.5 / 3.5}, f64)));
  // Of two classes it is the beta distribution.
  EXPECT_NEAR(value(dist::Dirichlet{Array({2.5, 3.5}, f64)}.entropy()), value(dist::Beta{d(2.5), d(3.5)}.entropy()), 1e-12);
}

TEST(Independent, SumsOverItsEvent) {
  const dist::Normal base{ep::zeros({4, 3}, f64), ep::ones({4, 3}, f64)};
  const dist::Independent p{base, 1};
  EXPECT_EQ(p.batch_shape(), ep::Shape{4});
  EXPECT_EQ(p.sample(Key(1), {2}).shape(), (ep::Shape{2, 4, 3}));
  EXPECT_TRUE(ep::allclose(p.log_prob(ep::ones({4, 3}, f64)), 3 * base.log_prob(ep::ones({4, 3}, f64))[{ep::slice(), 0}]));
  EXPECT_TRUE(ep::allclose(p.entropy(), sum(base.entropy(), -1)));
  EXPECT_TRUE(ep::equal(p.mean(), base.mean()) && ep::equal(p.mode(), base.mode()) && ep::equal(p.variance(), base.variance()));
  EXPECT_TRUE(ep::allclose(dist::kl(p, dist::Independent{dist::Normal{ep::ones({4, 3}, f64), ep::ones({4, 3}, f64)}, 1}), ep::full({4}, 1.5, f64)));
}

// The mean of log p - log q over draws of p, by integration or by sums over all.
TEST(Kl, IsTheMeanOfTheDifference) {
  const auto integrated = [](const auto& p, const auto& q, double a, double b) { return integral([&](const Array& x) { return exp(p.log_prob(x)) * (p.log_prob(x) - q.log_prob(x)); }, a, b); };
  const auto expect = [&](const char* name, const auto& p, const auto& q, double a, double b) {
    EXPECT_NEAR(value(dist::kl(p, q)), integrated(p, q, a, b), 1e-7) << name;
    EXPECT_NEAR(value(dist::kl(p, p)), 0, 1e-13) << name;
  };
  expect("Normal", dist::Normal{d(0.5), d(1.2)}, dist::Normal{d(-0.3), d(0.8)}, -15, 15);
  expect("Laplace", dist::Laplace{d(0.5), d(1.2)}, dist::Laplace{d(-0.3), d(0.8)}, -39.5, 40.5);
  expect("Exponential", dist::Exponential{d(1.5)}, dist::Exponential{d(0.7)}, 0, 30);
  expect("Gamma", dist::Gamma{d(2.5), d(1.5)}, dist::Gamma{d(3.5), d(0.7)}, 1e-12, 40);
  expect("Beta", dist::Beta{d(2.5), d(3.5)}, dist::Beta{d(3.1), d(2.2)}, 1e-12, 1 - 1e-12);
  expect("Uniform", dist::Uniform{d(0), d(1)}, dist::Uniform{d(-1), d(2)}, 0, 1);
  EXPECT_EQ(value(dist::kl(dist::Uniform{d(0), d(1)}, dist::Uniform{d(0.5), d(2)})), infinity);
  const auto summed = [](const auto& p, const auto& q, int most) {
    double total = 0;
    for (int k = 0; k <= most; ++k) total += std::exp(value(p.log_prob(k))) * (value(p.log_prob(k)) - value(q.log_prob(k)));
    return total;
  };
  const auto sums = [&](const char* name, const auto& p, const auto& q, int most) { EXPECT_NEAR(value(dist::kl(p, q)), summed(p, q, most), 1e-10) << name; };
  sums("Bernoulli", dist::Bernoulli{d(0.4)}, dist::Bernoulli{d(-1.1)}, 1);
  sums("Poisson", dist::Poisson{d(2.5)}, dist::Poisson{d(4)}, 60);
  sums("Categorical", dist::Categorical{Array({0.1, 1.2, -0.5}, f64)}, dist::Categorical{Array({1.1, 0.2, 0.}, f64)}, 2);
  EXPECT_NEAR(value(dist::kl(dist::Dirichlet{Array({2.5, 3.5}, f64)}, dist::Dirichlet{Array({3.1, 2.2}, f64)})), value(dist::kl(dist::Beta{d(2.5), d(3.5)}, dist::Beta{d(3.1), d(2.2)})), 1e-12);
  const Array a({{1.2, 0.}, {0.5, 0.8}}, f64), b({{0.9, 0.}, {-0.2, 1.1}}, f64), m({0.3, -1.}, f64);
  const Array sa = ep::matmul(a, a.T()), sb = ep::matmul(b, b.T()), inverse = ep::linalg::inv(sb);
  const double wanted = (value(trace(ep::matmul(inverse, sa))) + value(dot(m, ep::matmul(inverse, m))) - 2 + std::log(value(ep::linalg::det(sb)) / value(ep::linalg::det(sa)))) / 2;
  EXPECT_NEAR(value(dist::kl(dist::MultivariateNormal{m, a}, dist::MultivariateNormal{0 * m, b})), wanted, 1e-12);
}

// A module may give one: it goes through jit, grad and vmap as any tree does, and its draws have the derivatives of their parameters.
struct Encoder {
  ep::Parameter weight;
  dist::Normal operator()(const Array& x) const { return {x * weight, exp(weight)}; }
};
TEST(Distributions, AreTrees) {
  const Encoder encoder{{0.3, -0.2}};
  const Array x{1., 2.};
  const dist::Normal p = ep::jit([](Encoder e, Array v) { return e(v); })(encoder, x);
  EXPECT_TRUE(ep::allclose(p.loc, Array{0.3, -0.4}));
  const auto loss = [&](Encoder e, Key key) {
    const dist::Normal q = e(x);
    return sum(square(q.sample(key))) + sum(dist::kl(q, dist::Normal()));
  };
  const Array z = ep::random::normal(Key(9), {2}), w = encoder.weight;
  const Array wanted = 2 * p.sample(Key(9)) * (x + exp(w) * z) + w * square(x) + exp(2 * w) - 1;
  EXPECT_TRUE(ep::allclose(Array(ep::jit(ep::grad(loss))(encoder, Key(9)).weight), wanted, {.rtol = 1e-5, .atol = 1e-6}));
  EXPECT_TRUE(ep::allclose(ep::vmap([](dist::Normal q, Array v) { return q.log_prob(v); })(p, x), p.log_prob(x)));
}
// Outside of the support the density is 0 and no derivative is NaN.
TEST(Distributions, EndWhereTheirSupportDoes) {
  for (double x : {-0.5, 1.5}) {
    EXPECT_EQ(value(dist::Beta{d(2), d(3)}.log_prob(x)), -infinity);
    EXPECT_EQ(value(dist::Uniform{d(0), d(1)}.log_prob(x)), -infinity);
    EXPECT_EQ(value(ep::grad([x](Array a) { return where(a > 5, dist::Beta{a, d(3)}.log_prob(x), a); })(d(2))), 1);
  }
  EXPECT_EQ(value(dist::Gamma{d(2), d(3)}.log_prob(-1)), -infinity);
  EXPECT_EQ(value(dist::Exponential{d(2)}.log_prob(-1)), -infinity);
  EXPECT_EQ(value(dist::Gamma{d(2), d(3)}.cdf(-1)), 0);
  EXPECT_TRUE(std::isnan(value(dist::Beta{d(0.5), d(3)}.mode())));
}
TEST(Distributions, SayWhatIsWrong) {
  const char* file = "distribution_values_test.cpp";
  const Array two{1., 2.}, three{1., 2., 3.};
  expect_says<ep::ShapeError>([&] { (void)dist::Normal{two, three}.sample(Key(0)); }, {file, "[2]", "[3]"});
  expect_says<ep::ShapeError>([&] { (void)dist::Categorical{1.}.sample(Key(0)); }, {file, "Categorical", "[]"});
  expect_says<ep::ShapeError>([&] { (void)dist::MultivariateNormal{two, two}.entropy(); }, {file, "MultivariateNormal", "[2]"});
  expect_says<ep::ShapeError>([&] { (void)dist::Independent{dist::Normal{two, two}, 2}.entropy(); }, {file, "Independent", "[2]"});
  expect_says<ep::ShapeError>([&] { (void)dist::Mixture{two, dist::Normal{1., 1.}}.batch_shape(); }, {file, "Mixture", "[]"});
}

}  // namespace
