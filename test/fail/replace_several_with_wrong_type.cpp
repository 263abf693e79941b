// expect: replace: the value does not convert to the member's type
// one error
#include "espalier/dsl/mutate.h"

struct Net {
  espalier::Parameter weight;
  int depth = 1;
};

Net changed(const Net& net) { return espalier::replace(net, espalier::field<&Net::depth> = "two"); }
