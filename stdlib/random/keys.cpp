#include "espalier/stdlib/random/keys.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/key_reuse.h"
#include "espalier/dsl/ops.h"

namespace espalier::random {
namespace {

using espalier::detail::called_at;
struct Words {
  Array high, low;
};

// The 64-bit row-major index of every element. It is a sum over the axes and not a reshaped count, so that it is computed
// where it is used.
Words counters(const Shape& shape) {
  const bool wide = shape.size() > std::int64_t{1} << 32;
  Array index;
  std::int64_t stride = 1;
  for (int axis = shape.ndim() - 1; axis >= 0; --axis) {
    if (shape[axis] == 1) continue;
    const Array along = iota(shape, axis, wide ? u64 : u32);
    const Array term = stride == 1 ? along : along * stride;
    index = index.is_nothing() ? term : index + term;
    stride *= shape[axis];
  }
  if (index.is_nothing()) index = zeros(shape, u32);
  if (!wide) return {Array(0).as(u32), index};
  return {right_shift_logical(index, 32).as(u32), index.as(u32)};
}

Words threefry(const Key& key, const Shape& shape, const char* use, Where where) {
  espalier::detail::note_use(key, use, where);
  const Words counter = counters(shape);
  auto [high, low] = espalier::detail::threefry(key, counter.high, counter.low, where);
  return {std::move(high), std::move(low)};
}

}  // namespace

void detail::require_one_key(const Key& key, const char* op, Where where) {
  if (key.data().is_nothing()) throw MissingValue(op, "the key is Nothing", "make keys with key(seed), split or fold_in", where);
  if (key.shape().ndim() == 0) return;
  ShapeError error(op, "takes one key, not keys " + key.shape().str(), "take one of them, keys[i], or map over them with vmap", where);
  error.shapes = {key.shape()};
  throw error;
}

Key key(std::uint64_t seed, Where where) { return Key(seed, where); }

Key split(const Key& key, Shape keys, Where where) {
  detail::require_one_key(key, "split", where);
  return called_at(where, [&] {
    const Words words = threefry(key, keys, "split", where);
    return Key(stack({words.high, words.low}, {.axis = -1}), where);
  });
}

Key fold_in(const Key& key, Operand data) {
  detail::require_one_key(key, "fold_in", data.where);
  const Array& word = data.array;
  if (word.dtype() < i8 || word.dtype() > u64) {
    DTypeError error("fold_in", "data is an integer, not " + to_string(abstract(word.shape(), word.dtype())), "fold in a step, an index or a rank", data.where);
    error.dtypes = {word.dtype()};
    throw error;
  }
  if (word.ndim() != 0) {
    ShapeError error("fold_in", "data is a scalar, not of shape " + word.shape().str(), "map over several with vmap", data.where);
    error.shapes = {word.shape()};
    throw error;
  }
  return espalier::detail::fold_in(key, word, data.where);
}

Array bits(const Key& key, Shape shape, DType dtype, Where where) {
  detail::require_one_key(key, "bits", where);
  if (dtype < u8 || dtype > u64) {
    DTypeError error("bits", "random bits are u8, u16, u32 or u64", "draw unsigned words and convert them with .as(dtype) or bitcast", where);
    error.dtypes = {dtype};
    throw error;
  }
  return called_at(where, [&] {
    const Words words = threefry(key, shape, "bits", where);
    if (dtype == u64) return (words.high.as(u64) << 32) | words.low.as(u64);
    return (words.high ^ words.low).as(dtype);
  });
}

}  // namespace espalier::random
