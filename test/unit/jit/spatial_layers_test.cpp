// Convolutions and pooling as layers, beside loops that say what each element is.
#include <gtest/gtest.h>

#include <algorithm>

#include "layer_checks.h"

namespace {

using namespace espalier::layer_checks;
using Extents = std::vector<std::int64_t>;
using Pairs = std::vector<std::pair<std::int64_t, std::int64_t>>;

// Calls f with every index of these extents, the last one fastest.
template <class F> void each_index(const Extents& extents, const F& f) {
  Extents index(extents.size(), 0);
  for (std::int64_t left = Shape(extents).size(); left > 0; --left) {
    f(index);
    for (std::size_t i = index.size(); i-- > 0 && ++index[i] == extents[i];) index[i] = 0;
  }
}
struct Plain {
  Extents extents;
  std::vector<double> numbers;
  explicit Plain(const Array& x) : extents(x.shape().extents()), numbers(values(x)) {}
  double at(const Extents& index) const {
    std::int64_t flat = 0;
    for (std::size_t i = 0; i < index.size(); ++i) flat = flat * extents[i] + index[i];
    return numbers[static_cast<std::size_t>(flat)];
  }
};

// What stands at a place of a spatial axis, which may lie outside: which element of x, or -1 for a zero.
using Read = std::int64_t (*)(std::int64_t place, std::int64_t extent, std::int64_t stride);
std::int64_t zero_outside(std::int64_t place, std::int64_t extent, std::int64_t) { return place >= 0 && place < extent ? place : -1; }
std::int64_t around(std::int64_t place, std::int64_t extent, std::int64_t) { return ((place % extent) + extent) % extent; }
std::int64_t spread(std::int64_t place, std::int64_t extent, std::int64_t stride) { return place >= 0 && place % stride == 0 && place / stride < extent ? place / stride : -1; }

// x [N, spatial…, C], weight [spatial…, C / groups, F]: places[i] of them along axis i, the first at -low[i].
std::vector<double> convolved(const Array& x_, const Array& w_, const Array& b_, const Extents& places, const Extents& low, const Extents& strides, const Extents& dilation, std::int64_t groups, Read read, const Extents& spreading) {
  const Plain x(x_), w(w_), b(b_);
  const std::size_t n = places.size();
  const std::int64_t channels = w.extents[n], features = w.extents[n + 1];
  Extents out{x.extents[0]};
  out.insert(out.end(), places.begin(), places.end());
  out.push_back(features);
  const Extents kernel(w.extents.begin(), w.extents.begin() + static_cast<std::ptrdiff_t>(n));
  std::vector<double> result;
  each_index(out, [&](const Extents& at) {
    const std::int64_t f = at.back(), group = f / (features / groups);
    double sum = b.at({f});
    each_index(kernel, [&](const Extents& k) {
      Extents from{at[0]}, of_weight = k;
      for (std::size_t i = 0; i < n; ++i) from.push_back(read(at[i + 1] * strides[i] - low[i] + k[i] * dilation[i], x.extents[i + 1], spreading[i]));
      if (std::count(from.begin(), from.end(), -1) > 0) return;
      from.push_back(0), of_weight.insert(of_weight.end(), {0, f});
      for (std::int64_t c = 0; c < channels; ++c) {
        from.back() = group * channels + c, of_weight[n] = c;
        sum += x.at(from) * w.at(of_weight);
      }
    });
    result.push_back(sum);
  });
  return result;
}

void expect_values(const Array& y, const std::vector<double>& wanted, const std::string& what) {
  const auto found = values(y);
  ASSERT_EQ(found.size(), wanted.size()) << what;
  for (std::size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], wanted[i], 1e-12) << what << " " << i;
}
Extents for_each_axis(const Shape& given, std::size_t n) { return given.ndim() == 1 ? Extents(n, given[0]) : given.extents(); }

