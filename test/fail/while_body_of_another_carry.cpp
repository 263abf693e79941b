// expect: while_loop: the carry has one type
// one error
#include "espalier/dsl/transform.h"

struct Net {
  espalier::Parameter weight;
  operator espalier::Array() const { return weight; }
};

espalier::Array run(const Net& net) {
  return espalier::while_loop([](espalier::Array c) { return c > 0; }, [](Net n) { return n.weight - 1; }, net);
}
