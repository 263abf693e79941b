// expect: arrays never change: keep what is returned
// one error
#include "espalier/dsl/ops.h"

void write(espalier::Array x, espalier::Array v) { x.at(0).set(v); }
