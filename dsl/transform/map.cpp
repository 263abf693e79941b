#include "espalier/dsl/transform/map.h"

#include <numeric>

namespace espalier::detail {
namespace {

constexpr const char* prefix_op = "associative_scan";

std::int64_t extent_along(std::span<const Array> leaves, std::vector<int>& axes, int axis, Where where) {
  if (leaves.empty()) throw ShapeError(prefix_op, "there is no array to go along", "give at least one leaf", where);
  for (const Array& x : leaves) {
    if (axis < -x.ndim() || axis >= x.ndim()) {
      AxisError error(prefix_op, "axis " + std::to_string(axis) + " of " + ArrayAccess::type(x).str(), "all leaves have the axis", where);
      error.axis = axis;
      error.ndim = x.ndim();
      throw error;
    }
    axes.push_back(axis < 0 ? axis + x.ndim() : axis);
    if (x.shape(axes.back()) == leaves[0].shape(axes[0])) continue;
    ShapeError error(prefix_op, "extents differ: " + ArrayAccess::type(leaves[0]).str() + " and " + ArrayAccess::type(x).str() + " along axis " + std::to_string(axis), "all leaves have one extent along it", where);
    error.shapes = {leaves[0].shape(), x.shape()};
    throw error;
  }
  return leaves[0].shape(axes[0]);
}

// Moves slices along an axis of each leaf.
class Slices {
 public:
  Slices(std::vector<int> axes, Where where, const char* op) : axes_(std::move(axes)), where_(where), op_(op) {}

  std::vector<Array> strided(std::span<const Array> leaves, std::int64_t first, std::int64_t limit, std::int64_t stride) const {
    std::vector<Array> out;
    for (std::size_t i = 0; i < leaves.size(); ++i) {
      ir::SliceAttrs a{ir::Ints(static_cast<std::size_t>(leaves[i].ndim()), 0), leaves[i].shape().extents(), ir::Ints(static_cast<std::size_t>(leaves[i].ndim()), 1)};
      const auto axis = static_cast<std::size_t>(axes_[i]);
      a.start[axis] = first, a.limit[axis] = limit, a.stride[axis] = stride;
      out.push_back(apply(ir::Op::slice, {Operand(leaves[i], where_)}, std::move(a), where_, op_));
    }
    return out;
  }
  std::vector<Array> joined(std::span<const Array> first, std::span<const Array> second) const {
    std::vector<Array> out;
    for (std::size_t i = 0; i < first.size(); ++i) out.push_back(apply(ir::Op::concatenate, {Operand(first[i], where_), Operand(second[i], where_)}, ir::ConcatenateAttrs{axes_[i]}, where_, op_));
    return out;
  }
  // By turns one of each; the first has as many as the second, or one more.
  std::vector<Array> by_turns(std::span<const Array> first, std::span<const Array> second) const {
    const std::int64_t pairs = second[0].shape(axes_[0]), all = first[0].shape(axes_[0]);
    std::vector<Array> out;
    const auto paired = strided(first, 0, pairs, 1);
    for (std::size_t i = 0; i < first.size(); ++i) {
      auto extents = second[i].shape().extents();
      const auto behind = static_cast<std::ptrdiff_t>(axes_[i]) + 1;
      extents.insert(extents.begin() + behind, 1);
      const auto column = [&](const Array& x) { return apply(ir::Op::reshape, {Operand(x, where_)}, ir::ReshapeAttrs{Shape(extents)}, where_, op_); };
      const Array both = apply(ir::Op::concatenate, {Operand(column(paired[i]), where_), Operand(column(second[i]), where_)}, ir::ConcatenateAttrs{static_cast<int>(behind)}, where_, op_);
      auto merged = second[i].shape().extents();
      merged[static_cast<std::size_t>(axes_[i])] *= 2;
      out.push_back(apply(ir::Op::reshape, {Operand(both, where_)}, ir::ReshapeAttrs{Shape(merged)}, where_, op_));
    }
    return all == pairs ? out : joined(out, strided(first, pairs, all, 1));
  }
  std::vector<Array> flipped(std::span<const Array> leaves) const {
    std::vector<Array> out;
    for (std::size_t i = 0; i < leaves.size(); ++i) out.push_back(apply(ir::Op::reverse, {Operand(leaves[i], where_)}, ir::ReverseAttrs{{axes_[i]}}, where_, op_));
    return out;
  }

