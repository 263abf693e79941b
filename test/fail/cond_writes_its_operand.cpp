// expect: a transformed function cannot take a tree by non-const reference (T&)
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::cond(true, [](espalier::Array& v) { return v *= 2; }, [](espalier::Array& v) { return v; }, x);
}
