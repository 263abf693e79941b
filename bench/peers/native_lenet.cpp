// A train step of LeNet. A lane is an image: so 6 and 16 channels, 5 x 5 taps and maxima of 2 x 2 all fill registers.
#include <utility>

#include "native_steps.h"

namespace bench {
namespace {

constexpr int batch = 64, chunks = batch / lanes, taps = 25;
constexpr int classes = 10, widths[] = {400, 120, 84, classes}, layers = 3;
constexpr int image_side = 28, padded = 32, side1 = 14, channels1 = 6, side2 = 5, channels2 = 16;

// A plane of vectors per channel, one vector per pixel.
constexpr int plane(int side) { return side * side * lanes; }

// Where the maximum of 2 x 2 pixels with their bias lay; none where it is not above 0.
constexpr float nowhere = 4;

// Two rows by two columns of a convolution of 5 x 5 in `channels` outputs: rectified, and their maxima.
template <int side, int in, int out, int channels>
inline void convolve_point(const float* x, const float* w, const float* bias, float* y, std::size_t y_stride, float* where, int where_stride) {
  Vector sums[4][channels] = {};
  for (int c = 0; c < in; ++c) {
    for (int tap = 0; tap < taps; ++tap) {
      const float *from = x + c * plane(side) + (tap / 5 * side + tap % 5) * lanes, *here = w + (tap * in + c) * out;
      const Vector pixel[4] = {load(from), load(from + lanes), load(from + side * lanes), load(from + (side + 1) * lanes)};
#pragma GCC unroll 8
      for (int o = 0; o < channels; ++o) {
        const Vector weight = all(here[o]);
#pragma GCC unroll 4
        for (int q = 0; q < 4; ++q) sums[q][o] += pixel[q] * weight;
      }
    }
  }
#pragma GCC unroll 8
  for (int o = 0; o < channels; ++o) {
    Vector top = all(-bias[o]), index = all(nowhere);
#pragma GCC unroll 4
    for (int q = 0; q < 4; ++q) {
      index = sums[q][o] > top ? all(static_cast<float>(q)) : index;
      top = maximum(top, sums[q][o]);
    }
    store(y + o * y_stride, top + all(bias[o]));
    store(where + o * where_stride, index);
  }
}

// All of it for the images of a chunk: y has steps of its own from a pixel and from a channel to the next.
template <int side, int in, int out, int channels>
void convolve(const float* x, const float* w, const float* bias, float* y, std::size_t y_pixel, std::size_t y_channel, float* where) {
  constexpr int pooled = (side - 4) / 2;
  for (int p = 0; p < pooled * pooled; ++p) {
    const float* from = x + (p / pooled * 2 * side + p % pooled * 2) * lanes;
    for (int o = 0; o < out; o += channels) convolve_point<side, in, out, channels>(from, w + o, bias + o, y + p * y_pixel + o * y_channel, y_channel, where + o * plane(pooled) + p * lanes, plane(pooled));
  }
}

// The gradient before maxima and rectified units: `margin` zero columns, which are there, lie on each side of it.
template <int pooled, int channels, int margin>
void spread(const float* dy, std::size_t pixel, std::size_t channel, const float* where, float* dz) {
  constexpr int wide = 2 * pooled + 2 * margin;
  for (int o = 0; o < channels; ++o) {
    for (int p = 0; p < pooled * pooled; ++p) {
      const Vector d = load(dy + p * pixel + o * channel), index = load(where + o * plane(pooled) + p * lanes);
      float* to = dz + ((o * 2 * pooled + p / pooled * 2) * wide + p % pooled * 2 + margin) * lanes;
#pragma GCC unroll 4
      for (int q = 0; q < 4; ++q) store(to + (q / 2 * wide + q % 2) * lanes, index == all(static_cast<float>(q)) ? d : Vector{});
    }
  }
}

// The gradients of the weights and biases, a sum per image. `channels` outputs and a row of taps at a time.
template <int side, int in, int out, int channels, int margin>
void weight_gradient(const float* x, const float* dz, float* dw, float* d_bias) {
  constexpr int result = side - 4, wide = result + 2 * margin;
  for (int o = 0; o < out; o += channels) {
    const float* d = dz + (o * result * wide + margin) * lanes;
    for (int c = 0; c < in; ++c) {
      for (int ky = 0; ky < 5; ++ky) {
        Vector sums[5][channels] = {};
        for (int i = 0; i < result; ++i) {
          const float *row = x + c * plane(side) + (i + ky) * side * lanes, *d_row = d + i * wide * lanes;
          for (int j = 0; j < result * lanes; j += lanes) {
#pragma GCC unroll 8
            for (int q = 0; q < channels; ++q) {
              const Vector slope = load(d_row + q * result * wide * lanes + j);
#pragma GCC unroll 5
              for (int kx = 0; kx < 5; ++kx) sums[kx][q] += load(row + j + kx * lanes) * slope;
            }
          }
        }
        for (int kx = 0; kx < 5; ++kx) {
          for (int q = 0; q < channels; ++q) store(dw + (((ky * 5 + kx) * in + c) * out + o + q) * lanes, sums[kx][q]);
        }
      }
    }
    for (int q = 0; q < channels; ++q) {
      Vector total = {};
      for (int i = 0; i < result; ++i) {
        for (int j = 0; j < result; ++j) total += load(d + (q * result * wide + i * wide + j) * lanes);
      }
      store(d_bias + (o + q) * lanes, total);
    }
  }
}

// The gradient of what the second convolution saw: two pixels in all channels at a time, from the taps that reach them.
constexpr int result2 = 2 * side2, wide2 = result2 + 2;  // with one column of zeros on each side
void second_input_gradient(const float* dz, const float* w, float* dx) {
  for (int i = 0; i < side1; ++i) {
    for (int j = 0; j < side1; j += 2) {
      Vector left[channels1] = {}, right[channels1] = {};
      for (int ky = std::max(0, i - result2 + 1); ky <= std::min(4, i); ++ky) {
        for (int kx = std::max(0, j - result2 + 1); kx <= std::min(4, j + 1); ++kx) {
          const float *from = dz + ((i - ky) * wide2 + j - kx + 1) * lanes, *here = w + (ky * 5 + kx) * channels1 * channels2;
          for (int o = 0; o < channels2; ++o) {
            const Vector d0 = load(from + o * result2 * wide2 * lanes), d1 = load(from + (o * result2 * wide2 + 1) * lanes);
#pragma GCC unroll 6
            for (int c = 0; c < channels1; ++c) {
              const Vector weight = all(here[c * channels2 + o]);
              left[c] += d0 * weight;
              right[c] += d1 * weight;
            }
          }
        }
      }
      for (int c = 0; c < channels1; ++c) {
        float* to = dx + c * plane(side1) + (i * side1 + j) * lanes;
        store(to, left[c]);
        store(to + lanes, right[c]);
      }
    }
  }
}

// As many images as a register has lanes.
struct Chunk {
  // clang-format off
  Floats image{plane(padded)}, pooled{channels1 * plane(side1)}, where1{channels1 * plane(side1)}, where2{channels2 * plane(side2)};
  Floats d_first{channels1 * plane(image_side)}, d_pooled{channels1 * plane(side1)}, d_second{channels2 * result2 * wide2 * lanes};
  // clang-format on
};

// Where each parameter begins; a layer's biases follow its weights.
struct Layout {
  std::size_t first, second, classifier[layers], size = 0;
  Layout() {
    const auto take = [&](std::size_t count) { return std::exchange(size, size + count); };
    first = take(convolutions1), second = take(convolutions2);
    for (int i = 0; i < layers; ++i) classifier[i] = take(static_cast<std::size_t>((widths[i] + 1) * widths[i + 1]));
  }
  static constexpr std::size_t weights1 = taps * channels1, weights2 = taps * channels1 * channels2;
  static constexpr std::size_t convolutions1 = weights1 + channels1, convolutions2 = weights2 + channels2, convolutions = convolutions1 + convolutions2;
};

class LeNet {
 public:
  LeNet() {
    for (int i = 0; i < chunks; ++i) chunk.emplace_back();
    const auto copy = [&](std::size_t to, std::uint32_t seed, int in, int out) {
      const Floats w = weight(seed, in, in * out);
      std::copy_n(w.get(), w.size(), p + to);
    };
    copy(at.first, 11, taps, channels1), copy(at.second, 12, taps * channels1, channels2);
    for (int i = 0; i < layers; ++i) copy(at.classifier[i], 13 + 2 * static_cast<std::uint32_t>(i), widths[i], widths[i + 1]);
    for (const int width : widths) value.emplace_back(width * batch), slope.emplace_back(width * batch);
  }

