// An hour with the library: from the first array to a model of one's own. Each block is shown and explained in docs/tour.md, to
// the letter, and what the page shows as output is what this program prints.
#include <espalier/espalier.h>

#include <filesystem>
#include <iostream>

namespace ep = espalier;
namespace nn = ep::nn;

void arrays() {
  const ep::Array x{{1., 2., 3.}, {4., 5., 6.}};
  std::cout << x.shape() << ' ' << x.dtype() << '\n';
  std::cout << sum(x, 0) << '\n';                       // over axis 0
  std::cout << x - mean(x, {.axis = 1, .keepdims = true}) << '\n';
  std::cout << where(x > 2, x, 0)[{ep::slice(), -1}] << '\n';
}

struct Line {
  ep::Parameter weight, bias;
  ep::Array operator()(ep::Array x) const { return matmul(x, weight) + bias; }
};

void trees() {
  const Line line{{{2.}, {-1.}}, {0.5}};
  std::cout << line({{1., 1.}, {3., 0.}}) << '\n';
  const Line doubled = ep::map([](ep::Array leaf) { return 2 * leaf; }, line);
  const Line shifted = ep::replace<&Line::bias>(doubled, ep::Array{10.});
  for (const auto& [path, leaf] : ep::leaves_with_path(shifted)) std::cout << path << ' ' << leaf.shape() << '\n';
  std::cout << line.bias << ' ' << shifted.bias << '\n';  // line is as it was
}

struct Counter {
  ep::State calls = 0;
  ep::Array count(ep::Array x) {
    calls += 1;
    return x * calls;
  }
};

void changes() {
  const Counter counter;
  const auto [output, next] = ep::mutate(&Counter::count)(counter, 5.);
  std::cout << output << ' ' << next.calls << ' ' << counter.calls << '\n';
}

void transforms() {
  auto f = [](ep::Array x) { return x * x * x; };
  std::cout << ep::grad(f)(2.) << '\n';                          // 3 x²
  std::cout << ep::grad(ep::grad(f))(2.) << '\n';                // 6 x
  std::cout << ep::vmap(ep::grad(f))(ep::Array{1., 2., 3.}) << '\n';
  const auto fast = ep::jit(ep::vmap(ep::grad(f)));              // compiled at its first call
  std::cout << fast(ep::Array{1., 2., 3.}) << '\n';
}

struct Scaled {
  nn::Linear inside;
  ep::Parameter gain;
  double limit = 3;  // no array: a static, part of what is compiled
  static Scaled init(ep::Key key, int in, int out) { return {nn::Linear::init(key, in, out), ep::ones({out})}; }
  ep::Array operator()(ep::Array x) const { return gain * clip(inside(x), -limit, limit); }
};

struct Net {
  Scaled first;
  nn::Linear last;
  static Net init(ep::Key key) {
    auto [a, b] = ep::random::split(key);
    return {Scaled::init(a, 2, 16), nn::Linear::init(b, 16, 1)};
  }
  ep::Array operator()(ep::Array x) const { return last(tanh(first(x))); }
};

void layers() {
  const Net net = Net::init(ep::random::key(0));
  std::cout << nn::summary(nn::SummaryOptions{.color = false}, net, ep::abstract({32, 2})) << '\n';
}

struct Gain : ep::Parameter {
  using Parameter::Parameter;
  using Parameter::operator=;
};

struct Marked {
  ep::Parameter weight;
  Gain gain;
};

void kinds() {
  const Marked tree{ep::ones({3}), ep::ones({2})};
  const auto [gains, rest] = ep::partition<Gain>(tree);
  std::cout << ep::count(gains) << " and " << ep::count(rest) << " of " << ep::count(tree) << '\n';
  const Marked slope = ep::grad([](Marked t) { return sum(t.weight) + sum(t.gain); }, ep::wrt<Gain>)(tree);
  std::cout << slope.weight.is_nothing() << ' ' << slope.gain << '\n';
}

ep::Array pinball(ep::Array preds, ep::Array target, double quantile) {
  const ep::Array error = target - preds;
  return mean(maximum(quantile * error, (quantile - 1) * error));
}

