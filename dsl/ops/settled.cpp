#include "espalier/dsl/ops/settled.h"

#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier::detail {

Array settled(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

Array settled_floats(const Operand& x) {
  const Array a = settled(x);
  return a.as(float_dtype(a.dtype(x.where)), x.where);
}

AlongAxis along_axis(const Operand& x, std::optional<std::int64_t> axis, const char* name) {
  const Array a = axis ? settled(x) : ravel(Operand(settled(x), x.where));
  return {a, axis_of(axis.value_or(0), a.ndim(x.where), name, x.where)};
}

Array part_of(const Array& x, int axis, std::int64_t from, std::int64_t to, std::int64_t step) {
  ir::Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents(), stride(start.size(), 1);
  const auto at = static_cast<std::size_t>(axis);
  if (from == 0 && to == limit[at] && step == 1) return x;
  start[at] = from, limit[at] = to, stride[at] = step;
  return apply(ir::Op::slice, {x}, ir::SliceAttrs{start, limit, stride}, {});
}

Axes axes_from(std::vector<std::int64_t> axes) {
  Axes out;
  out.all = false;
  out.list = std::move(axes);
  return out;
}

}  // namespace espalier::detail
