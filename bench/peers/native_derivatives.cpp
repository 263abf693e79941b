#include "native.h"

namespace bench {
namespace {

// Gradients per example: outer products of activations and slopes, written once.
struct PerExample {
  static constexpr int batch = 256, in = 784, hidden = 128, classes = 10;
  // clang-format off
  Floats x{uniform(1, batch * in)}, w1{weight(10, in, in * hidden)}, w2{weight(12, hidden, hidden * classes)};
  // clang-format on
  Memory<std::int32_t> label = integer_values(2, batch, classes);
  Floats h{batch * hidden}, z{batch * classes}, dh{batch * hidden}, d1{std::size_t{batch} * in * hidden}, d2{batch * hidden * classes};

  void slopes() const {
    product(x, w1, h, batch, hidden, in);
    for (int i = 0; i < batch * hidden; ++i) h[i] = std::max(h[i], 0.f);
    product(h, w2, z, batch, classes, hidden);
    for (int i = 0; i < batch; ++i) {
      float* row = z + i * classes;
      const float top = row_maximum(row, classes);
      float total = 0;
      for (int j = 0; j < classes; ++j) total += row[j] = fast_exp(row[j] - top);
      for (int j = 0; j < classes; ++j) row[j] /= total;
      row[label[i]] -= 1;
    }
    product_nt(z, w2, dh, batch, hidden, classes);
    for (int i = 0; i < batch * hidden; ++i) dh[i] = h[i] > 0 ? dh[i] : 0;
  }
  void gradients() const {
    slopes();
#pragma omp parallel for schedule(static)
    for (int i = 0; i < batch; ++i) {
      for (int k = 0; k < hidden; ++k) {
        for (int j = 0; j < classes; ++j) d2[(i * hidden + k) * classes + j] = h[i * hidden + k] * z[i * classes + j];
      }
      Vector d[hidden / lanes];
      for (int q = 0; q < hidden / lanes; ++q) d[q] = load(dh + i * hidden + lanes * q);
      float* out = d1 + static_cast<std::size_t>(i) * in * hidden;
      for (int k = 0; k < in; ++k) {
        const Vector s = all(x[i * in + k]);
        for (int q = 0; q < hidden / lanes; ++q) stream(out + k * hidden + lanes * q, s * d[q]);
      }
    }
    _mm_sfence();
  }
};

// The Hessian of Rosenbrock's function is tridiagonal.
void rosenbrock_hessian(const float* x, float* h) {
  std::memset(h, 0, 64 * 64 * 4);
  for (int i = 0; i < 63; ++i) {
    h[i * 65] += 1200 * x[i] * x[i] - 400 * x[i + 1] + 2;
    h[(i + 1) * 65] += 200;
    h[i * 64 + i + 1] -= 400 * x[i];
    h[(i + 1) * 64 + i] -= 400 * x[i];
  }
}

// J[o][i] = (1 - y_o²) sum_k W2[k][o] (1 - h_k²) W1[i][k]: one product of matrices.
struct Jacobian {
  static constexpr int n = 64;
  // clang-format off
  Floats x{uniform(1, n)}, w1{weight(2, n, n * n)}, b1{uniform(3, n)}, w2{weight(4, n, n * n)}, b2{uniform(5, n)};
  // clang-format on
  Floats left{n * n}, right{n * n}, result{n * n};

  static void layer(const float* w, const float* b, const float* in, float* out) {
    std::copy_n(b, n, out);
    for (int k = 0; k < n; ++k) {
#pragma omp simd
      for (int j = 0; j < n; ++j) out[j] += in[k] * w[k * n + j];
    }
#pragma omp simd
    for (int j = 0; j < n; ++j) out[j] = fast_tanh(out[j]);
  }
  void compute() const {
    float h[n], y[n];
    const float *from1 = w1, *from2 = w2;
    float *a = left, *b = right;
    layer(from1, b1, x, h);
    layer(from2, b2, h, y);
    for (int k = 0; k < n; ++k) {
      const float s = 1 - h[k] * h[k];
      for (int o = 0; o < n; ++o) a[o * n + k] = from2[k * n + o] * (1 - y[o] * y[o]) * s;
    }
    for (int i = 0; i < n; ++i) {
      for (int k = 0; k < n; ++k) b[k * n + i] = from1[i * n + k];
    }
    small_product(n, a, b, result);
  }
};

Workload jacobian(std::string name) {
  return {std::move(name), "64-64-64 tanh", [] {
    const Jacobian j;
    return prepared([=] { j.compute(); }, [=] { return magnitude(j.result); });
  }};
}

}  // namespace

Workloads derivatives() {
  return {
      {"perexample_grad", "784-128-10 B256", [] {
    const PerExample p;
    return prepared([=] { p.gradients(); }, [=] { return magnitude(p.d1) + magnitude(p.d2) + magnitude(p.dh) + magnitude(p.z); });
  }},
      {"hessian", "Rosenbrock n64", [] {
    const Floats x = uniform(1, 64), h(64 * 64);
    const auto call = [=] {
      rosenbrock_hessian(x, h);
      asm volatile("" ::: "memory");
    };
    return prepared(call, [=] { return magnitude(h); });
  }},
      jacobian("jacrev"),
      jacobian("jacfwd"),
  };
}

}  // namespace bench
