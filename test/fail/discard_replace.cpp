// expect: the tree given is unchanged
// one error
#include "espalier/dsl/mutate.h"

struct Line {
  espalier::Parameter weight, bias;
};

void set(const Line& line, espalier::Array v) { espalier::replace<&Line::bias>(line, v); }
