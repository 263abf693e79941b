// LeNet-5 (LeCun et al. 1998) on the photographs of Fashion-MNIST. The layers are lazy: each says what it gives, and `init` finds out
// what it is given from an example of which only the shape counts.
#include "../fashion_mnist/images.h"
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

struct LeNet {
  nn::Conv first = nn::lazy<nn::Conv>(6, ep::Shape{5, 5}), second = nn::lazy<nn::Conv>(16, ep::Shape{5, 5}, {.padding = "VALID"});
  nn::MaxPool pool{2};
  nn::MLP classify = nn::lazy<nn::MLP>({120, 84, 10});

  ep::Array operator()(ep::Array x) const {  // [n, 28, 28, 1] to logits [n, 10]
    x = pool(relu(first(x)));
    x = pool(relu(second(x)));
    return classify(nn::Flatten{}(x));
  }
};

ep::Array floats(ep::Array pixels) { return reshape(pixels.as(ep::f32) / 255, {-1, 28, 28, 1}); }

void program(const Options& options) {
  auto [init_key, train_key] = ep::random::split(ep::random::key(options.seed));
  const std::string folder = "/usr/share/datasets/fashion-mnist";
  const Images images = first(read_images(folder, "train"), options.quick ? 10000 : 60000);
  const Images tests = first(read_images(folder, "t10k"), options.quick ? 2000 : 10000);
  const std::int64_t batch = 64, steps = (options.quick ? 2 : 10) * images.size() / batch;

  LeNet net = nn::init(LeNet(), init_key, ep::abstract({batch, 28, 28, 1}));
  auto optimizer = ep::optim::adam(ep::optim::schedules::cosine_decay(3e-3, steps)).init(net);
  const auto step = ep::jit([](LeNet net, ep::optim::Adam optimizer, Images images, ep::Key key) {
    const ep::Array chosen = ep::random::randint(key, {batch}, 0, images.size());
    const ep::Array x = floats(take(images.pixels, chosen, {.axis = 0})), labels = take(images.labels, chosen, {.axis = 0});
    const auto loss = [&](LeNet net) { return mean(ep::losses::cross_entropy(net(x), labels)); };
    auto [value, slope] = ep::value_and_grad(loss)(net);
    auto [next, after] = optimizer.update(slope, net);
    return std::tuple{value, next, after};
  });
  ep::Array loss;
  for (std::int64_t i = 0; i < steps; ++i) {
    std::tie(loss, net, optimizer) = step(std::move(net), std::move(optimizer), images, ep::random::fold_in(train_key, i));
  }

  const auto right = ep::jit([](LeNet net, Images tests) { return mean(argmax(net(floats(tests.pixels)), -1) == tests.labels); });
  const double accuracy = right(net, tests).item<double>(), wanted = options.quick ? 0.80 : 0.89;
  report("numbers in the model", double(ep::count(net)));
  report("steps of 64 photographs", double(steps));
  report("loss of the last batch", loss.item<double>());
  report("share of other photographs that it names rightly", accuracy);
  require(ep::count(net) == 61706, "LeNet-5 has 61,706 numbers");
  require(accuracy > wanted, "it names " + std::to_string(int(100 * wanted)) + " of 100 photographs rightly");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains LeNet-5 on Fashion-MNIST.", &program); }
