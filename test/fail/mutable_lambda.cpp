// expect: a lambda cannot be `mutable`, since what it writes would be lost
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::jit([n = 0](espalier::Array x) mutable { return x * ++n; })(x);
}
