// expect: mutate needs a function whose first parameter is the tree by reference (T&)
// one error
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
};

auto reset(const Counter& counter) {
  return espalier::mutate([](Counter c) { c.count = espalier::Array(0.f); })(counter);
}
