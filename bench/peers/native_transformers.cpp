// A block of a transformer with its gradient, and a train step of a small one.
#include "native_gpt_block.h"
#include "native_steps.h"

namespace bench {
namespace {

Workload block_gradient() {
  return {"gpt_block_grad", "d768 h12 T256 B4", [] {
    const Sizes s{4, 256, 768, 12};
    const BlockLayout at(768);
    const Floats p(at.size), g(at.size);
    initialise(p, at, 768, 60);
    const std::size_t n = std::size_t(s.rows()) * s.width;
    const Floats x = uniform(1, std::int64_t(n)), w = uniform(2, std::int64_t(n)), y(n), dx(n);
    const auto block = std::make_shared<Block>(s, p, g);
    const auto scratch = std::make_shared<Scratch>(s);
    const auto loss = std::make_shared<double>();
    const auto call = [=] {
      block->forward(x, y);
      double total = 0;
      for (std::size_t i = 0; i < n; ++i) total += double(y[i]) * w[i];
      *loss = total;
      std::copy_n(w.get(), n, dx.get());
      block->backward(dx, *scratch);
    };
    return prepared(call, [=] { (void)p; return std::abs(*loss) + magnitude(g) + magnitude(dx); });
  }};
}

// A decoder-only transformer and its train step.
class Gpt {
 public:
  Gpt(const Sizes& sizes, int layers, int vocabulary) : s(sizes), layers(layers), vocabulary(vocabulary) {
    copy(0, 50, vocabulary * s.width), copy(positions, 51, s.steps * s.width);
    for (int i = 0; i < layers; ++i) {
      initialise(p + block_at(i), at, s.width, 60 + 4 * static_cast<std::uint32_t>(i));
      block.emplace_back(s, p + block_at(i), g + block_at(i));
    }
    std::fill_n(p + last_gain, s.width, 1.f);
  }

  float step(const std::int32_t* ids, const std::int32_t* next) {
    embed(ids);
    for (Block& one : block) one.forward(x, x);
    const float loss = logits(next);
    for (int i = layers - 1; i >= 0; --i) block[i].backward(dx, scratch);
    embed_back(ids);
    update();
    return loss;
  }

 private:
  std::size_t block_at(int i) const { return embeddings + i * at.size; }
  void copy(std::size_t to, std::uint32_t seed, int count) { std::copy_n(uniform(seed, count, -0.05, 0.05).get(), count, p + to); }

  void embed(const std::int32_t* ids) {
    const int d = s.width;
    for (int i = 0; i < s.rows(); ++i) {
      const float *token = p + ids[i] * d, *position = p + positions + i % s.steps * d;
#pragma omp simd
      for (int j = 0; j < d; ++j) x[i * d + j] = token[j] + position[j];
    }
  }
  // The gradient of the last block's result goes to dx, that of the logits' use of the tokens to theirs.
  float logits(const std::int32_t* next) {
    const int d = s.width, rows = s.rows();
    float* d_seen = scratch.narrow;
    layer_norm(x, h, scale, seen, p + last_gain, p + last_bias, rows, d);
    product_nt(seen, p, z, rows, vocabulary, d);
    const float loss = cross_entropy(z, next, rows, vocabulary);
    product_tn(z, seen, g, vocabulary, d, rows);
    product(z, p, d_seen, rows, d, vocabulary);
    std::memset(dx, 0, dx.size() * sizeof(float));
    layer_norm_back(d_seen, h, scale, p + last_gain, dx, g + last_gain, g + last_bias, rows, d);
    return loss;
  }
  void embed_back(const std::int32_t* ids) {
    const int d = s.width;
    std::memset(g + positions, 0, static_cast<std::size_t>(s.steps) * d * sizeof(float));
    for (int i = 0; i < s.rows(); ++i) {
      float *token = g + ids[i] * d, *position = g + positions + i % s.steps * d;
#pragma omp simd
      for (int j = 0; j < d; ++j) {
        token[j] += dx[i * d + j];
        position[j] += dx[i * d + j];
      }
    }
  }
  void update() {
    constexpr float kept = 1 - Adam::rate * 0.1f;
    adam.next_step();
    adam.update(p, g, 0, embeddings, kept);
    for (int i = 0; i < layers; ++i) {
      adam.update(p, g, block_at(i), block_at(i) + at.matrices(), kept);
      adam.update(p, g, block_at(i) + at.matrices(), block_at(i + 1));
    }
    adam.update(p, g, last_gain, p.size());
  }

  Sizes s;
  int layers, vocabulary;
  BlockLayout at{static_cast<std::size_t>(s.width)};
  std::size_t positions = std::size_t(vocabulary) * s.width, embeddings = positions + std::size_t(s.steps) * s.width;
  std::size_t last_gain = block_at(layers), last_bias = last_gain + s.width;
  Floats p{last_bias + s.width}, g{p.size()};
  Adam adam{p.size(), 0.95};
  std::vector<Block> block;
  Floats x{std::size_t(s.rows()) * s.width}, dx{x.size()}, h{x.size()}, seen{x.size()}, scale{std::size_t(s.rows())}, z{std::size_t(s.rows()) * vocabulary};
  Scratch scratch{s};
};

Workload train_step() {
  return {"nanogpt_step", "d128 L4 h4 T128 B8 V96", [] {
    const Memory<std::int32_t> ids = integer_values(1, 8 * 128, 96), next = integer_values(2, 8 * 128, 96);
    return trained(std::make_shared<Gpt>(Sizes{8, 128, 128, 4}, 4, 96), [=](Gpt& net) { return net.step(ids, next); });
  }};
}

}  // namespace

Workloads transformers() { return {block_gradient(), train_step()}; }

}  // namespace bench
