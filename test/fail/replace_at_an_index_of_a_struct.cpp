// expect: replace: an integer in the path needs a container
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

Net changed(const Net& net) { return espalier::replace<&Net::in, 0>(net, espalier::Array(1.f)); }