TEST(Conv, IsTheSumOverItsWindow) {
  const struct {
    const char* what;
    Extents spatial, kernel;
    std::int64_t in, out;
    nn::ConvOptions options;
  } rows[] = {
      {"same", {7, 6}, {3, 3}, 2, 4, {}},
      {"even kernel", {7, 6}, {4, 2}, 2, 3, {}},
      {"strides", {7, 8}, {3, 2}, 2, 4, {.strides = {2, 3}}},
      {"valid", {9}, {4}, 2, 3, {.strides = 2, .padding = "VALID"}},
      {"pairs", {9}, {4}, 2, 3, {.strides = 2, .padding = {{1, 3}}}},
      {"pairs for each axis", {5, 6}, {3, 2}, 1, 2, {.padding = {{0, 2}, {3, 1}}}},
      {"dilation and groups", {7, 8}, {3, 2}, 4, 6, {.dilation = {2, 3}, .groups = 2}},
      {"each channel its own", {6, 6}, {3, 3}, 3, 6, {.padding = "VALID", .groups = 3}},
      {"causal", {9}, {3}, 2, 3, {.padding = "CAUSAL", .dilation = 2}},
      {"circular", {6, 7}, {4, 3}, 2, 3, {.padding = "CIRCULAR", .dilation = {1, 2}}},
      {"circular with strides", {8}, {3}, 2, 3, {.strides = 2, .padding = "CIRCULAR"}},
      {"volumes", {4, 5, 3}, {2, 3, 2}, 2, 2, {.strides = {1, 2, 1}}},
  };
  for (const auto& row : rows) {
    nn::ConvOptions o = row.options;
    o.dtype = ep::f64, o.bias_init = nn::initializers::normal(1);
    const nn::Conv layer = nn::Conv::init(ep::random::key(1), row.in, row.out, row.kernel, o);
    Extents shape = row.spatial;
    shape.insert(shape.begin(), 2), shape.push_back(row.in);
    const Array x = sample(2, shape), y = layer(x);
    const std::size_t n = row.spatial.size();
    const Extents strides = for_each_axis(o.strides, n), dilation = for_each_axis(o.dilation, n);
    Extents places, low;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t extent = row.spatial[i], reach = (row.kernel[i] - 1) * dilation[i] + 1;
      std::int64_t before = 0, behind = 0;
      if (o.padding.word == "SAME") {
        const std::int64_t all = std::max<std::int64_t>(((extent + strides[i] - 1) / strides[i] - 1) * strides[i] + reach - extent, 0);
        before = all / 2, behind = all - before;
      } else if (o.padding.word == "CAUSAL") before = reach - 1;
      else if (o.padding.word == "CIRCULAR") before = (reach - 1) / 2, behind = reach / 2;
      else if (o.padding.word.empty()) before = o.padding.pairs[i].first, behind = o.padding.pairs[i].second;
      low.push_back(before), places.push_back((extent + before + behind - reach) / strides[i] + 1);
    }
    expect_values(y, convolved(x, layer.weight, layer.bias, places, low, strides, dilation, o.groups, o.padding.word == "CIRCULAR" ? around : zero_outside, Extents(n, 1)), row.what);
  }
}

TEST(ConvTranspose, IsAConvolutionOfWhatIsSpread) {
  const struct {
    const char* what;
    Extents spatial, kernel;
    nn::ConvTransposeOptions options;
  } rows[] = {
      {"same", {4, 3}, {3, 3}, {.strides = {2, 3}}},
      {"same, strides beyond the kernel", {4}, {2}, {.strides = 4}},
      {"valid", {4, 3}, {3, 2}, {.strides = {2, 3}, .padding = "VALID"}},
      {"pairs", {5}, {3}, {.strides = 2, .padding = {{1, 2}}}},
      {"dilation", {5}, {3}, {.strides = 2, .dilation = 2}},
      {"volumes", {2, 3, 2}, {2, 2, 3}, {.strides = 2}},
  };
  for (const auto& row : rows) {
    nn::ConvTransposeOptions o = row.options;
    o.dtype = ep::f64, o.bias_init = nn::initializers::normal(1);
    const nn::ConvTranspose layer = nn::ConvTranspose::init(ep::random::key(1), 2, 3, row.kernel, o);
    Extents shape = row.spatial;
    shape.insert(shape.begin(), 2), shape.push_back(2);
    const Array x = sample(2, shape), y = layer(x);
    const std::size_t n = row.spatial.size();
    const Extents strides = for_each_axis(o.strides, n), dilation = for_each_axis(o.dilation, n);
    Extents places, low;
    for (std::size_t i = 0; i < n; ++i) {
      const std::int64_t reach = (row.kernel[i] - 1) * dilation[i] + 1, extent = (row.spatial[i] - 1) * strides[i] + 1;
      std::int64_t before = reach - 1, all = reach + strides[i] - 2 + std::max<std::int64_t>(reach - strides[i], 0);
      if (o.padding.word == "SAME") all = reach + strides[i] - 2, before = strides[i] > reach - 1 ? reach - 1 : (all + 1) / 2;
      if (o.padding.word.empty()) before = o.padding.pairs[i].first, all = before + o.padding.pairs[i].second;
      low.push_back(before), places.push_back(extent + all - reach + 1);
      EXPECT_TRUE(o.padding.word != "SAME" || places.back() == row.spatial[i] * strides[i]) << row.what;
    }
    expect_values(y, convolved(x, layer.weight, layer.bias, places, low, Extents(n, 1), dilation, 1, spread, strides), row.what);
  }
}

