// Fourier transforms as a user calls them: options, the definition, the identities of the transform, and what is refused.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "espalier/espalier.h"

namespace {

using namespace espalier;

Array wave(std::int64_t n, double seed = 1) { return sin(arange(n, {.dtype = f64}) * (0.7 + seed)) + 0.3 * cos(arange(n, {.dtype = f64}) * (2.1 * seed)); }
double distance(const Array& a, const Array& b) { return max(abs(a - b)).item<double>(); }
// By the definition, as a product with the matrix of the transform.
Array by_definition(const Array& x) {
  const std::int64_t n = x.shape(-1);
  const Array k = arange(n, {.dtype = f64});
  const Array turns = (expand_dims(k, 0) * expand_dims(k, 1)) % static_cast<double>(n) * (-2 * std::numbers::pi / static_cast<double>(n));
  return matmul(x.as(c128), complex(cos(turns), sin(turns)));
}

TEST(Fft, IsTheDefinition) {
  for (std::int64_t n : {1, 2, 3, 4, 5, 7, 12, 31, 37, 64, 100, 257, 360, 1000}) {
    const Array x = complex(wave(n), wave(n, 2));
    EXPECT_LT(distance(fft::fft(x), by_definition(x)), 1e-13 * static_cast<double>(n)) << n;
    EXPECT_LT(distance(fft::ifft(fft::fft(x)), x), 1e-14) << n;
    EXPECT_LT(distance(fft::rfft(wave(n)), fft::fft(wave(n))[slice(n / 2 + 1)]), 1e-13 * static_cast<double>(n)) << n;
    EXPECT_LT(distance(fft::irfft(fft::rfft(wave(n)), {.n = n}), wave(n)), 1e-14) << n;
  }
}

TEST(Fft, LongLinesAreSplit) {
  // A single wave has one element that is not zero, wherever the line is cut.
  for (std::int64_t n : {std::int64_t{1} << 17, std::int64_t{3} * 5 * 7 * 1024, std::int64_t{65537}}) {
    const Array at = arange(n, {.dtype = f64}), turns = (at * 5.) % static_cast<double>(n) * (2 * std::numbers::pi / static_cast<double>(n));
    const Array y = fft::fft(complex(cos(turns), sin(turns)));
    EXPECT_NEAR(abs(y[5]).item<double>(), static_cast<double>(n), 1e-9 * static_cast<double>(n));
    EXPECT_LT(max(abs(y.at(5).set(0.))).item<double>(), 1e-9 * static_cast<double>(n)) << n;
  }
}

TEST(Fft, CutsPadsAndDivides) {
  const Array x = wave(10);
  EXPECT_LT(distance(fft::fft(x, {.n = 6}), fft::fft(x[slice(6)])), 1e-15);
  EXPECT_LT(distance(fft::fft(x, {.n = 16}), fft::fft(concatenate({x, zeros({6}, f64)}))), 1e-15);
  EXPECT_LT(distance(fft::fft(x, {.norm = "ortho"}) * std::sqrt(10.), fft::fft(x)), 1e-14);
  EXPECT_LT(distance(fft::fft(x, {.norm = "forward"}) * 10., fft::fft(x)), 1e-14);
  EXPECT_LT(distance(fft::ifft(x, {.norm = "forward"}), fft::ifft(x) * 10.), 1e-14);
  EXPECT_EQ(fft::irfft(fft::rfft(x)).shape(), Shape({10}));
  EXPECT_LT(distance(fft::hfft(fft::ihfft(x), {.n = 10}), x), 1e-14);
  EXPECT_LT(distance(fft::ihfft(x), conj(fft::rfft(x)) / 10.), 1e-15);
}

TEST(Fft, AxesOneAfterTheOther) {
  const Array x = reshape(wave(60), {3, 4, 5});
  EXPECT_LT(distance(fft::fftn(x), fft::fft(fft::fft(fft::fft(x, {.axis = 0}), {.axis = 1}), {.axis = 2})), 1e-13);
  EXPECT_LT(distance(fft::fft2(x), fft::fftn(x, {.axes = {1, 2}})), 1e-14);
  EXPECT_LT(distance(fft::ifft2(fft::fft2(x)), x), 1e-14);
  EXPECT_LT(distance(fft::ifftn(fft::fftn(x)), x), 1e-14);
  EXPECT_LT(distance(fft::irfftn(fft::rfftn(x), {.s = std::vector<std::int64_t>{3, 4, 5}}), x), 1e-14);
  EXPECT_LT(distance(fft::irfft2(fft::rfft2(x), {.s = std::vector<std::int64_t>{4, 5}}), x), 1e-14);
  EXPECT_EQ(fft::rfft2(x).shape(), Shape({3, 4, 3}));
  EXPECT_LT(distance(fft::fft(x, {.axis = 0}), moveaxis(fft::fft(moveaxis(x, 0, -1)), -1, 0)), 1e-14);
}

TEST(Fft, KeepsTheNormOfALine) {
  const Array x = complex(wave(96), wave(96, 3));
  EXPECT_NEAR(sum(square(abs(fft::fft(x)))).item<double>() / 96, sum(square(abs(x))).item<double>(), 1e-10);
}

TEST(Fft, ConvolvesLines) {
  const Array a = wave(50), b = wave(50, 2);
  Array turned = zeros({50}, f64);
  for (int k = 0; k < 50; ++k) turned = turned + a[k] * roll(b, k);
  EXPECT_LT(distance(real(fft::ifft(fft::fft(a) * fft::fft(b))), turned), 1e-13);
}

TEST(Fft, Frequencies) {
  EXPECT_EQ(fft::fftfreq(4, 0.5, {.dtype = f64}).to_vector<double>(), (std::vector<double>{0, 0.5, -1, -0.5}));
  EXPECT_EQ(fft::fftfreq(5).to_vector<float>(), (std::vector<float>{0, 0.2f, 0.4f, -0.4f, -0.2f}));
  EXPECT_EQ(fft::rfftfreq(5, 0.1, {.dtype = f64}).to_vector<double>(), (std::vector<double>{0, 2, 4}));
  EXPECT_EQ(fft::fftshift(arange(5)).to_vector<int>(), (std::vector<int>{3, 4, 0, 1, 2}));
  EXPECT_EQ(fft::ifftshift(fft::fftshift(arange(5))).to_vector<int>(), (std::vector<int>{0, 1, 2, 3, 4}));
}

TEST(Fft, Derivatives) {
  // sum |fft(x)|^2 = n sum |x|^2.
  const Array x = wave(12);
  const Array of_whole = grad([](Array v) { return sum(square(abs(fft::fft(v)))); })(x);
  EXPECT_LT(distance(of_whole, 24. * x), 1e-12);
  // A real line's half counts every element twice but the first and the last.
  const Array of_half = grad([](Array v) {
    const Array y = square(abs(fft::rfft(v)));
    return 2. * sum(y) - y[0] - y[6];
  })(x);
  EXPECT_LT(distance(of_half, 24. * x), 1e-12);
  // irfft is linear: its derivative along t is irfft(t).
  const Array y = fft::rfft(x), t = fft::rfft(wave(12, 4));
  const auto both = jvp([](Array v) { return fft::irfft(v); }, std::tuple{y}, std::tuple{t});
  EXPECT_LT(distance(std::get<1>(both), fft::irfft(t)), 1e-15);
}

TEST(Fft, EachExampleForItself) {
  const Array x = reshape(wave(24), {4, 6});
  const auto line = [](Array v) { return fft::fft(v); };
  EXPECT_LT(distance(vmap(line)(x), fft::fft(x)), 1e-15);
  EXPECT_LT(distance(vmap(line, {.in_axes = 1, .out_axes = 1})(x), fft::fft(x, {.axis = 0})), 1e-15);
}

TEST(Fft, Refuses) {
  const Array x = wave(8);
  EXPECT_THROW(fft::fft(x, {.axis = 1}), AxisError);
  EXPECT_THROW(fft::fft(x, {.n = 0}), ArgumentError);
  EXPECT_THROW(fft::fft(x, {.norm = "none"}), ArgumentError);
  EXPECT_THROW(fft::rfft(complex(x, x)), DTypeError);
  EXPECT_THROW(fft::fft(x.as(f16)), DTypeError);
  EXPECT_THROW(fft::fft2(x), AxisError);
  EXPECT_THROW(fft::fft2(reshape(x, {2, 4}), {.axes = {0}}), ArgumentError);
  EXPECT_THROW(fft::fftn(reshape(x, {2, 4}), {.axes = {0, 0}}), ArgumentError);
  EXPECT_THROW(fft::fftn(reshape(x, {2, 4}), {.s = std::vector<std::int64_t>{1, 2, 3}}), ArgumentError);
  EXPECT_THROW(fft::fftfreq(0), ArgumentError);
  EXPECT_THROW(fft::irfft(zeros({1})), ArgumentError);
  EXPECT_THROW(fft::rfftfreq(0), ArgumentError);
}

}  // namespace
