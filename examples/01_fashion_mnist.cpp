// A network learns to tell ten kinds of clothes apart from 60,000 photographs: a Trainer runs the steps. Run it with --help for
// its options; 06_training_loop.cpp is what happens, written by hand.
#include <espalier/espalier.h>
#include <espalier/stdlib/train.h>
#include <cstdio>
#include <stdexcept>

#include "fashion_mnist/images.h"
#include "fashion_mnist/options.h"

namespace ep = espalier;
namespace nn = ep::nn;

struct Net {
  nn::Linear in, hidden, out;
  nn::BatchNorm norm_in, norm_hidden;  // their running statistics change when they are called,
  nn::Dropout drop{0.2};
  ep::Array operator()(ep::Array x) {  // so this is no const function: it is called through apply
    x = drop(relu(norm_in(in(x.as(ep::f32) / 255))));
    x = drop(relu(norm_hidden(hidden(x))));
    return out(x);
  }
  static Net init(ep::Key key) {
    auto [a, b, c] = ep::random::split<3>(key);
    return {nn::Linear::init(a, 784, 256), nn::Linear::init(b, 256, 128), nn::Linear::init(c, 128, 10),
            nn::BatchNorm::init(256, {.momentum = 0.9}), nn::BatchNorm::init(128, {.momentum = 0.9})};
  }
};

// A data set, and a batch of it: what the Trainer takes.
struct Photographs {
  ep::Array inputs, target;
};
Photographs photographs(const Images& images) { return {images.pixels, images.labels}; }

// A number that two runs share only if their parameters do, bit for bit (FNV-1a).
std::uint64_t checksum(const Net& net) {
  std::uint64_t hash = 14695981039346656037u;
  for (const ep::Array& leaf : ep::leaves(ep::filter<ep::Parameter>(net))) {
    for (const std::byte byte : std::as_bytes(leaf.span<float>())) hash = (hash ^ static_cast<std::uint64_t>(byte)) * 1099511628211u;
  }
  return hash;
}

void train(const Options& options) {
  const Photographs images = photographs(first(read_images(options.folder, "train"), options.limit));
  const Photographs tests = photographs(read_images(options.folder, "t10k"));
  const std::int64_t steps = images.target.shape(0) / options.batch;

  ep::Trainer trainer(Net::init(ep::random::key(options.seed)),
                      ep::Recipe{.loss = ep::losses::CrossEntropy(),
                                 .metrics = ep::metrics::Accuracy(),
                                 .optimizer = ep::optim::adam(ep::optim::schedules::cosine_decay(3e-3, options.epochs * std::max<std::int64_t>(steps, 1))),
                                 .seed = options.seed});
  std::fputs(trainer.summary(images.inputs).c_str(), stdout);
  const ep::History history = trainer.fit(images, tests, {.epochs = options.epochs, .batch_size = options.batch, .drop_last = true, .callbacks = {ep::Interrupt()}});
  std::printf("test accuracy %.2f %%, checksum of the parameters %016llx\n", 100 * history["val_accuracy"].back(),
              static_cast<unsigned long long>(checksum(trainer.module())));
}

int main(int argc, char** argv) {
  try {
    train(parse(argc, argv));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
