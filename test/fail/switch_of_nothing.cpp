// expect: switch_ needs at least one branch
// one error
#include "espalier/dsl/transform.h"

espalier::Array run(espalier::Array x) { return espalier::switch_(1, std::tuple<>(), x); }
