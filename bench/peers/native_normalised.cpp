#include "native.h"

namespace bench {
namespace {

constexpr int rows = 4096, softmax_columns = 1024, layer_norm_columns = 768;

// Each row in one go: two passes over data that is in L1, one over memory.
void softmax(const float* x, float* y) {
  constexpr int n = softmax_columns;
#pragma omp parallel for schedule(static)
  for (int i = 0; i < rows; ++i) {
    const float* a = x + i * n;
    float* out = y + i * n;
    alignas(64) float e[n];
    const float top = row_maximum(a, n);
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int j = 0; j < n; ++j) {
      e[j] = fast_exp(a[j] - top);
      total += e[j];
    }
    const float scale = 1 / total;
#pragma omp simd
    for (int j = 0; j < n; ++j) out[j] = e[j] * scale;
  }
}

// d sum(w softmax(x)) / dx = p (w - <p, w>); the loss is the sum of <p, w>.
double softmax_gradient(const float* x, const float* w, float* dx) {
  constexpr int n = softmax_columns;
  double loss = 0;
#pragma omp parallel for schedule(static) reduction(+ : loss)
  for (int i = 0; i < rows; ++i) {
    const float *a = x + i * n, *wi = w + i * n;
    float* out = dx + i * n;
    alignas(64) float e[n];
    const float top = row_maximum(a, n);
    float total = 0, dot = 0;
#pragma omp simd reduction(+ : total, dot)
    for (int j = 0; j < n; ++j) {
      e[j] = fast_exp(a[j] - top);
      total += e[j];
      dot += e[j] * wi[j];
    }
    const float scale = 1 / total;
    dot *= scale;
    loss += dot;
#pragma omp simd
    for (int j = 0; j < n; ++j) out[j] = e[j] * scale * (wi[j] - dot);
  }
  return loss;
}

// One row: normalised values h from x, dx, and its share of the gradients of gain and bias. Returns its loss.
float layer_norm_row(const float* x, const float* gain, const float* bias, const float* w, float* dx, float* d_gain, float* d_bias) {
  constexpr int n = layer_norm_columns, step = 4 * lanes;
  Vector s[4] = {}, q[4] = {}, a = {}, b = {}, l = {};
  for (int j = 0; j < n; j += step) {
    for (int u = 0; u < 4; ++u) s[u] += load(x + j + lanes * u);
  }
  const Vector mean = all(sum(s[0] + s[1] + s[2] + s[3]) / n);
  for (int j = 0; j < n; j += step) {
    for (int u = 0; u < 4; ++u) {
      const Vector t = load(x + j + lanes * u) - mean;
      q[u] += t * t;
    }
  }
  const Vector scale = all(1 / std::sqrt(sum(q[0] + q[1] + q[2] + q[3]) / n + 1e-5f));
  for (int j = 0; j < n; j += lanes) {
    const Vector y = load(w + j), h = (load(x + j) - mean) * scale, dh = y * load(gain + j);
    a += dh;
    b += dh * h;
    l += y * load(bias + j);
    store(d_gain + j, load(d_gain + j) + y * h);
    store(d_bias + j, load(d_bias + j) + y);
  }
  const float dot = sum(b);
  const Vector c1 = all(sum(a) / n), c2 = all(dot / n);
  for (int j = 0; j < n; j += lanes) {
    const Vector h = (load(x + j) - mean) * scale;
    store(dx + j, scale * (load(w + j) * load(gain + j) - c1 - h * c2));
  }
  return dot + sum(l);
}

Workload layer_norm_gradient() {
  return {"layernorm_grad", "4096x768", [] {
    constexpr int n = layer_norm_columns;
    const Floats x = uniform(1, rows * n), gain = uniform(2, n), bias = uniform(3, n), w = uniform(4, rows * n), dx(rows * n);
    const Floats d_parameters(static_cast<std::size_t>(2 * n * omp_get_max_threads()));  // gain and bias, per thread
    const auto loss = std::make_shared<double>();
    const auto call = [=] {
      double total = 0;
      std::memset(d_parameters, 0, d_parameters.size() * 4);
#pragma omp parallel for schedule(static) reduction(+ : total)
      for (int i = 0; i < rows; ++i) {
        float* d_gain = d_parameters + 2 * n * omp_get_thread_num();
        total += layer_norm_row(x + i * n, gain, bias, w + i * n, dx + i * n, d_gain, d_gain + n);
      }
      for (int t = 1; t < omp_get_max_threads(); ++t) {
        for (int j = 0; j < 2 * n; ++j) d_parameters[j] += d_parameters[2 * n * t + j];
      }
      *loss = total;
    };
    return prepared(call, [=] { return std::abs(*loss) + magnitude(dx) + magnitude(d_parameters.get(), 2 * n); });
  }};
}

}  // namespace

Workloads normalised() {
  constexpr int size = rows * softmax_columns;
  return {
      {"softmax4096x1024", "4096x1024", [] {
    const Floats x = uniform(1, size, -3, 3), y(size);
    return prepared([=] { softmax(x, y); }, [=] { return magnitude(y); });
  }},
      {"softmax_grad", "4096x1024", [] {
    const Floats x = uniform(1, size, -3, 3), w = uniform(2, size), dx(size);
    const auto loss = std::make_shared<double>();
    return prepared([=] { *loss = softmax_gradient(x, w, dx); }, [=] { return std::abs(*loss) + magnitude(dx); });
  }},
      layer_norm_gradient(),
  };
}

}  // namespace bench
