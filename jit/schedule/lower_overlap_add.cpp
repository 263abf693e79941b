// overlap_add as sums of what is spread and padded, axis by axis from the last of the windows on.
#include <algorithm>
#include <numeric>

#include "espalier/ir/convolution.h"
#include "espalier/jit/schedule/lower_windows.h"

namespace espalier::codegen {
namespace {

using namespace ir;

constexpr std::int64_t most_terms = 16;  // of one sum: a kernel reads as many arrays

// Windows along one axis, whose elements lie along the last axis of what is added up.
struct Line {
  std::size_t axis;
  std::int64_t size, stride, dilation, extent;
};

Expr zero_of(Expr x) { return full(*x.builder, Type(x.dtype()), 0); }

// x spread along an axis by `stride`, from `low` on, in `extent` elements.
Expr spread(Expr x, const Line& line, std::int64_t low, std::int64_t extent) {
  const auto n = static_cast<std::size_t>(x.ndim());
  Ints before(n, 0), behind(n, 0), between(n, 0);
  const std::int64_t places = x.shape()[static_cast<int>(line.axis)];
  before[line.axis] = low;
  behind[line.axis] = extent - low - (places == 0 ? 0 : window_reach(places, line.stride));
  between[line.axis] = line.stride - 1;
  return pad(x, zero_of(x), before, behind, between);
}
// Element k along the last axis, which is gone.
Expr element(Expr x, std::int64_t k) {
  Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents();
  start.back() = k, limit.back() = k + 1;
  Ints shape = x.shape().extents();
  shape.pop_back();
  return reshape(slice(x, start, limit), Shape(shape));
}
// x with its last axis made longer by zeros.
Expr lengthened(Expr x, std::int64_t extent) {
  if (x.shape()[x.ndim() - 1] == extent) return x;
  Ints low(static_cast<std::size_t>(x.ndim()), 0), high = low;
  high.back() = extent - x.shape()[x.ndim() - 1];
  return pad(x, zero_of(x), low, high);
}
// x cut, or made longer by zeros, to so many elements along an axis.
Expr fitted(Expr x, std::size_t axis, std::int64_t extent) {
  const std::int64_t own = x.shape()[static_cast<int>(axis)];
  if (own == extent) return x;
  Ints low(static_cast<std::size_t>(x.ndim()), 0), high = low;
  high[axis] = extent - own;
  return pad(x, zero_of(x), low, high);
}

// Windows side by side: each axis of elements lies within its axis of places.
Expr side_by_side(Expr x, const Line& line) {
  x = lengthened(x, line.stride);
  Ints order(static_cast<std::size_t>(x.ndim()) - 1), shape = x.shape().extents();
  std::iota(order.begin(), order.end(), 0);
  order.insert(order.begin() + static_cast<std::ptrdiff_t>(line.axis) + 1, x.ndim() - 1);
  shape.pop_back();
  shape[line.axis] *= line.stride;
  return fitted(reshape(transpose(x, order), Shape(shape)), line.axis, line.extent);
}

// Recursion is as deep as the size of windows has digits in base `most_terms`.
Expr added(Expr x, const Line& line) {
  if (line.dilation == 1 && line.size <= line.stride) return side_by_side(x, line);
  if (line.size <= most_terms) {
    Expr sum = spread(element(x, 0), line, 0, line.extent);
    for (std::int64_t k = 1; k < line.size; ++k) sum = sum + spread(element(x, k), line, k * line.dilation, line.extent);
    return sum;
  }
  // Windows of windows: the long steps first, at whose places the short ones begin.
  const std::int64_t steps = (line.size + most_terms - 1) / most_terms;
  x = lengthened(x, steps * most_terms);
  Ints shape = x.shape().extents();
  shape.back() = steps, shape.push_back(most_terms);
  Ints order(shape.size());
  std::iota(order.begin(), order.end(), 0);
  std::swap(order[order.size() - 1], order[order.size() - 2]);
  const std::int64_t places = x.shape()[static_cast<int>(line.axis)];
  const Line longer{line.axis, steps, line.stride, line.dilation * most_terms, window_reach(std::max<std::int64_t>(places, 1), line.stride) + (steps - 1) * line.dilation * most_terms};
  const Line shorter{line.axis, most_terms, 1, line.dilation, longer.extent + (most_terms - 1) * line.dilation};
  return fitted(added(added(transpose(reshape(x, Shape(shape)), order), longer), shorter), line.axis, line.extent);
}

// What windows of one value each add up to: the sum over windows, turned around, of that value spread.
Expr of_repeated(Expr x, const Line& line) {
  const std::int64_t reach = window_reach(line.size, line.dilation);
  const Expr windows = apply(Op::windows, {spread(x, line, reach - 1, line.extent + reach - 1)}, WindowsAttrs{{static_cast<std::int64_t>(line.axis)}, {line.size}, {1}, {line.dilation}});
  return reduce(windows, Reduction::sum, {windows.ndim() - 1});
}

// The value that is repeated along all of the last `n` axes of x, if it is.
Expr unrepeated(Expr x, std::size_t n) {
  const Node* node = x.builder->made_by(x.value);
  if (node == nullptr || node->op != Op::broadcast) return {};
  const auto a = std::get<BroadcastAttrs>(x.builder->attrs_of(*node));
  const Expr operand{x.builder, x.builder->operands_of(*node)[0]};
  const std::int64_t kept = x.ndim() - static_cast<std::int64_t>(n);
  if (std::any_of(a.dims.begin(), a.dims.end(), [&](auto d) { return d >= kept; })) return {};
  Ints shape = x.shape().extents();
  shape.resize(static_cast<std::size_t>(kept));
  return broadcast(operand, Shape(shape), a.dims);
}

}  // namespace

Expr lowered(const OverlapAddAttrs& a, Expr x) {
  if (x.type().size() == 0) return full(*x.builder, x.type().with(a.shape), 0);
  std::vector<Line> lines;
  for (std::size_t j = 0; j < a.axes.size(); ++j) lines.push_back({static_cast<std::size_t>(a.axes[j]), a.sizes[j], a.strides[j], a.dilations[j], a.shape[static_cast<int>(a.axes[j])]});
  const bool overlap = std::any_of(lines.begin(), lines.end(), [](const Line& line) { return line.dilation != 1 || line.size > line.stride; });
  if (const Expr one = overlap ? unrepeated(x, lines.size()) : Expr(); one.builder != nullptr) {
    Expr sum = one;
    for (const Line& line : lines) sum = of_repeated(sum, line);
    return sum;
  }
  for (std::size_t j = lines.size(); j-- > 0;) x = added(x, lines[j]);
  return x;
}

}  // namespace espalier::codegen
