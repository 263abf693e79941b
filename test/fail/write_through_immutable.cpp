// expect: an immutable tree cannot be written: use replace or mutate
// one error
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
};

void reset(espalier::Immutable<Counter>& counter) { counter->count = espalier::Array(0.f); }
