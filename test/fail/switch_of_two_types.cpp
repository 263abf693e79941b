// expect: switch_: all branches must return one type
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) {
  return espalier::switch_(1, std::tuple{[](espalier::Array x) { return x; }, [](espalier::Array x) { return std::pair{x, x}; }}, x);
}