TEST(Conv, TakesAnyNumberOfBatchAxes) {
  const nn::Conv layer = nn::Conv::init(ep::random::key(1), 2, 3, {3, 3}, {.dtype = ep::f64});
  const Array x = sample(2, {2, 4, 5, 6, 2});
  const Array y = layer(x);
  ASSERT_EQ(y.shape(), (Shape{2, 4, 5, 6, 3}));
  expect_near(y[{1, 2}], layer(x[{1, 2}]), 1e-13);
  expect_near(y[1], layer(x[1]), 1e-13);
  expect_near(ep::vmap(layer)(x[0]), layer(x[0]), 1e-13);
  EXPECT_EQ(layer(ep::zeros({0, 5, 6, 2})).shape(), (Shape{0, 5, 6, 3}));
  EXPECT_EQ(nn::ConvTranspose::init(ep::random::key(1), 2, 3, {2, 2}, {.strides = 2})(ep::ones({5, 6, 2})).shape(), (Shape{10, 12, 3}));
}

TEST(Conv, KeepsItsOptionsAsStatics) {
  const Key key = ep::random::key(0);
  const nn::Conv same = nn::Conv::init(key, 2, 4, 3), valid = nn::Conv::init(key, 2, 4, 3, {.padding = "VALID"}), wide = nn::Conv::init(key, 2, 4, 3, {.dilation = 2});
  EXPECT_EQ(same.weight.shape(), (Shape{3, 2, 4}));
  EXPECT_EQ(nn::Conv::init(key, 4, 6, {3, 5}, {.groups = 2}).weight.shape(), (Shape{3, 5, 2, 6}));
  EXPECT_EQ(nn::ConvTranspose::init(key, 4, 6, {3, 5}).weight.shape(), (Shape{3, 5, 4, 6}));
  EXPECT_TRUE(nn::Conv::init(key, 2, 4, 3, {.bias = false}).bias.is_nothing());
  EXPECT_TRUE(ep::structure(same) == ep::structure(nn::Conv::init(ep::random::key(1), 2, 4, 3)));
  EXPECT_FALSE(ep::structure(same) == ep::structure(valid));
  EXPECT_FALSE(ep::structure(same) == ep::structure(wide));
  EXPECT_NE(ep::to_string(same).find("\"SAME\""), std::string::npos) << ep::to_string(same);
  EXPECT_NE(ep::to_string(nn::Conv::init(key, 2, 4, 3, {.padding = {{1, 0}}})).find("{{1, 0}}"), std::string::npos);
  EXPECT_TRUE(ep::Padding({{1, 0}}) == ep::Padding({{1, 0}}) && ep::Padding("SAME") != ep::Padding("VALID"));
  // Fans count the window: the variance is 1 over all that is summed.
  EXPECT_NEAR(ep::var(nn::Conv::init(key, 40, 200, {3, 3}).weight).item<double>(), 1 / 360., 0.03 / 360);
}

TEST(Conv, IsAFunctionAndATree) {
  behaves("Conv", [](Key k) { return nn::Conv::init(k, 2, 4, {3, 2}, {.strides = 2, .groups = 2, .dtype = ep::f64}); }, {2, 5, 4, 2});
  behaves("ConvTranspose", [](Key k) { return nn::ConvTranspose::init(k, 2, 3, 3, {.strides = 2, .dtype = ep::f64}); }, {2, 4, 2});
}

