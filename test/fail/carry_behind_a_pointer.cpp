// expect: a pointer cannot be part of a tree
// expect: child
// one error
#include <memory>

#include "espalier/dsl/transform.h"

struct State {
  espalier::Array x;
  std::shared_ptr<espalier::Array> child;
};

void run(const State& state, espalier::Array xs) {
  const auto [last, ys] = espalier::scan([](State s, espalier::Array x) { return std::pair{State{s.x + x, s.child}, x}; }, state, xs);
}
