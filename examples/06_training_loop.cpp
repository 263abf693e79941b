// The loop of the first example written by hand: the train step is one compiled function of immutable trees, whose arguments are
// donated. Run it with --help for its options.
#include <espalier/espalier.h>
#include <chrono>
#include <cstdio>
#include <stdexcept>

#include "fashion_mnist/images.h"
#include "fashion_mnist/options.h"
#include "fashion_mnist/progress.h"

namespace ep = espalier;
namespace nn = ep::nn;

struct Net {
  nn::Linear in, hidden, out;
  nn::BatchNorm norm_in, norm_hidden;  // their running statistics change when they are called,
  nn::Dropout drop{0.2};
  ep::Array operator()(ep::Array x) {  // so this is no const function: it is called through apply
    x = drop(relu(norm_in(in(x))));
    x = drop(relu(norm_hidden(hidden(x))));
    return out(x);
  }
  static Net init(ep::Key key) {
    auto [a, b, c] = ep::random::split<3>(key);
    return {nn::Linear::init(a, 784, 256), nn::Linear::init(b, 256, 128), nn::Linear::init(c, 128, 10),
            nn::BatchNorm::init(256, {.momentum = 0.9}), nn::BatchNorm::init(128, {.momentum = 0.9})};
  }
};

// What is known of the epoch so far.
struct Logs {
  ep::metrics::Mean loss;
  ep::metrics::Accuracy accuracy;
};

ep::Array floats(const Images& images) { return images.pixels.as(ep::f32) / 255; }

// A number that two runs share only if their parameters do, bit for bit (FNV-1a).
std::uint64_t checksum(const Net& net) {
  std::uint64_t hash = 14695981039346656037u;
  for (const ep::Array& leaf : ep::leaves(ep::filter<ep::Parameter>(net))) {
    for (const std::byte byte : std::as_bytes(leaf.span<float>())) hash = (hash ^ static_cast<std::uint64_t>(byte)) * 1099511628211u;
  }
  return hash;
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void train(const Options& options) {
  const Images images = first(read_images(options.folder, "train"), options.limit);
  const Images tests = read_images(options.folder, "t10k");
  const std::int64_t steps = images.size() / options.batch;  // what is left of an epoch waits for the next order
  if (steps == 0) throw std::invalid_argument("one batch of " + std::to_string(options.batch) + " images is more than there are");

  const auto step = ep::jit([](Net net, ep::optim::Adam opt, Logs logs, ep::Key key, ep::Array count, Images batch) {
    auto loss = [&](Net net) {
      auto [logits, next] = ep::apply(net, ep::random::fold_in(key, count))(floats(batch));  // {output, new tree}
      return std::pair{mean(ep::losses::cross_entropy(logits, batch.labels)), std::pair{next, logits}};
    };
    auto [value, aux, grads] = ep::value_and_grad(loss, ep::has_aux)(net);
    auto& [next, logits] = aux;
    auto [trained, opt2] = opt.update(grads, next);
    return std::tuple{trained, opt2,
                      Logs{logs.loss.update(ep::metrics::Inputs{.values = value}),
                           logs.accuracy.update(ep::metrics::Inputs{.target = batch.labels, .preds = logits})}};
  });
  const auto test = ep::jit([](Net net, Images images) {
    const ep::Array logits = ep::apply(nn::eval(net))(floats(images)).output;
    return ep::metrics::Accuracy().update(ep::metrics::Inputs{.target = images.labels, .preds = logits}).compute();
  });

  auto [net_key, noise] = ep::random::split(ep::random::key(options.seed));
  Net net = Net::init(net_key);
  auto opt = ep::optim::adam(ep::optim::schedules::cosine_decay(3e-3, options.epochs * steps)).init(net);
  std::printf("%lld parameters, %lld images, %lld steps of %d\n", static_cast<long long>(ep::count<ep::Parameter>(net)),
              static_cast<long long>(images.size()), static_cast<long long>(steps), options.batch);

  double accuracy = 0, compilation = 0;
  std::int32_t count = 0;  // of all steps
  for (int epoch = 1; epoch <= options.epochs; ++epoch) {
    const auto start = std::chrono::steady_clock::now();
    const std::vector<std::int64_t> order = shuffled(images.size(), options.seed + static_cast<std::uint64_t>(epoch));
    const Progress progress(steps);
    Logs logs;
    for (std::int64_t i = 0; i < steps; ++i, ++count) {
      const Images batch = rows(images, std::span(order).subspan(static_cast<std::size_t>(i * options.batch),
                                                                 static_cast<std::size_t>(options.batch)));
      // Moved in: the step may write its results over what it was given.
      std::tie(net, opt, logs) = step(std::move(net), std::move(opt), std::move(logs), noise, count, batch);
      if (epoch == 1 && i == 0) std::printf("the train step compiled in %.2f s\n", compilation = seconds_since(start));
      progress.show(epoch, i + 1);
    }
    const double seconds = seconds_since(start) - (epoch == 1 ? compilation : 0);
    progress.clear();
    accuracy = 100 * test(net, tests).item<double>();
    std::printf("epoch %2d  loss %.4f  train %.2f %%  test %.2f %%  %.0f images/s\n", epoch,
                logs.loss.compute().item<double>(), 100 * logs.accuracy.compute().item<double>(), accuracy,
                static_cast<double>(steps * options.batch) / seconds);
  }
  std::printf("test accuracy %.2f %%, checksum of the parameters %016llx\n", accuracy,
              static_cast<unsigned long long>(checksum(net)));
}

int main(int argc, char** argv) {
  try {
    train(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