// ---- pooling -----------------------------------------------------------------------------------------------------------------

// For each channel the windows of two spatial axes, as their elements; what lies outside of x is `outside`, or left out.
template <class F> std::vector<double> pooled(const Array& x_, const std::vector<Pairs>& windows, std::optional<double> outside, const F& reduce) {
  const Plain x(x_);
  std::vector<double> result;
  each_index({x.extents[0], static_cast<std::int64_t>(windows[0].size()), static_cast<std::int64_t>(windows[1].size()), x.extents[3]}, [&](const Extents& at) {
    const auto [top, bottom] = windows[0][static_cast<std::size_t>(at[1])];
    const auto [left, right] = windows[1][static_cast<std::size_t>(at[2])];
    std::vector<double> elements;
    for (std::int64_t i = top; i < bottom; ++i) {
      for (std::int64_t j = left; j < right; ++j) {
        if (i >= 0 && i < x.extents[1] && j >= 0 && j < x.extents[2]) elements.push_back(x.at({at[0], i, j, at[3]}));
        else if (outside) elements.push_back(*outside);
      }
    }
    result.push_back(reduce(elements));
  });
  return result;
}
double largest(const std::vector<double>& v) { return *std::max_element(v.begin(), v.end()); }
double average(const std::vector<double>& v) {
  double sum = 0;
  for (double x : v) sum += x;
  return sum / static_cast<double>(v.size());
}
Pairs windows_at(std::int64_t first, std::int64_t stride, std::int64_t size, std::int64_t count) {
  Pairs windows;
  for (std::int64_t i = 0; i < count; ++i) windows.emplace_back(first + i * stride, first + i * stride + size);
  return windows;
}

TEST(Pools, ReduceTheirWindows) {
  const Array x = sample(3, {2, 7, 6, 3});
  const std::vector<Pairs> beside{windows_at(0, 2, 2, 3), windows_at(0, 2, 2, 3)}, moved{windows_at(-1, 2, 3, 4), windows_at(-1, 1, 2, 7)};
  expect_values(nn::MaxPool{}(x), pooled(x, beside, {}, largest), "max");
  expect_values(nn::AvgPool{}(x), pooled(x, beside, {}, average), "average");
  const ep::Padding padding{{1, 1}, {1, 1}};
  expect_values(nn::MaxPool{{3, 2}, {2, 1}, padding}(x), pooled(x, moved, {}, largest), "max, padded");
  expect_values(nn::AvgPool{{3, 2}, {2, 1}, padding}(x), pooled(x, moved, 0., average), "average with padding");
  expect_values(nn::AvgPool{{3, 2}, {2, 1}, padding, false}(x), pooled(x, moved, {}, average), "average without padding");
  expect_values(nn::MaxPool{{2, 3}, 2, "SAME"}(x), pooled(x, {windows_at(0, 2, 2, 4), windows_at(0, 2, 3, 3)}, {}, largest), "same");
  // A window of several extents says where the spatial axes are, so any number of batch axes may stand before them.
  expect_near(nn::MaxPool{{2, 2}}(x[1]), nn::MaxPool{{2, 2}}(x)[1], 0);
  expect_near(nn::AvgPool{{2, 2}}(x[ep::newaxis])[0], nn::AvgPool{{2, 2}}(x), 0);
  EXPECT_EQ(nn::AvgPool{}(ep::ones({1, 4, 2}, ep::i32)).dtype(), ep::f32);
  EXPECT_EQ(nn::MaxPool{}(ep::ones({1, 4, 2}, ep::i32)).dtype(), ep::i32);
}

TEST(GlobalPools, ReduceAllSpatialAxes) {
  const Array x = sample(3, {2, 7, 6, 3});
  expect_values(nn::GlobalMaxPool{}(x), pooled(x, {{{0, 7}}, {{0, 6}}}, {}, largest), "max");
  expect_values(nn::GlobalAvgPool{}(x), pooled(x, {{{0, 7}}, {{0, 6}}}, {}, average), "average");
  EXPECT_EQ(nn::GlobalAvgPool{}(x).shape(), (Shape{2, 3}));
}

