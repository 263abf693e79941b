// Distributions that are drawn by rejection, by sorting or by counting, against JAX 0.10.2 (64 bits, partitionable threefry), at once and
// compiled; their derivatives, which are JAX's too; and their moments.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace random_ = espalier::random;

namespace {

using ep::Array, ep::Key, ep::Shape;

const Key key = random_::key(42);
Array f64s(const std::vector<double>& x) { return Array(x); }

// `drawn(key)` and the same compiled are `expected`, within a share of 1e-9.
template <class Draw> void expect_near(Draw draw, const std::vector<double>& expected, const char* what) {
  for (const Array& drawn : {draw(key), ep::jit(draw)(key)}) {
    const auto values = drawn.template to_vector<double>();
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (std::isnan(expected[i])) EXPECT_TRUE(std::isnan(values[i])) << what << " [" << i << "]";
      else if (std::isinf(expected[i])) EXPECT_EQ(values[i], expected[i]) << what << " [" << i << "]";
      else EXPECT_NEAR(values[i], expected[i], 1e-9 * std::abs(expected[i])) << what << " [" << i << "]";
    }
  }
}
template <class Draw> void expect_numbers(Draw draw, const std::vector<int>& expected, const char* what) {
  EXPECT_EQ(draw(key).template to_vector<int>(), expected) << what;
  EXPECT_EQ(ep::jit(draw)(key).template to_vector<int>(), expected) << what << ", compiled";
}

TEST(Gamma, AsJax) {
  expect_near([](Key k) { return random_::gamma(k, f64s({0.3, 1, 2.5, 20})); }, {0.04064462722988022, 0.5161877343182824, 5.75709708230657, 21.369679981189503}, "gamma");
  expect_near([](Key k) { return random_::loggamma(k, f64s({1e-3, 1, 2.5, 20})); }, {-1075.138230732641, -0.6612847534710552, 1.7504333689015956, 3.061973094075713}, "loggamma");
  expect_near([](Key k) { return ep::vmap([](Key one) { return random_::gamma(one, Array(0.7, ep::f64), 2); })(random_::split(k, 3)); },
              {0.2844188575513499, 0.03740187992617353, 0.7478072138526667, 0.12843510489624374, 0.42021593121985007, 2.8872217487031677}, "vmap");
  EXPECT_EQ(random_::gamma(key, 2.0).dtype(), ep::f32);
  EXPECT_EQ(random_::gamma(key, f64s({1, 2}), {0, 2}).shape(), (Shape{0, 2}));
}

TEST(Gamma, GivesOtherDistributions) {
  const Array three = f64s({3}), ones(std::vector<double>{0.5, 1, 2});
  expect_near([](Key k) { return random_::beta(k, 0.8, f64s({0.5, 2, 3})); }, {0.451660255915375, 0.09465726856900325, 0.0036541615397088258}, "beta");
  expect_near([ones](Key k) { return random_::dirichlet(k, ones, 2); }, {0.034964588242996725, 0.09085310404551038, 0.8741823077114929, 0.11578954602773588, 0.10870178008631362, 0.7755086738859504}, "dirichlet");
  expect_near([three](Key k) { return random_::chisquare(k, three, 3); }, {3.4123750492211147, 1.9269875304255157, 8.271386696089039}, "chisquare");
  expect_near([three](Key k) { return random_::t(k, three, 3); }, {-0.6930095592523876, -0.5820081154139338, 2.1891397152153647}, "t");
  expect_near([three](Key k) { return random_::f(k, three, 5, 3); }, {1.158641615967818, 0.4334901445978058, 6.869564969322846}, "f");
  expect_near([](Key k) { return random_::generalized_normal(k, 1.5, 3, {.dtype = ep::f64}); }, {-0.4028062414861481, -0.09948843483645729, 0.35442502223499145}, "generalized_normal");
  expect_near([](Key k) { return random_::ball(k, 3, 2, {.p = 1.5, .dtype = ep::f64}); },
              {-0.0384274121719343, -0.23021707456341264, -0.4716361044985232, 0.3980138272266431, -0.3048052739796696, -0.14784497957050247}, "ball");
}