  float step() {
#pragma omp parallel for schedule(static)
    for (int i = 0; i < chunks; ++i) forward(i);
    const float loss = classify();
#pragma omp parallel for schedule(static)
    for (int i = 0; i < chunks; ++i) backward(i);
    sum_lanes();
    update();
    return loss;
  }

 private:
  void forward(int i) {
    const Chunk& c = chunk[i];
    const float* from = images + i * lanes * image_side * image_side;
    for (int row = 0; row < image_side; ++row) {
      float* to = c.image + ((row + 2) * padded + 2) * lanes;
      for (int j = 0; j < image_side; ++j) {
        for (int n = 0; n < lanes; ++n) to[j * lanes + n] = from[(n * image_side + row) * image_side + j];
      }
    }
    convolve<padded, 1, channels1, lanes == 16 ? 6 : 2>(c.image, p + at.first, p + at.first + at.weights1, c.pooled, lanes, plane(side1), c.where1);
    convolve<side1, channels1, channels2, lanes == 16 ? 4 : 2>(c.pooled, p + at.second, p + at.second + at.weights2, value[0] + i * lanes, channels2 * batch, batch, c.where2);
  }

  void backward(int i) {
    const Chunk& c = chunk[i];
    float* d = lane_gradient + i * at.convolutions * lanes;
    spread<side2, channels2, 1>(slope[0] + i * lanes, channels2 * batch, batch, c.where2, c.d_second);
    weight_gradient<side1, channels1, channels2, lanes == 16 ? 4 : 2, 1>(c.pooled, c.d_second, d + at.second * lanes, d + (at.second + at.weights2) * lanes);
    second_input_gradient(c.d_second, p + at.second, c.d_pooled);
    spread<side1, channels1, 0>(c.d_pooled, lanes, plane(side1), c.where1, c.d_first);
    weight_gradient<padded, 1, channels1, lanes == 16 ? 3 : 2, 0>(c.image, c.d_first, d + at.first * lanes, d + (at.first + at.weights1) * lanes);
  }

