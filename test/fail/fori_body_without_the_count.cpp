// expect: a transformed function was called with the wrong number of arguments
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::fori_loop(0, 3, [](espalier::Array x) { return x * 2; }, x);
}