TEST(AdaptivePools, CoverTheAxesEvenly) {
  const Array x = sample(3, {2, 7, 6, 3});
  const auto even = [](std::int64_t extent, std::int64_t n) {
    Pairs windows;
    for (std::int64_t i = 0; i < n; ++i) windows.emplace_back(static_cast<std::int64_t>(std::floor(static_cast<double>(i * extent) / static_cast<double>(n))), static_cast<std::int64_t>(std::ceil(static_cast<double>((i + 1) * extent) / static_cast<double>(n))));
    return windows;
  };
  for (const Shape& size : {Shape{3, 3}, Shape{2, 4}, Shape{7, 1}, Shape{9, 8}}) {
    const std::vector<Pairs> windows{even(7, size[0]), even(6, size[1])};
    expect_values(nn::AdaptiveAvgPool{size}(x), pooled(x, windows, {}, average), "average " + size.str());
    expect_values(nn::AdaptiveMaxPool{size}(x), pooled(x, windows, {}, largest), "max " + size.str());
  }
  EXPECT_EQ(nn::AdaptiveAvgPool{3}(x).shape(), (Shape{2, 3, 3, 3}));
  EXPECT_EQ((nn::AdaptiveMaxPool{{2, 2}}(x[0]).shape()), (Shape{2, 2, 3}));
  // Of equal elements the first one in memory has the derivative, as of MaxPool.
  const Array ties = ep::reshape(Array{0., 1., 1., 0.}, {2, 2, 1});
  const auto of_adaptive = ep::grad([](Array v) { return ep::sum(nn::AdaptiveMaxPool{{1, 1}}(v)); })(ties), of_windows = ep::grad([](Array v) { return ep::sum(nn::MaxPool{{2, 2}}(v)); })(ties);
  EXPECT_EQ(values(of_adaptive), (std::vector<double>{0, 1, 0, 0}));
  EXPECT_EQ(values(of_windows), (std::vector<double>{0, 1, 0, 0}));
}

TEST(Pools, TransformLikeFunctions) {
  const Array x = sample(3, {2, 7, 6, 3});
  const auto check = [&](const char* what, auto pool) {
    const auto call = [pool](Array v) { return pool(v); };
    expect_near(ep::jit(call)(x), call(x), 1e-13, what);
    expect_near(ep::vmap(call)(ep::stack({x, 2 * x}))[1], call(2 * x), 1e-13, what);
    const Array direction = sample(4, x.shape());
    const auto loss = [call](Array v) { return ep::sum(ep::sin(call(v))); };
    const double h = 1e-6, slope = number(ep::sum(ep::grad(loss)(x) * direction));
    EXPECT_NEAR((number(loss(x + h * direction)) - number(loss(x - h * direction))) / (2 * h), slope, 1e-7) << what;
  };
  check("MaxPool", nn::MaxPool{3, 2});
  check("AvgPool", nn::AvgPool{3, 2, "SAME", false});
  check("GlobalMaxPool", nn::GlobalMaxPool{});
  check("GlobalAvgPool", nn::GlobalAvgPool{});
  check("AdaptiveMaxPool", nn::AdaptiveMaxPool{{3, 4}});
  check("AdaptiveAvgPool", nn::AdaptiveAvgPool{{3, 4}});
  // A small network of them: parameters are those of the convolution and the last layer alone.
  const nn::Sequential net(nn::Conv::init(ep::random::key(0), 3, 4, {3, 3}, {.dtype = ep::f64}), &ep::relu, nn::MaxPool{}, nn::GlobalAvgPool{}, nn::Linear::init(ep::random::key(1), 4, 2, {.dtype = ep::f64}));
  EXPECT_EQ(ep::count<ep::Parameter>(net), 3 * 3 * 3 * 4 + 4 + 4 * 2 + 2);
  expect_near(ep::jit(net)(x), net(x), 1e-13);
}

