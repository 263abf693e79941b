#pragma once
// Uniform floats and integers.
#include "espalier/stdlib/random/keys.h"

namespace espalier::random {

/// Options of `uniform`.
struct UniformOptions {
  Named by_name = Named();
  DType dtype = f32;  ///< of the draws: f16, bf16, f32 or f64
  Array minval = 0;   ///< the least; broadcast to the shape
  Array maxval = 1;   ///< above all; broadcast to the shape
};
/// Floats in [minval, maxval): random mantissa bits, so each is a multiple of 2^-23 (f32) of the range. Bit for bit JAX's, but
/// for two cases: JAX's draws round up to maxval in ranges of few floats, and are infinite or NaN where maxval - minval is.
Array uniform(const Key& key, Shape shape = {}, UniformOptions options = {}, Where where = Where::current());

/// Options of `randint`.
struct RandintOptions {
  Named by_name = Named();
  DType dtype = i32;  ///< of the draws: any integer
};
/// Integers in [minval, maxval), which broadcast to the shape; minval where the range is empty. A bound beyond the dtype
/// clamps to it. Uneven by less than 2^-32 of the range. DTypeError if the bounds or the dtype are no integers.
Array randint(const Key& key, Shape shape, Operand minval, Operand maxval, RandintOptions options = {});

}  // namespace espalier::random
