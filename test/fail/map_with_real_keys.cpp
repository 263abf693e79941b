// expect: a map in a tree has keys of an integer type, an enum or std::string
#include "espalier/dsl/mutate.h"

auto parts(const std::map<double, espalier::Array>& tables) { return espalier::leaves(tables); }
