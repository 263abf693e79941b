// expect: mutate needs a tree to run on
// one error
#include "espalier/dsl/mutate.h"

auto count() {
  return espalier::mutate([](int& n) { ++n; })(5);
}
