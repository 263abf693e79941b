// expect: a tree that a function returns gets a name before its members are written
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::BatchStat member;
};
Net make();

void write(const espalier::BatchStat& value) { make().member = value; }
