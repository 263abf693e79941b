// expect: a transformed function returns a tree: this one returns nothing (void)
// one error
#include "espalier/dsl/transform.h"

void print(const espalier::Array& x);

void run(espalier::Array x) { espalier::vmap(print)(x); }
