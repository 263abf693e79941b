// expect: multi_transform: the first argument gives the label of a leaf: std::string(const LeafInfo&)
#include "espalier/stdlib/optim.h"

auto labelled() {
  using namespace espalier;
  return optim::multi_transform([](const LeafInfo&) { return 1; }, optim::branch("a", optim::sgd(0.1)));
}
