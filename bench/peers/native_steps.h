#pragma once
// What train steps share: the loss of a classifier, and Adam.
#include "native.h"

namespace bench {

/// Logits become their gradients; returns the mean loss of `rows` examples.
inline float cross_entropy(float* z, const std::int32_t* label, int rows, int classes) {
  float loss = 0;
#pragma omp parallel for schedule(static) reduction(+ : loss) if (rows >= 512)
  for (int i = 0; i < rows; ++i) {
    float* row = z + i * classes;
    const float top = row_maximum(row, classes), chosen = row[label[i]];
    float total = 0;
    for (int j = 0; j < classes; ++j) total += row[j] = fast_exp(row[j] - top);
    loss += std::log(total) + top - chosen;
    const float scale = 1 / (total * static_cast<float>(rows));
    for (int j = 0; j < classes; ++j) row[j] *= scale;
    row[label[i]] -= 1.f / static_cast<float>(rows);
  }
  return loss / static_cast<float>(rows);
}

/// Adam over parameters that lie in one array.
class Adam {
 public:
  explicit Adam(std::size_t count, double b2 = 0.999) : first_(count), second_(count), b2_(b2) {}

  void next_step() { power1_ *= b1, power2_ *= b2_; }
  /// Those from `begin` to `end` in one sweep; they decay to `kept` of what they were.
  void update(float* p, const float* g, std::size_t begin, std::size_t end, float kept = 1) const {
    const auto c1 = static_cast<float>(rate / (1 - power1_)), c2 = static_cast<float>(1 / (1 - power2_)), b2 = static_cast<float>(b2_);
    constexpr std::size_t part = 4096;
    if (end - begin <= part) return sweep(p + begin, first_ + begin, second_ + begin, g + begin, end - begin, c1, c2, b2, kept);
#pragma omp parallel for schedule(static)
    for (std::size_t k = begin; k < end; k += part) sweep(p + k, first_ + k, second_ + k, g + k, std::min(part, end - k), c1, c2, b2, kept);
  }

  static constexpr float rate = 1e-3f, b1 = 0.9f;

 private:
  __attribute__((noinline)) static void sweep(float* __restrict p, float* __restrict m, float* __restrict v, const float* __restrict g,
                                              std::size_t n, float scale1, float scale2, float b2, float kept) {
#pragma omp simd
    for (std::size_t i = 0; i < n; ++i) {
      const float a = b1 * m[i] + (1 - b1) * g[i], b = b2 * v[i] + (1 - b2) * g[i] * g[i];
      m[i] = a;
      v[i] = b;
      p[i] = kept * p[i] - a * scale1 / (std::sqrt(b * scale2) + 1e-8f);
    }
  }

  Floats first_, second_;
  double power1_ = 1, power2_ = 1, b2_;
};

/// A workload that trains: step(net) returns the loss; the check is that of the third step.
template <class Net, class Step> Prepared trained(std::shared_ptr<Net> net, Step step) {
  float third = 0;
  for (int i = 0; i < 3; ++i) third = step(*net);
  return {[=](std::int64_t calls) { return seconds(calls, [&] { step(*net); }); }, [=] { return static_cast<double>(third); }};
}

}  // namespace bench
