// expect: an immutable tree cannot be written: use replace or mutate
// one error
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
  void operator()(espalier::Array x) { count = x; }
};

void step(const espalier::Immutable<Counter>& counter) { counter(espalier::Array(1.f)); }
