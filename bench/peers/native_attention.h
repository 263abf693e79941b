#pragma once
// The attention of a transformer's block, and its gradient: a head at a time, which stays in L2, by register tiles.
#include <cmath>

#include "native.h"

namespace bench {

/// A batch of sequences of vectors, each divided between heads.
struct Sizes {
  int batch, steps, width, heads;
  int rows() const { return batch * steps; }
  int each() const { return width / heads; }
};

/// Each step looks at itself and at those before it. Queries, keys and values lie beside one another in rows of 3 widths.
/// Steps, and the widths of heads, are multiples of two registers.
class Attention {
 public:
  explicit Attention(const Sizes& sizes) : s(sizes), weights_(std::size_t(s.batch) * s.heads * s.steps * s.steps), d_weights_(of_threads(s.steps)), room_(of_threads(3 * s.each())) {}

  void forward(const float* qkv, float* attended) const {
#pragma omp parallel for schedule(static)
    for (int head = 0; head < s.batch * s.heads; ++head) forward(head, qkv + begin(head, 3), attended + begin(head, 1));
  }
  void backward(const float* qkv, const float* d_attended, float* d_qkv) const {
#pragma omp parallel for schedule(static)
    for (int head = 0; head < s.batch * s.heads; ++head) backward(head, qkv + begin(head, 3), d_attended + begin(head, 1), d_qkv + begin(head, 3));
  }

 private:
  static constexpr int height = lanes == 16 ? 8 : 4, columns = 2 * lanes;  // of a tile

  std::size_t of_threads(int columns_each) const { return std::size_t(omp_get_max_threads()) * s.steps * columns_each; }
  std::size_t begin(int head, int widths) const { return std::size_t(head / s.heads) * s.steps * s.width * widths + head % s.heads * s.each(); }
  // How many steps the tiles of these rows see.
  static int seen(int row) { return (row + height + columns - 1) / columns * columns; }

  // c = a b, where a's elements lie `row` and `step` apart; n columns.
  static void product(int n, int k, const float* a, int row, int step, const float* b, int ldb, float* c, int ldc) {
    for (int j = 0; j < n; j += columns) tile<height>(k, a, row, step, b + j, ldb, c + j, ldc);
  }
  void transpose(const float* x, int stride, float* to) const {
    for (int i = 0; i < s.steps; i += lanes) {
      for (int j = 0; j < s.each(); j += lanes) transpose_tile(x + i * stride + j, stride, to + j * s.steps + i, s.steps);
    }
  }
  float* copy(const float* x, int stride, float* to) const {
    for (int i = 0; i < s.steps; ++i) std::copy_n(x + i * stride, s.each(), to + i * s.each());
    return to;
  }

  // Of a row that holds the products up to `seen`; weights after the row's own step are 0, but for what exp leaves of -1e30.
  static void softmax(float* row, int i, int seen, float scale) {
    const int last = i / lanes * lanes, end = last + lanes;
    store(row + last, load(row + last, first(i + 1 - last), -1e30f));
    const float top = row_maximum(row, end);
    float total = 0;
#pragma omp simd reduction(+ : total)
    for (int j = 0; j < end; ++j) total += row[j] = fast_exp(scale * (row[j] - top));
    const float one = 1 / total;
#pragma omp simd
    for (int j = 0; j < end; ++j) row[j] *= one;
    for (int j = end; j < seen; j += lanes) store(row + j, Vector{});
  }
  // The gradient of the products replaces that of the weights.
  static void softmax_back(float* row, const float* weights, int seen, float scale) {
    float dot = 0;
#pragma omp simd reduction(+ : dot)
    for (int j = 0; j < seen; ++j) dot += row[j] * weights[j];
#pragma omp simd
    for (int j = 0; j < seen; ++j) row[j] = scale * weights[j] * (row[j] - dot);
  }

  void forward(int head, const float* q, float* out) const {
    const int d = s.width, steps = s.steps, each = s.each();
    float *w = weights_ + std::size_t(head) * steps * steps, *keys = room_ + std::size_t(omp_get_thread_num()) * steps * 3 * each;
    transpose(q + d, 3 * d, keys);
    const float* values = copy(q + 2 * d, 3 * d, keys + steps * each);
    for (int i = 0; i < steps; i += height) {
      product(seen(i), each, q + i * 3 * d, 3 * d, 1, keys, steps, w + i * steps, steps);
      for (int r = i; r < i + height; ++r) softmax(w + r * steps, r, seen(i), scale);
      product(each, seen(i), w + i * steps, steps, 1, values, each, out + i * d, d);
    }
  }

  void backward(int head, const float* q, const float* dy, float* dq) const {
    const int d = s.width, steps = s.steps, each = s.each(), thread = omp_get_thread_num();
    const float* w = weights_ + std::size_t(head) * steps * steps;
    float *dw = d_weights_ + std::size_t(thread) * steps * steps, *values = room_ + std::size_t(thread) * steps * 3 * each;
    transpose(q + 2 * d, 3 * d, values);
    const float *slopes = copy(dy, d, values + steps * each), *keys = copy(q + d, 3 * d, values + 2 * steps * each);
    for (int i = 0; i < steps; i += height) {
      product(seen(i), each, slopes + i * each, each, 1, values, steps, dw + i * steps, steps);
      for (int r = i; r < i + height; ++r) softmax_back(dw + r * steps, w + r * steps, seen(i), scale);
      product(each, seen(i), dw + i * steps, steps, 1, keys, each, dq + i * 3 * d, 3 * d);
    }
    const float* queries = copy(q, 3 * d, values);
    for (int j = 0; j < steps; j += height) {
      const int corner = j * steps + j;
      product(each, steps - j, w + corner, 1, steps, slopes + j * each, each, dq + 2 * d + j * 3 * d, 3 * d);
      product(each, steps - j, dw + corner, 1, steps, queries + j * each, each, dq + d + j * 3 * d, 3 * d);
    }
  }

  Sizes s;
  float scale = 1 / std::sqrt(static_cast<float>(s.each()));
  Floats weights_, d_weights_, room_;  // weights for the gradient; the others per thread
};

}  // namespace bench
