// The operations of jax.random, one row each. Input 0 is the key's two words.
#include "espalier/stdlib/random.h"

#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/nn.h"
#include "espalier/dsl/transform.h"

namespace espalier::conformance {
namespace {

Key key_in(const Arrays& x) { return Key(x[0]); }
random::DrawShape draw_shape_at(const Json& a) { return a.at("shape").is_null() ? random::DrawShape() : random::DrawShape(Shape(a.at("shape").get<std::vector<std::int64_t>>())); }
Shape shape_at(const Json& a) { return Shape(a.at("shape").get<std::vector<std::int64_t>>()); }
Array integer_at(const Json& a, const char* name) {
  return a.at(name).is_number_unsigned() ? Array(a.at(name).get<std::uint64_t>()) : Array(a.at(name).get<std::int64_t>());
}

Arrays key(const Json& a, const Arrays&) {
  const auto seed = a.at("seed").is_number_unsigned() ? a.at("seed").get<std::uint64_t>() : static_cast<std::uint64_t>(a.at("seed").get<std::int64_t>());
  // The seed may have been an array of 32 bits: then it has no high word.
  return {random::key(a.contains("seed_dtype") ? seed & 0xffffffff : seed).data()};
}

// Blocks of the generator: counters under the key. One block is a counter's two words, many are two arrays of them.
Arrays threefry2x32(const Json&, const Arrays& x) {
  const bool one = x.size() == 2;
  const auto [high, low] = detail::threefry(key_in(x), one ? x[1][0] : x[1], one ? x[1][1] : x[2], {});
  return one ? Arrays{stack({high, low})} : Arrays{high, low};
}

Arrays split(const Json& a, const Arrays& x) {
  const Json& n = a.at("num");
  return {random::split(key_in(x), n.is_array() ? Shape(n.get<std::vector<std::int64_t>>()) : Shape(n.get<std::int64_t>())).data()};
}

Arrays fold_in(const Json& a, const Arrays& x) { return {random::fold_in(key_in(x), integer_at(a, "data")).data()}; }

Arrays fold_in_split(const Json&, const Arrays& x) {
  const Key keys = random::split(random::fold_in(key_in(x), 3), 4);
  return {vmap([](Key key) { return random::fold_in(key, 9); })(keys).data()};
}

Arrays bits(const Json& a, const Arrays& x) { return {random::bits(key_in(x), shape_at(a), dtype_at(a, "dtype"))}; }

Arrays uniform(const Json& a, const Arrays& x) {
  return {random::uniform(key_in(x), shape_at(a), {.dtype = dtype_at(a, "dtype"), .minval = number_at(a, "minval"), .maxval = number_at(a, "maxval")})};
}

Arrays normal(const Json& a, const Arrays& x) { return {random::normal(key_in(x), shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }

Arrays randint(const Json& a, const Arrays& x) {
  return {random::randint(key_in(x), shape_at(a), integer_at(a, "minval"), integer_at(a, "maxval"), {.dtype = dtype_at(a, "dtype")})};
}

Arrays bernoulli(const Json& a, const Arrays& x) { return {random::bernoulli(key_in(x), number_at(a, "p"), shape_at(a))}; }
Arrays bernoulli_array(const Json&, const Arrays& x) { return {random::bernoulli(key_in(x), x[1])}; }

// ---- distributions: those of a shape alone, and those of parameters, which the attributes give as numbers ----------------

Arrays gumbel(const Json& a, const Arrays& x) {
  return {random::gumbel(key_in(x), shape_at(a), {.dtype = dtype_at(a, "dtype"), .high_range = a.value("mode", "low") == "high"})};
}
template <Array (*draw)(const Key&, Shape, random::DrawOptions, Where)> Arrays plain(const Json& a, const Arrays& x) {
  if (a.contains("mode")) throw Unsupported("a mode");
  return {draw(key_in(x), shape_at(a), {.dtype = dtype_at(a, "dtype")}, {})};
}
using One = Array (*)(const Key&, Operand, random::DrawShape, random::DrawOptions);
using Two = Array (*)(const Key&, Operand, Operand, random::DrawShape, random::DrawOptions);
template <One draw> Arrays with(const Json& a, const Arrays& x, const char* p) { return {draw(key_in(x), number_at(a, p), shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }
template <Two draw> Arrays with(const Json& a, const Arrays& x, const char* p, const char* q) {
  return {draw(key_in(x), number_at(a, p), number_at(a, q), shape_at(a), {.dtype = dtype_at(a, "dtype")})};
}
Arrays triangular(const Json& a, const Arrays& x) {
  return {random::triangular(key_in(x), number_at(a, "left"), number_at(a, "mode"), number_at(a, "right"), shape_at(a), {.dtype = dtype_at(a, "dtype")})};
}
Arrays rademacher(const Json& a, const Arrays& x) { return {random::rademacher(key_in(x), shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }
Arrays geometric(const Json& a, const Arrays& x) { return {random::geometric(key_in(x), number_at(a, "p"), shape_at(a), {.dtype = i32})}; }
Arrays categorical(const Json& a, const Arrays& x) {
  const random::DrawShape shape = draw_shape_at(a);
  const bool replace = a.value("replace", true);
  const Array drawn = random::categorical(key_in(x), x[1], {.axis = a.at("axis").get<int>(), .shape = shape, .replace = replace});
  return {replace ? drawn.as(i64) : drawn};  // of argmax and of top_k, there
}
Arrays gamma_array(const Json& a, const Arrays& x) { return {random::gamma(key_in(x), x[1], {}, {.dtype = dtype_at(a, "dtype")})}; }  // of its own shape
template <One draw> Arrays of_array(const Json& a, const Arrays& x) { return {draw(key_in(x), x[1], draw_shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }
Arrays ball(const Json& a, const Arrays& x) {
  return {random::ball(key_in(x), a.at("d").get<std::int64_t>(), shape_at(a), {.p = number_at(a, "p"), .dtype = dtype_at(a, "dtype")})};
}
Arrays poisson(const Json& a, const Arrays& x) { return {random::poisson(key_in(x), number_at(a, "lam"), shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }
Arrays binomial(const Json& a, const Arrays& x) { return {random::binomial(key_in(x), number_at(a, "n"), number_at(a, "p"), shape_at(a), {.dtype = f32})}; }
Arrays multinomial(const Json& a, const Arrays& x) { return {random::multinomial(key_in(x), number_at(a, "n"), x[1], draw_shape_at(a), {.dtype = f64})}; }

// Integers are i64 there.
Arrays permutation(const Json& a, const Arrays& x) {
  if (a.contains("n")) return {random::permutation(key_in(x), integer_at(a, "n")).as(i64)};
  return {random::permutation(key_in(x), x[1], {.axis = a.at("axis").get<int>(), .independent = a.at("independent").get<bool>()})};
}
Arrays choice(const Json& a, const Arrays& x) {
  random::ChoiceOptions options{.replace = a.at("replace").get<bool>()};
  if (a.contains("axis")) options.axis = a.at("axis").get<int>();
  if (!a.at("p").is_null()) options.p = x.back();
  if (a.contains("a")) return {random::choice(key_in(x), integer_at(a, "a"), shape_at(a), options).as(i64)};
  return {random::choice(key_in(x), x[1], shape_at(a), options)};
}

Arrays vmap_normal(const Json& a, const Arrays& x) {
  return {vmap([](Key key) { return random::normal(key, 4); })(random::split(key_in(x), a.at("n").get<std::int64_t>()))};
}
Arrays vmap_uniform(const Json& a, const Arrays& x) {
  return {vmap([](Key key) { return random::uniform(key, {2, 3}); })(random::split(key_in(x), a.at("n").get<std::int64_t>()))};
}

Arrays vmap_permutation(const Json& a, const Arrays& x) {
  return {vmap([](Key key) { return random::permutation(key, 7); })(random::split(key_in(x), a.at("n").get<std::int64_t>())).as(i64)};
}

// The initializers in the order that the case's note gives.
Arrays initializers(const Json& a, const Arrays& x) {
  namespace init = nn::initializers;
  const Key key = key_in(x);
  const Shape fan(a.at("fan").get<std::vector<std::int64_t>>());
  return {init::glorot_uniform(key, fan), init::glorot_normal(key, fan), init::he_uniform(key, fan), init::he_normal(key, fan), init::lecun_uniform(key, fan),
          init::lecun_normal(key, fan), init::orthogonal()(key, fan), init::normal()(key, fan), init::uniform()(key, fan)};
}

// Row i: uniform(fold_in(key, i), 3).
Arrays fold_loop(const Json& a, const Arrays& x) {
  const Key key = key_in(x);
  return {vmap([&](Array i) { return random::uniform(random::fold_in(key, i), 3); })(iota({a.at("n").get<std::int64_t>()}, 0))};
}

}  // namespace

const Rules& random_rules() {
  static const Rules rules = {
      {"initializers", initializers},
      {"key", key},
      {"threefry2x32", threefry2x32},
      {"split", split},
      {"fold_in", fold_in},
      {"fold_in_split", fold_in_split},
      {"bits", bits},
      {"uniform", uniform},
      {"normal", normal},
      {"randint", randint},
      {"bernoulli", bernoulli},
      {"bernoulli_array", bernoulli_array},
      {"exponential", plain<random::exponential>},
      {"laplace", plain<random::laplace>},
      {"logistic", plain<random::logistic>},
      {"gumbel", gumbel},
      {"cauchy", plain<random::cauchy>},
      {"maxwell", plain<random::maxwell>},
      {"truncated_normal", [](const Json& a, const Arrays& x) { return with<random::truncated_normal>(a, x, "lower", "upper"); }},
      {"lognormal", [](const Json& a, const Arrays& x) { return with<random::lognormal>(a, x, "sigma"); }},
      {"pareto", [](const Json& a, const Arrays& x) { return with<random::pareto>(a, x, "b"); }},
      {"rayleigh", [](const Json& a, const Arrays& x) { return with<random::rayleigh>(a, x, "scale"); }},
      {"wald", [](const Json& a, const Arrays& x) { return with<random::wald>(a, x, "mean"); }},
      {"weibull_min", [](const Json& a, const Arrays& x) { return with<random::weibull_min>(a, x, "scale", "concentration"); }},
      {"triangular", triangular},
      {"double_sided_maxwell", [](const Json& a, const Arrays& x) { return with<random::double_sided_maxwell>(a, x, "loc", "scale"); }},
      {"rademacher", rademacher},
      {"geometric", geometric},
      {"categorical", categorical},
      {"gamma", [](const Json& a, const Arrays& x) { return with<random::gamma>(a, x, "a"); }},
      {"gamma_array", gamma_array},
      {"multivariate_normal", [](const Json& a, const Arrays& x) { return Arrays{random::multivariate_normal(key_in(x), x[1], x[2], draw_shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }},
      {"orthogonal", [](const Json& a, const Arrays& x) { return Arrays{random::orthogonal(key_in(x), a.at("n").get<std::int64_t>(), shape_at(a), {.dtype = dtype_at(a, "dtype")})}; }},
      {"loggamma", [](const Json& a, const Arrays& x) { return with<random::loggamma>(a, x, "a"); }},
      {"beta", [](const Json& a, const Arrays& x) { return with<random::beta>(a, x, "a", "b"); }},
      {"dirichlet", of_array<random::dirichlet>},
      {"chisquare", [](const Json& a, const Arrays& x) { return with<random::chisquare>(a, x, "df"); }},
      {"t", [](const Json& a, const Arrays& x) { return with<random::t>(a, x, "df"); }},
      {"f", [](const Json& a, const Arrays& x) { return with<random::f>(a, x, "dfnum", "dfden"); }},
      {"generalized_normal", [](const Json& a, const Arrays& x) { return with<random::generalized_normal>(a, x, "p"); }},
      {"ball", ball},
      {"poisson", poisson},
      {"binomial", binomial},
      {"multinomial", multinomial},
      {"permutation", permutation},
      {"choice", choice},
      {"vmap_permutation", vmap_permutation},
      {"vmap_normal", vmap_normal},
      {"vmap_uniform", vmap_uniform},
      {"fold_loop", fold_loop},
  };
  return rules;
}

}  // namespace espalier::conformance
