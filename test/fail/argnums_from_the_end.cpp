// expect: argnums names an argument that the function does not have
// expect: counts from 0
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::grad([](espalier::Array x, espalier::Array y) { return sum(x * y); }, espalier::argnums<-1>)(x, x);
}
