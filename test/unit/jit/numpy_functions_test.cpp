// Functions that are compositions: each is compiled to what it is at once, has the derivatives that differences say, and is the same of each
// of several arrays that are mapped over.
#include <gtest/gtest.h>

#include <random>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace {

using namespace espalier;

struct Use {
  const char* name;
  Shape shape;
  Array (*f)(Array);
  bool smooth = true;  // it has derivatives
};
void PrintTo(const Use& use, std::ostream* out) { *out << use.name; }

Array edges() { return linspace(-2.0, 2.0, 5, {.dtype = f64}); }
Array ids() { return Array{0, 2, -1, 2, 5, 0, 3}; }

const Use uses[] = {
    {"einsum_chain", {4, 3}, [](Array x) { return einsum("ij,kj,kl->il", x, x, x); }},
    {"einsum_ellipsis", {2, 3, 3}, [](Array x) { return einsum("...ij,jk->k...", x, x[0]); }},
    {"einsum_diagonal", {3, 3, 2}, [](Array x) { return einsum("iij,ikj->kj", x, x); }},
    {"einsum_repeats", {1, 4}, [](Array x) { return einsum("ij,kj->ik", x, ones({3, 4}, f64)) + einsum("ij,kl->", x, ones({3, 1}, f64)); }},
    {"kron", {2, 3}, [](Array x) { return kron(x, x[0]); }},
    {"cross", {4, 3}, [](Array x) { return cross(x, flip(x)); }},
    {"matvec", {3, 3}, [](Array x) { return matvec(x, x[0]) + vecmat(x[1], x); }},
    {"diagonals", {3, 4}, [](Array x) { return diag(diagonal(x, {.offset = 1}), -1) + trace(x); }},
    {"diagflat", {2, 2}, [](Array x) { return diagflat(x, 2); }},
    {"quantile", {9}, [](Array x) { return quantile(x, Array({0.1, 0.5, 0.93}, f64)); }},
    {"quantile_along", {4, 5}, [](Array x) { return quantile(x, 0.3, {.axis = 0, .method = "median_unbiased"}); }},
    {"percentile_lower", {3, 4}, [](Array x) { return percentile(x, 40, {.axis = 1, .keepdims = true, .method = "lower"}); }},
    {"median", {3, 4}, [](Array x) { return median(x, 1) + median(x); }},
    {"nanmedian", {3, 4}, [](Array x) { return nanmedian(where(x > 1, NAN, x), {.axis = 1}); }},
    {"nanquantile", {3, 4}, [](Array x) { return nanquantile(where(x > 1, NAN, x), Array({0.2, 0.7}, f64), {.axis = 0}); }},
    {"nanvar", {4, 4}, [](Array x) { return nanvar(where(x > 1.2, NAN, x), {.axis = 1, .ddof = 0.5}); }},
    {"nanstd", {4, 4}, [](Array x) { return nanstd(where(x > 1.2, NAN, x)); }},
    {"cov", {3, 5}, [](Array x) { return cov(x, {.aweights = Array({1.0, 2.0, 0.5, 1.0, 3.0}, f64)}); }},
    {"corrcoef", {3, 5}, [](Array x) { return tril(corrcoef(x), -1); }},
    {"bincount", {7}, [](Array x) { return bincount(maximum(ids(), 0), {.length = 4, .weights = x}); }},
    {"digitize", {7}, [](Array x) { return digitize(x, edges()).as(f64); }, false},
    {"histogram_weights", {7}, [](Array x) { return histogram(ids().as(f64), {.bins = 3, .weights = x}).counts; }},
    {"histogram", {20}, [](Array x) { return histogram(x, {.bins = 4}).counts; }, false},
    {"searchsorted", {7}, [](Array x) { return searchsorted(sort(x), x * 0.9, {.right = true}).as(f64); }, false},
    {"unique", {6}, [](Array x) { return unique(concatenate({x, x}), {.size = 6}); }},
    {"unique_counts", {6}, [](Array x) { return unique_all(round(x), {.size = 5}).counts.as(f64); }, false},
    {"setdiff1d", {6}, [](Array x) { return setdiff1d(x, x[slice(0, 2)], {.size = 5, .fill = 0}); }},
    {"intersect1d", {6}, [](Array x) { return intersect1d(x, x[slice(0, 2)], {.size = 3, .fill = 0}); }},
    {"isin", {6}, [](Array x) { return isin(x, x[slice(0, 2)]).as(f64); }, false},
    {"nonzero", {3, 4}, [](Array x) { return stack(nonzero(x > 0, {.size = 5, .fill = -1})).as(f64); }, false},
    {"segment_sum", {7, 2}, [](Array x) { return segment_sum(x, ids(), 4); }},
    {"segment_prod", {7}, [](Array x) { return segment_prod(x, ids(), 4); }},
    {"segment_max", {7, 2}, [](Array x) { return maximum(segment_max(x, ids(), 4), -9.0); }},
    {"diff", {3, 5}, [](Array x) { return diff(x, {.n = 2, .prepend = 1.0}); }},
    {"gradient", {4, 5}, [](Array x) { return stack(gradient(x, {.spacing = 0.5})); }},
    {"gradient_at_places", {5}, [](Array x) { return gradient(x, {.spacing = Array({0.0, 1.0, 1.5, 3.0, 3.2}, f64)})[0]; }},
    {"trapezoid", {3, 5}, [](Array x) { return trapezoid(x, {.x = cumsum(exp(x[0]))}); }},
    {"unwrap", {8}, [](Array x) { return unwrap(4 * x); }},
    {"interp", {7}, [](Array x) { return interp(x, edges(), x[slice(0, 5)]); }},
    {"interp_places", {7}, [](Array x) { return interp(0.3 * x[slice(0, 3)], sort(x), x); }},
    {"interp_period", {7}, [](Array x) { return interp(2 * x, edges(), x[slice(0, 5)], {.period = 4.5}); }},
    {"convolve", {7}, [](Array x) { return convolve(x, x[slice(0, 3)], {.mode = "same"}); }},
    {"correlate", {7}, [](Array x) { return correlate(x[slice(0, 2)], x, {.mode = "full"}); }},
    {"polyval", {4}, [](Array x) { return polyval(x, x[slice(0, 2)]); }},
    {"polymul", {4}, [](Array x) { return polymul(polyder(x), polyint(x)); }},
    {"vander", {3}, [](Array x) { return vander(x, {.n = 4}); }},
    {"rot90", {3, 4}, [](Array x) { return rot90(x) + rot90(x, 3); }},
    {"insert_delete", {3, 4}, [](Array x) { return delete_(insert(x, 1, x[0], {.axis = 0}), 2, {.axis = 1}); }},
    {"block", {2, 2}, [](Array x) { return block({{x, x * x}, {x.T(), x}}); }},
    {"select", {7}, [](Array x) { return select({x > 1, x > 0}, {x * x, sin(x)}, -x); }},
    {"image_resize", {5, 6, 2}, [](Array x) { return image_resize(x, {3, 9, 2}, {.method = "cubic"}); }},
    {"image_resize_lanczos", {6, 4}, [](Array x) { return image_resize(x, {9, 3}, {.method = "lanczos5"}); }},
    {"image_resize_nearest", {5, 6}, [](Array x) { return image_resize(x, {3, 9}, {.method = "nearest"}); }},
    {"pad_median", {3, 4}, [](Array x) { return pad(x, 1, {.mode = "median"}); }},
    {"frexp", {7}, [](Array x) { return frexp(x).first; }},
    {"ldexp", {7}, [](Array x) { return ldexp(x, ids()); }},
    {"modf", {7}, [](Array x) { return modf(3 * x).first; }},
    {"spacing", {7}, [](Array x) { return spacing(x); }, false},
    {"gcd", {7}, [](Array x) { return gcd((100 * x).as(i32), ids()).as(f64); }, false},
    {"lcm", {7}, [](Array x) { return lcm((10 * x).as(i32), ids()).as(f64); }, false},
    {"packbits", {3, 10}, [](Array x) { return packbits(x > 0, {.axis = 1}).as(f64); }, false},
    {"unpackbits", {3, 2}, [](Array x) { return unpackbits((x + 4).as(u8), {.axis = 1, .bitorder = "little"}).as(f64); }, false},
    {"unravel_index", {5}, [](Array x) { return stack(unravel_index((4 * x).as(i32) + 10, {2, 3, 4})).as(f64); }, false},
    {"i0", {7}, [](Array x) { return i0(x); }},
    {"logit", {7}, [](Array x) { return logit(sigmoid(x)); }},
    {"ndtr", {7}, [](Array x) { return ndtr(x) + log_ndtr(x); }},
    {"log_ndtr_far", {7}, [](Array x) { return log_ndtr(x - 40) / 100; }},
    {"ndtri", {7}, [](Array x) { return ndtri(ndtr(2 * x)); }},
    {"betaln", {7}, [](Array x) { return betaln(exp(x), 2.5) + multigammaln(exp(x) + 2, 3); }},
    {"attention", {3, 4, 2}, [](Array x) { return dot_product_attention(x, sin(x)[{slice(), slice(2), slice()}], x[{slice(), slice(2), slice()}], {.bias = x[{slice(), 0, 0}], .causal = true}); }},
    {"signed_logsumexp", {3, 4}, [](Array x) { return signed_logsumexp(x, {.axis = 1, .b = x}).log; }},
};

