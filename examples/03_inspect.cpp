// Every stage of a small function on its way to machine code, as text: what was traced, what the rewrites left of it,
// how it is scheduled, the MLIR and LLVM it becomes, the instructions, and what it costs.
#include <espalier/espalier.h>

#include <iostream>

namespace ep = espalier;

struct Layer {
  ep::Parameter weight, bias;
  ep::Array operator()(ep::Array x) const { return tanh(matmul(x, weight) + bias); }
};

int main() {
  auto slope = ep::jit([](Layer layer, ep::Array x, ep::Array y) {
    return ep::grad([&](Layer layer) { return mean(square(layer(x) - y)); })(layer);
  });

  // Only shapes matter here, so the arguments need no data.
  const Layer layer{ep::abstract({8, 4}), ep::abstract({4})};
  const auto lowered = slope.lower(layer, ep::abstract({16, 8}), ep::abstract({16, 4}));

  for (const char* stage : {"trace", "graph", "schedule", "mlir", "llvm", "asm"}) {
    std::cout << "──── " << stage << "\n\n"
              << lowered.text(stage) << "\n\n";
  }
  std::cout << "──── cost\n\n"
            << lowered.cost() << '\n';
}
