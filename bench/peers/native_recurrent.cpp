#include "native.h"

namespace bench {
namespace {

constexpr int width = 128, steps = 256;

// out = start + h m for m[rows,columns]: eight registers of columns at a time.
template <int columns> inline void vector_matrix(const float* m, const float* h, const float* start, float* out, int rows) {
  for (int c = 0; c < columns; c += 8 * lanes) {
    Vector sums[8];
    for (int q = 0; q < 8; ++q) sums[q] = load(start + c + lanes * q);
    for (int k = 0; k < rows; ++k) {
      const Vector x = all(h[k]);
      const float* w = m + k * columns + c;
#pragma GCC unroll 8
      for (int q = 0; q < 8; ++q) sums[q] += x * load(w + lanes * q);
    }
    for (int q = 0; q < 8; ++q) store(out + c + lanes * q, sums[q]);
  }
}

// A recurrent network with 1 gate (tanh) or 4 (LSTM: input, forget, candidate, output). Products that need no recurrence
// are taken out of the loop.
template <int gates> struct Recurrent {
  static constexpr int n = gates * width;
  // clang-format off
  Floats xs{uniform(1, steps * width)}, w{uniform(2, steps * width)};
  Floats input{weight(3, width, width * n)}, hidden{weight(4, width, width * n)}, bias{uniform(5, n)}, hidden_t{width * n};
  // clang-format on
  Floats from_input{steps * n}, h{(steps + 1) * width}, c{(steps + 1) * width}, active{steps * n}, slope{steps * n};
  Floats d_input{width * n}, d_hidden{width * n}, d_bias{n};

  Recurrent() {
    for (int i = 0; i < width * n; ++i) hidden[i] *= 0.5f;
    for (int i = 0; i < n; ++i) bias[i] *= 0.1f;
  }

  void forward() {
    for (int t = 0; t < steps; ++t) std::copy_n(bias.get(), n, from_input + t * n);
    product(xs, input, from_input, steps, n, width, 1);
    for (int t = 0; t < steps; ++t) {
      float *z = active + t * n, *next = h + (t + 1) * width;
      vector_matrix<n>(hidden, h + t * width, from_input + t * n, z, width);
      if constexpr (gates == 1) {
#pragma omp simd
        for (int j = 0; j < width; ++j) next[j] = fast_tanh(z[j]);
      } else {
        const float* before = c + t * width;
        float* after = c + (t + 1) * width;
#pragma omp simd
        for (int j = 0; j < width; ++j) {
          const float i = fast_sigmoid(z[j]), f = fast_sigmoid(z[width + j]), g = fast_tanh(z[2 * width + j]), o = fast_sigmoid(z[3 * width + j]);
          z[j] = i;
          z[width + j] = f;
          z[2 * width + j] = g;
          z[3 * width + j] = o;
          after[j] = f * before[j] + i * g;
          next[j] = o * fast_tanh(after[j]);
        }
      }
    }
  }

  double gradient() {
    forward();
    double loss = 0;
    for (int i = 0; i < steps * width; ++i) loss += static_cast<double>(h[width + i]) * w[i];
    for (int i = 0; i < width; ++i) {
      for (int j = 0; j < n; ++j) hidden_t[j * width + i] = hidden[i * n + j];
    }
    alignas(64) float dh[width] = {}, dc[width] = {};
    alignas(64) const float zero[width] = {};
    for (int t = steps - 1; t >= 0; --t) {
      const float *a = active + t * n, *out = h + (t + 1) * width;
      float* d = slope + t * n;
#pragma omp simd
      for (int j = 0; j < width; ++j) dh[j] += w[t * width + j];
      if constexpr (gates == 1) {
#pragma omp simd
        for (int j = 0; j < width; ++j) d[j] = dh[j] * (1 - out[j] * out[j]);
      } else {
        const float *before = c + t * width, *after = c + (t + 1) * width;
#pragma omp simd
        for (int j = 0; j < width; ++j) {
          const float i = a[j], f = a[width + j], g = a[2 * width + j], o = a[3 * width + j];
          const float squashed = fast_tanh(after[j]), into = dc[j] + dh[j] * o * (1 - squashed * squashed);
          d[j] = into * g * i * (1 - i);
          d[width + j] = into * before[j] * f * (1 - f);
          d[2 * width + j] = into * i * (1 - g * g);
          d[3 * width + j] = dh[j] * squashed * o * (1 - o);
          dc[j] = into * f;
        }
      }
      vector_matrix<width>(hidden_t, d, zero, dh, n);
    }
    product_tn(xs, slope, d_input, width, n, steps);
    product_tn(h, slope, d_hidden, width, n, steps);
    column_sums(slope, d_bias, steps, n);
    return loss;
  }
};

template <int gates> void add(Workloads& found, std::string forward, std::string gradient) {
  found.push_back({std::move(forward), "fwd h128 T256", [] {
    const auto net = std::make_shared<Recurrent<gates>>();
    return prepared([=] { net->forward(); }, [=] { return magnitude(net->h + width, steps * width); });
  }});
  found.push_back({std::move(gradient), "h128 T256", [] {
    const auto net = std::make_shared<Recurrent<gates>>();
    const auto loss = std::make_shared<double>();
    return prepared([=] { *loss = net->gradient(); },
                    [=] { return std::abs(*loss) + magnitude(net->d_input) + magnitude(net->d_hidden) + magnitude(net->d_bias); });
  }});
}

}  // namespace

Workloads recurrent() {
  Workloads found;
  add<1>(found, "rnn_scan", "rnn_scan_grad");
  add<4>(found, "lstm_scan", "lstm_scan_grad");
  return found;
}

}  // namespace bench
