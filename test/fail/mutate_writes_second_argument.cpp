// expect: mutate needs a function that takes the tree by reference (T&) first, then these arguments (which it cannot write)
// one error
#include "espalier/dsl/mutate.h"

struct Counter {
  espalier::State count;
};

auto swap(const Counter& a, Counter& b) {
  return espalier::mutate([](Counter& x, Counter& y) { std::swap(x, y); })(a, b);
}
