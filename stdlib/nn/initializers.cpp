#include "espalier/stdlib/nn/initializers.h"

#include <cmath>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random.h"

namespace espalier::nn::initializers {
namespace {

double fan_of(const Shape& shape, Fan fan) {
  if (shape.ndim() < 2) {
    ShapeError error("variance_scaling", "a weight of shape " + shape.str() + " has no inputs and outputs to count", "its last two axes are [in, out]; use constant, normal or uniform for others");
    error.shapes = {shape};
    throw error;
  }
  double field = 1;
  for (int axis = 0; axis < shape.ndim() - 2; ++axis) field *= static_cast<double>(shape[axis]);
  const double in = field * static_cast<double>(shape[-2]), out = field * static_cast<double>(shape[-1]);
  switch (fan) {
    case Fan::in: return in;
    case Fan::out: return out;
    case Fan::average: return (in + out) / 2;
  }
  return in;
}

// The standard deviation of a unit normal that is cut at -2 and 2.
constexpr double cut_at_two = 0.87962566103423978;

Array scaled(double scale, Fan fan, Distribution distribution, const Key& key, const Shape& shape, DType dtype) {
  const double variance = scale / std::max(fan_of(shape, fan), 1.0);
  switch (distribution) {
    case Distribution::truncated_normal: return random::truncated_normal(key, -2, 2, shape, {.dtype = dtype}) * (std::sqrt(variance) / cut_at_two);
    case Distribution::normal: return random::normal(key, shape, {.dtype = dtype}) * std::sqrt(variance);
    case Distribution::uniform: return random::uniform(key, shape, {.dtype = dtype, .minval = -1}) * std::sqrt(3 * variance);
  }
  return {};
}

[[noreturn]] void refuse(const char* name, const Shape& shape, const char* what, const char* hint) {
  ShapeError error(name, "a weight of shape " + shape.str() + " " + what, hint);
  error.shapes = {shape};
  throw error;
}

Array orthogonal_matrix(double scale, const Key& key, const Shape& shape, DType dtype) {
  if (shape.ndim() < 2) refuse("orthogonal", shape, "is no matrix", "give two axes or more; use normal or uniform for others");
  const std::int64_t columns = shape[-1];
  std::int64_t rows = 1;
  for (int axis = 0; axis < shape.ndim() - 1; ++axis) rows *= shape[axis];
  const bool tall = rows > columns;
  const linalg::QR factors = linalg::qr(random::normal(key, tall ? Shape{rows, columns} : Shape{columns, rows}, {.dtype = dtype}));
  // Signs that make R's diagonal positive make Q uniform: Mezzadri 2006, arXiv:math-ph/0609050.
  const Array q = factors.q * sign(diagonal(factors.r));
  return reshape(tall ? q : q.T(), shape) * scale;
}

Array orthogonal_centre(double scale, const Key& key, const Shape& shape, DType dtype) {
  if (shape.ndim() < 3 || shape.ndim() > 5) refuse("delta_orthogonal", shape, "is no kernel of one to three spatial axes", "its axes are [spatial…, in, out]");
  if (shape[-1] < shape[-2]) refuse("delta_orthogonal", shape, "has fewer outputs than inputs", "give as many outputs or more");
  Array kernel = orthogonal_matrix(scale, key, {shape[-2], shape[-1]}, dtype);
  std::vector<std::pair<std::int64_t, std::int64_t>> around;
  for (int axis = 0; axis < shape.ndim() - 2; ++axis) {
    const std::int64_t centre = (shape[axis] - 1) / 2;
    around.emplace_back(centre, shape[axis] - 1 - centre);
    kernel = expand_dims(kernel, 0);
  }
  around.insert(around.end(), 2, {0, 0});
  return pad(kernel, around);
}

}  // namespace

Array zeros(const Key&, const Shape& shape, DType dtype) { return espalier::zeros(shape, dtype); }
Array ones(const Key&, const Shape& shape, DType dtype) { return espalier::ones(shape, dtype); }
Initializer constant(double value) {
  return [value](const Key&, const Shape& shape, DType dtype) { return full(shape, value, dtype); };
}
Initializer uniform(double scale) {
  return [scale](const Key& key, const Shape& shape, DType dtype) { return random::uniform(key, shape, {.dtype = dtype}) * scale; };
}
Initializer normal(double stddev) {
  return [stddev](const Key& key, const Shape& shape, DType dtype) { return random::normal(key, shape, {.dtype = dtype}) * stddev; };
}
Initializer truncated_normal(double stddev, double lower, double upper) {
  return [=](const Key& key, const Shape& shape, DType dtype) { return random::truncated_normal(key, lower, upper, shape, {.dtype = dtype}) * stddev; };
}
Initializer variance_scaling(double scale, Fan fan, Distribution distribution) {
  return [=](const Key& key, const Shape& shape, DType dtype) { return scaled(scale, fan, distribution, key, shape, dtype); };
}

Array lecun_normal(const Key& key, const Shape& shape, DType dtype) { return scaled(1, Fan::in, Distribution::truncated_normal, key, shape, dtype); }
Array lecun_uniform(const Key& key, const Shape& shape, DType dtype) { return scaled(1, Fan::in, Distribution::uniform, key, shape, dtype); }
Array glorot_normal(const Key& key, const Shape& shape, DType dtype) { return scaled(1, Fan::average, Distribution::truncated_normal, key, shape, dtype); }
Array glorot_uniform(const Key& key, const Shape& shape, DType dtype) { return scaled(1, Fan::average, Distribution::uniform, key, shape, dtype); }
Array he_normal(const Key& key, const Shape& shape, DType dtype) { return scaled(2, Fan::in, Distribution::truncated_normal, key, shape, dtype); }
Array he_uniform(const Key& key, const Shape& shape, DType dtype) { return scaled(2, Fan::in, Distribution::uniform, key, shape, dtype); }

Array embedding_normal(const Key& key, const Shape& shape, DType dtype) {
  if (shape.ndim() < 1) refuse("embedding_normal", shape, "has no features to count", "its last axis is that of the features");
  return random::normal(key, shape, {.dtype = dtype}) / std::sqrt(std::max(static_cast<double>(shape[-1]), 1.0));
}

Initializer orthogonal(double scale) {
  return [scale](const Key& key, const Shape& shape, DType dtype) { return orthogonal_matrix(scale, key, shape, dtype); };
}
Initializer delta_orthogonal(double scale) {
  return [scale](const Key& key, const Shape& shape, DType dtype) { return orthogonal_centre(scale, key, shape, dtype); };
}

}  // namespace espalier::nn::initializers
