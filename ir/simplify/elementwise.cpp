// Identities of elementwise ops.
#include <array>
#include <cmath>
#include <cstring>
#include <utility>

#include "espalier/ir/simplify/rules.h"

namespace espalier::ir {

// f(broadcast a, broadcast b) = broadcast f(a, b), where both repeat along the same axes, or one is a repeated scalar.
std::optional<Value> sink_broadcast(Rewriter& rw, const Application& a) {
  if (!is_elementwise(a.op) || a.type.ndim() == 0) return std::nullopt;
  Value model = no_value;  // an operand that repeats more than a scalar
  for (Value v : a.in) {
    if (!rw.is(v, Op::broadcast)) return std::nullopt;
    if (rw.type(rw.operand(v, 0)).ndim() != 0) model = v;
  }
  Shape shape;
  BroadcastAttrs outer{a.type.shape(), {}};
  if (model != no_value) {
    shape = rw.type(rw.operand(model, 0)).shape();
    outer = rw.attrs<BroadcastAttrs>(model);
    if (shape.size() >= a.type.size()) return std::nullopt;
  }
  std::vector<Value> small;
  for (Value v : a.in) {
    const Value from = rw.operand(v, 0);
    const bool same = rw.type(from).shape() == shape && rw.attrs<BroadcastAttrs>(v).dims == outer.dims;
    if (!same && rw.type(from).ndim() != 0) return std::nullopt;
    small.push_back(same ? from : no_value);
  }
  for (std::size_t i = 0; i < small.size(); ++i) {
    if (small[i] == no_value) small[i] = rw.repeat(rw.operand(a.in[i], 0), shape);
  }
  return rw.emit(Op::broadcast, {rw.emit(a.op, small, a.attrs)}, outer);
}

namespace {

using Maybe = std::optional<Value>;

// Whether every value of `from` is a value of `to`.
bool lossless(DType from, DType to) {
  if (from == to || is_bool(from)) return true;
  if (is_bool(to) || is_complex(from) || is_complex(to) || to == f16) return false;
  if (is_floating(from)) return to == f64 || (to == f32 && from != f64);
  if (is_signed(from) && is_unsigned(to)) return false;
  const auto width = [](DType t) { return static_cast<int>(8 * byte_size(t)) - is_signed(t); };
  const int digits = to == bf16 ? 8 : (to == f32 ? 24 : (to == f64 ? 53 : width(to)));  // bits of an integer it holds
  return width(from) <= digits;
}

// 1 / c as a literal, where c is a power of two and its reciprocal a normal number: then x / c = x * (1 / c) exactly.
std::optional<double> exact_reciprocal(const Literal* c) {
  if (c == nullptr || (c->type.dtype() != f32 && c->type.dtype() != f64)) return std::nullopt;
  double value = 0;
  if (c->type.dtype() == f32) {
    float narrow;
    std::memcpy(&narrow, c->data(), 4);
    value = narrow;
  } else {
    std::memcpy(&value, c->data(), 8);
  }
  int exponent = 0;
  const int limit = c->type.dtype() == f32 ? 126 : 1022;
  if (std::fabs(std::frexp(value, &exponent)) != 0.5 || exponent - 1 > limit || exponent - 1 < -limit) return std::nullopt;
  return 1 / value;
}

Comparison negated(Comparison c) {
  switch (c) {
    case Comparison::eq: return Comparison::ne;
    case Comparison::ne: return Comparison::eq;
    case Comparison::lt: return Comparison::ge;
    case Comparison::le: return Comparison::gt;
    case Comparison::gt: return Comparison::le;
    case Comparison::ge: return Comparison::lt;
  }
  return c;
}

bool is_rounding(const Rewriter& rw, Value v) {
  return rw.is(v, Op::floor) || rw.is(v, Op::ceil) || rw.is(v, Op::round_even) || rw.is(v, Op::round_away);
}

Maybe simplify_add(Rewriter& rw, Value x, Value y, DType t) {
  // In floating point the neutral element is -0: -0 + 0 is 0.
  const double zero = is_inexact(t) ? -0.0 : 0.0;
  if (rw.is_number(y, zero)) return x;
  if (rw.is_number(x, zero)) return y;
  if (rw.is(y, Op::neg)) return rw.emit(Op::sub, {x, rw.operand(y, 0)});
  if (rw.is(x, Op::neg)) return rw.emit(Op::sub, {y, rw.operand(x, 0)});
  return std::nullopt;
}

Maybe simplify_sub(Rewriter& rw, Value x, Value y, Type type) {
  const bool integer = is_integer(type.dtype());
  if (rw.is_number(y, 0)) return x;
  if (rw.is_number(x, integer ? 0.0 : -0.0)) return rw.emit(Op::neg, {y});
  if (rw.is(y, Op::neg)) return rw.emit(Op::add, {x, rw.operand(y, 0)});
  if (integer && x == y) return rw.full(type, 0);
  return std::nullopt;
}

Maybe simplify_mul(Rewriter& rw, Value x, Value y, Type type) {
  if (rw.is_number(y, 1)) return x;
  if (rw.is_number(x, 1)) return y;
  if (!is_unsigned(type.dtype()) && rw.is_number(y, -1)) return rw.emit(Op::neg, {x});
  if (!is_unsigned(type.dtype()) && rw.is_number(x, -1)) return rw.emit(Op::neg, {y});
  if (is_integer(type.dtype()) && (rw.is_number(x, 0) || rw.is_number(y, 0))) return rw.full(type, 0);
  if (rw.is(x, Op::neg) && rw.is(y, Op::neg)) return rw.emit(Op::mul, {rw.operand(x, 0), rw.operand(y, 0)});
  if (rw.is(x, Op::neg) && rw.splat(y)) return rw.emit(Op::mul, {rw.operand(x, 0), rw.emit(Op::neg, {y})});
  if (rw.is(y, Op::neg) && rw.splat(x)) return rw.emit(Op::mul, {rw.emit(Op::neg, {x}), rw.operand(y, 0)});
  return std::nullopt;
}

Maybe simplify_div(Rewriter& rw, Value x, Value y, Type type) {
  if (rw.is_number(y, 1)) return x;
  if (is_floating(type.dtype()) && rw.is_number(y, -1)) return rw.emit(Op::neg, {x});
  if (const auto reciprocal = exact_reciprocal(rw.splat(y))) return rw.emit(Op::mul, {x, rw.full(type, *reciprocal)});
  return std::nullopt;
}

Maybe simplify_pow(Rewriter& rw, Value x, Value y, Type type) {
  if (rw.is_number(y, 1)) return x;
  if (rw.is_number(y, 0)) return rw.full(type, 1);  // NaN too, as IEEE 754 has it
  return std::nullopt;
}

// All bits set, for a bool: true.
bool is_ones(const Rewriter& rw, Value v) {
  const Literal* c = rw.splat(v);
  if (c == nullptr) return false;
  const std::byte ones = is_bool(c->type.dtype()) ? std::byte{1} : std::byte{0xff};
  for (std::byte b : *c->bytes) {
    if (b != ones) return false;
  }
  return true;
}

Maybe simplify_logic(Rewriter& rw, Op op, Value x, Value y, Type type) {
  if (x == y) return op == Op::xor_ ? rw.full(type, 0) : x;
  for (const auto& [constant, other] : {std::pair(x, y), std::pair(y, x)}) {
    if (rw.is_number(constant, 0)) return op == Op::and_ ? constant : other;
    if (is_ones(rw, constant)) return op == Op::and_ ? other : (op == Op::or_ ? constant : rw.emit(Op::not_, {other}));
  }
  return std::nullopt;
}

Maybe simplify_not(Rewriter& rw, Value x) {
  if (rw.is(x, Op::not_)) return rw.operand(x, 0);
  if (!rw.is(x, Op::compare)) return std::nullopt;
  // For numbers that may be NaN only == and != are opposites.
  const auto direction = rw.attrs<CompareAttrs>(x).direction;
  const Value l = rw.operand(x, 0), r = rw.operand(x, 1);
  if (is_inexact(rw.type(l).dtype()) && direction != Comparison::eq && direction != Comparison::ne) return std::nullopt;
  return rw.emit(Op::compare, {l, r}, CompareAttrs{negated(direction)});
}

Maybe simplify_compare(Rewriter& rw, Value x, Value y, Comparison direction, Type type) {
  const DType t = rw.type(x).dtype();
  if (x == y && !is_inexact(t)) {
    const bool holds = direction == Comparison::eq || direction == Comparison::le || direction == Comparison::ge;
    return rw.full(type, holds);
  }
  if (is_bool(t) && direction == Comparison::ne && rw.is_number(y, 0)) return x;
  if (is_bool(t) && direction == Comparison::eq && rw.is_number(y, 1)) return x;
  return std::nullopt;
}

Maybe simplify_select(Rewriter& rw, Value c, Value x, Value y, Type type) {
  if (x == y) return x;
  if (rw.is_number(c, 1)) return x;
  if (rw.is_number(c, 0)) return y;
  if (is_bool(type.dtype()) && rw.is_number(x, 1) && rw.is_number(y, 0)) return c;
  if (rw.is(c, Op::not_)) return rw.emit(Op::select, {rw.operand(c, 0), y, x});
  if (rw.is(x, Op::select) && rw.operand(x, 0) == c) return rw.emit(Op::select, {c, rw.operand(x, 1), y});
  if (rw.is(y, Op::select) && rw.operand(y, 0) == c) return rw.emit(Op::select, {c, x, rw.operand(y, 2)});
  return std::nullopt;
}

Maybe simplify_convert(Rewriter& rw, Value x, DType to) {
  const DType t = rw.type(x).dtype();
  if (t == to) return x;
  if (!rw.is(x, Op::convert)) return std::nullopt;
  const DType from = rw.type(rw.operand(x, 0)).dtype();
  // Out of range a float saturates where an integer wraps, so a conversion through a float differs unless all integers fit.
  const bool saturates = !is_inexact(from) && is_inexact(t) && !is_inexact(to) && !is_bool(to) && !lossless(from, to);
  if (!lossless(from, t) || saturates) return std::nullopt;
  return rw.emit(Op::convert, {rw.operand(x, 0)}, ConvertAttrs{to});
}

Maybe simplify_bitcast(Rewriter& rw, Value x, DType to) {
  if (rw.type(x).dtype() == to) return x;
  if (rw.is(x, Op::bitcast)) return rw.emit(Op::bitcast, {rw.operand(x, 0)}, ConvertAttrs{to});
  return std::nullopt;
}

Maybe simplify_abs(Rewriter& rw, Value x, DType t) {
  if (is_unsigned(t) || rw.is(x, Op::abs)) return x;
  if (rw.is(x, Op::neg)) return rw.emit(Op::abs, {rw.operand(x, 0)});
  return std::nullopt;
}

// A part of what is made of parts, or of a conjugate.
Maybe simplify_part(Rewriter& rw, Op op, Value x) {
  const bool imaginary = op == Op::imag;
  if (rw.is(x, Op::complex)) return rw.operand(x, imaginary ? 1 : 0);
  if (!rw.is(x, Op::conj)) return std::nullopt;
  const Value part = rw.emit(op, {rw.operand(x, 0)});
  return imaginary ? rw.emit(Op::neg, {part}) : part;
}

Maybe simplify_conj(Rewriter& rw, Value x) {
  if (rw.is(x, Op::conj)) return rw.operand(x, 0);
  if (rw.is(x, Op::complex)) return rw.emit(Op::complex, {rw.operand(x, 0), rw.emit(Op::neg, {rw.operand(x, 1)})});
  return std::nullopt;
}

// The parts of a number put together again.
Maybe simplify_complex(Rewriter& rw, Value re, Value im) {
  const bool whole = rw.is(re, Op::real) && rw.is(im, Op::imag) && rw.operand(re, 0) == rw.operand(im, 0);
  return whole ? Maybe(rw.operand(re, 0)) : std::nullopt;
}

Maybe rounded(Rewriter& rw, const Application& a) { return is_rounding(rw, a.in[0]) ? Maybe(a.in[0]) : std::nullopt; }
// Not of complex numbers, where one part that is NaN makes both so.
Maybe extremum(Rewriter&, const Application& a) { return a.in[0] == a.in[1] && !is_complex(a.type.dtype()) ? Maybe(a.in[0]) : std::nullopt; }
Maybe shifted(Rewriter& rw, const Application& a) { return rw.is_number(a.in[1], 0) ? Maybe(a.in[0]) : std::nullopt; }
Maybe logic(Rewriter& rw, const Application& a) { return simplify_logic(rw, a.op, a.in[0], a.in[1], a.type); }
Maybe clamped(Rewriter& rw, const Application& a) {
  const Value x = a.in[1];
  return rw.is(x, Op::clamp) && rw.operand(x, 0) == a.in[0] && rw.operand(x, 2) == a.in[2] ? Maybe(x) : std::nullopt;
}

// The identities there are. Of an op that is not here none is known that holds to the bit, or it is not elementwise.
constexpr std::pair<Op, Rule> identities[] = {
    {Op::neg, [](Rewriter& rw, const Application& a) { return rw.is(a.in[0], Op::neg) ? Maybe(rw.operand(a.in[0], 0)) : std::nullopt; }},
    {Op::abs, [](Rewriter& rw, const Application& a) { return simplify_abs(rw, a.in[0], a.type.dtype()); }},
    {Op::sign, [](Rewriter& rw, const Application& a) { return rw.is(a.in[0], Op::sign) && !is_complex(a.type.dtype()) ? Maybe(a.in[0]) : std::nullopt; }},
    {Op::real, [](Rewriter& rw, const Application& a) { return simplify_part(rw, a.op, a.in[0]); }},
    {Op::imag, [](Rewriter& rw, const Application& a) { return simplify_part(rw, a.op, a.in[0]); }},
    {Op::conj, [](Rewriter& rw, const Application& a) { return simplify_conj(rw, a.in[0]); }},
    {Op::complex, [](Rewriter& rw, const Application& a) { return simplify_complex(rw, a.in[0], a.in[1]); }},
    {Op::floor, rounded},
    {Op::ceil, rounded},
    {Op::round_even, rounded},
    {Op::round_away, rounded},
    {Op::not_, [](Rewriter& rw, const Application& a) { return simplify_not(rw, a.in[0]); }},
    {Op::convert, [](Rewriter& rw, const Application& a) { return simplify_convert(rw, a.in[0], a.as<ConvertAttrs>().to); }},
    {Op::bitcast, [](Rewriter& rw, const Application& a) { return simplify_bitcast(rw, a.in[0], a.as<ConvertAttrs>().to); }},
    {Op::stop_gradient, [](Rewriter&, const Application& a) { return Maybe(a.in[0]); }},  // what simplifies differentiates no more
    {Op::add, [](Rewriter& rw, const Application& a) { return simplify_add(rw, a.in[0], a.in[1], a.type.dtype()); }},
    {Op::sub, [](Rewriter& rw, const Application& a) { return simplify_sub(rw, a.in[0], a.in[1], a.type); }},
    {Op::mul, [](Rewriter& rw, const Application& a) { return simplify_mul(rw, a.in[0], a.in[1], a.type); }},
    {Op::div, [](Rewriter& rw, const Application& a) { return simplify_div(rw, a.in[0], a.in[1], a.type); }},
    {Op::pow, [](Rewriter& rw, const Application& a) { return simplify_pow(rw, a.in[0], a.in[1], a.type); }},
    {Op::max, extremum},
    {Op::min, extremum},
    {Op::and_, logic},
    {Op::or_, logic},
    {Op::xor_, logic},
    {Op::shift_left, shifted},
    {Op::shift_right_arithmetic, shifted},
    {Op::shift_right_logical, shifted},
    {Op::compare, [](Rewriter& rw, const Application& a) { return simplify_compare(rw, a.in[0], a.in[1], a.as<CompareAttrs>().direction, a.type); }},
    {Op::select, [](Rewriter& rw, const Application& a) { return simplify_select(rw, a.in[0], a.in[1], a.in[2], a.type); }},
    {Op::clamp, clamped},
};
constexpr auto identity_of_row = [] {
  std::array<Rule, op_count> rules{};
  for (const auto& [op, rule] : identities) rules[op.row()] = rule;
  return rules;
}();

}  // namespace

std::optional<Value> simplify_elementwise(Rewriter& rw, const Application& a) {
  const Rule identity = identity_of_row[a.op.row()];
  return identity == nullptr ? std::nullopt : identity(rw, a);
}

}  // namespace espalier::ir
