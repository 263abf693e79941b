// expect: mutate needs a function that takes the tree by reference (T&) first, then these arguments
// one error
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
  void add(espalier::Array x) { count = x; }
};

auto step(const Counter& counter) { return espalier::mutate(&Counter::add)(counter, "one"); }
