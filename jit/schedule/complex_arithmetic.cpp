// Arithmetic, order and size of complex numbers.
#include <cmath>
#include <limits>

#include "espalier/ir/error.h"
#include "espalier/jit/schedule/complex_scale.h"

namespace espalier::codegen {

using namespace ir;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

Expr both(Expr a, Expr b) { return apply(Op::and_, {a, b}); }
Expr either(Expr a, Expr b) { return apply(Op::or_, {a, b}); }
Expr is(Expr x, Comparison direction, Expr y) { return ir::compare(x, direction, y); }

}  // namespace

Expr is_negative(Expr x) {
  const DType word = byte_size(x.dtype()) == 8 ? i64 : i32;
  return ir::compare(apply(Op::bitcast, {x}, ConvertAttrs{word}), Comparison::lt, 0);
}
Expr with_sign(Expr x, Expr y) { return ir::select(is_negative(y), -x, x); }
Expr is_infinite(Expr x) { return ir::compare(ir::abs(x), Comparison::eq, infinity); }

Scaled scaled(Pair z) {
  const bool wide = z.re.dtype() == f64;
  // Above and below these squares leave the range, of the larger part or, beside it, of the smaller.
  const double above = wide ? 0x1p511 : 0x1p62, below = wide ? 0x1p-480 : 0x1p-60;
  const int down = wide ? -514 : -66, up = wide ? 600 : 90;
  const Expr most = ir::max(ir::abs(z.re), ir::abs(z.im));
  const Expr large = ir::compare(most, Comparison::gt, above), small = ir::compare(most, Comparison::lt, below);
  const auto chosen = [&](double if_large, double if_small, double usual) {
    return ir::select(large, full_like(most, if_large), ir::select(small, full_like(most, if_small), full_like(most, usual)));
  };
  const Expr factor = chosen(std::ldexp(1, down), std::ldexp(1, up), 1);
  const Pair s{z.re * factor, z.im * factor};
  const Expr square = s.re * s.re + s.im * s.im;
  return {s, square, ir::sqrt(square), chosen(std::ldexp(1, -down), std::ldexp(1, -up), 1), chosen(std::ldexp(1, -down / 2), std::ldexp(1, -up / 2), 1), chosen(-down * std::log(2.0), -up * std::log(2.0), 0)};
}

Pair operator-(Pair z) { return {-z.re, -z.im}; }
Pair operator+(Pair x, Pair y) { return {x.re + y.re, x.im + y.im}; }
Pair operator-(Pair x, Pair y) { return {x.re - y.re, x.im - y.im}; }
Pair operator*(Pair x, Pair y) { return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re}; }

Pair operator/(Pair x, Pair y) {
  const Expr c = ir::abs(y.re), d = ir::abs(y.im), turned = is(c, Comparison::lt, d);
  const Expr large = ir::select(turned, y.im, y.re), small = ir::select(turned, y.re, y.im);
  const Expr p = ir::select(turned, x.im, x.re), q = ir::select(turned, x.re, x.im);
  // Parts of one size may be zeros or infinities, which have no ratio.
  const Expr ratio = ir::select(is(c, Comparison::eq, d), ir::sign(large) * ir::sign(small), small / large);
  const Expr divisor = (large + small * ratio) + 0.0;  // of a zero the positive one
  const Expr im = (q - p * ratio) / divisor;
  return {(p + q * ratio) / divisor, ir::select(turned, -im, im)};
}

Expr abs(Pair z) {
  const Scaled s = scaled(z);
  return ir::select(either(is_infinite(z.re), is_infinite(z.im)), full_like(z.re, infinity), s.size * s.back);
}

Expr is_nan(Pair z) { return either(is(z.re, Comparison::ne, z.re), is(z.im, Comparison::ne, z.im)); }

Pair select(Expr condition, Pair x, Pair y) { return {ir::select(condition, x.re, y.re), ir::select(condition, x.im, y.im)}; }

