// Recurrent networks as scans, forward and with gradients of their parameters.
#include "groups.h"
#include "workload.h"

namespace bench {
namespace {

constexpr int width = 128, steps = 256;

struct Cell {
  ep::Parameter input, hidden, bias;
};
Cell cell(int gates) {
  return {weight(3, {width, gates * width}), weight(4, {width, gates * width}) * 0.5, uniform(5, gates * width) * 0.1};
}

ep::Array rnn(Cell p, ep::Array xs) {
  const auto step = [&](ep::Array h, ep::Array x) {
    const auto next = tanh(matmul(x, p.input) + matmul(h, p.hidden) + p.bias);
    return std::pair{next, next};
  };
  return ep::scan(step, ep::zeros({width}), xs).second;
}

ep::Array lstm(Cell p, ep::Array xs) {
  struct Carry {
    ep::Array h, c;
  };
  const auto step = [&](Carry carry, ep::Array x) {
    const auto gates = ep::split(matmul(x, p.input) + matmul(carry.h, p.hidden) + p.bias, 4);
    const auto c = sigmoid(gates[1]) * carry.c + sigmoid(gates[0]) * tanh(gates[2]);
    const auto h = sigmoid(gates[3]) * tanh(c);
    return std::pair{Carry{h, c}, h};
  };
  return ep::scan(step, Carry{ep::zeros({width}), ep::zeros({width})}, xs).second;
}

template <auto network> auto with_gradient(Cell p, ep::Array xs, ep::Array w) {
  return ep::value_and_grad([&](Cell p) { return sum(network(p, xs) * w); })(p);
}

template <auto network> Workload forward(std::string name, int gates) {
  return jitted(std::move(name), "fwd h128 T256", network, [=] { return std::tuple{cell(gates), uniform(1, {steps, width})}; });
}
template <auto network> Workload gradient(std::string name, int gates) {
  return jitted(std::move(name), "h128 T256", with_gradient<network>,
                [=] { return std::tuple{cell(gates), uniform(1, {steps, width}), uniform(2, {steps, width})}; });
}

}  // namespace

Workloads recurrent() {
  return {forward<rnn>("rnn_scan", 1), gradient<rnn>("rnn_scan_grad", 1), forward<lstm>("lstm_scan", 4), gradient<lstm>("lstm_scan_grad", 4)};
}

}  // namespace bench
