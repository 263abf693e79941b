// expect: x = x.at(0).set(v) re-binds x
// one error
#include "espalier/dsl/tree.h"

struct Line {
  espalier::Parameter weight;
};
Line make();

void write(espalier::Array v) { make().weight = v; }
