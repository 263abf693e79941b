// expect: summary calls the module on the example: the call operator must take these arguments
// one error
#include "espalier/espalier.h"

auto table(const ep::nn::Linear& layer, ep::Array x) { return ep::nn::summary(layer, x, x); }
