// A variational autoencoder (Kingma & Welling 2014): an encoder and a decoder whose outputs are distributions, which are trees as any
// other value, so they leave a compiled function whole.
#include "../fashion_mnist/images.h"
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;
namespace dist = ep::distributions;

using Code = dist::Independent<dist::Normal>;       // of the numbers that stand for an image
using Picture = dist::Independent<dist::Bernoulli>;  // of the pixels: each is black or white

struct Encoder {
  nn::Linear hidden, loc, scale;
  Code operator()(ep::Array x) const {
    x = relu(hidden(x));
    return {{loc(x), softplus(scale(x)) + 1e-3}, 1};
  }
};
struct Decoder {
  nn::MLP net;
  Picture operator()(ep::Array z) const { return {{net(z)}, 1}; }
};

struct Output {
  Code posterior;
  Picture picture;
};
struct Vae {
  Encoder encoder;
  Decoder decoder;
  Output operator()(ep::Array x) const {
    const Code posterior = encoder(x);
    return {posterior, decoder(posterior.sample(ep::next_key()))};
  }
  static Vae init(ep::Key key, std::int64_t pixels, std::int64_t codes) {
    auto [a, b, c, d] = ep::random::split<4>(key);
    return {{nn::Linear::init(a, pixels, 128), nn::Linear::init(b, 128, codes), nn::Linear::init(c, 128, codes)},
            {nn::MLP::init(d, codes, {128, pixels})}};
  }
};

Code prior(std::int64_t codes) { return {{ep::zeros(codes), ep::ones(codes)}, 1}; }

// What is known of log p(x) from below, of each image.
ep::Array bound(const Output& out, ep::Array x) {
  return out.picture.log_prob(x) - dist::kl(out.posterior, prior(out.posterior.mean().shape(-1)));
}

// The tighter bound of Burda et al. 2016, of n draws of the code: log of the mean of p(x, z) / q(z).
ep::Array tighter_bound(const Vae& vae, ep::Array x, ep::Key key, std::int64_t n) {
  const Code posterior = vae.encoder(x);
  const ep::Array z = posterior.sample(key, n);  // [n, images, codes]
  const ep::Array weights = vae.decoder(z).log_prob(x) + prior(z.shape(-1)).log_prob(z) - posterior.log_prob(z);
  return logsumexp(weights, 0) - std::log(double(n));
}

// Images of half the size, of pixels that are 0 or 1: [n, 196].
ep::Array pictures(const Options& options, std::int64_t limit) {
  const Images images = first(read_images("/usr/share/datasets/fashion-mnist", options.quick ? "t10k" : "train"), limit);
  const ep::Array small = avg_pool(reshape(images.pixels.as(ep::f32), {-1, 28, 28, 1}), 2);
  return reshape((small > 127).as(ep::f32), {-1, 14 * 14});
}

void program(const Options& options) {
  auto [init_key, train_key, test_key] = ep::random::split<3>(ep::random::key(options.seed));
  const ep::Array all = pictures(options, options.quick ? 4000 : 30000), tests = all[ep::slice(500)], images = all[ep::slice(500, ep::none)];
  const std::int64_t pixels = images.shape(1), codes = 8;
  Vae vae = Vae::init(init_key, pixels, codes);
  auto optimizer = ep::optim::adam(2e-3).init(vae);

  const auto step = ep::jit([](Vae vae, ep::optim::Adam optimizer, ep::Array images, ep::Key key) {
    auto [batch_key, code_key] = ep::random::split(key);
    const ep::Array x = take(images, ep::random::randint(batch_key, {128}, 0, images.shape(0)), {.axis = 0});
    const auto loss = [&](Vae vae) { return -mean(bound(ep::apply(vae, code_key)(x).output, x)); };
    return optimizer.update(ep::grad(loss)(vae), vae);
  });
  for (int i = 0, steps = options.quick ? 400 : 4000; i < steps; ++i) {
    std::tie(vae, optimizer) = step(std::move(vae), std::move(optimizer), images, ep::random::fold_in(train_key, i));
  }

  // The distributions themselves come out of compiled code.
  auto [code_key, tight_key, draw_key] = ep::random::split<3>(test_key);
  const Output out = ep::jit([](Vae vae, ep::Array x, ep::Key key) { return ep::apply(vae, key)(x).output; })(vae, tests, code_key);
  const double elbo = mean(bound(out, tests)).item<double>();
  const double tight = mean(ep::jit(&tighter_bound)(vae, tests, tight_key, 64)).item<double>();
  const ep::Array z = out.posterior.sample(draw_key, 200);
  const double drawn = mean(out.posterior.log_prob(z) - prior(codes).log_prob(z)).item<double>();
  const double exact = mean(dist::kl(out.posterior, prior(codes))).item<double>();
  const ep::Array rate = mean(images, 0);  // a model that knows each pixel alone
  const double alone = mean(Picture{{log((rate + 1e-3) / (1 - rate + 1e-3))}, 1}.log_prob(tests)).item<double>();
  report("log p(x) of an image, from below: pixels by themselves", alone);
  report("  the variational bound", elbo);
  report("  the bound of 64 draws", tight);
  report("kl(posterior, prior) by its formula", exact);
  report("  and by draws", drawn);
  require(elbo > alone + 25, "the bound is 25 nats above what pixels by themselves give");
  require(tight > elbo, "more draws bound log p(x) more tightly");
  require(std::abs(drawn - exact) < 0.02 * exact, "the divergence is what draws say it is");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a variational autoencoder, whose output is two distributions.", &program); }
