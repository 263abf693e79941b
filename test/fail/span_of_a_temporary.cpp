// expect: the span of a temporary array would dangle
// one error
#include "espalier/dsl/ops.h"

std::span<const float> run(espalier::Array x) { return (x * 2).span<float>(); }