// A draw moves with its parameters as the distribution function says, held at the draw.
TEST(Gamma, HasImplicitDerivatives) {
  const auto along = [](auto draw, const Array& at) { return [=](Key k) { return ep::jvp([=](Array a) { return draw(k, a); }, at, ep::ones_like(at)).second; }; };
  const Array at = f64s({0.3, 1, 2.5, 20});
  expect_near(along([](Key k, Array a) { return random_::gamma(k, a); }, at), {0.427441827004906, 0.8217798569927198, 1.5749419289232929, 1.0421404048592675}, "gamma");
  expect_near(along([](Key k, Array a) { return random_::loggamma(k, a); }, at), {10.5165640857611, 1.5920174044391546, 0.2735652893128381, 0.04876724432825403}, "loggamma");
  expect_near(along([](Key k, Array a) { return random_::beta(k, a, 2.0); }, at), {0.12302305506566201, 0.4438688937317148, 0.13588131341018508, 0.003940307740015684}, "beta");
  expect_near(along([](Key k, Array a) { return random_::t(k, a); }, f64s({1, 3, 9})), {0.15049424576239254, 0.11743235352044107, -0.01625580913178956}, "t");
  const auto loss = [](Array a) { return ep::sum(random_::gamma(key, a)); };
  EXPECT_TRUE(ep::allclose(ep::grad(loss)(at), f64s({0.427441827004906, 0.8217798569927198, 1.5749419289232929, 1.0421404048592675}), {.rtol = 1e-9}));
  EXPECT_THROW((void)ep::grad([&](Array a) { return ep::sum(ep::grad(loss)(a)); })(at), ep::DifferentiationError);
}

TEST(Counts, AsJax) {
  const double nan = NAN, infinity = HUGE_VAL;
  expect_numbers([](Key k) { return random_::poisson(k, Array(std::vector<float>{0.5f, 3, 9.9f, 10, 50, 1000})); }, {1, 2, 14, 8, 40, 970}, "poisson");
  expect_numbers([](Key k) { return ep::vmap([](Key one) { return random_::poisson(one, 4, 3); })(random_::split(k, 2)); }, {5, 2, 3, 5, 4, 0}, "poisson, vmap");
  expect_near([](Key k) { return random_::binomial(k, f64s({10, 50, 200, 7, 1000}), f64s({0.3, 0.5, 0.05, 0.9, 0.4})); }, {2, 24, 14, 7, 408}, "binomial");
  expect_near([=](Key k) { return random_::binomial(k, f64s({-1, nan, 5, 5, infinity, 5, 5}), f64s({0.5, 0.5, -0.5, nan, 0.5, 0, 1})); }, {nan, nan, nan, nan, infinity, 0, 5}, "binomial, at its ends");
  expect_near([](Key k) { return random_::multinomial(k, f64s({20, 5}), reshape(f64s({0.2, 0.3, 0.5, 0.9, 0.1, 0}), {2, 3})); }, {5, 4, 11, 5, 0, 0}, "multinomial");
}

