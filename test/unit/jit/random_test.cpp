// Random numbers against JAX 0.10.2 (jax_threefry_partitionable=True), at once and compiled, and against their moments.
#include <gtest/gtest.h>

#include <cmath>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"
#include "espalier/stdlib/random.h"

namespace ep = espalier;
namespace random_ = espalier::random;

namespace {

using ep::Array, ep::Key, ep::Shape;
using Words = std::vector<std::uint32_t>;

Key key_of(std::uint32_t high, std::uint32_t low) { return Key(Array(Words{high, low})); }
Words words(const Key& key) { return key.data().to_vector<std::uint32_t>(); }

// The draw at once and in a compiled function: both must give `expected`, bit for bit.
template <class T, class Draw> void expect_bits(Key key, Draw draw, const std::vector<T>& expected, const char* what) {
  EXPECT_EQ(draw(key).template to_vector<T>(), expected) << what;
  EXPECT_EQ(ep::jit(draw)(key).template to_vector<T>(), expected) << what << ", compiled";
}
template <class T, class Draw> void expect_near(Key key, Draw draw, const std::vector<T>& expected, double tolerance, const char* what) {
  for (const Array& drawn : {draw(key), ep::jit(draw)(key)}) {
    const auto values = drawn.to_vector<T>();
    ASSERT_EQ(values.size(), expected.size()) << what;
    for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(values[i], expected[i], tolerance * (std::abs(expected[i]) + 0.2)) << what << " [" << i << "]";
  }
}

TEST(Keys, AreTheSeedsTwoWords) {
  EXPECT_EQ(words(random_::key(42)), (Words{0, 42}));
  EXPECT_EQ(words(random_::key(1099511627899)), (Words{256, 123}));
  EXPECT_EQ(words(random_::key(-12345)), (Words{4294967295, 4294954951}));
}

TEST(Keys, SplitAsJax) {
  EXPECT_EQ(words(random_::split(random_::key(0), 2)), (Words{1797259609, 2579123966, 928981903, 3453687069}));
  const auto [a, b] = random_::split(random_::key(42));
  EXPECT_EQ(words(a), (Words{1832780943, 270669613}));
  EXPECT_EQ(words(b), (Words{64467757, 2916123636}));
  EXPECT_EQ(random_::split<3>(random_::key(1)).size(), 3u);
  const Key grid = random_::split(random_::key(42), {2, 3});
  EXPECT_EQ(grid.shape(), (Shape{2, 3}));
  EXPECT_EQ(words(grid), (Words{1832780943, 270669613, 64467757, 2916123636, 2465931498, 255383827, 3134548294, 894150801, 2954079971, 3276725750, 2765691542, 824333390}));
  EXPECT_EQ(random_::split(random_::key(42), 0).shape(), Shape(0));
}

TEST(Keys, FoldInAsJax) {
  EXPECT_EQ(words(random_::fold_in(random_::key(42), 77)), (Words{3343870397, 3703666311}));
  EXPECT_EQ(words(random_::fold_in(random_::key(42), 4294967295)), (Words{2398536845, 3890976714}));
  EXPECT_EQ(words(random_::fold_in(random_::key(42), -1)), (Words{2398536845, 3890976714}));
  // split(fold_in(key, 3), 4), then fold_in(., 9) of each: a map over keys.
  const Key four = random_::split(random_::fold_in(random_::key(42), 3), 4);
  const auto nine = [](Key key) { return random_::fold_in(key, 9); };
  const Words expected{3050218945, 4071642597, 4173253934, 897045512, 216894706, 3646129700, 2788535830, 4272302082};
  EXPECT_EQ(words(ep::vmap(nine)(four)), expected);
  EXPECT_EQ(words(ep::jit(ep::vmap(nine))(four)), expected);
  // A traced word.
  const auto step = ep::jit([](Key key, Array i) { return random_::fold_in(key, i); });
  EXPECT_EQ(words(step(random_::key(42), Array(77).as(ep::i32))), (Words{3343870397, 3703666311}));
}

TEST(Bits, AsJax) {
  expect_bits<std::uint32_t>(random_::key(0), [](Key k) { return random_::bits(k, 4); }, {4070199207, 4202968722, 1427181096, 2012915765}, "u32");
  expect_bits<std::uint64_t>(random_::key(0), [](Key k) { return random_::bits(k, 2, ep::u64); }, {7719171245655871230u, 3989946895414531357u}, "u64");
  expect_bits<std::uint64_t>(random_::key(123456789), [](Key k) { return random_::bits(k, 5, ep::u64); },
                             {448421138526263055u, 13786218182816280093u, 8451225174647329347u, 15891121054110773736u, 2463572665249713249u}, "u64");
  expect_bits<std::uint8_t>(key_of(4294967295, 4294967295), [](Key k) { return random_::bits(k, {}, ep::u8); }, {251}, "u8 scalar");
  expect_bits<std::uint16_t>(key_of(1, 0), [](Key k) { return random_::bits(k, {2, 3, 4}, ep::u16); },
                             {32895, 15397, 60896, 49650, 43425, 62645, 29510, 60982, 46585, 2398, 57277, 3660, 36038, 12771, 13618, 48973, 29157, 5298, 32619, 9547, 45536, 35522, 21559, 44839}, "u16");
  EXPECT_EQ(random_::bits(random_::key(1), {3, 0}).shape(), (Shape{3, 0}));
}

TEST(Uniform, AsJax) {
  expect_bits<float>(random_::key(0), [](Key k) { return random_::uniform(k, 4); }, {.947667003f, .97857988f, .332291484f, .46866846f}, "key 0");
  expect_bits<float>(random_::key(1701), [](Key k) { return random_::uniform(k, {7, 3}); },
                     {0.2587379217147827, 0.6238625049591064, 0.2268970012664795, 0.12153208255767822, 0.49533283710479736, 0.959402322769165, 0.06059920787811279, 0.13924288749694824, 0.7630178928375244, 0.7222367525100708, 0.021321773529052734, 0.2409428358078003, 0.6245001554489136, 0.7426373958587646, 0.31394100189208984, 0.6497277021408081, 0.2210632562637329, 0.04977583885192871, 0.2360987663269043, 0.8072209358215332, 0.8995031118392944}, "f32");
  expect_bits<double>(random_::key(123456789), [](Key k) { return random_::uniform(k, {7, 3}, {.dtype = ep::f64}); },
                      {0.02430895862892979, 0.7473523852084285, 0.458141834725841, 0.861459398504852, 0.133550541786982, 0.9422178520360367, 0.453984739589941, 0.4058397645765446, 0.4819480819096209, 0.6034514742323567, 0.5947076283103307, 0.6026527162376221, 0.31575078731143047, 0.9587250844801465, 0.345977736358684, 0.016064152382414765, 0.5435263770493528, 0.5374585481892451, 0.07031783439481831, 0.119090559512959, 0.44288995033708134}, "f64");
  const auto pairs = [](Key k) { return random_::uniform(k, {2, 3}); };
  const auto mapped = [pairs](Key k) { return ep::vmap(pairs)(random_::split(k, 3)); };
  expect_bits<float>(random_::key(1), mapped,
                     {0.7026152610778809, 0.2348346710205078, 0.8178645372390747, 0.17094111442565918, 0.026347756385803223, 0.9226094484329224, 0.4036463499069214, 0.548895001411438, 0.22263920307159424, 0.17589914798736572, 0.881598949432373, 0.566020131111145, 0.5577840805053711, 0.22405517101287842, 0.7470812797546387, 0.5778251886367798, 0.4868830442428589, 0.8442844152450562}, "vmap");
}

// Row i, j of a map of maps is the draw of key i, j: in each order of jit and vmap.
TEST(Uniform, DrawsWithinNestedMaps) {
  const Key keys = random_::split(random_::key(9), {2, 3});
  const auto draw = [](Key k, Array scale) { return random_::normal(k, {4, 1}) * scale; };
  const auto nested = ep::vmap(ep::vmap(draw, {.in_axes = {0, ep::none}}), {.in_axes = {0, ep::none}});
  const Array scale = Array{1., 2.};
  const Array all = nested(keys, scale), compiled = ep::jit(nested)(keys, scale), inner = ep::vmap(ep::vmap(ep::jit(draw), {.in_axes = {0, ep::none}}), {.in_axes = {0, ep::none}})(keys, scale);
  ASSERT_EQ(all.shape(), (Shape{2, 3, 4, 2}));
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 3; ++j) EXPECT_TRUE(ep::equal(all[{i, j}], draw(keys[i][j], scale)));
  }
  EXPECT_TRUE(ep::allclose(compiled, all, {.rtol = 1e-6}));
  EXPECT_TRUE(ep::allclose(inner, all, {.rtol = 1e-6}));
}

