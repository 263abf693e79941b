#pragma once
// A block of a transformer (Radford et al., 2019) and its gradient, written out.
#include <cmath>
#include <utility>

#include "native_attention.h"

namespace bench {

/// All parameters of a block, in one array: where each begins. Matrices come first.
struct BlockLayout {
  std::size_t qkv, out, up, down, gain1, bias1, qkv_bias, out_bias, gain2, bias2, up_bias, down_bias, size = 0;
  explicit BlockLayout(std::size_t d) {
    const auto take = [&](std::size_t count) { return std::exchange(size, size + count); };
    qkv = take(3 * d * d), out = take(d * d), up = take(4 * d * d), down = take(4 * d * d);
    gain1 = take(d), bias1 = take(d), qkv_bias = take(3 * d), out_bias = take(d), gain2 = take(d), bias2 = take(d), up_bias = take(4 * d), down_bias = take(d);
  }
  std::size_t matrices() const { return gain1; }
};

/// out = h gain + bias of the normalised rows h, which are kept with their scales.
inline void layer_norm(const float* x, float* h, float* scale, float* out, const float* gain, const float* bias, int rows, int d) {
#pragma omp parallel for schedule(static)
  for (int i = 0; i < rows; ++i) {
    const float* a = x + i * d;
    float sum = 0, squares = 0;
#pragma omp simd reduction(+ : sum)
    for (int j = 0; j < d; ++j) sum += a[j];
    const float mean = sum / static_cast<float>(d);
#pragma omp simd reduction(+ : squares)
    for (int j = 0; j < d; ++j) squares += (a[j] - mean) * (a[j] - mean);
    const float s = scale[i] = 1 / std::sqrt(squares / static_cast<float>(d) + 1e-5f);
#pragma omp simd
    for (int j = 0; j < d; ++j) {
      const float v = (a[j] - mean) * s;
      h[i * d + j] = v;
      out[i * d + j] = v * gain[j] + bias[j];
    }
  }
}

/// Adds to dx what dy says; the gradients of gain and bias.
inline void layer_norm_back(const float* dy, const float* h, const float* scale, const float* gain, float* dx, float* d_gain, float* d_bias, int rows, int d) {
  std::memset(d_gain, 0, static_cast<std::size_t>(d) * 4);
  std::memset(d_bias, 0, static_cast<std::size_t>(d) * 4);
#pragma omp parallel for schedule(static) reduction(+ : d_gain[ : d], d_bias[ : d])
  for (int i = 0; i < rows; ++i) {
    const float *y = dy + i * d, *n = h + i * d;
    float a = 0, b = 0;
#pragma omp simd reduction(+ : a, b)
    for (int j = 0; j < d; ++j) {
      const float v = y[j] * gain[j];
      a += v;
      b += v * n[j];
      d_gain[j] += y[j] * n[j];
      d_bias[j] += y[j];
    }
    a /= static_cast<float>(d);
    b /= static_cast<float>(d);
#pragma omp simd
    for (int j = 0; j < d; ++j) dx[i * d + j] += scale[i] * (y[j] * gain[j] - a - n[j] * b);
  }
}

/// y = x w + bias, plus what is passed by.
inline void affine(const float* x, const float* w, const float* bias, float* y, int rows, int in, int out, const float* beside = nullptr) {
#pragma omp parallel for schedule(static)
  for (int i = 0; i < rows; ++i) {
#pragma omp simd
    for (int j = 0; j < out; ++j) y[i * out + j] = bias[j] + (beside == nullptr ? 0 : beside[i * out + j]);
  }
  product(x, w, y, rows, out, in, 1);
}
inline void affine_back(const float* x, const float* w, const float* dy, float* dx, float* dw, float* d_bias, int rows, int in, int out) {
  product_tn(x, dy, dw, in, out, rows);
  column_sums(dy, d_bias, rows, out);
  product_nt(dy, w, dx, rows, in, out);
}

/// Memory that all blocks use in turn.
struct Scratch {
  Floats narrow, wide, d_qkv;
  explicit Scratch(const Sizes& s) : narrow(std::size_t(s.rows()) * s.width), wide(narrow.size() * 4), d_qkv(narrow.size() * 3) {}
};

/// A block: parameters and gradients lie outside, what its gradient needs is kept.
struct Block {
  Sizes s;
  BlockLayout at;
  const float* p;
  float* g;
  Attention attention;
  Floats h1, seen1, scale1, qkv, attended, x2, h2, seen2, scale2, gelu_slopes, after_gelu;

