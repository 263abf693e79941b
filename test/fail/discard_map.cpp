// expect: the tree given is unchanged
// one error
#include "espalier/dsl/ops.h"
#include "espalier/dsl/tree.h"

struct Line {
  espalier::Parameter weight, bias;
};

void scale(const Line& line) { espalier::map([](espalier::Array x) { return 2 * x; }, line); }
