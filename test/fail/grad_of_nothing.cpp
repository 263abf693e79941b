// expect: argnums names an argument that the function does not have
// one error
#include "espalier/dsl/transform.h"

espalier::Array run() {
  return espalier::grad([] { return espalier::Array(1.); })();
}