  void sum_lanes() {
    for (std::size_t k = 0; k < at.convolutions; ++k) {
      Vector total = {};
      for (int i = 0; i < chunks; ++i) total += load(lane_gradient + (i * at.convolutions + k) * lanes);
      g[k] = sum(total);
    }
  }

  // A column per image, but the logits: a row per image.
  float classify() {
    for (int i = 0; i + 1 < layers; ++i) {
      const int in = widths[i], out = widths[i + 1];
      const float *w = p + at.classifier[i], *bias = w + in * out;
      float* y = value[i + 1];
      product_tn(w, value[i], y, out, batch, in);
      for (int o = 0; o < out; ++o) {
#pragma omp simd
        for (int n = 0; n < batch; ++n) y[o * batch + n] = std::max(y[o * batch + n] + bias[o], 0.f);
      }
    }
    constexpr int last = layers - 1, in = widths[last];
    const float* w = p + at.classifier[last];
    float *z = slope[layers], *dw = g + at.classifier[last];
    for (int n = 0; n < batch; ++n) std::copy_n(w + in * classes, classes, z + n * classes);
    gemm(true, false, batch, classes, in, value[last], batch, w, classes, 1, z, classes);
    const float loss = cross_entropy(z, label, batch, classes);
    product(value[last], z, dw, in, classes, batch);
    column_sums(z, dw + in * classes, batch, classes);
    product_nt(w, z, slope[last], in, batch, classes);
    for (int i = last - 1; i >= 0; --i) classifier_backward(i);
    return loss;
  }

  void classifier_backward(int i) {
    const int in = widths[i], out = widths[i + 1];
    float *d = slope[i + 1], *dw = g + at.classifier[i], *d_bias = dw + in * out;
    const float* y = value[i + 1];
    for (int o = 0; o < out; ++o) {
      float total = 0;
#pragma omp simd reduction(+ : total)
      for (int n = 0; n < batch; ++n) total += d[o * batch + n] = y[o * batch + n] > 0 ? d[o * batch + n] : 0;
      d_bias[o] = total;
    }
    product_nt(value[i], d, dw, in, out, batch);
    product(p + at.classifier[i], d, slope[i], in, batch, out);
  }

  void update() {
    float *q = p, *v = velocity;
    const float* d = g;
#pragma omp simd
    for (std::size_t i = 0; i < at.size; ++i) {
      v[i] = 0.9f * v[i] + d[i];
      q[i] -= 0.01f * v[i];
    }
  }

  Layout at;
  Floats p{at.size}, g{at.size}, velocity{at.size}, images = uniform(1, batch * image_side * image_side), lane_gradient{chunks * at.convolutions * lanes};
  Memory<std::int32_t> label = integer_values(2, batch, classes);
  std::vector<Chunk> chunk;
  std::vector<Floats> value, slope;  // of the classifier's layers: activations, and gradients
};

}  // namespace

Workloads lenet() {
  return {{"lenet_step", "b64", [] { return trained(std::make_shared<LeNet>(), [](LeNet& net) { return net.step(); }); }}};
}

}  // namespace bench
