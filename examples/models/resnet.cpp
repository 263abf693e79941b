// A residual network (He et al. 2015) whose batch lies on several workers: vmap maps the workers and names their axis, batch normalisation
// takes its statistics over that axis, and the gradients are averaged over it. All of it is what one worker does with the whole batch.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

const char* const axis = "workers";

nn::Conv conv(ep::Key key, std::int64_t in, std::int64_t out) { return nn::Conv::init(key, in, out, {3, 3}, {.bias = false}); }

// relu(x + f(x)), f two convolutions, each normalised.
struct Block {
  nn::Conv first, second;
  nn::BatchNorm first_norm, second_norm;
  ep::Array operator()(ep::Array x) {
    const ep::Array y = relu(first_norm(first(x)));
    return relu(x + second_norm(second(y)));
  }
  static Block init(ep::Key key, std::int64_t channels, const std::string& axis_name) {
    auto [a, b] = ep::random::split(key);
    const auto norm = nn::BatchNorm::init(channels, {.momentum = 0.9, .axis_name = axis_name});
    return {conv(a, channels, channels), conv(b, channels, channels), norm, norm};
  }
};
struct ResNet {
  nn::Conv stem;
  std::vector<Block> blocks;
  nn::Linear head;
  ep::Array operator()(ep::Array x) {  // [n, height, width, 1] to logits [n, 2]
    x = stem(x);
    for (Block& block : blocks) x = block(x);
    return head(nn::GlobalAvgPool{}(x));
  }
  static ResNet init(ep::Key key, const std::string& axis_name) {
    auto [a, b, c, d] = ep::random::split<4>(key);
    return {conv(a, 1, 8), {Block::init(b, 8, axis_name), Block::init(c, 8, axis_name)}, nn::Linear::init(d, 8, 2)};
  }
};

// Images of stripes, lying or standing, under noise; the class is which.
struct Images {
  ep::Array pixels, labels;
};
Images stripes(ep::Key key, std::int64_t n) {
  auto [label_key, phase_key, noise_key] = ep::random::split<3>(key);
  const ep::Array labels = ep::random::randint(label_key, {n}, 0, 2), phase = ep::random::uniform(phase_key, {n, 1}, {.maxval = 6.28});
  const ep::Array wave = sin(1.5 * ep::arange(8) + phase);  // [n, 8]
  const ep::Array lying = where(reshape(labels, {n, 1, 1}) == 0, expand_dims(wave, 1), expand_dims(wave, 2));
  return {expand_dims(lying + ep::random::normal(noise_key, {n, 8, 8}), 3), labels};
}

struct Training {
  ResNet net;
  ep::optim::Sgd optimizer;
};
// A step on a worker's share of the batch; where there are other workers, their gradients and losses count alike.
std::pair<ep::Array, Training> step(Training now, Images share, bool has_others) {
  const auto loss = [&](ResNet net) {
    auto [logits, next] = ep::mutate(net)(share.pixels);
    return std::pair{mean(ep::losses::cross_entropy(logits, share.labels)), next};
  };
  auto [value, moved, slope] = ep::value_and_grad(loss, ep::has_aux)(now.net);
  if (has_others) {
    value = ep::pmean(value, axis);
    slope = ep::pmean(slope, axis);
  }
  auto [net, optimizer] = now.optimizer.update(slope, moved);
  return {value, Training{net, optimizer}};
}

void program(const Options& options) {
  auto [net_key, data_key] = ep::random::split(ep::random::key(options.seed));
  const std::int64_t workers = 4, batch = 64;
  const auto sgd = ep::optim::sgd(0.05, {.momentum = 0.9});
  const ResNet start = ResNet::init(net_key, ""), start_of_workers = ResNet::init(net_key, axis);
  Training one{start, sgd.init(start)}, many{start_of_workers, sgd.init(start_of_workers)};

  const auto step_of_one = ep::jit([](Training now, Images images) { return step(now, images, false); });
  // What all workers have alike has no axis of workers.
  const auto step_of_many = ep::jit(ep::vmap([](Training now, Images share) { return step(now, share, true); },
                                             {.in_axes = {ep::none, 0}, .out_axes = ep::none, .axis_name = axis}));
  ep::Array loss, loss_of_many;
  for (int i = 0, steps = options.quick ? 30 : 200; i < steps; ++i) {
    const Images images = stripes(ep::random::fold_in(data_key, i), batch);
    const Images shares = ep::map([](ep::Array x) {
      ep::Shape shape = x.shape();
      return reshape(x, shape.ndim() == 1 ? ep::Shape{workers, batch / workers} : ep::Shape{workers, batch / workers, 8, 8, 1});
    }, images);
    std::tie(loss, one) = step_of_one(std::move(one), images);
    std::tie(loss_of_many, many) = step_of_many(std::move(many), shares);
  }

  const Images tests = stripes(ep::random::fold_in(data_key, 1000000), 500);
  const ep::Array logits = ep::mutate(nn::eval(one.net))(tests.pixels).output;
  const double right = mean(argmax(logits, -1) == tests.labels).item<double>();
  double apart = 0;
  const auto a = ep::leaves(one.net), b = ep::leaves(many.net);
  for (std::size_t i = 0; i < a.size(); ++i) apart = std::max(apart, max(abs(a[i] - b[i])).item<double>());
  report("loss of one worker with the whole batch", loss.item<double>());
  report("loss of four with a quarter each", loss_of_many.item<double>());
  report("greatest difference of their parameters and statistics", apart);
  report("share of other images that it names rightly", right);
  require(apart < 1e-3, "four workers learn what one learns from the whole batch");
  require(right > 0.95, "it tells lying stripes from standing ones");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains a residual network on one batch, whole and over four workers.", &program); }