TEST(SpatialLayerErrors, NameTheLayerAndTheLine) {
  const Key key = ep::random::key(0);
  const nn::Conv conv = nn::Conv::init(key, 2, 4, {3, 3});
  const nn::ConvTranspose up = nn::ConvTranspose::init(key, 2, 4, {3, 3});
  const Array x = ep::ones({5, 6, 2}), y = ep::ones({5, 6, 3}), row = ep::ones({6, 2});
  expect_error<ep::ShapeError>([&] { (void)conv(y); }, "Conv: x has shape [5,6,3], the layer 2 features, along axis -1");
  expect_error<ep::ShapeError>([&] { (void)ep::apply(nn::Sequential(nn::Identity(), conv))(y); }, "the layer at .layers[1] 2 features");
  expect_error<ep::ShapeError>([&] { (void)conv(row); }, "Conv: x has shape [6,2], and not 2 spatial axes and one of channels");
  expect_error<ep::AxisError>([&] { (void)conv(ep::ones({})); }, "Conv: the layer takes features along axis -1, and x has shape []");
  expect_error<ep::MissingValue>([&] { (void)nn::Conv{}(x); }, "Conv: .weight is Nothing");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 4, 6, 3, {.groups = 4}); }, "Conv: 4 groups do not divide 4 channels and 6 features");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 4, 6, 3, {.groups = 0}); }, "Conv: 0 groups");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 4, 6, Shape{}); }, "Conv: the kernel has no spatial axis");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.padding = "FULL"})(x); }, "Conv: there is no padding \"FULL\"");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.padding = "CAUSAL"})(x); }, "Conv: causal padding of 2 spatial axes");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.padding = {{1, 1}}})(x); }, "Conv: 1 pairs of padding for 2 axes");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.strides = {1, 1, 1}})(x); }, "Conv: strides [1,1,1] is not one for each of 2 axes");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.padding = "CIRCULAR", .dilation = {1, 1, 1}})(x); }, "Conv: dilation [1,1,1] is not one for each of 2 axes");
  expect_error<ep::ArgumentError>([&] { (void)nn::Conv::init(key, 2, 6, {3, 3}, {.dilation = 0})(x); }, "Conv: ");
  expect_error<ep::ShapeError>([&] { (void)up(y); }, "ConvTranspose: x has shape [5,6,3], the layer 2 features");
  expect_error<ep::ShapeError>([&] { (void)up(row); }, "ConvTranspose: x has shape [6,2], and not 2 spatial axes");
  expect_error<ep::ArgumentError>([&] { (void)nn::ConvTranspose::init(key, 2, 6, Shape{}); }, "ConvTranspose: the kernel has no spatial axis");
  expect_error<ep::MissingValue>([&] { (void)nn::ConvTranspose{}(x); }, "ConvTranspose: .weight is Nothing");
  expect_error<ep::ShapeError>([&] { (void)nn::MaxPool{}(row); }, "MaxPool: x has shape [6,2], and not a batch, spatial axes and channels");
  expect_error<ep::ShapeError>([&] { (void)nn::AvgPool{{2, 2}}(row); }, "AvgPool: x has shape [6,2], and not 2 spatial axes and one of channels");
  expect_error<ep::ArgumentError>([&] { (void)nn::MaxPool{0}(x); }, "MaxPool: ");
  expect_error<ep::ArgumentError>([&] { (void)nn::AvgPool{{2, 2}, {1, 1, 1}}(x); }, "AvgPool: strides [1,1,1]");
  expect_error<ep::ShapeError>([&] { (void)nn::GlobalAvgPool{}(row); }, "GlobalAvgPool: x has shape [6,2], and no spatial axes");
  expect_error<ep::ShapeError>([&] { (void)nn::GlobalMaxPool{}(row); }, "GlobalMaxPool: x has shape [6,2], and no spatial axes");
  expect_error<ep::ShapeError>([&] { (void)nn::AdaptiveAvgPool{2}(row); }, "AdaptiveAvgPool: x has shape [6,2], and not a batch");
  expect_error<ep::ArgumentError>([&] { (void)nn::AdaptiveMaxPool{{2, 0}}(x); }, "AdaptiveMaxPool: size [2,0] has a number below 1");
  expect_error<ep::ShapeError>([&] { (void)nn::AdaptiveMaxPool{{2, 2}}(ep::ones({1, 0, 2, 2})); }, "no elements along a spatial axis");
}

}  // namespace