  Block(const Sizes& sizes, const float* parameters, float* gradients)
      : s(sizes), at(static_cast<std::size_t>(s.width)), p(parameters), g(gradients), attention(s), h1(n(1)), seen1(n(1)), scale1(static_cast<std::size_t>(s.rows())),
        qkv(n(3)), attended(n(1)), x2(n(1)), h2(n(1)), seen2(n(1)), scale2(static_cast<std::size_t>(s.rows())), gelu_slopes(n(4)), after_gelu(n(4)) {}
  std::size_t n(int times) const { return static_cast<std::size_t>(s.rows()) * s.width * times; }

  void forward(const float* x, float* y) {
    const int rows = s.rows(), d = s.width;
    layer_norm(x, h1, scale1, seen1, p + at.gain1, p + at.bias1, rows, d);
    affine(seen1, p + at.qkv, p + at.qkv_bias, qkv, rows, d, 3 * d);
    attention.forward(qkv, attended);
    affine(attended, p + at.out, p + at.out_bias, x2, rows, d, d, x);
    layer_norm(x2, h2, scale2, seen2, p + at.gain2, p + at.bias2, rows, d);
    product(seen2, p + at.up, gelu_slopes, rows, 4 * d, d);
    activate();
    affine(after_gelu, p + at.down, p + at.down_bias, y, rows, 4 * d, d, x2);
  }

  // Before the units with their bias come the products, after them their slopes.
  void activate() {
    const int wide = 4 * s.width;
    const float* bias = p + at.up_bias;
#pragma omp parallel for schedule(static)
    for (int i = 0; i < s.rows(); ++i) {
      float *slope = gelu_slopes + std::size_t(i) * wide, *out = after_gelu + std::size_t(i) * wide;
#pragma omp simd
      for (int j = 0; j < wide; ++j) {
        constexpr float a = 0.7978845608f, b = 0.044715f;
        const float u = slope[j] + bias[j], square = u * u, t = fast_tanh(a * u * (1 + b * square));
        out[j] = 0.5f * u * (1 + t);
        slope[j] = 0.5f * (1 + t) + 0.5f * a * u * (1 - t * t) * (1 + 3 * b * square);
      }
    }
  }

  // dx comes in as dy, and goes out as the gradient of x.
  void backward(float* dx, const Scratch& scratch) {
    float *wide = scratch.wide, *narrow = scratch.narrow, *d_qkv = scratch.d_qkv;
    const int rows = s.rows(), d = s.width;
    affine_back(after_gelu, p + at.down, dx, wide, g + at.down, g + at.down_bias, rows, 4 * d, d);
    const float* slopes = gelu_slopes;
#pragma omp parallel for simd schedule(static)
    for (std::size_t i = 0; i < n(4); ++i) wide[i] *= slopes[i];
    affine_back(seen2, p + at.up, wide, narrow, g + at.up, g + at.up_bias, rows, d, 4 * d);
    layer_norm_back(narrow, h2, scale2, p + at.gain2, dx, g + at.gain2, g + at.bias2, rows, d);
    affine_back(attended, p + at.out, dx, narrow, g + at.out, g + at.out_bias, rows, d, d);
    attention.backward(qkv, narrow, d_qkv);
    affine_back(seen1, p + at.qkv, d_qkv, narrow, g + at.qkv, g + at.qkv_bias, rows, d, 3 * d);
    layer_norm_back(narrow, h1, scale1, p + at.gain1, dx, g + at.gain1, g + at.bias1, rows, d);
  }
};

inline void initialise(float* p, const BlockLayout& at, int d, std::uint32_t seed) {
  const auto copy = [&](std::size_t to, std::uint32_t stream, int in, int out) {
    const Floats w = weight(stream, in, std::int64_t(in) * out);
    std::copy_n(w.get(), w.size(), p + to);
  };
  std::fill_n(p + at.gain1, d, 1.f);
  std::fill_n(p + at.gain2, d, 1.f);
  copy(at.qkv, seed, d, 3 * d), copy(at.out, seed + 1, d, d), copy(at.up, seed + 2, d, 4 * d), copy(at.down, seed + 3, 4 * d, d);
}

}  // namespace bench
