#include <espalier/espalier.h>
#include <iostream>
namespace ep = espalier;

struct Line {                                       // a tree: no base class, no macro
  ep::Parameter weight, bias;
  ep::Array operator()(ep::Array x) const { return matmul(x, weight) + bias; }
};

int main() {
  auto [data_key, noise_key] = ep::random::split(ep::random::key(0));
  auto x = ep::random::normal(data_key, {256, 3});
  auto y = matmul(x, ep::Array{{1.}, {-2.}, {0.5}}) + 3 + 0.01 * ep::random::normal(noise_key, {256, 1});

  auto step = ep::jit([](Line line, ep::Array x, ep::Array y) {
    auto loss = [&](Line line) { return mean(square(line(x) - y)); };
    auto [value, slope] = ep::value_and_grad(loss)(line);
    auto next = ep::map([](ep::Array p, ep::Array g) { return p - 0.1 * g; }, line, slope);
    return std::pair{value, next};
  });

  Line line{ep::zeros({3, 1}), ep::zeros({1})};
  for (int i = 0; i < 200; ++i) {
    auto [value, next] = step(line, x, y);          // compiled at the first call
    line = next;
    if (i % 50 == 0) std::cout << "loss " << value << '\n';
  }
  std::cout << "weight " << line.weight << "\nbias " << line.bias << '\n';
}
