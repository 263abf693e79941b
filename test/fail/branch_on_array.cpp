// expect: an array has no truth value
// expect: where(condition, a, b) or cond(condition, f, g)
// one error
#include "espalier/dsl/array.h"

int main() {
  espalier::Array x = 1.0;
  if (x) return 1;
}
