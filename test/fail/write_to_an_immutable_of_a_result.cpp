// expect: a tree that a function returns gets a name before its members are written
// one error
#include "espalier/dsl/mutate.h"

struct Layer {
  espalier::Parameter weight;
};
struct Net {
  espalier::Immutable<Layer> member;
};
Net make();

void write(const espalier::Immutable<Layer>& value) { make().member = value; }
