// A convolution as the dot of windows, or as sums of products.
#include <algorithm>
#include <numeric>

#include "espalier/ir/convolution.h"
#include "espalier/jit/schedule/lower_windows.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Free elements of the kernel from which on a product's vectors are worth filling.
constexpr std::int64_t few_columns = 4;
// Elements of the kernel's spatial axes up to which each is a term of its own.
constexpr std::int64_t most_taps = 32;

Expr zero_of(Expr x) { return full(*x.builder, Type(x.dtype()), 0); }

// The kernel over the axes of windows and, behind these, its own free ones.
Expr beside_windows(const ConvAttrs& a, int x_ndim, int windows_ndim, Expr kernel, const Ints& free, const Shape& shape) {
  Ints place(static_cast<std::size_t>(kernel.ndim()));
  const auto put = [&](const Ints& axes, auto&& where) {
    for (std::size_t i = 0; i < axes.size(); ++i) place[static_cast<std::size_t>(axes[i])] = where(i);
  };
  put(a.rhs_batch, [&](std::size_t i) { return a.lhs_batch[i]; });
  put(a.rhs_contract, [&](std::size_t i) { return a.lhs_contract[i]; });
  put(a.rhs_spatial, [&](std::size_t i) { return x_ndim + static_cast<std::int64_t>(i); });
  put(free, [&](std::size_t i) { return windows_ndim + static_cast<std::int64_t>(i); });
  Ints order(place.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto i, auto j) { return place[static_cast<std::size_t>(i)] < place[static_cast<std::size_t>(j)]; });
  std::sort(place.begin(), place.end());
  return broadcast(transpose(kernel, order), shape, place);
}

// Axes of x, and behind them free ones of the kernel, with those of the batch in front.
Expr batch_first(const ConvAttrs& a, int x_ndim, std::size_t free, Expr sum) {
  const Ints left = other_axes(x_ndim, {&a.lhs_contract});
  Ints order;
  for (auto axis : a.lhs_batch) order.push_back(std::find(left.begin(), left.end(), axis) - left.begin());
  for (std::size_t i = 0; i < left.size(); ++i)
    if (std::find(a.lhs_batch.begin(), a.lhs_batch.end(), left[i]) == a.lhs_batch.end()) order.push_back(static_cast<std::int64_t>(i));
  for (std::size_t i = 0; i < free; ++i) order.push_back(static_cast<std::int64_t>(left.size() + i));
  return std::is_sorted(order.begin(), order.end()) ? sum : transpose(sum, order);
}

// Every window beside every element of the kernel, multiplied and added up over what contracts and the windows.
Expr summed(const ConvAttrs& a, const ConvParts& parts, Expr padded, Expr kernel, const Ints& free) {
  const Expr windows = apply(Op::windows, {padded}, parts.windows);
  Ints extents = windows.shape().extents(), dims(extents.size());
  std::iota(dims.begin(), dims.end(), 0);
  for (auto axis : free) extents.push_back(kernel.shape()[static_cast<int>(axis)]);
  const Expr each = broadcast(convert(windows, a.result), Shape(extents), dims);
  const Expr product = each * beside_windows(a, padded.ndim(), windows.ndim(), convert(kernel, a.result), free, Shape(extents));
  return batch_first(a, padded.ndim(), free.size(), reduce(product, Reduction::sum, parts.dot.lhs_contract));
}

// The same element by element of the kernel's spatial axes: for each of them a slice of x, times what the kernel has there.
Expr unrolled(const ConvAttrs& a, const WindowsAttrs& w, Expr padded, Expr kernel, const Ints& free) {
  const auto n = static_cast<std::size_t>(padded.ndim());
  const Shape places = windows_shape(w, padded.shape());
  Ints whole(places.begin(), places.begin() + static_cast<std::ptrdiff_t>(n)), extents = whole, dims(n);
  std::iota(dims.begin(), dims.end(), 0);
  for (auto axis : free) extents.push_back(kernel.shape()[static_cast<int>(axis)]);
  Ints at(w.axes.size(), 0);
  Expr sum;
  for (bool more = true; more;) {
    Ints start(n, 0), limit = whole, stride(n, 1), first(static_cast<std::size_t>(kernel.ndim()), 0), end = kernel.shape().extents();
    for (std::size_t j = 0; j < at.size(); ++j) {
      const auto axis = static_cast<std::size_t>(w.axes[j]), tap = static_cast<std::size_t>(a.rhs_spatial[j]);
      start[axis] = at[j] * w.dilations[j], stride[axis] = w.strides[j];
      limit[axis] = start[axis] + (whole[axis] - 1) * w.strides[j] + 1;
      first[tap] = at[j], end[tap] = at[j] + 1;
    }
    const Expr taken = broadcast(convert(slice(padded, start, limit, stride), a.result), Shape(extents), dims);
    // Its spatial axes, of one element, lie behind all others.
    Ints beside = extents;
    beside.insert(beside.begin() + static_cast<std::ptrdiff_t>(n), at.size(), 1);
    const Expr tap = reshape(beside_windows(a, padded.ndim(), padded.ndim() + static_cast<int>(at.size()), convert(slice(kernel, first, end), a.result), free, Shape(beside)), Shape(extents));
    sum = sum.builder == nullptr ? taken * tap : sum + taken * tap;
    more = false;
    for (std::size_t j = at.size(); j-- > 0 && !more;) {
      more = ++at[j] < w.sizes[j];
      if (!more) at[j] = 0;
    }
  }
  return batch_first(a, padded.ndim(), free.size(), reduce(sum, Reduction::sum, a.lhs_contract));
}

}  // namespace

Expr lowered(const ConvAttrs& a, Expr x, Expr kernel) {
  const ConvParts parts = parts_of(a, x.ndim(), kernel.shape());
  const Expr padded = is_identity(parts.pad) ? x : pad(x, zero_of(x), parts.pad.low, parts.pad.high, parts.pad.interior);
  const Ints free = other_axes(kernel.ndim(), {&a.rhs_batch, &a.rhs_contract, &a.rhs_spatial});
  std::int64_t columns = 1;
  for (auto axis : free) columns *= kernel.shape()[static_cast<int>(axis)];
  if (columns >= few_columns) return dot(parts.windows.axes.empty() ? padded : apply(Op::windows, {padded}, parts.windows), kernel, parts.dot);
  std::int64_t taps = 1;
  for (auto size : parts.windows.sizes) taps *= std::min(size, most_taps + 1);
  const bool anywhere = windows_shape(parts.windows, padded.shape()).size() != 0;
  return taps <= most_taps && anywhere ? unrolled(a, parts.windows, padded, kernel, free) : summed(a, parts, padded, kernel, free);
}

}  // namespace espalier::codegen
