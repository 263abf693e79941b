#include "espalier/dsl/key.h"

#include "espalier/dsl/trace.h"

namespace espalier {
namespace {

Array words(std::initializer_list<std::uint32_t> values, Shape shape, Where where) {
  return Array(std::vector<std::uint32_t>(values), std::move(shape), where);
}

// Part `at … at + count` of one axis; with `drop` the axis goes.
Array part(const Array& x, int axis, std::int64_t at, bool drop, Where where) {
  const Shape& shape = x.shape();
  ir::SliceAttrs attrs;
  std::vector<std::int64_t> kept;
  for (int i = 0; i < shape.ndim(); ++i) {
    attrs.start.push_back(i == axis ? at : 0);
    attrs.limit.push_back(i == axis ? at + 1 : shape[i]);
    attrs.stride.push_back(1);
    if (i != axis || !drop) kept.push_back(i == axis ? 1 : shape[i]);
  }
  const Array cut = detail::apply(ir::Op::slice, {Operand(x, where)}, attrs, where, "Key");
  return detail::apply(ir::Op::reshape, {Operand(cut, where)}, ir::ReshapeAttrs{Shape(kept)}, where, "Key");
}

}  // namespace

Key::Key(std::uint64_t seed, Where where)
    : data_(words({static_cast<std::uint32_t>(seed >> 32), static_cast<std::uint32_t>(seed)}, {2}, where)) {}

Key::Key(Array pairs, Where where) : data_(std::move(pairs)) {
  if (data_.is_nothing()) return;
  if (data_.dtype() != u32) {
    DTypeError error("Key", "a key's words are u32, not " + std::string(ir::name(data_.dtype())), "make keys with key(seed), split or fold_in", where);
    error.dtypes = {data_.dtype()};
    throw error;
  }
  if (data_.ndim() == 0 || data_.shape(-1) != 2) {
    ShapeError error("Key", "a key's words have shape [...,2], not " + data_.shape().str(), "make keys with key(seed), split or fold_in", where);
    error.shapes = {data_.shape()};
    throw error;
  }
}

Shape Key::shape(Where where) const {
  const auto& extents = data_.shape(where).extents();
  return Shape(std::vector<std::int64_t>(extents.begin(), extents.end() - 1));
}

Key Key::operator[](Position at) const {
  const std::int64_t index = at.number;
  const Where where = at.where;
  const Shape keys = shape(where);
  const std::int64_t size = keys.ndim() == 0 ? 0 : keys[0];
  if (index < -size || index >= size) {
    IndexError error("Key", "key " + std::to_string(index) + " of " + keys.str(), "split(key, n) gives n keys", where);
    error.index = index;
    error.size = size;
    throw error;
  }
  return Key(part(data_, 0, index < 0 ? index + size : index, true, where), where);
}

namespace detail {

std::pair<Array, Array> threefry(const Key& key, const Array& high, const Array& low, Where where) {
  const Array& data = key.data();
  const int last = data.ndim() - 1;
  std::vector<Array> operands{part(data, last, 0, true, where), part(data, last, 1, true, where), high, low};
  const Shape shape = broadcast_shape(operands, "threefry", where);
  for (Array& a : operands) a = broadcast_to_shape(a, shape, "threefry", where);
  std::vector<Array> words = apply_many(ir::Op::threefry2x32, operands, {}, where, "threefry");
  return {std::move(words[0]), std::move(words[1])};
}

Key fold_in(const Key& key, const Array& word, Where where) {
  // A counter of 64 bits, high word first, as JAX seeds it.
  auto [first, second] = threefry(key, Array(0, where).as(u32, where), word.as(u32, where), where);
  std::vector<std::int64_t> column(first.shape().begin(), first.shape().end());
  column.push_back(1);
  std::vector<Array> columns;
  for (const Array& words : {first, second}) columns.push_back(apply(ir::Op::reshape, {Operand(words, where)}, ir::ReshapeAttrs{Shape(column)}, where, "fold_in"));
  return Key(apply_many(ir::Op::concatenate, columns, ir::ConcatenateAttrs{first.ndim()}, where, "fold_in")[0], where);
}

// A scalar that is no buffer: in a trace it becomes a constant, not a hidden argument.
Key fold_in(const Key& key, std::uint32_t word, Where where) { return fold_in(key, Array(word, where), where); }

}  // namespace detail
}  // namespace espalier
