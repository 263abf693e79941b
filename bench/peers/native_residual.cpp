// A residual block with its gradient: what lies between the convolutions is done while a row is in L1, where it can be.
#include "native_convolution.h"

namespace bench {
namespace {

constexpr int images = 8, rows = images * Convolution::side, channels = Convolution::channels, row_size = Convolution::row_size;
constexpr std::size_t size = std::size_t(rows) * row_size;
constexpr double pixels = rows * Convolution::side;

// Sums per channel, over all pixels: of a and of a b.
struct Sums {
  double a[channels] = {}, ab[channels] = {};
  void add_row(const float* x, const float* y) {
    alignas(64) float first[channels] = {}, second[channels] = {};
    for (int p = 0; p < row_size; p += channels) {
#pragma omp simd
      for (int c = 0; c < channels; ++c) {
        first[c] += x[p + c];
        second[c] += x[p + c] * y[p + c];
      }
    }
    for (int c = 0; c < channels; ++c) a[c] += first[c], ab[c] += second[c];
  }
  void add(const Sums& other) {
    for (int c = 0; c < channels; ++c) a[c] += other.a[c], ab[c] += other.ab[c];
  }
};
#pragma omp declare reduction(add:Sums : omp_out.add(omp_in))

// A normalisation over all but the channels, as factors per channel.
struct Normalisation {
  Floats gain{channels}, bias{channels}, d_gain{channels}, d_bias{channels};
  Floats factor{channels}, offset{channels};  // of x: the result is x factor + offset
  Floats d_x{channels}, d_offset{channels};   // the gradient of x is dy factor + x d_x + d_offset
  double mean[channels], scale[channels];

  Normalisation() { std::fill_n(gain.get(), channels, 1.f); }
  // From the sums of x and x².
  void forward(const Sums& sums) {
    for (int c = 0; c < channels; ++c) {
      mean[c] = sums.a[c] / pixels;
      scale[c] = 1 / std::sqrt(sums.ab[c] / pixels - mean[c] * mean[c] + 1e-5);
      factor[c] = static_cast<float>(gain[c] * scale[c]);
      offset[c] = static_cast<float>(bias[c] - mean[c] * gain[c] * scale[c]);
    }
  }
  // From the sums of dy and dy x.
  void backward(const Sums& sums) {
    for (int c = 0; c < channels; ++c) {
      const double along = (sums.ab[c] - mean[c] * sums.a[c]) * scale[c], slope = gain[c] * scale[c] * along / pixels * scale[c];
      d_gain[c] = static_cast<float>(along);
      d_bias[c] = static_cast<float>(sums.a[c]);
      d_x[c] = static_cast<float>(-slope);
      d_offset[c] = static_cast<float>(slope * mean[c] - gain[c] * scale[c] * sums.a[c] / pixels);
    }
  }
};

class ResidualBlock {
 public:
  double gradient() {
    Convolution::pad(images, x, x_room);
    convolve(x_room, first, before1, norm1);
    rectify();
    convolve(h_room, second, before2, norm2);
    const double loss = result();
    into_room(d_result, before2, norm2);
    weight_gradient(h_room, d_second);
    back_to_hidden();
    into_room(d_hidden, before1, norm1);
    weight_gradient(x_room, d_first);
    back_to_x();
    return loss;
  }
  double magnitudes() const {
    double sum = 0;
    for (const Floats* values : {&d_first, &norm1.d_gain, &norm1.d_bias, &d_second, &norm2.d_gain, &norm2.d_bias, &dx}) sum += magnitude(values->get(), values->size());
    return sum;
  }

 private:
  static Floats kernel(std::uint32_t seed) { return weight(seed, 9 * channels, Convolution::weights); }
  static std::size_t at(int row) { return std::size_t(row) * row_size; }

  void convolve(const float* room, const float* w, float* y, Normalisation& norm) {
    Sums sums;
#pragma omp parallel for schedule(static) reduction(add : sums)
    for (int row = 0; row < rows; ++row) {
      float* to = y + at(row);
      Convolution::row(row, room, w, to);
      sums.add_row(to, to);
    }
    norm.forward(sums);
  }

