#include "espalier/stdlib/random/discrete.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/error.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random/continuous.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {

using detail::meet;
using espalier::detail::called_at;

Array bernoulli(const Key& key, Where where) { return bernoulli(key, Operand(0.5, where)); }
Array bernoulli(const Key& key, Operand p, DrawShape shape) {
  if (p.array.dtype() < f16) {
    DTypeError error("bernoulli", "a probability is a float, not " + to_string(abstract(p.array.shape(), p.array.dtype())), "write 0.5, or convert with .as(f32)", p.where);
    error.dtypes = {p.array.dtype()};
    throw error;
  }
  return called_at(p.where, [&] {
    const auto met = meet("bernoulli", {p}, shape, {});
    return uniform(key, met.shape, {.dtype = met.dtype}) < met[0];
  });
}

// JAX draws f64 here, where it may.
Array rademacher(const Key& key, Shape shape, SignOptions options, Where where) {
  return called_at(where, [&] { return 2 * bernoulli(key, Array(0.5).as(f64), shape).as(options.dtype) - 1; });
}

Array geometric(const Key& key, Operand p, DrawShape shape, CountOptions options) {
  return called_at(p.where, [&] {
    const auto met = meet("geometric", {p}, shape, {});
    const Array u = uniform(key, met.shape, {.dtype = met.dtype, .minval = detail::smallest_normal(met.dtype)});  // its logarithm is finite
    return (floor(log(u) / log1p(-met[0])) + 1).as(options.dtype);
  });
}

namespace {
// The places of the largest elements along the last axis, as many as there are draws, which come first.
Array distinct(const Array& x, const Shape& draws, const Shape& drawn, Where where) {
  if (draws.size() > x.shape(-1)) {
    throw ArgumentError("categorical", std::to_string(draws.size()) + " draws of " + std::to_string(x.shape(-1)) + " without replacement", "draw fewer, or with replacement", where);
  }
  return reshape(moveaxis(top_k(x, draws.size()).indices, -1, 0), drawn);
}
}  // namespace

Array categorical(const Key& key, Operand logits, CategoricalOptions options) {
  return called_at(logits.where, [&] {
    const int ndim = logits.array.ndim();
    const int axis = espalier::detail::axis_of(options.axis, ndim, "categorical", logits.where) - ndim;  // from the end: axes of the shape come before
    std::vector<std::int64_t> batch = logits.array.shape().extents();
    batch.erase(batch.end() + axis);
    std::vector<std::int64_t> drawn = options.shape.shape ? options.shape.shape->extents() : batch;
    if (!detail::broadcasts(Shape(batch), Shape(drawn))) {
      ShapeError error("categorical", "logits of shape " + logits.array.shape().str() + " do not give draws of shape " + Shape(drawn).str(), "without their axis, the logits must broadcast to the shape", logits.where);
      error.shapes = {logits.array.shape(), Shape(drawn)};
      throw error;
    }
    const DType own = logits.array.dtype(), dtype = own >= f16 && own <= f64 ? own : f32;
    if (!options.replace) {
      const Shape draws(std::vector(drawn.begin(), drawn.end() - static_cast<std::ptrdiff_t>(batch.size())));
      return distinct(moveaxis(logits.array.as(dtype) + gumbel(key, logits.array.shape(), {.dtype = dtype}), axis, -1), draws, Shape(drawn), logits.where);
    }
    drawn.insert(drawn.end() + (axis + 1), logits.array.shape(axis));
    return argmax(gumbel(key, drawn, {.dtype = dtype}) + logits, axis);
  });
}

}  // namespace espalier::random
