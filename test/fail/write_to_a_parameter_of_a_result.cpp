// expect: a tree that a function returns gets a name before its members are written
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Parameter member;
};
Net make();

void write(const espalier::Parameter& value) { make().member = value; }
