#include "espalier/jit/schedule/scatter_kernel.h"

#include <algorithm>
#include <bit>

#include "espalier/ir/windows.h"

namespace espalier::codegen {
namespace {

using namespace ir;

const ScatterAttrs& attrs_of(const Graph& body) {
  const Node& node = body.nodes[0];
  return node.op == Op::scatter ? body.attrs_as<ScatterAttrs>(node) : body.attrs_as<ScatterReduceAttrs>(node);
}
bool contains(const Ints& axes, std::int64_t axis) { return std::find(axes.begin(), axes.end(), axis) != axes.end(); }

// Axes of the array of windows along which no two elements have one place: those of a window; those that run along x; all, if the
// program says so.
Ints axes_apart(const ScatterAttrs& attrs, int ndim) {
  Ints axes = attrs.offset_dims;
  const Ints batch = batch_axes(attrs, ndim);
  for (auto axis : attrs.start_indices_batching_dims) axes.push_back(batch[axis]);
  if (attrs.unique) axes.insert(axes.end(), batch.begin(), batch.end());
  std::sort(axes.begin(), axes.end());
  axes.erase(std::unique(axes.begin(), axes.end()), axes.end());
  return axes;
}
std::int64_t points(const Ints& axes, const Shape& shape) {
  std::int64_t n = 1;
  for (auto axis : axes) n *= shape[static_cast<int>(axis)];
  return n;
}
std::string text_of(const Ints& axes) {
  std::string text;
  for (auto axis : axes) text += (text.empty() ? "" : ", ") + std::to_string(axis);
  return text;
}

}  // namespace

ScatterKernel plan_scatter_kernel(const Graph& body, const Target& target) {
  const ScatterAttrs& attrs = attrs_of(body);
  const Value windows = body.operands_of(body.nodes[0])[1];
  const Type type = body.type_of(windows);
  ScatterKernel kernel{.windows = windows, .in_order = {}, .apart = {}, .walk = {}};
  // A CPU goes window by window, whose starts are then known; a GPU makes all threads that it can.
  kernel.apart = target.kind == Target::Kind::gpu ? axes_apart(attrs, type.ndim()) : attrs.offset_dims;
  for (int i = 0; i < type.ndim(); ++i)
    if (!contains(kernel.apart, i)) kernel.in_order.push_back(i);
  kernel.walk = map_walk(type.dtype(), points(kernel.apart, type.shape()), target);
  if (auto* walk = std::get_if<WalkLanes>(&kernel.walk)) {  // vectors no longer than a window
    const std::int64_t extent = kernel.apart.empty() ? 1 : type.shape()[static_cast<int>(kernel.apart.back())];
    walk->lanes = std::min(walk->lanes, static_cast<std::int64_t>(std::bit_ceil(static_cast<std::uint64_t>(std::max<std::int64_t>(extent, 1)))));
  }
  return kernel;
}

std::string verify(const Graph& body, const ScatterKernel& kernel) {
  if (kernel.windows != body.operands_of(body.nodes[0])[1]) return "writes another array than its op";
  const Type type = body.type_of(kernel.windows);
  const Ints may_be_apart = axes_apart(attrs_of(body), type.ndim());
  for (auto axis : kernel.apart)
    if (!contains(may_be_apart, axis)) return "elements along axis " + std::to_string(axis) + " may meet";
  std::vector<int> times(static_cast<std::size_t>(type.ndim()), 0);
  for (const Ints* axes : {&kernel.apart, &kernel.in_order}) {
    if (!std::is_sorted(axes->begin(), axes->end())) return "axes that are not in order";
    for (auto axis : *axes)
      if (axis < 0 || axis >= type.ndim() || times[static_cast<std::size_t>(axis)]++ != 0) return "an axis that there is not, or twice";
  }
  if (std::find(times.begin(), times.end(), 0) != times.end()) return "an axis is left out";
  return verify(kernel.walk, points(kernel.apart, type.shape()));
}

std::string describe(const ScatterKernel& kernel) {
  std::string text = "writes windows";
  if (!kernel.in_order.empty()) text += ", axes " + text_of(kernel.in_order) + " in order";
  if (!kernel.apart.empty()) text += ", axes " + text_of(kernel.apart) + " at once";
  return text + text_of(kernel.walk);
}

}  // namespace espalier::codegen