class NumpyFunctions : public testing::TestWithParam<Use> {
 protected:
  Array drawn(int seed) const {
    std::mt19937_64 random(static_cast<std::uint64_t>(seed));
    std::normal_distribution<double> normal;
    std::vector<double> values(static_cast<std::size_t>(GetParam().shape.size()));
    for (double& value : values) value = normal(random);
    return Array(values, GetParam().shape);
  }
};

void expect_near(const Array& got, const Array& wanted, double tolerance) {
  ASSERT_EQ(got.shape().str(), wanted.shape().str());
  ASSERT_EQ(got.dtype(), wanted.dtype());
  const auto a = got.to_vector<double>(), b = wanted.to_vector<double>();
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    EXPECT_LE(std::abs(a[i] - b[i]), tolerance * (1 + std::abs(b[i]))) << "element " << i << ": " << a[i] << " and " << b[i];
  }
}

TEST_P(NumpyFunctions, CompiledAreWhatTheyAreAtOnce) {
  const Array x = drawn(1);
  expect_near(jit(GetParam().f)(x), GetParam().f(x), 1e-13);
}

TEST_P(NumpyFunctions, MappedAreThoseOfEach) {
  const Array a = drawn(1), b = drawn(2), c = drawn(3), all = stack({a, b, c});
  const Array wanted = stack({GetParam().f(a), GetParam().f(b), GetParam().f(c)});
  expect_near(vmap(GetParam().f)(all), wanted, 1e-13);
  expect_near(jit(vmap(GetParam().f))(all), wanted, 1e-13);
}

