#include "espalier/dsl/ops/convolution.h"

#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/window_plan.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"

namespace espalier {

using detail::called_at;

namespace {

using ir::Ints;

// Everything here runs within called_at, which knows the user's place.

std::string text_of(const Array& a) { return detail::ArrayAccess::type(a).str(); }

[[noreturn]] void fail_shapes(const Array& x, const Array& w, const std::string& what, const std::string& hint) {
  ShapeError error("", "x " + text_of(x) + " and kernel " + text_of(w) + " " + what, hint);
  error.shapes = {x.shape(), w.shape()};
  throw error;
}

// x [N, spatial…, C] and w [spatial…, C / groups, F] of one dtype.
struct Operands {
  Array x, w;
  int spatial = 0;
  std::int64_t extent(int i) const { return x.shape()[i + 1]; }
  std::int64_t size(int i) const { return w.shape()[i]; }
};
Operands operands_of(const Operand& x, const Operand& w, const char* name) {
  detail::Promoted promoted = detail::promote_operands(std::vector<Array>{x.array, w.array}, name, x.where);
  if (promoted.weak)
    for (Array& a : promoted.arrays) a = a.as(promoted.dtype, x.where);
  Operands both{promoted.arrays[0], promoted.arrays[1]};
  both.spatial = both.x.ndim() - 2;
  if (both.spatial < 0 || both.w.ndim() != both.x.ndim()) fail_shapes(both.x, both.w, "differ in their spatial axes", "x is [N, spatial..., C], the kernel [spatial..., C / groups, F]");
  return both;
}

Array reshaped(const Array& x, Ints shape) { return detail::apply(ir::Op::reshape, {x}, ir::ReshapeAttrs{Shape(std::move(shape))}, {}); }
Array permuted(const Array& x, Ints permutation) { return detail::apply(ir::Op::transpose, {x}, ir::TransposeAttrs{std::move(permutation)}, {}); }

// An axis as two: `outer` groups of what is left.
Array split(const Array& x, int axis, std::int64_t outer) {
  Ints shape = x.shape().extents();
  shape[static_cast<std::size_t>(axis)] /= outer;
  shape.insert(shape.begin() + axis, outer);
  return reshaped(x, shape);
}
// Groups that stand in front go before the features, the last axis, and become one with them.
Array grouped_last(const Array& z) {
  Ints order(static_cast<std::size_t>(z.ndim()) - 2);
  std::iota(order.begin(), order.end(), 1);
  order.push_back(0), order.push_back(z.ndim() - 1);
  Ints shape(z.shape().begin() + 1, z.shape().end());
  shape.back() *= z.shape()[0];
  return reshaped(permuted(z, order), shape);
}

// The convolution of what has been resolved; groups are batch axes that both sides have.
Array convolved(Operands of, ir::ConvAttrs a, std::int64_t groups, std::int64_t batch_groups) {
  const int n = of.spatial;
  const std::int64_t channels = of.x.shape(-1), of_kernel = of.w.shape(-2), features = of.w.shape(-1), examples = of.x.shape(0);
  if (groups < 1 || batch_groups < 1 || (groups > 1 && batch_groups > 1)) throw ArgumentError("", std::to_string(groups) + " groups and " + std::to_string(batch_groups) + " batch groups", "give at least 1 of each, and more of one of them only");
  if (channels % groups != 0 || features % (groups * batch_groups) != 0 || examples % batch_groups != 0) throw ArgumentError("", std::to_string(groups > 1 ? groups : batch_groups) + " groups do not divide x " + text_of(of.x) + " and kernel " + text_of(of.w), "groups divide channels and features, batch groups examples and features");
  if (channels / groups != of_kernel) fail_shapes(of.x, of.w, "do not meet: " + std::to_string(channels / groups) + " channels of each group, and " + std::to_string(of_kernel) + " of the kernel", "the kernel is [spatial..., C / groups, F]");
  const bool by_channel = groups > 1, by_example = batch_groups > 1;
  if (by_channel) of.x = split(of.x, n + 1, groups);
  if (by_example) of.x = split(of.x, 0, batch_groups);
  if (by_channel || by_example) of.w = split(of.w, n + 1, groups * batch_groups), a.rhs_batch = {n + 1}, a.lhs_batch = {by_channel ? n + 1 : 0};
  a.lhs_contract = {of.x.ndim() - 1}, a.rhs_contract = {n};
  for (int i = 0; i < n; ++i) a.lhs_spatial.push_back(i + (by_example ? 2 : 1)), a.rhs_spatial.push_back(i);
  const Array z = detail::apply(ir::Op::conv, {of.x, of.w}, a, {});
  return by_channel || by_example ? grouped_last(z) : z;
}

}  // namespace

Array conv(Operand x, Operand w, ConvOptions o) {
  return called_at(x.where, "conv", [&] {
    const Operands of = operands_of(x, w, "conv");
    ir::ConvAttrs a;
    a.result = o.preferred.value_or(of.x.dtype());
    a.strides = detail::per_axis(o.strides, of.spatial, "strides");
    a.lhs_dilation = detail::per_axis(o.input_dilation, of.spatial, "input_dilation");
    a.rhs_dilation = detail::per_axis(o.kernel_dilation, of.spatial, "kernel_dilation");
    Ints extents, sizes;
    for (int i = 0; i < of.spatial; ++i) extents.push_back(of.extent(i)), sizes.push_back(std::max<std::int64_t>(of.size(i), 1));
    const detail::PaddedBy by = detail::padded_by(o.padding, extents, detail::reach_of(sizes, a.rhs_dilation), a.strides);
    a.low = by.low, a.high = by.high;
    return convolved(of, a, o.groups, o.batch_groups);
  });
}

Array conv_transpose(Operand x, Operand w, ConvTransposeOptions o) {
  return called_at(x.where, "conv_transpose", [&] {
    Operands of = operands_of(x, w, "conv_transpose");
    const Ints strides = detail::per_axis(o.strides, of.spatial, "strides");
    ir::ConvAttrs a;
    a.result = o.preferred.value_or(of.x.dtype());
    a.strides.assign(strides.size(), 1);
    a.lhs_dilation = strides;
    a.rhs_dilation = detail::per_axis(o.kernel_dilation, of.spatial, "kernel_dilation");
    Ints extents, sizes;
    for (int i = 0; i < of.spatial; ++i) extents.push_back(of.extent(i)), sizes.push_back(std::max<std::int64_t>(of.size(i), 1));
    const Ints reach = detail::reach_of(sizes, a.rhs_dilation);
    const detail::PaddedBy by = detail::padded_by(o.padding, extents, reach, strides);
    a.low = by.low, a.high = by.high;
    for (std::size_t i = 0; i < reach.size() && !o.padding.word.empty(); ++i) {
      // So that the convolution with these strides and padding has x's shape for a result.
      const bool same = o.padding.word == "SAME";
      const std::int64_t all = reach[i] + strides[i] - 2 + (same ? 0 : std::max<std::int64_t>(reach[i] - strides[i], 0));
      a.low[i] = !same || strides[i] > reach[i] - 1 ? reach[i] - 1 : (all + 1) / 2;
      a.high[i] = all - a.low[i];
    }
    if (o.transpose_kernel) {
      Ints order(static_cast<std::size_t>(of.w.ndim())), spatial(static_cast<std::size_t>(of.spatial));
      std::iota(order.begin(), order.end(), 0), std::iota(spatial.begin(), spatial.end(), 0);
      std::swap(order[order.size() - 1], order[order.size() - 2]);
      of.w = permuted(detail::apply(ir::Op::reverse, {of.w}, ir::ReverseAttrs{spatial}, {}), order);
    }
    return convolved(of, a, 1, 1);
  });
}

}  // namespace espalier
