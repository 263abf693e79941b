// expect: a tree that a function returns gets a name before its members are written
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Key member;
};
Net make();

void write(const espalier::Key& value) { make().member = value; }