TEST(Uniform, KeepsItsBounds) {
  const Array x = random_::uniform(random_::key(3), {100, 7}, {.minval = -2.5, .maxval = Array{{0., 1., 2., 3., 4., 5., 6.}}});
  EXPECT_GE(ep::min(x).item<float>(), -2.5f);
  EXPECT_TRUE(ep::all(x < Array{{0., 1., 2., 3., 4., 5., 6.}}).item<bool>());
}

// Ranges of few floats, where JAX's draws round up to maxval, and ranges wider than the largest float, where they are infinite.
TEST(Uniform, StaysBelowItsUpperBound) {
  const auto check = [](double low, double high, ep::DType dtype) {
    SCOPED_TRACE(std::to_string(low) + " to " + std::to_string(high));
    const auto numbers = [=](Key key) { return random_::uniform(key, {4096}, {.dtype = dtype, .minval = low, .maxval = high}); };
    const auto arrays = [=](Key key, Array a, Array b) { return random_::uniform(key, {4096}, {.dtype = dtype, .minval = a, .maxval = b}); };
    const Array a = Array(low).as(dtype), b = Array(high).as(dtype);
    for (const Array& draws : {numbers(Key(3)), ep::jit(numbers)(Key(3)), arrays(Key(3), a, b), ep::jit(arrays)(Key(3), a, b)}) {
      EXPECT_TRUE(all(draws >= a).item<bool>()) << min(draws);
      EXPECT_TRUE(all(draws < b).item<bool>()) << max(draws);
      EXPECT_GT(max(draws).item<double>(), low);
    }
  };
  check(1, 1.0000004, ep::f32);
  check(16777214, 16777216, ep::f32);
  check(-1, 0, ep::f32);
  check(1e9, 1e9 + 1e-6, ep::f64);
  check(-3e38, 3e38, ep::f32);
  check(-1.7e308, 1.7e308, ep::f64);
  const Array wide = random_::uniform(Key(1), {100000}, {.minval = -3e38, .maxval = 3e38});
  EXPECT_NEAR(mean(wide / 3e38).item<double>(), 0, 0.01);
  EXPECT_NEAR(mean(square(wide / 3e38)).item<double>(), 1. / 3, 0.01);
  EXPECT_EQ(random_::uniform(Key(1), {}, {.minval = 2, .maxval = 2}).item<double>(), 2);
}

