// expect: replace: this step of the path is a member of another type
// one error
#include "espalier/dsl/mutate.h"

struct Linear {
  espalier::Parameter weight;
};
struct Other {
  espalier::Parameter weight;
};
struct Net {
  Linear in;
};

Net changed(const Net& net) { return espalier::replace<&Net::in, &Other::weight>(net, espalier::Array(1.f)); }
