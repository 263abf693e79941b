// LoRA (Hu et al. 2021, arXiv:2106.09685): a model that was trained is left as it is, and small matrices beside its own are trained for
// another task. `partition` takes the tree apart by the kind of its leaves, and `merge` puts it together.
#include "program.h"

namespace ep = espalier;
namespace nn = ep::nn;

// A kind of one's own: a Parameter of which one can ask that it belongs to an adapter.
struct Lora : ep::Parameter {
  using Parameter::Parameter;
  using Parameter::operator=;
};

// A linear layer, and two thin matrices whose product is added to its weight. `up` starts at 0, so at first nothing changes.
struct Adapted {
  nn::Linear base;
  Lora down, up;
  ep::Array operator()(ep::Array x) const { return base(x) + matmul(matmul(x, down), up); }
  nn::Linear folded() const { return ep::replace<&nn::Linear::weight>(base, base.weight + matmul(down, up)); }
  static Adapted init(ep::Key key, nn::Linear base, std::int64_t rank) {
    const std::int64_t in = base.weight.shape(0), out = base.weight.shape(1);
    return {base, ep::random::normal(key, {in, rank}) / std::sqrt(double(in)), ep::zeros({rank, out})};
  }
};

template <class Layer> struct Net {
  Layer in, hidden, out;
  ep::Array operator()(ep::Array x) const { return out(tanh(hidden(tanh(in(x))))); }
};
using Plain = Net<nn::Linear>;
using Tuned = Net<Adapted>;

template <class N> ep::Array loss_of(const N& net, ep::Array x, ep::Array y) { return mean(square(net(x) - y)); }

Plain pretrained(ep::Key key, ep::Array x, ep::Array y, int steps) {
  auto [a, b, c] = ep::random::split<3>(key);
  Plain net{nn::Linear::init(a, 4, 64), nn::Linear::init(b, 64, 64), nn::Linear::init(c, 64, 1)};
  auto optimizer = ep::optim::adam(3e-3).init(net);
  const auto step = ep::jit([](Plain net, ep::optim::Adam optimizer, ep::Array x, ep::Array y) {
    return optimizer.update(ep::grad([&](Plain net) { return loss_of(net, x, y); })(net), net);
  });
  for (int i = 0; i < steps; ++i) std::tie(net, optimizer) = step(std::move(net), std::move(optimizer), x, y);
  return net;
}

void program(const Options& options) {
  auto [x_key, net_key, lora_key] = ep::random::split<3>(ep::random::key(options.seed));
  const ep::Array x = ep::random::normal(x_key, {512, 4});
  const ep::Array first_task = sin(x[{ep::slice(), ep::slice(1)}]) + x[{ep::slice(), ep::slice(1, 2)}];
  const ep::Array second_task = sin(x[{ep::slice(), ep::slice(1)}]) + x[{ep::slice(), ep::slice(1, 2)}] * x[{ep::slice(), ep::slice(2, 3)}];
  const Plain base = pretrained(net_key, x, first_task, options.quick ? 300 : 1000);

  auto [a, b, c] = ep::random::split<3>(lora_key);
  const Tuned start{Adapted::init(a, base.in, 4), Adapted::init(b, base.hidden, 4), Adapted::init(c, base.out, 1)};
  auto [adapters, frozen] = ep::partition<Lora>(start);
  auto optimizer = ep::optim::adam(1e-2).init(adapters);  // has moments for the adapters alone

  // The frozen part is an argument like others: it is neither differentiated nor given away.
  const auto step = ep::jit([](Tuned adapters, ep::optim::Adam optimizer, Tuned frozen, ep::Array x, ep::Array y) {
    const auto loss = [&](Tuned adapters) { return loss_of(ep::merge(frozen, adapters), x, y); };
    return optimizer.update(ep::grad(loss)(adapters), adapters);
  });
  for (int i = 0, steps = options.quick ? 400 : 2000; i < steps; ++i) {
    std::tie(adapters, optimizer) = step(std::move(adapters), std::move(optimizer), frozen, x, second_task);
  }

  const Tuned tuned = ep::merge(frozen, adapters);
  const Plain folded{tuned.in.folded(), tuned.hidden.folded(), tuned.out.folded()};
  const double before = loss_of(start, x, second_task).item<double>(), after = loss_of(tuned, x, second_task).item<double>();
  const auto trained = ep::count(adapters), all = ep::count(base);
  report("loss of the model on the task that it was trained for", loss_of(base, x, first_task).item<double>());
  report("its loss on the other task", before);
  report("the same with trained adapters", after);
  report("numbers in the model", double(all));
  report("numbers in its adapters", double(trained));
  require(ep::equal(start(x), base(x)), "adapters that are not trained change nothing");
  require(after < before / 20, "the adapters learn the other task: a twentieth of the loss");
  require(trained < all / 4, "the adapters are small");
  require(ep::equal(ep::partition<Lora>(tuned).second, ep::partition<Lora>(start).second), "the model beside the adapters has kept every bit");
  require(ep::allclose(folded(x), tuned(x), {.rtol = 1e-4, .atol = 1e-4}), "adapters that are added to the weights give the same");
}

int main(int argc, char** argv) { return run(argc, argv, "Trains low-rank adapters of a frozen model.", &program); }
