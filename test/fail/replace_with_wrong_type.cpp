// expect: replace: the value does not convert to the member's type
// one error
#include "espalier/dsl/mutate.h"

struct Linear {
  espalier::Parameter weight;
};
struct Net {
  Linear in;
};

Net changed(const Net& net) { return espalier::replace<&Net::in>(net, espalier::Array(1.f)); }
