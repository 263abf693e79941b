#include "espalier/stdlib/random/selection.h"

#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/error.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/stdlib/random/continuous.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {
namespace {

using espalier::detail::called_at;

// Sorted by fresh words, again and again: of n^3 tuples of words two are the same with a small probability.
Array shuffled(Key key, Array x, int axis) {
  const double size = std::max(1.0, static_cast<double>(x.size()));
  const int rounds = static_cast<int>(std::ceil(3 * std::log(size) / std::log(4294967295.0)));
  for (int round = 0; round < rounds; ++round) {
    const auto [rest, own] = split(key);
    x = sort({bits(own, x.shape()), x}, {.axis = axis})[1];
    key = rest;
  }
  return x;
}

// The scalar that stands for the integers below it.
std::int64_t count_of(const Operand& n, const char* op) {
  if (n.array.dtype() < i8 || n.array.dtype() > u64) {
    DTypeError error(op, "a scalar is a number of elements, not " + to_string(abstract(n.array.shape(), n.array.dtype())), "give an integer, or an array of elements", n.where);
    error.dtypes = {n.array.dtype()};
    throw error;
  }
  const auto count = n.array.item<std::int64_t>();
  if (count < 0) throw ArgumentError(op, std::to_string(count) + " elements", "give 0 or more", n.where);
  return count;
}

// Which of n elements are chosen.
Array chosen(const Key& key, std::int64_t n, const Shape& shape, const ChoiceOptions& options, const Operand& x) {
  if (options.p.is_nothing() && !options.replace) return shuffled(key, arange(n), 0)[slice(shape.size())];
  if (options.p.is_nothing()) return randint(key, shape, 0, n, {.dtype = i64}).as(n > std::numeric_limits<std::int32_t>::max() ? i64 : i32);  // JAX draws i64 here, where it may
  if (options.p.shape() != Shape(n)) {
    ShapeError error("choice", "p is " + to_string(abstract(options.p.shape(), options.p.dtype())) + ", and there are " + std::to_string(n) + " elements", "give one probability for each", x.where);
    error.shapes = {options.p.shape(), Shape(n)};
    throw error;
  }
  const DType own = options.p.dtype(), dtype = own >= f16 && own <= f64 ? own : f32;
  const Array p = options.p.as(dtype);
  if (!options.replace) return top_k(gumbel(key, Shape(n), {.dtype = dtype}) + log(p), shape.size()).indices;
  const Array ends = cumsum(p, {.axis = 0}), place = ends[-1] * (1 - uniform(key, shape, {.dtype = dtype}));
  return sum((ends < expand_dims(place, -1)).as(i32), {.axis = -1});
}

}  // namespace

Array permutation(const Key& key, Operand x, PermutationOptions options) {
  return called_at(x.where, "permutation", [&] {
    if (x.array.ndim() == 0) return shuffled(key, arange(count_of(x, "permutation")), 0);
    const int axis = espalier::detail::axis_of(options.axis, x.array.ndim(), "permutation", x.where);
    if (options.independent || x.array.ndim() == 1) return shuffled(key, x.array, axis);
    return take(x, shuffled(key, arange(x.array.shape(axis)), 0), {.axis = axis});
  });
}

Array choice(const Key& key, Operand x, Shape shape, ChoiceOptions options) {
  return called_at(x.where, "choice", [&] {
    const bool range = x.array.ndim() == 0;
    const int axis = range ? 0 : espalier::detail::axis_of(options.axis, x.array.ndim(), "choice", x.where);
    const std::int64_t n = range ? count_of(x, "choice") : x.array.shape(axis), draws = shape.size();
    if (draws != 0 && (n == 0 || (!options.replace && draws > n))) {
      throw ArgumentError("choice", std::to_string(draws) + " of " + std::to_string(n) + " elements" + (options.replace ? "" : " without replacement"), "choose fewer, or give more elements", x.where);
    }
    if (options.replace || !options.p.is_nothing() || range) {
      const Array places = reshape(chosen(key, std::max<std::int64_t>(n, 1), shape, options, x), shape);
      return range ? places : take(x, places, {.axis = axis});
    }
    // All are shuffled, lines of several by their places.
    std::vector<std::int64_t> extents = x.array.shape().extents();
    extents.erase(extents.begin() + axis);
    extents.insert(extents.begin() + axis, shape.begin(), shape.end());
    return reshape(take(Operand(permutation(key, x, {.axis = axis}), x.where), arange(draws), {.axis = axis}), Shape(extents));
  });
}

}  // namespace espalier::random