TEST_P(NumpyFunctions, HaveTheDerivativesOfDifferences) {
  if (!GetParam().smooth) return;
  const Array x = drawn(1), dx = drawn(4), h = Array(1e-6, f64);
  const auto [y, dy] = jvp(GetParam().f, x, dx);
  expect_near(dy, (GetParam().f(x + h * dx) - GetParam().f(x - h * dx)) / (2 * h), 2e-7);
  const Array bar = cos(y);
  const Array x_bar = vjp(GetParam().f, x).second(bar);
  expect_near(sum(x_bar * dx), sum(bar * dy), 1e-11);
  expect_near(jit(grad([](Array z) { return sum(sin(GetParam().f(z))); }))(x), x_bar, 1e-10);
}

// A lone integer is an axis, as in the options.
TEST(NumpyFunctionsAxis, IsAnIntegerInPlaceOfTheOptions) {
  const Array x = Array({{3.0, 1.0, 2.0}, {5.0, NAN, 4.0}}, f64), y = nan_to_num(x);
  const auto expect_same = [](const Array& a, const Array& b) { expect_near(a, b, 0); };
  expect_same(quantile(y, 0.3, 1), quantile(y, 0.3, {.axis = 1}));
  expect_same(percentile(y, 30, 1), percentile(y, 30, {.axis = 1}));
  expect_same(nanquantile(x, 0.3, 0), nanquantile(x, 0.3, {.axis = 0}));
  expect_same(nanpercentile(x, 30, 0), nanpercentile(x, 30, {.axis = 0}));
  expect_same(nanmedian(x, 1), nanmedian(x, {.axis = 1}));
  expect_same(nanprod(x, 1), nanprod(x, {.axis = 1}));
  expect_same(nanvar(x, 1), nanvar(x, {.axis = 1}));
  expect_same(nanstd(x, 0), nanstd(x, {.axis = 0}));
  expect_same(average(y, 1), average(y, {.axis = 1}));
  expect_same(nanargmax(x, 1), nanargmax(x, {.axis = 1}));
  expect_same(nanargmin(x, 1), nanargmin(x, {.axis = 1}));
  expect_same(nancumsum(x, 1), nancumsum(x, {.axis = 1}));
  expect_same(nancumprod(x, 0), nancumprod(x, {.axis = 0}));
  expect_same(diff(y, 0), diff(y, {.axis = 0}));
  expect_same(gradient(y, 0)[0], gradient(y, {.axis = 0})[0]);
  expect_same(trapezoid(y, 0), trapezoid(y, {.axis = 0}));
  expect_same(unwrap(y, 0), unwrap(y, {.axis = 0}));
  expect_same(sort(y, 0), sort(y, {.axis = 0}));
  expect_same(argsort(y, 0), argsort(y, {.axis = 0}));
  expect_same(partition_kth(y, 1, 0), partition_kth(y, 1, {.axis = 0}));
  expect_same(argpartition(y, 1, 0), argpartition(y, 1, {.axis = 0}));
}

INSTANTIATE_TEST_SUITE_P(All, NumpyFunctions, testing::ValuesIn(uses), [](const auto& test) { return std::string(test.param.name); });

}  // namespace
