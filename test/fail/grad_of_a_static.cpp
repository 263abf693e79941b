// expect: grad needs arrays to differentiate
// one error
#include "espalier/dsl/transform.h"

double run() {
  return espalier::grad([](double x) { return espalier::Array(x * x); })(2.0);
}