void losses() { std::cout << pinball(ep::Array{1., 2.}, ep::Array{2., 0.}, 0.75) << '\n'; }

struct Within : ep::metrics::SumState<Within> {
  ep::MetricState hits = 0.0, all = 0.0;
  double distance = 0.5;
  Within update(const ep::metrics::Inputs& batch) const {
    Within next = *this;
    next.hits = hits + sum(abs(batch.preds - batch.target) <= distance);
    next.all = all + static_cast<double>(batch.preds.size());
    return next;
  }
  ep::Array compute() const { return hits / all; }
};

void metrics() {
  const Within first = Within().update({.target = {0., 0.}, .preds = {0.25, 2.}});
  const Within both = first.update({.target = {1., 1.}, .preds = {1., 1.5}});
  std::cout << first.compute() << ' ' << both.compute() << '\n';
}

struct SignStep {
  double rate = 0.1;
  template <class P> SignStep init(const P&) const { return *this; }
  template <class P> std::pair<P, SignStep> transform(const P& grads, const P&) const {
    return {ep::map([&](ep::Array g) { return -rate * sign(g); }, grads), *this};
  }
};

void optimizers() {
  const Line line{{{2.}, {-1.}}, {0.5}}, grads{{{8.}, {-3.}}, {0.}};
  const auto optimizer = ep::optim::chain(SignStep{0.25}).init(line);
  const auto [stepped, next] = optimizer.update(grads, line);
  std::cout << stepped.weight << ' ' << stepped.bias << '\n';
}

struct Data {
  ep::Array inputs, target;
};

Data circle(ep::Key key) {
  const ep::Array x = ep::random::uniform(key, {256, 2}, {.minval = -1, .maxval = 1});
  return {x, sum(square(x), {.axis = 1, .keepdims = true})};
}

void training() {
  const Data data = circle(ep::random::key(1));
  Net net = Net::init(ep::random::key(0));
  auto optimizer = ep::optim::adam(0.02).init(net);
  const auto step = ep::jit([](Net net, ep::optim::Adam optimizer, Data data) {
    auto loss = [&](Net net) { return mean(square(net(data.inputs) - data.target)); };
    auto [value, grads] = ep::value_and_grad(loss)(net);
    auto [next_net, next_optimizer] = optimizer.update(grads, net);
    return std::tuple{value, next_net, next_optimizer};
  });
  ep::Array value;
  for (int i = 0; i < 300; ++i) std::tie(value, net, optimizer) = step(std::move(net), std::move(optimizer), data);
  std::cout << "loss below 0.01: " << (value.item<float>() < 0.01) << ", compiled " << step.cache_size() << " time\n";
}

void ensembles() {
  const auto keys = ep::random::split(ep::random::key(0), 4);
  const Net nets = ep::vmap(&Net::init)(keys);          // four models in one tree: every leaf has an axis more
  const auto call = [](Net net, ep::Array x) { return net(x); };
  std::cout << ep::vmap(call, {.in_axes = {0, ep::none}})(nets, ep::ones({32, 2})).shape() << '\n';
}

void dumps() {
  const auto f = ep::jit([](ep::Array x, ep::Array w) { return sum(tanh(matmul(x, w))); });
  const auto lowered = f.lower(ep::abstract({8, 4}), ep::abstract({4, 2}));  // shapes suffice
  std::cout << lowered.text("graph") << lowered.cost().kernels << " kernels\n";
}

void saving() {
  const auto file = std::filesystem::temp_directory_path() / "espalier_tour.safetensors";
  const Net net = Net::init(ep::random::key(0)), other = Net::init(ep::random::key(7));
  ep::io::save_safetensors(net, file);
  const Net loaded = ep::io::load_safetensors(other, file);   // other gives the type, the shapes and the statics
  std::cout << ep::equal(loaded, net) << ' ' << ep::equal(loaded, other) << '\n';
  std::filesystem::remove(file);
}

int main() {
  std::cout << std::boolalpha;
  arrays();
  trees();
  changes();
  transforms();
  layers();
  kinds();
  losses();
  metrics();
  optimizers();
  training();
  ensembles();
  dumps();
  saving();
}