TEST(Selection, AsJax) {
  const Array x = reshape(ep::arange(6), {2, 3}), p(std::vector<float>{0.1f, 0.2f, 0.3f, 0.4f});
  expect_numbers([](Key k) { return random_::permutation(k, 10); }, {7, 4, 2, 5, 3, 6, 8, 9, 0, 1}, "permutation");
  expect_numbers([x](Key k) { return random_::permutation(k, x, {.axis = 1}); }, {2, 0, 1, 5, 3, 4}, "permutation along an axis");
  expect_numbers([x](Key k) { return random_::permutation(k, x, {.axis = 1, .independent = true}); }, {2, 0, 1, 4, 5, 3}, "permutation of each line");
  expect_numbers([](Key k) { return random_::choice(k, 20, {2, 3}, {.replace = false}); }, {7, 4, 16, 19, 2, 5}, "choice without replacement");
  expect_numbers([](Key k) { return random_::choice(k, 20, 7); }, {5, 18, 3, 11, 5, 6, 4}, "choice");
  expect_numbers([p](Key k) { return random_::choice(k, 4, 6, {.p = p}); }, {2, 2, 2, 2, 2, 2}, "choice by p");
  expect_numbers([p](Key k) { return random_::choice(k, 4, 3, {.replace = false, .p = p}); }, {3, 2, 1}, "choice by p without replacement");
  expect_numbers([x](Key k) { return random_::choice(k, x, 2, {.axis = 1}); }, {0, 1, 3, 4}, "choice of columns");
  expect_numbers([x](Key k) { return random_::choice(k, x, 2, {.replace = false, .axis = 1}); }, {2, 0, 5, 3}, "choice of columns without replacement");
  const Array logits = log(reshape(Array(std::vector<float>{0.1f, 0.2f, 0.3f, 0.4f, 0.4f, 0.3f, 0.2f, 0.1f}), {2, 4}));
  expect_numbers([logits](Key k) { return random_::categorical(k, logits, {.shape = {3, 2}, .replace = false}); }, {3, 1, 2, 0, 1, 3}, "categorical without replacement");
  EXPECT_EQ(random_::choice(key, 5, 0).shape(), Shape(0));
  EXPECT_EQ(random_::permutation(key, 0).shape(), Shape(0));
}

TEST(Gumbel, ReachesFurtherOnRequest) {
  const auto values = random_::gumbel(key, 4, {.high_range = true}).to_vector<double>();
  const double expected[] = {0.39925798773765564, -0.12997561693191528, 0.043095413595438004, 0.1944437325000763};
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(values[i], expected[i], 1e-5);
}

// The mean is within 5 standard errors, the variance within 6 %.
TEST(Distributions, HaveTheirMoments) {
  struct Row {
    const char* name;
    Array (*draw)(Key);
    double mean, variance;
  };
  constexpr int n = 30000;
  const Row rows[] = {
      {"gamma", [](Key k) { return random_::gamma(k, 0.4, n); }, 0.4, 0.4},
      {"gamma of a large shape", [](Key k) { return random_::gamma(k, 7, n); }, 7, 7},
      {"loggamma", [](Key k) { return random_::loggamma(k, 1, n); }, -0.5772156649015329, 1.6449340668482264},
      {"beta", [](Key k) { return random_::beta(k, 2, 3, n); }, 0.4, 0.04},
      {"chisquare", [](Key k) { return random_::chisquare(k, 4, n); }, 4, 8},
      {"t", [](Key k) { return random_::t(k, 10, n); }, 0, 1.25},
      {"f", [](Key k) { return random_::f(k, 8, 20, n); }, 20. / 18, 2 * 400. * 26 / (8. * 324 * 16)},
      {"generalized_normal", [](Key k) { return random_::generalized_normal(k, 2, n); }, 0, 0.5},
      {"poisson", [](Key k) { return random_::poisson(k, 3.5, n); }, 3.5, 3.5},
      {"poisson of a high rate", [](Key k) { return random_::poisson(k, 40, n); }, 40, 40},
      {"binomial", [](Key k) { return random_::binomial(k, 12, 0.25, n); }, 3, 2.25},
      {"binomial of many trials", [](Key k) { return random_::binomial(k, 100, 0.4, n); }, 40, 24},
  };
  for (const Row& row : rows) {
    const Array x = ep::jit(row.draw)(key).as(ep::f64);
    EXPECT_NEAR(ep::mean(x).item<double>(), row.mean, 5 * std::sqrt(row.variance / n)) << row.name;
    EXPECT_NEAR(ep::var(x).item<double>(), row.variance, 0.06 * row.variance) << row.name;
  }
  const Array points = ep::jit([](Key k) { return random_::ball(k, 2, n); })(key), radius = ep::sum(points * points, {.axis = -1});
  EXPECT_LE(ep::max(radius).item<double>(), 1.0001);
  EXPECT_NEAR(ep::mean(radius).item<double>(), 0.5, 0.01);
}

