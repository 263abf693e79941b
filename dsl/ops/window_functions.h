#pragma once
// Window functions of signal processing: n samples of a bump, symmetric, by which a signal is multiplied. One sample is 1. The dtype is
// a floating one: DTypeError for others. ArgumentError for a negative n.
#include "espalier/dsl/array.h"

namespace espalier {

/// 0.5 - 0.5 cos(2πi / (n - 1)): NumPy's hanning.
Array hann(std::int64_t n, DType dtype = f32, Where where = Where::current());
/// 0.54 - 0.46 cos(2πi / (n - 1)).
Array hamming(std::int64_t n, DType dtype = f32, Where where = Where::current());
/// 0.42 - 0.5 cos(2πi / (n - 1)) + 0.08 cos(4πi / (n - 1)).
Array blackman(std::int64_t n, DType dtype = f32, Where where = Where::current());
/// A triangle from 0 to 1 and back.
Array bartlett(std::int64_t n, DType dtype = f32, Where where = Where::current());
/// I0(beta sqrt(1 - t²)) / I0(beta), t from -1 to 1: Kaiser 1974. A beta of 0 is a rectangle.
Array kaiser(std::int64_t n, double beta, DType dtype = f32, Where where = Where::current());

}  // namespace espalier
