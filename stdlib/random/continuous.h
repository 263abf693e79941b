#pragma once
// Continuous distributions. Each is a function of uniform draws; a parameter broadcasts to the shape.
#include "espalier/stdlib/random/keys.h"

namespace espalier::random {

struct DrawOptions {
  Named by_name = Named();
  DType dtype = f32;
};

/// Mean 0, variance 1: sqrt(2) erf_inv(u) with u in (-1, 1).
Array normal(const Key& key, Shape shape = {}, DrawOptions options = {}, Where where = Where::current());
/// Standard normal draws between lower and upper, which broadcast to the shape.
Array truncated_normal(const Key& key, Operand lower, Operand upper, Shape shape = {}, DrawOptions options = {});

}  // namespace espalier::random
