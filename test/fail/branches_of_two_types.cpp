// expect: cond: both branches must return one type
// one error
#include "espalier/dsl/transform.h"

auto run(espalier::Array x) {
  return espalier::cond(true, [](espalier::Array x) { return x; }, [](espalier::Array x) { return std::pair{x, x}; }, x);
}