TEST(Normal, AsJax) {
  expect_near<float>(random_::key(0), [](Key k) { return random_::normal(k, 4); }, {1.622642f, 2.0252647f, -.43359444f, -.078617349f}, 2e-6, "key 0");
  expect_near<float>(random_::key(42), [](Key k) { return random_::normal(k, 4); }, {-.028304616f, .46713185f, .29570296f, .15354592f}, 2e-6, "key 42");
  const auto rows = [](Key k) { return random_::normal(k, 4); };
  const auto mapped = [rows](Key k) { return ep::vmap(rows)(random_::split(k, 3)); };
  expect_near<float>(random_::key(-12345), mapped,
                     {-1.5613511800765991f, -0.4605441689491272f, 0.4094003140926361f, -1.328539252281189f, 0.8618919849395752f, -0.9717575907707214f, 0.1940329223871231f, 0.7569701075553894f, -0.3135063052177429f, 0.4604952335357666f, 1.4472596645355225f, -0.70461505651474f}, 2e-6, "vmap");
}

TEST(Bernoulli, AsJax) {
  expect_bits<bool>(key_of(4294967295, 4294954951), [](Key k) { return random_::bernoulli(k, 0.5, 37); },
                    {1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 1, 0, 1, 1}, "p = 0.5");
}

TEST(Randint, AsJax) {
  expect_bits<std::int8_t>(key_of(4294967295, 4294967295), [](Key k) { return random_::randint(k, 13, 0, 127, {.dtype = ep::i8}); }, {34, 36, 19, 55, 84, 103, 68, 58, 25, 72, 54, 13, 83}, "i8");
  expect_bits<std::uint16_t>(random_::key(1), [](Key k) { return random_::randint(k, 13, 3, 100, {.dtype = ep::u16}); }, {34, 34, 59, 22, 94, 66, 38, 69, 25, 59, 33, 48, 90}, "u16");
  expect_bits<std::int32_t>(random_::key(-12345), [](Key k) { return random_::randint(k, 9, INT32_MIN, INT32_MAX); },
                            {1312655920, -1436298883, 330390181, 1183118000, -1659585659, -71229411, -1286103434, -1319436943, 661981385}, "all of i32");
  expect_bits<std::int32_t>(random_::key(42), [](Key k) { return random_::randint(k, 9, 0, 1000003); }, {284901, 855213, 368787, 985036, 577596, 290233, 457861, 419992, 141540}, "i32");
  expect_bits<std::int64_t>(key_of(2147483647, 4294967295), [](Key k) { return random_::randint(k, 9, -1000000000000000, 1000000000000000, {.dtype = ep::i64}); },
                            {40099589469880, 700243473790069, 245004784403390, 613152318298647, 398018447815229, 808919610629899, -514991325516209, -859263130522681, 196948236724880}, "i64");
  expect_bits<std::uint64_t>(key_of(4294967295, 4294967295), [](Key k) { return random_::randint(k, 9, 0, 9223372036854775819u, {.dtype = ep::u64}); },
                             {111238168082095789u, 1775138810924581090u, 8613497367909714008u, 7087723578759956459u, 2621266785319955839u, 8993671013968027636u, 8211588969418745242u, 7844083316423154523u, 1373456613154356954u}, "u64");
  expect_bits<std::int32_t>(random_::key(5), [](Key k) { return random_::randint(k, 3, 7, 2); }, {7, 7, 7}, "an empty range");
}

