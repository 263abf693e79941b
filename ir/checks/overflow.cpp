// Integers with a sign that do not hold their result; those without count modulo their range, as in C++.
#include <cmath>

#include "espalier/ir/checks/rules.h"

namespace espalier::ir::checks {
namespace {

int bits_of(DType t) { return 8 * static_cast<int>(byte_size(t)); }
std::int64_t greatest(DType t) { return bits_of(t) == 64 ? INT64_MAX : (std::int64_t{1} << (bits_of(t) - (is_signed(t) ? 1 : 0))) - 1; }
std::int64_t least(DType t) { return is_signed(t) ? INT64_MIN >> (64 - bits_of(t)) : 0; }

Expr is_least(Expr x) { return compare(x, Comparison::eq, integer_like(x, least(x.dtype()))); }
Expr is_negative(Expr x) { return compare(x, Comparison::lt, integer_like(x, 0)); }
Expr xor_(Expr a, Expr b) { return binary(Op::xor_, a, b); }

// A number of i64, or of f64 where more may be meant, that an integer of dtype t should hold.
Expr beyond(Expr exact, DType t) {
  if (exact.dtype() == i64) return either(compare(exact, Comparison::lt, integer_like(exact, least(t))), compare(exact, Comparison::gt, integer_like(exact, greatest(t))));
  // A float is right but for its last bits, in whose favour it is taken.
  const double limit = std::ldexp(1.0, bits_of(t) - 1) * (bits_of(t) == 64 ? 1 + 0x1p-40 : 1);
  return either(compare(exact, Comparison::lt, -limit), compare(exact, Comparison::ge, limit));
}

// The same op of wider numbers.
Expr again(const CheckNode& n, DType wide, std::size_t numbers, auto&& operand) {
  std::vector<Expr> operands;
  for (std::size_t i = 0; i < n.operands(); ++i) operands.push_back(i < numbers ? operand(n.x(i)) : n.x(i));
  Attrs attrs = n.graph.attrs_of(n.node);
  if (DType* result = accumulation(attrs)) *result = wide;
  return apply(n.node.op, operands, std::move(attrs));
}
Expr in_wider(const CheckNode& n, DType t, DType wide, std::size_t numbers) {
  return beyond(again(n, wide, numbers, [&](Expr x) { return convert(x, wide); }), t);
}
// Sums of i64, whose words are added up apart.
Expr in_words(const CheckNode& n, std::size_t numbers) {
  const auto by_32 = [](Expr x) { return integer_like(x, 32); };
  const Expr high = again(n, i64, numbers, [&](Expr x) { return binary(Op::shift_right_arithmetic, x, by_32(x)); });
  const Expr low = again(n, i64, numbers, [&](Expr x) { return binary(Op::and_, x, integer_like(x, 0xffffffff)); });
  return beyond(high + binary(Op::shift_right_arithmetic, low, by_32(low)), i32);
}
Expr of_sum(const CheckNode& n, DType t, std::size_t numbers) { return bits_of(t) == 64 ? in_words(n, numbers) : in_wider(n, t, i64, numbers); }

Expr of_product(const CheckNode& n, DType t) {
  if (bits_of(t) < 64) return in_wider(n, t, i64, 2);
  const Expr x = n.x(0), y = n.x(1);
  const Expr is_zero = compare(x, Comparison::eq, integer_like(x, 0)), is_minus_one = compare(x, Comparison::eq, integer_like(x, -1));
  const Expr is_special = either(is_zero, is_minus_one);
  const Expr back = n.result() / select(is_special, integer_like(x, 1), x);
  return either(both(is_minus_one, is_least(y)), both(not_(is_special), compare(back, Comparison::ne, y)));
}
Expr of_power(const CheckNode& n, DType t) {
  const Expr x = n.x(0), y = n.x(1);
  return both(beyond(pow(convert(x, f64), convert(y, f64)), t), not_(is_negative(y)));
}

Expr of_conversion(Expr x, DType to) {
  if (is_floating(x.dtype())) {
    const Expr number = convert(x, f64);
    // What is cut off is no overflow. Beyond 53 bits no float lies between the last integer and the limit.
    const double above = std::ldexp(1.0, bits_of(to) - (is_signed(to) ? 1 : 0));
    const double below = is_signed(to) ? (bits_of(to) == 64 ? std::nextafter(-above, -INFINITY) : -above - 1) : -1;
    return not_(both(compare(number, Comparison::gt, below), compare(number, Comparison::lt, above)));
  }
  const DType from = x.dtype();
  Expr bad = full(*x.builder, x.type().with(bool_), 0);
  if (is_signed(from) && least(from) < least(to)) bad = either(bad, compare(x, Comparison::lt, integer_like(x, least(to))));
  const bool is_larger = bits_of(from) > bits_of(to) || (bits_of(from) == bits_of(to) && is_unsigned(from));
  if (is_larger) bad = either(bad, compare(x, Comparison::gt, integer_like(x, greatest(to))));
  return bad;
}
bool may_lose(DType from, DType to) {
  if (is_floating(from)) return is_integer(to);
  return is_integer(from) && is_signed(to) && (bits_of(from) > bits_of(to) || (bits_of(from) == bits_of(to) && is_unsigned(from)));
}

bool adds(Reduction kind) { return kind == Reduction::sum || kind == Reduction::prod; }
bool adds(Cumulation kind) { return kind == Cumulation::sum || kind == Cumulation::prod; }

}  // namespace

Expr integer_like(Expr x, std::int64_t value) {
  const Expr scalar{x.builder, x.builder->add(Op::constant, {}, ConstantAttrs{scalar_literal(x.dtype(), value)})};
  return x.ndim() == 0 ? scalar : broadcast(scalar, x.shape(), {});
}

bool may_overflow(const CheckNode& n) {
  const Op op = n.node.op;
  if (op == Op::convert) return may_lose(n.type(0).dtype(), n.result_type().dtype());
  if (n.node.n_results != 1 || !is_signed(n.result_type().dtype())) return false;
  if (op == Op::add || op == Op::sub || op == Op::mul || op == Op::div || op == Op::pow || op == Op::neg || op == Op::abs || op == Op::shift_left) return true;
  if (op == Op::reduce) return adds(n.attrs<ReduceAttrs>().kind);
  if (op == Op::cumulative) return adds(n.attrs<CumulativeAttrs>().kind);
  if (op == Op::scatter_reduce) return adds(n.attrs<ScatterReduceAttrs>().kind);
  return op == Op::overlap_add || op == Op::dot || op == Op::conv;
}

Expr overflowed(const CheckNode& n) {
  const Op op = n.node.op;
  const DType t = n.result_type().dtype();
  if (op == Op::convert) return of_conversion(n.x(0), t);
  if (op == Op::neg || op == Op::abs) return is_least(n.x(0));
  if (op == Op::add) return is_negative(binary(Op::and_, xor_(n.x(0), n.result()), xor_(n.x(1), n.result())));
  if (op == Op::sub) return is_negative(binary(Op::and_, xor_(n.x(0), n.x(1)), xor_(n.x(0), n.result())));
  if (op == Op::mul) return of_product(n, t);
  if (op == Op::div) return both(is_least(n.x(0)), compare(n.x(1), Comparison::eq, integer_like(n.x(1), -1)));
  if (op == Op::pow) return of_power(n, t);
  if (op == Op::shift_left) return compare(binary(Op::shift_right_arithmetic, n.result(), n.x(1)), Comparison::ne, n.x(0));
  if (op == Op::reduce) return n.attrs<ReduceAttrs>().kind == Reduction::sum ? of_sum(n, t, 1) : in_wider(n, t, f64, 1);
  if (op == Op::cumulative) return n.attrs<CumulativeAttrs>().kind == Cumulation::sum ? of_sum(n, t, 1) : in_wider(n, t, f64, 1);
  if (op == Op::scatter_reduce) return n.attrs<ScatterReduceAttrs>().kind == Reduction::sum ? of_sum(n, t, 2) : in_wider(n, t, f64, 2);
  if (op == Op::overlap_add) return of_sum(n, t, 1);
  return in_wider(n, t, bits_of(t) == 64 ? f64 : i64, 2);  // dot, conv
}

}  // namespace espalier::ir::checks
