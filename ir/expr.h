#pragma once
// Expr: a value being built, with the operators of the language, so that rules for derivatives and batching read like
// the maths: `t(0) / x(1) - t(1) * (y / x(1))`. Scalars take the type of the expression they meet.
#include <vector>

#include "espalier/ir/builder.h"

namespace espalier::ir {

/// A value of a builder. Operands of a binary operator must have one type; a double meets any shape and dtype.
struct Expr {
  Builder* builder = nullptr;
  Value value = no_value;
  Type type() const { return builder->type(value); }
  DType dtype() const { return type().dtype(); }
  const Shape& shape() const { return type().shape(); }
  int ndim() const { return type().ndim(); }
};

/// One op applied to expressions of one builder; its first result.
Expr apply(Op op, std::initializer_list<Expr> operands, Attrs attrs = {});
Expr apply(Op op, std::span<const Expr> operands, Attrs attrs = {});

/// A constant of `type` with every element `value`: a scalar literal, broadcast.
Expr full(Builder& builder, Type type, double value);
inline Expr full_like(Expr x, double value) { return full(*x.builder, x.type(), value); }
inline Expr zeros_like(Expr x) { return full_like(x, 0); }

Expr operator-(Expr x);
Expr operator+(Expr x, Expr y);
Expr operator-(Expr x, Expr y);
Expr operator*(Expr x, Expr y);
Expr operator/(Expr x, Expr y);
inline Expr operator+(Expr x, double y) { return x + full_like(x, y); }
inline Expr operator-(Expr x, double y) { return x - full_like(x, y); }
inline Expr operator*(Expr x, double y) { return x * full_like(x, y); }
inline Expr operator/(Expr x, double y) { return x / full_like(x, y); }
inline Expr operator+(double x, Expr y) { return full_like(y, x) + y; }
inline Expr operator-(double x, Expr y) { return full_like(y, x) - y; }
inline Expr operator*(double x, Expr y) { return full_like(y, x) * y; }
inline Expr operator/(double x, Expr y) { return full_like(y, x) / y; }

inline Expr unary(Op op, Expr x) { return apply(op, {x}); }
inline Expr binary(Op op, Expr x, Expr y) { return apply(op, {x, y}); }
inline Expr exp(Expr x) { return unary(Op::exp, x); }
inline Expr log(Expr x) { return unary(Op::log, x); }
inline Expr sqrt(Expr x) { return unary(Op::sqrt, x); }
inline Expr rsqrt(Expr x) { return unary(Op::rsqrt, x); }
inline Expr sin(Expr x) { return unary(Op::sin, x); }
inline Expr cos(Expr x) { return unary(Op::cos, x); }
inline Expr sinh(Expr x) { return unary(Op::sinh, x); }
inline Expr cosh(Expr x) { return unary(Op::cosh, x); }
inline Expr tanh(Expr x) { return unary(Op::tanh, x); }
inline Expr abs(Expr x) { return unary(Op::abs, x); }
inline Expr sign(Expr x) { return unary(Op::sign, x); }
inline Expr real(Expr x) { return unary(Op::real, x); }
inline Expr imag(Expr x) { return unary(Op::imag, x); }
inline Expr complex(Expr re, Expr im) { return binary(Op::complex, re, im); }
inline Expr pow(Expr x, Expr y) { return binary(Op::pow, x, y); }
inline Expr max(Expr x, Expr y) { return binary(Op::max, x, y); }
inline Expr min(Expr x, Expr y) { return binary(Op::min, x, y); }

Expr compare(Expr x, Comparison direction, Expr y);
inline Expr compare(Expr x, Comparison direction, double y) { return compare(x, direction, full_like(x, y)); }
Expr select(Expr condition, Expr on_true, Expr on_false);
Expr convert(Expr x, DType to);
Expr broadcast(Expr x, const Shape& shape, Ints dims);
Expr reshape(Expr x, const Shape& shape);
Expr transpose(Expr x, Ints permutation);
/// x with these axes brought to the end, in this order, and made one: [others…, n].
Expr axes_last(Expr x, const Ints& axes);
Expr slice(Expr x, Ints start, Ints limit, Ints stride = {});
Expr pad(Expr x, Expr filler, Ints low, Ints high, Ints interior = {});
Expr concatenate(std::span<const Expr> parts, int axis);
Expr reverse(Expr x, Ints axes);
Expr reduce(Expr x, Reduction kind, Ints axes);
Expr dot(Expr x, Expr y, DotAttrs attrs);
Expr iota(Builder& builder, Type type, int axis);
/// `x` repeated `extent` times along a new axis.
Expr insert_axis(Expr x, int axis, std::int64_t extent);

}  // namespace espalier::ir
