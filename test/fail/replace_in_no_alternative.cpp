// expect: replace: no alternative of the variant has this member
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
  std::variant<Linear, espalier::Array> head;
};

Net changed(const Net& net) { return espalier::replace<&Net::head, &Other::weight>(net, espalier::Array(1.f)); }
