// compiles
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
  void operator()(espalier::Array x) { count = x; }
};

espalier::Immutable<Counter> step(const espalier::Immutable<Counter>& counter) {
  return counter.mutate()(espalier::Array(1.f)).tree;
}
espalier::Immutable<Counter> reset(const espalier::Immutable<Counter>& counter) {
  return counter.replace<&Counter::count>(espalier::Array(0.f));
}
