#include "espalier/stdlib/distributions/compound.h"

#include "espalier/dsl/ops.h"
#include "espalier/stdlib/distributions/shapes.h"
#include "espalier/stdlib/random.h"

namespace espalier::distributions::detail {

Shape without_axes(const char* op, const Shape& shape, int axes) {
  if (axes < 0 || shape.ndim() < axes) {
    ShapeError error(op, "the batch has shape " + shape.str() + ", and " + std::to_string(axes) + " of its axes are asked for", "give parameters with these axes last");
    error.shapes = {shape};
    throw error;
  }
  return Shape(std::vector<std::int64_t>(shape.begin(), shape.end() - axes));
}
Shape without_components(const Shape& batch) { return without_axes("Mixture", batch, 1); }

Array sum_last(const Array& x, int count) {
  if (count == 0) return x;
  std::vector<int> axes;
  for (int i = 1; i <= count; ++i) axes.push_back(-i);
  return sum(x, {.axis = Axes(axes)});
}

Array with_component_axis(const Array& x, int event_ndims) { return expand_dims(x, -1 - event_ndims); }

Array mixed_log(const Array& logits, const Array& log_probs) { return logsumexp(log_softmax(logits) + log_probs, {.axis = -1}); }

namespace {
Array with_event_axes(Array weights, int event_ndims) {
  for (int i = 0; i < event_ndims; ++i) weights = expand_dims(weights, -1);
  return weights;
}
}  // namespace

Array mixed(const Array& logits, const Array& values, int event_ndims) { return sum(with_event_axes(softmax(logits), event_ndims) * values, {.axis = -1 - event_ndims}); }

Array mixed_variance(const Array& logits, const Array& variances, const Array& means, int event_ndims) {
  const Array middle = mixed(logits, means, event_ndims);
  return mixed(logits, variances + square(means - expand_dims(middle, -1 - event_ndims)), event_ndims);
}

Array picked(const Key& key, const Array& logits, const Array& draws, int event_ndims) {
  const Shape all(std::vector<std::int64_t>(draws.shape().begin(), draws.shape().end() - event_ndims));
  const Array which = random::categorical(key, logits, {.shape = without_components(all)});
  const Array is = with_event_axes(expand_dims(which, -1) == arange(logits.shape(-1)), event_ndims);
  return sum(where(is, draws, 0), {.axis = -1 - event_ndims, .dtype = draws.dtype()});
}

std::pair<Key, Key> two_keys(const Key& key) {
  const auto [a, b] = random::split(key);
  return {a, b};
}

Array turned(const Array& grows, const Array& x) { return where(grows, x, 1 - x); }

}  // namespace espalier::distributions::detail
