#include <utility>

#include "native_steps.h"

namespace bench {
namespace {

struct Net {
  std::vector<int> widths;
  int batch;
  std::vector<std::size_t> weight_at, bias_at;  // in the one array of parameters
  Floats parameters{0}, gradient{0};
  Adam adam{0};
  std::vector<Floats> value, slope;  // per layer: activations, and gradients of the values before them

  Net(std::vector<int> sizes, int batch) : widths(std::move(sizes)), batch(batch) {
    std::size_t total = 0;
    const auto reserve = [&](std::size_t count) { return std::exchange(total, (total + count + 15) / 16 * 16); };
    for (int i = 0; i < layers(); ++i) {
      weight_at.push_back(reserve(static_cast<std::size_t>(widths[i]) * widths[i + 1]));
      bias_at.push_back(reserve(static_cast<std::size_t>(widths[i + 1])));
    }
    parameters = Floats(total), gradient = Floats(total), adam = Adam(total);
    for (int i = 0; i < layers(); ++i) {
      const Floats w = weight(10 + 2 * static_cast<std::uint32_t>(i), widths[i], widths[i] * widths[i + 1]);
      std::copy_n(w.get(), w.size(), parameters + weight_at[i]);
    }
    for (const int width : widths) {
      value.emplace_back(static_cast<std::size_t>(batch) * width);
      slope.emplace_back(static_cast<std::size_t>(batch) * width);
    }
  }
  int layers() const { return static_cast<int>(widths.size()) - 1; }

  void update() {
    adam.next_step();
    adam.update(parameters, gradient, 0, parameters.size());
  }
};

// A batch through OpenBLAS.
float classifier_step(Net& net, const std::int32_t* label) {
  const int batch = net.batch, last = net.layers();
  for (int i = 0; i < last; ++i) {
    const int in = net.widths[i], out = net.widths[i + 1];
    float* y = net.value[i + 1];
    for (int q = 0; q < batch; ++q) std::copy_n(net.parameters + net.bias_at[i], out, y + q * out);
    product(net.value[i], net.parameters + net.weight_at[i], y, batch, out, in, 1);
    if (i + 1 == last) break;
#pragma omp simd
    for (int j = 0; j < batch * out; ++j) y[j] = std::max(y[j], 0.f);
  }
  std::copy_n(net.value[last].get(), net.value[last].size(), net.slope[last].get());
  const float loss = cross_entropy(net.slope[last], label, batch, net.widths[last]);
  for (int i = last - 1; i >= 0; --i) {
    const int in = net.widths[i], out = net.widths[i + 1];
    product_tn(net.value[i], net.slope[i + 1], net.gradient + net.weight_at[i], in, out, batch);
    column_sums(net.slope[i + 1], net.gradient + net.bias_at[i], batch, out);
    if (i == 0) break;
    float *d = net.slope[i], *y = net.value[i];
    product_nt(net.slope[i + 1], net.parameters + net.weight_at[i], d, batch, in, out);
#pragma omp simd
    for (int j = 0; j < batch * in; ++j) d[j] = y[j] > 0 ? d[j] : 0;
  }
  net.update();
  return loss;
}

// One example: vectors and loops, no library.
float regression_step(Net& net, float target) {
  const int last = net.layers();
  for (int i = 0; i < last; ++i) {
    const int in = net.widths[i], out = net.widths[i + 1];
    const float *x = net.value[i], *w = net.parameters + net.weight_at[i];
    float* y = net.value[i + 1];
    std::copy_n(net.parameters + net.bias_at[i], out, y);
    for (int k = 0; k < in; ++k) {
#pragma omp simd
      for (int j = 0; j < out; ++j) y[j] += x[k] * w[k * out + j];
    }
    if (i + 1 == last) break;
#pragma omp simd
    for (int j = 0; j < out; ++j) y[j] = std::max(y[j], 0.f);
  }
  const float error = net.value[last][0] - target;
  net.slope[last][0] = 2 * error;
  for (int i = last - 1; i >= 0; --i) {
    const int in = net.widths[i], out = net.widths[i + 1];
    const float *dy = net.slope[i + 1], *x = net.value[i], *w = net.parameters + net.weight_at[i];
    float *dw = net.gradient + net.weight_at[i], *dx = net.slope[i];
    for (int k = 0; k < in; ++k) {
#pragma omp simd
      for (int j = 0; j < out; ++j) dw[k * out + j] = x[k] * dy[j];
    }
    std::copy_n(dy, out, net.gradient + net.bias_at[i]);
    for (int k = 0; i > 0 && k < in; ++k) {
      float total = 0;
      for (int j = 0; j < out; ++j) total += w[k * out + j] * dy[j];
      dx[k] = x[k] > 0 ? total : 0;
    }
  }
  net.update();
  return error * error;
}

Workload classifier(std::string name, std::string size, std::vector<int> widths) {
  return {std::move(name), std::move(size), [widths] {
    const auto net = std::make_shared<Net>(widths, 128);
    net->value[0] = uniform(1, 128 * widths.front());
    const Memory<std::int32_t> label = integer_values(2, 128, widths.back());
    return trained(net, [label](Net& net) { return classifier_step(net, label); });
  }};
}

}  // namespace

Workloads training() {
  return {
      classifier("mlp_step", "784-256-256-10 b128", {784, 256, 256, 10}),
      {"mlp_tiny_step", "4-16-16-1 b1", [] {
    const auto net = std::make_shared<Net>(std::vector<int>{4, 16, 16, 1}, 1);
    net->value[0] = uniform(1, 4);
    const float target = uniform(2, 1)[0];
    return trained(net, [target](Net& net) { return regression_step(net, target); });
  }},
      classifier("mlp_512", "784-512-512-10 b128", {784, 512, 512, 10}),
  };
}

}  // namespace bench