TEST(DistributionErrors, NameTheUsersLine) {
  const auto message = [](auto&& draw) -> std::string {
    try {
      (void)draw();
    } catch (const ep::Error& error) {
      return error.what();
    }
    return "";
  };
  const struct {
    std::string text, wanted;
  } rows[] = {
      {message([] { return random_::gamma(random_::split(key, 3), 1.0); }), "gamma: takes one key, not keys [3]"},
      {message([] { return random_::gamma(key, ep::ones(2), 3); }), "a parameter of shape [2] does not broadcast to the shape drawn, [3]"},
      {message([] { return random_::beta(key, 1.0, 1.0, 3, {.dtype = ep::i32}); }), "beta: draws floats"},
      {message([] { return random_::dirichlet(key, 1.0); }), "dirichlet: alpha is a scalar"},
      {message([] { return random_::ball(key, -1); }), "ball: -1 dimensions"},
      {message([] { return random_::poisson(key, 1.0, 2, {.dtype = ep::f32}); }), "poisson: draws integers"},
      {message([] { return random_::multinomial(key, 3, 0.5); }), "multinomial: p is a scalar"},
      {message([] { return random_::permutation(key, -1); }), "permutation: -1 elements"},
      {message([] { return random_::permutation(key, 1.5); }), "permutation: a scalar is a number of elements, not f32[]"},
      {message([] { return random_::permutation(key, ep::ones(3), {.axis = 1}); }), "axis"},
      {message([] { return random_::choice(key, 3, 4, {.replace = false}); }), "choice: 4 of 3 elements without replacement"},
      {message([] { return random_::choice(key, 0, 1); }), "choice: 1 of 0 elements"},
      {message([] { return random_::choice(key, 3, 1, {.p = ep::ones(2)}); }), "choice: p is f32[2]"},
      {message([] { return random_::categorical(key, ep::ones(2), {.shape = 3, .replace = false}); }), "categorical: 3 draws of 2 without replacement"},
  };
  for (const auto& row : rows) {
    EXPECT_NE(row.text.find(row.wanted), std::string::npos) << row.text << "\n  wanted: " << row.wanted;
    EXPECT_NE(row.text.find("distributions_test.cpp:"), std::string::npos) << row.text;
  }
}

TEST(Matrices, HaveTheCovariance) {
  const Array cov = ep::reshape(f64s({2, 0.6, 0.6, 1}), {2, 2}), mean = f64s({1, -1});
  const auto draw = [&](Key k) { return random_::multivariate_normal(k, mean, cov, Shape({20000}), {.dtype = ep::f64}); };
  for (const Array& x : {draw(key), ep::jit(draw)(key)}) {
    const Array centred = x - mean, found = ep::matmul(centred.T(), centred) / 20000.;
    EXPECT_LT(ep::max(ep::abs(found - cov)).item<double>(), 0.05);
  }
  EXPECT_TRUE(std::isnan(random_::multivariate_normal(key, mean, -cov)[0].item<float>()));
  EXPECT_THROW(random_::multivariate_normal(key, f64s({1, 2, 3}), cov), ep::ShapeError);
}

TEST(Matrices, AreOrthogonal) {
  const auto draw = [](Key k) { return random_::orthogonal(k, 4, Shape({3}), {.dtype = ep::f64}); };
  for (const Array& q : {draw(key), ep::jit(draw)(key)}) {
    EXPECT_EQ(q.shape(), Shape({3, 4, 4}));
    EXPECT_LT(ep::max(ep::abs(ep::matmul(ep::swapaxes(q, -1, -2), q) - ep::eye(4, {.dtype = ep::f64}))).item<double>(), 1e-14);
  }
}

}  // namespace