 private:
  std::vector<int> axes_;
  Where where_;
  const char* op_;
};

// Blelloch, Prefix sums and their applications (1990); depth is logarithmic, and so is this recursion.
std::vector<Array> inclusive(std::vector<Array> leaves, std::int64_t n, const Slices& slices, const Combine& combine) {
  if (n < 2) return leaves;
  const auto odd = inclusive(combine(slices.strided(leaves, 0, n - 1, 2), slices.strided(leaves, 1, n, 2)), n / 2, slices, combine);
  auto even = slices.strided(leaves, 0, 1, 1);
  const std::int64_t between = (n - 1) / 2;  // even slices behind the first
  if (between > 0) even = slices.joined(even, combine(slices.strided(odd, 0, between, 1), slices.strided(leaves, 2, n, 2)));
  return slices.by_turns(even, odd);
}

Array reshaped(const Array& x, Shape shape, Where where) { return apply(ir::Op::reshape, {Operand(x, where)}, ir::ReshapeAttrs{std::move(shape)}, where, "sequential_map"); }

}  // namespace

std::vector<Array> prefixes(std::vector<Array> leaves, int axis, bool reverse, const Combine& combine, Where where) {
  for (Array& x : leaves)
    if (x.weak()) x = x.as(x.dtype(), where);
  std::vector<int> axes;
  const std::int64_t n = extent_along(leaves, axes, axis, where);
  const Slices slices(std::move(axes), where, prefix_op);
  if (!reverse) return inclusive(std::move(leaves), n, slices, combine);
  return slices.flipped(inclusive(slices.flipped(leaves), n, slices, combine));
}

void require_like_combined(const std::string& difference, std::span<const Array> combined, std::span<const Array> of, Where where) {
  if (!difference.empty()) {
    StructureError error(prefix_op, "f returns another structure than it takes: " + difference, "f combines trees into one like them", where);
    error.path = difference;
    throw error;
  }
  for (std::size_t i = 0; i < std::max(combined.size(), of.size()); ++i) {
    const std::string now = i < combined.size() ? ArrayAccess::type(combined[i]).str() : "nothing", was = i < of.size() ? ArrayAccess::type(of[i]).str() : "nothing";
    if (now == was) continue;
    StructureError error(prefix_op, "leaf " + std::to_string(i) + " of what f returns is " + now + ", of what it takes " + was, "f combines slices element by element along the axis, and keeps shapes and dtypes", where);
    error.expected = was;
    error.actual = now;
    throw error;
  }
}

Array leading_slices(const Array& x, std::int64_t first, std::int64_t last, Where where) {
  if (first == 0 && last == x.shape(0)) return x;
  return Slices({0}, where, "sequential_map").strided({&x, 1}, first, last, 1)[0];
}
Array leading_axis_split(const Array& x, std::int64_t inner, Where where) {
  auto extents = x.shape().extents();
  extents[0] /= inner;
  extents.insert(extents.begin() + 1, inner);
  return reshaped(x, Shape(extents), where);
}
Array leading_axes_joined(const Array& x, Where where) {
  auto extents = x.shape().extents();
  extents[1] *= extents[0];
  extents.erase(extents.begin());
  return reshaped(x, Shape(extents), where);
}
Array joined_behind(const Array& first, const Array& second, Where where) { return Slices({0}, where, "sequential_map").joined({&first, 1}, {&second, 1})[0]; }

}  // namespace espalier::detail