TEST(Randint, ReachesItsBounds) {
  const auto extremes = [](Array x) { return std::pair{ep::min(x).item<int>(), ep::max(x).item<int>()}; };
  EXPECT_EQ(extremes(random_::randint(random_::key(1), 4000, 0, 256, {.dtype = ep::u8})), (std::pair{0, 255}));
  EXPECT_EQ(extremes(random_::randint(random_::key(1), 4000, -1000, 1000, {.dtype = ep::i8})), (std::pair{-128, 127}));
  EXPECT_EQ(extremes(random_::randint(random_::key(1), 4000, -100, 100, {.dtype = ep::i8})), (std::pair{-100, 99}));
  const Array rows = random_::randint(random_::key(1), {1000, 2}, Array{{0, 10}}, Array{{10, 20}});
  EXPECT_EQ(extremes(rows[{ep::slice(), 0}]), (std::pair{0, 9}));
  EXPECT_EQ(extremes(rows[{ep::slice(), 1}]), (std::pair{10, 19}));
}

struct Moments {
  double mean, variance;
};
Moments moments(const Array& x) { return {ep::mean(x.as(ep::f64)).item<double>(), ep::var(x.as(ep::f64)).item<double>()}; }

// The mean is within 5 standard errors, the variance within 2 %.
TEST(Moments, AreThoseOfTheDistribution) {
  struct Row {
    const char* name;
    Array draws;
    double mean, variance;
  };
  const Shape n = 250000;
  const double pi = std::acos(-1);
  const Key k = random_::key(20);
  const Row rows[] = {
      {"uniform", random_::uniform(k, n), 0.5, 1 / 12.},
      {"uniform f64", random_::uniform(k, n, {.dtype = ep::f64, .minval = -1, .maxval = 3}), 1, 16 / 12.},
      {"normal", random_::normal(k, n), 0, 1},
      {"bernoulli", random_::bernoulli(k, 0.3, n), 0.3, 0.21},
      {"randint", random_::randint(k, n, 0, 10), 4.5, 99 / 12.},
      {"exponential", random_::exponential(k, n), 1, 1},
      {"laplace", random_::laplace(k, n), 0, 2},
      {"logistic", random_::logistic(k, n), 0, pi * pi / 3},
      {"gumbel", random_::gumbel(k, n), 0.5772156649015329, pi * pi / 6},
      {"maxwell", random_::maxwell(k, n), 2 * std::sqrt(2 / pi), 3 - 8 / pi},
      {"truncated_normal", random_::truncated_normal(k, -1, 1, n), 0, 1 - 2 * 0.24197072451914337 / 0.6826894921370859},
      {"lognormal", random_::lognormal(k, 0.5, n), std::exp(0.125), (std::exp(0.25) - 1) * std::exp(0.25)},
      {"pareto", random_::pareto(k, 12, n), 12 / 11., 12 / (121. * 10)},
      {"rayleigh", random_::rayleigh(k, 2, n), 2 * std::sqrt(pi / 2), (4 - pi) / 2 * 4},
      {"wald", random_::wald(k, 0.5, n), 0.5, 0.125},
      {"weibull_min", random_::weibull_min(k, 2, 2, n), 2 * std::sqrt(pi) / 2, 4 * (1 - pi / 4)},
      {"triangular", random_::triangular(k, 0, 1, 4, n), 5 / 3., 13 / 18.},
      {"double_sided_maxwell", random_::double_sided_maxwell(k, 1, 2, n), 1, 12},
      {"rademacher", random_::rademacher(k, n), 0, 1},
      {"geometric", random_::geometric(k, 0.25, n), 4, 12},
      {"categorical", random_::categorical(k, Array{0., std::log(2.), 0.}, {.shape = n}), 1, 0.5},
  };
  for (const Row& row : rows) {
    const Moments m = moments(row.draws);
    EXPECT_NEAR(m.mean, row.mean, 5 * std::sqrt(row.variance / 250000)) << row.name;
    EXPECT_NEAR(m.variance, row.variance, 0.02 * row.variance) << row.name;
  }
}

