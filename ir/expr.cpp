#include "espalier/ir/expr.h"

#include <numeric>

namespace espalier::ir {

Expr apply(Op op, std::span<const Expr> operands, Attrs attrs) {
  std::vector<Value> values;
  values.reserve(operands.size());
  for (const Expr& e : operands) values.push_back(e.value);
  Builder* builder = operands[0].builder;
  return {builder, builder->add(op, values, std::move(attrs))};
}
Expr apply(Op op, std::initializer_list<Expr> operands, Attrs attrs) {
  Value values[3];
  if (operands.size() > std::size(values)) return apply(op, std::span<const Expr>(operands.begin(), operands.size()), std::move(attrs));
  std::size_t n = 0;
  for (const Expr& e : operands) values[n++] = e.value;
  Builder* builder = operands.begin()->builder;
  return {builder, builder->add(op, {values, n}, std::move(attrs))};
}

Expr full(Builder& builder, Type type, double value) {
  const Literal scalar = scalar_literal(type.dtype(), value);
  const Expr constant{&builder, builder.add(Op::constant, {}, ConstantAttrs{scalar})};
  return type.ndim() == 0 ? constant : broadcast(constant, type.shape(), {});
}

Expr operator-(Expr x) { return apply(Op::neg, {x}); }
Expr operator+(Expr x, Expr y) { return apply(Op::add, {x, y}); }
Expr operator-(Expr x, Expr y) { return apply(Op::sub, {x, y}); }
Expr operator*(Expr x, Expr y) { return apply(Op::mul, {x, y}); }
Expr operator/(Expr x, Expr y) { return apply(Op::div, {x, y}); }

Expr compare(Expr x, Comparison direction, Expr y) { return apply(Op::compare, {x, y}, CompareAttrs{direction}); }
Expr select(Expr condition, Expr on_true, Expr on_false) { return apply(Op::select, {condition, on_true, on_false}); }
Expr convert(Expr x, DType to) { return x.dtype() == to ? x : apply(Op::convert, {x}, ConvertAttrs{to}); }
Expr broadcast(Expr x, const Shape& shape, Ints dims) {
  return apply(Op::broadcast, {x}, BroadcastAttrs{shape, std::move(dims)});
}
Expr reshape(Expr x, const Shape& shape) { return x.shape() == shape ? x : apply(Op::reshape, {x}, ReshapeAttrs{shape}); }
Expr transpose(Expr x, Ints permutation) {
  return apply(Op::transpose, {x}, TransposeAttrs{std::move(permutation)});
}
Expr axes_last(Expr x, const Ints& axes) {
  Ints order, shape;
  std::int64_t n = 1;
  for (int i = 0; i < x.ndim(); ++i) {
    if (std::find(axes.begin(), axes.end(), i) != axes.end()) continue;
    order.push_back(i);
    shape.push_back(x.shape()[i]);
  }
  for (auto axis : axes) {
    order.push_back(axis);
    n *= x.shape()[static_cast<int>(axis)];
  }
  shape.push_back(n);
  return reshape(transpose(x, order), Shape(shape));
}
Expr slice(Expr x, Ints start, Ints limit, Ints stride) {
  if (stride.empty()) stride.assign(start.size(), 1);
  return apply(Op::slice, {x}, SliceAttrs{std::move(start), std::move(limit), std::move(stride)});
}
Expr pad(Expr x, Expr filler, Ints low, Ints high, Ints interior) {
  if (interior.empty()) interior.assign(low.size(), 0);
  return apply(Op::pad, {x, filler}, PadAttrs{std::move(low), std::move(high), std::move(interior)});
}
Expr concatenate(std::span<const Expr> parts, int axis) {
  return parts.size() == 1 ? parts[0] : apply(Op::concatenate, parts, ConcatenateAttrs{axis});
}
Expr reverse(Expr x, Ints axes) { return apply(Op::reverse, {x}, ReverseAttrs{std::move(axes)}); }
Expr reduce(Expr x, Reduction kind, Ints axes) {
  return axes.empty() ? x : apply(Op::reduce, {x}, ReduceAttrs{kind, std::move(axes)});
}
Expr dot(Expr x, Expr y, DotAttrs attrs) { return apply(Op::dot, {x, y}, std::move(attrs)); }
Expr iota(Builder& builder, Type type, int axis) {
  return {&builder, builder.add(Op::iota, {}, IotaAttrs{type, axis})};
}
Expr insert_axis(Expr x, int axis, std::int64_t extent) {
  Ints shape = x.shape().extents(), dims(x.ndim());
  shape.insert(shape.begin() + axis, extent);
  std::iota(dims.begin(), dims.end(), 0);
  for (auto& d : dims) d += d >= axis;
  return broadcast(x, Shape(shape), dims);
}

}  // namespace espalier::ir