  void rectify() {
    const float *factor = norm1.factor, *offset = norm1.offset;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < rows; ++row) {
      const float* from = before1 + at(row);
      float* to = h_room + Convolution::inside(row);
      for (int p = 0; p < row_size; p += channels) {
#pragma omp simd
        for (int c = 0; c < channels; ++c) to[p + c] = std::max(from[p + c] * factor[c] + offset[c], 0.f);
      }
    }
  }

  // The loss, and its gradient where the last rectified units begin.
  double result() {
    const float *factor = norm2.factor, *offset = norm2.offset;
    double loss = 0;
    Sums sums;
#pragma omp parallel for schedule(static) reduction(+ : loss) reduction(add : sums)
    for (int row = 0; row < rows; ++row) {
      const float *a = x + at(row), *from = before2 + at(row), *by = w + at(row);
      float* to = d_result + at(row);
      float total = 0;
      for (int p = 0; p < row_size; p += channels) {
#pragma omp simd reduction(+ : total)
        for (int c = 0; c < channels; ++c) {
          const float z = a[p + c] + from[p + c] * factor[c] + offset[c], d = z > 0 ? by[p + c] : 0;
          total += z * d;
          to[p + c] = d;
        }
      }
      loss += total;
      sums.add_row(to, from);
    }
    norm2.backward(sums);
    return loss;
  }

  // The gradient before a normalisation, padded.
  void into_room(const float* dy, const float* before, const Normalisation& norm) {
    const float *factor = norm.factor, *d_x = norm.d_x, *d_offset = norm.d_offset;
#pragma omp parallel for schedule(static)
    for (int row = 0; row < rows; ++row) {
      const float *d = dy + at(row), *from = before + at(row);
      float* to = d_room + Convolution::inside(row);
      for (int p = 0; p < row_size; p += channels) {
#pragma omp simd
        for (int c = 0; c < channels; ++c) to[p + c] = d[p + c] * factor[c] + from[p + c] * d_x[c] + d_offset[c];
      }
    }
  }

  void weight_gradient(const float* room, float* dw) {
    const int threads = omp_get_max_threads();
    std::memset(partial, 0, partial.size() * sizeof(float));
#pragma omp parallel for schedule(static)
    for (int row = 0; row < rows; ++row) Convolution::add_weight_gradient(row, room, d_room, partial + omp_get_thread_num() * Convolution::weights);
    for (int i = 0; i < Convolution::weights; ++i) {
      float total = 0;
      for (int t = 0; t < threads; ++t) total += partial[t * Convolution::weights + i];
      dw[i] = total;
    }
  }

  void back_to_hidden() {
    Convolution::reverse(second, reversed);
    Sums sums;
#pragma omp parallel for schedule(static) reduction(add : sums)
    for (int row = 0; row < rows; ++row) {
      const float* h = h_room + Convolution::inside(row);
      float* to = d_hidden + at(row);
      Convolution::row(row, d_room, reversed, to);
#pragma omp simd
      for (int i = 0; i < row_size; ++i) to[i] = h[i] > 0 ? to[i] : 0;
      sums.add_row(to, before1 + at(row));
    }
    norm1.backward(sums);
  }

  void back_to_x() {
    Convolution::reverse(first, reversed);
#pragma omp parallel for schedule(static)
    for (int row = 0; row < rows; ++row) {
      const float* beside = d_result + at(row);
      float* to = dx + at(row);
      Convolution::row(row, d_room, reversed, to);
#pragma omp simd
      for (int i = 0; i < row_size; ++i) to[i] += beside[i];
    }
  }

  Floats first = kernel(3), second = kernel(4), x = uniform(1, size), w = uniform(2, size);
  Normalisation norm1, norm2;
  Floats x_room{Convolution::room(images)}, h_room{Convolution::room(images)}, d_room{Convolution::room(images)};
  Floats before1{size}, before2{size}, d_result{size}, d_hidden{size}, dx{size};
  Floats d_first{Convolution::weights}, d_second{Convolution::weights}, reversed{Convolution::weights};
  Floats partial{static_cast<std::size_t>(omp_get_max_threads() * Convolution::weights)};
};

}  // namespace

Workloads residual() {
  return {{"resblock_grad", "8x64x56x56", [] {
    const auto block = std::make_shared<ResidualBlock>();
    const auto loss = std::make_shared<double>();
    return prepared([=] { *loss = block->gradient(); }, [=] { return std::abs(*loss) + block->magnitudes(); });
  }}};
}

}  // namespace bench