TEST(Parameters, GiveShapeAndDtype) {
  const Key k = random_::key(1);
  const Array scale = ep::full({2, 3}, 2.0, ep::f64);
  EXPECT_EQ(random_::rayleigh(k, scale).shape(), (Shape{2, 3}));
  EXPECT_EQ(random_::rayleigh(k, scale).dtype(), ep::f64);
  EXPECT_EQ(random_::rayleigh(k, scale, {5, 2, 3}, {.dtype = ep::f32}).dtype(), ep::f32);
  EXPECT_EQ(random_::weibull_min(k, Array{{1.}, {2.}}, Array{1., 2., 3.}).shape(), (Shape{2, 3}));
  EXPECT_EQ(random_::truncated_normal(k, -1, 1).shape(), Shape());
  EXPECT_EQ(random_::truncated_normal(k, -1, 1).dtype(), ep::f32);
  EXPECT_EQ(random_::categorical(k, ep::zeros({4, 5, 6}), {.axis = 1}).shape(), (Shape{4, 6}));
  EXPECT_EQ(random_::categorical(k, ep::zeros({4, 5}), {.axis = 0, .shape = {3, 5}}).shape(), (Shape{3, 5}));
  EXPECT_TRUE(ep::all(random_::categorical(k, Array{-1e9, 0., -1e9}, {.shape = 100}) == 1).item<bool>());
}

TEST(RandomErrors, NameTheUsersLine) {
  const auto message = [](auto&& draw) -> std::string {
    try {
      draw();
    } catch (const ep::Error& error) {
      return error.what();
    }
    return "";
  };
  const Key three = random_::split(random_::key(0), 3);
  const struct {
    std::string text, wanted;
  } rows[] = {
      {message([&] { random_::uniform(three); }), "takes one key, not keys [3]"},
      {message([&] { random_::split(three, 2); }), "takes one key, not keys [3]"},
      {message([&] { random_::normal(Key()); }), "the key is Nothing"},
      {message([&] { random_::uniform(random_::key(0), 2, {.dtype = ep::i32}); }), "use randint"},
      {message([&] { random_::bits(random_::key(0), 2, ep::i32); }), "u8, u16, u32 or u64"},
      {message([&] { random_::randint(random_::key(0), 2, 0.5, 2); }), "bounds are integers, not f32[]"},
      {message([&] { random_::randint(random_::key(0), 2, 0, 2, {.dtype = ep::f32}); }), "use uniform"},
      {message([&] { random_::bernoulli(random_::key(0), 1); }), "a probability is a float"},
      {message([&] { random_::bernoulli(random_::key(0), Array{0.1, 0.2}, 3); }), "[2]"},
      {message([&] { random_::uniform(random_::key(0), {2, 3}, {.minval = Array{0., 1.}}); }), "[2,3]"},
      {message([&] { random_::fold_in(random_::key(0), 0.5); }), "data is an integer"},
      {message([&] { random_::rayleigh(random_::key(0), Array{1., 2.}, 3); }), "a parameter of shape [2] does not broadcast to the shape drawn, [3]"},
      {message([&] { random_::rayleigh(random_::key(0), 1, 3, {.dtype = ep::i32}); }), "rayleigh: draws floats"},
      {message([&] { random_::exponential(three); }), "takes one key"},
      {message([&] { random_::categorical(random_::key(0), ep::zeros({2, 3}), {.shape = {3, 4}}); }), "logits of shape [2,3] do not give draws of shape [3,4]"},
      {message([&] { random_::categorical(random_::key(0), ep::zeros(3), {.axis = 1}); }), "axis"},
      {message([&] { random_::fold_in(random_::key(0), Array{1, 2}); }), "data is a scalar"},
  };
  for (const auto& row : rows) {
    EXPECT_NE(row.text.find(row.wanted), std::string::npos) << row.text;
    EXPECT_NE(row.text.find("random_test.cpp:"), std::string::npos) << row.text;
  }
  EXPECT_THROW(random_::uniform(three), ep::ShapeError);
  EXPECT_THROW(random_::uniform(random_::key(0), 2, {.dtype = ep::i32}), ep::DTypeError);
}

}  // namespace
