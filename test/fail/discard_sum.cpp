// expect: arrays never change: keep what is returned
// one error
#include "espalier/dsl/ops.h"

void scale(espalier::Array x) { x * 2; }