Expr compare(Comparison direction, Pair x, Pair y) {
  const auto ordered = [&](Comparison strict) {
    const Expr less = either(is(x.re, strict, y.re), both(is(x.re, Comparison::eq, y.re), is(x.im, direction, y.im)));
    return both(less, both(is(x.im, Comparison::eq, x.im), is(y.im, Comparison::eq, y.im)));
  };
  switch (direction) {
    case Comparison::eq: return both(is(x.re, Comparison::eq, y.re), is(x.im, Comparison::eq, y.im));
    case Comparison::ne: return either(is(x.re, Comparison::ne, y.re), is(x.im, Comparison::ne, y.im));
    case Comparison::lt:
    case Comparison::le: return ordered(Comparison::lt);
    case Comparison::gt:
    case Comparison::ge: return ordered(Comparison::gt);
  }
  __builtin_unreachable();
}

namespace {

Pair extremum(Pair x, Pair y, Comparison replaced) {
  const Expr nan = full_like(x.re, std::numeric_limits<double>::quiet_NaN());
  return select(either(is_nan(x), is_nan(y)), {nan, nan}, select(compare(replaced, x, y), y, x));
}

}  // namespace

Pair max(Pair x, Pair y) { return extremum(x, y, Comparison::lt); }
Pair min(Pair x, Pair y) { return extremum(x, y, Comparison::gt); }

Pair complex_binary(Binary op, Pair x, Pair y) {
  switch (op) {
    case Binary::add: return x + y;
    case Binary::sub: return x - y;
    case Binary::mul: return x * y;
    case Binary::div: return x / y;
    case Binary::pow: return pow(x, y);
    case Binary::max: return max(x, y);
    case Binary::min: return min(x, y);
    case Binary::rem:
    case Binary::atan2:
    case Binary::nextafter:
    case Binary::polygamma:
    case Binary::complex:
    case Binary::and_:
    case Binary::or_:
    case Binary::xor_:
    case Binary::shift_left:
    case Binary::shift_right_arithmetic:
    case Binary::shift_right_logical:
    case Binary::compare: break;
  }
  throw CompileError(std::string(name(op)), "gives no complex numbers of complex ones");
}

Pair complex_unary(Unary op, Pair z) {
  switch (op) {
    case Unary::neg: return -z;
    case Unary::conj: return {z.re, -z.im};
    case Unary::sign: {
      const Scaled s = scaled(z);
      const Expr zero = ir::compare(s.size, Comparison::eq, 0);
      return select(zero, z, {s.z.re / s.size, s.z.im / s.size});
    }
    case Unary::exp:
    case Unary::exp2:
    case Unary::expm1:
    case Unary::log:
    case Unary::log1p:
    case Unary::sqrt:
    case Unary::rsqrt:
    case Unary::sin:
    case Unary::cos:
    case Unary::tan:
    case Unary::asin:
    case Unary::acos:
    case Unary::atan:
    case Unary::sinh:
    case Unary::cosh:
    case Unary::tanh:
    case Unary::asinh:
    case Unary::acosh:
    case Unary::atanh:
    case Unary::logistic: return complex_function(op, z);
    case Unary::stop_gradient: return z;
    case Unary::abs:
    case Unary::real:
    case Unary::imag:
    case Unary::floor:
    case Unary::ceil:
    case Unary::round_even:
    case Unary::round_away:
    case Unary::reduce_precision:
    case Unary::cbrt:
    case Unary::erf:
    case Unary::erfc:
    case Unary::erf_inv:
    case Unary::lgamma:
    case Unary::digamma:
    case Unary::bessel_i0e:
    case Unary::bessel_i1e:
    case Unary::is_finite:
    case Unary::not_:
    case Unary::popcount:
    case Unary::clz:
    case Unary::convert:
    case Unary::bitcast: break;
  }
  throw CompileError(std::string(name(op)), "gives no complex numbers of complex ones");
}

}  // namespace espalier::codegen
