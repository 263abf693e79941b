// Arithmetic, order and size of complex numbers.
#include <cmath>
#include <limits>

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
Pair conj(Pair z) { return {z.re, -z.im}; }
Pair sign(Pair z) {
  const Scaled s = scaled(z);
  return select(is(s.size, Comparison::eq, zeros_like(s.size)), z, {s.z.re / s.size, s.z.im / s.size});
}
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

Expr is_finite(Pair z) { return both(ir::unary(Op::is_finite, z.re), ir::unary(Op::is_finite, z.im)); }

Pair select(Expr condition, Pair x, Pair y) { return {ir::select(condition, x.re, y.re), ir::select(condition, x.im, y.im)}; }

Expr compare(Comparison direction, Pair x, Pair y) {
  const Expr decided = ir::select(is(x.re, Comparison::eq, y.re), is(x.im, direction, y.im), is(x.re, direction, y.re));
  if (direction == Comparison::eq || direction == Comparison::ne) return decided;
  return both(decided, both(is(x.im, Comparison::eq, x.im), is(y.im, Comparison::eq, y.im)));
}

namespace {

Pair extremum(Pair x, Pair y, Comparison replaced) {
  const Expr nan = full_like(x.re, std::numeric_limits<double>::quiet_NaN());
  return select(either(is_nan(x), is_nan(y)), {nan, nan}, select(compare(replaced, x, y), y, x));
}

}  // namespace

Pair max(Pair x, Pair y) { return extremum(x, y, Comparison::lt); }
Pair min(Pair x, Pair y) { return extremum(x, y, Comparison::gt); }

}  // namespace espalier::codegen
