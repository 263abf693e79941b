// expect: a lambda cannot be `mutable`, since what it writes would be lost
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::fori_loop(0, 3, [n = 0](auto, auto x) mutable { return x * ++n; }, x);
}
