// Functions of complex numbers in functions of real ones. Each part is made of terms of one sign, or of terms that are small
// beside the other part, so that the error is some units in the last place of |f(z)|.
#include <cmath>
#include <limits>

#include "espalier/jit/schedule/complex_scale.h"

namespace espalier::codegen {

using namespace ir;

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double half_pi = 1.57079632679489661923;

Expr atan2(Expr y, Expr x) { return binary(Op::atan2, y, x); }
Expr log1p(Expr x) { return unary(Op::log1p, x); }
Expr expm1(Expr x) { return unary(Op::expm1, x); }
Expr asinh(Expr x) { return unary(Op::asinh, x); }
Expr is(Expr x, Comparison direction, double y) { return ir::compare(x, direction, y); }
Expr both(Expr a, Expr b) { return apply(Op::and_, {a, b}); }
Expr either(Expr a, Expr b) { return apply(Op::or_, {a, b}); }
Expr size(Expr x) { return ir::abs(x); }
// The product with a factor that may be infinite, which leaves a zero what it is.
Expr times_sine(Expr factor, Expr sine) { return ir::select(is(sine, Comparison::eq, 0), sine, factor * sine); }

Pair times_i(Pair z) { return {-z.im, z.re}; }
Pair divided_by_i(Pair z) { return {z.im, -z.re}; }
Pair with_one(Pair z, double sign) { return {1 + sign * z.re, sign > 0 ? z.im : -z.im}; }  // 1 + z, 1 - z

}  // namespace

// ---- exponentials ----------------------------------------------------------------------------------------------------

// e to half the real part, twice: the sine and cosine may be small enough to bring back what overflows.
Pair exp(Pair z) {
  const Expr half = ir::exp(z.re * 0.5), none = is(z.re, Comparison::eq, -infinity);
  const auto part = [&](Expr turn) { return ir::select(none, zeros_like(turn), half * turn * half); };
  const Expr sine = ir::sin(z.im);
  return {part(ir::cos(z.im)), ir::select(is(z.im, Comparison::eq, 0), z.im, part(sine))};
}

Pair exp2(Pair z) {
  const Expr half = unary(Op::exp2, z.re * 0.5), angle = z.im * std::log(2.0);
  return {half * ir::cos(angle) * half, ir::select(is(z.im, Comparison::eq, 0), z.im, half * ir::sin(angle) * half)};
}

// exp(x) cos(y) - 1 = expm1(x) cos(y) - 2 sin²(y/2).
Pair expm1(Pair z) {
  const Expr half = ir::sin(z.im * 0.5), grown = expm1(z.re);
  return {grown * ir::cos(z.im) - 2 * half * half, times_sine(grown + 1, ir::sin(z.im))};
}

namespace {

// sinh and cosh of |x| over a factor, of one exponential. Beyond what is `far` they are one, and the factor keeps them in range.
struct Hyperbolic {
  Expr sine, cosine, factor;
};
Hyperbolic hyperbolic(Expr x) {
  const bool wide = x.dtype() == f64;
  const double far = wide ? 100 : 48, step = wide ? 64 : 32;
  const Expr most = size(x), beyond = is(most, Comparison::gt, far);
  const Expr grown = expm1(ir::select(beyond, most - step, most)), shrunk = grown / (grown + 1), large = (grown + 1) * 0.5;
  return {ir::select(beyond, large, 0.5 * (grown + shrunk)), ir::select(beyond, large, 1 + 0.5 * grown * shrunk), ir::select(beyond, full_like(x, std::exp(step)), full_like(x, 1))};
}

}  // namespace

// sinh x cos y + i cosh x sin y.
Pair sinh(Pair z) {
  const Hyperbolic h = hyperbolic(z.re);
  return {ir::sign(z.re) * h.sine * ir::cos(z.im) * h.factor, times_sine(h.cosine, ir::sin(z.im)) * h.factor};
}
// cosh x cos y + i sinh x sin y.
Pair cosh(Pair z) {
  const Hyperbolic h = hyperbolic(z.re);
  return {h.cosine * ir::cos(z.im) * h.factor, ir::sign(z.re) * times_sine(h.sine, ir::sin(z.im)) * h.factor};
}
// (sinh x cosh x + i sin y cos y) / (sinh²x + cos²y).
Pair tanh(Pair z) {
  const double far = z.re.dtype() == f64 ? 350 : 44;  // as far as the square of sinh goes
  const Expr most = size(z.re), bounded = ir::min(most, full_like(most, far)), level = is(most, Comparison::ge, far);
  const Expr grown = expm1(bounded), shrunk = grown / (grown + 1);
  const Expr sinh = 0.5 * (grown + shrunk), cosh = 1 + 0.5 * grown * shrunk;
  const Expr sine = ir::sin(z.im), cosine = ir::cos(z.im), divisor = sinh * sinh + cosine * cosine;
  const Expr re = ir::sign(z.re) * ir::select(level, full_like(most, 1), sinh * cosh / divisor);
  return {re, ir::select(is(most, Comparison::eq, infinity), with_sign(zeros_like(most), z.im), sine * cosine / divisor)};
}
// 1 / (1 + exp(-z)), by the exponential e that is no larger than 1. Of 1 + e the real part is (1 - |e|) + |e| (1 + cos y), in which
// nothing cancels beside the poles.
Pair logistic(Pair z) {
  const Expr left = is(z.re, Comparison::lt, 0), zero = zeros_like(z.re), most = size(z.re);
  const Expr shrunk = ir::exp(-most), half = ir::cos(z.im * 0.5), sine = ir::sin(ir::select(left, z.im, -z.im));
  const Pair e{shrunk * ir::cos(z.im), shrunk * sine};
  return select(left, e, {full_like(zero, 1), zero}) / Pair{2 * half * half * shrunk - expm1(-most), e.im};
}

// ---- logarithms ------------------------------------------------------------------------------------------------------

namespace {

// log |z|: near 1 of |z|² - 1, which cancels in terms that are exact.
Expr log_size(Pair z) {
  const Scaled s = scaled(z);
  const Expr a = size(z.re), b = size(z.im), most = ir::max(a, b), least = ir::min(a, b);
  const Expr near = both(is(s.square, Comparison::gt, 0.5), both(is(s.square, Comparison::lt, 2), is(s.back, Comparison::eq, 1)));
  const Expr any = ir::log(s.square) * 0.5 + s.log_back, beside_one = log1p((most - 1) * (most + 1) + least * least) * 0.5;
  return ir::select(either(is_infinite(z.re), is_infinite(z.im)), full_like(a, infinity), ir::select(near, beside_one, any));
}

}  // namespace

Pair log(Pair z) { return {log_size(z), atan2(z.im, z.re)}; }
Pair log1p(Pair z) {
  const Pair moved = with_one(z, 1);
  const Expr near = both(is(size(z.re), Comparison::lt, 0.5), is(size(z.im), Comparison::lt, 0.5));
  const Expr re = ir::select(near, log1p(z.re * (2 + z.re) + z.im * z.im) * 0.5, log_size(moved));
  return {re, atan2(z.im, moved.re)};
}

// ---- roots -----------------------------------------------------------------------------------------------------------

namespace {

// The root of the scaled number: sqrt((|x| + |z|) / 2) is one part, and |y| over twice that the other.
Pair scaled_root(const Scaled& s) {
  const Expr a = size(s.z.re), b = size(s.z.im), endless = is(b, Comparison::eq, infinity), any = full_like(a, infinity);
  const Expr large = ir::select(endless, any, ir::sqrt(0.5 * (a + s.size)));
  const Expr small = ir::select(endless, any, ir::select(is(large, Comparison::eq, 0), zeros_like(a), b / (2 * large)));
  const Expr left = is(s.z.re, Comparison::lt, 0);
  return {ir::select(left, small, large), with_sign(ir::select(left, large, small), s.z.im)};
}

}  // namespace

Pair sqrt(Pair z) {
  const Scaled s = scaled(z);
  const Pair root = scaled_root(s);
  return {root.re * s.root_back, root.im * s.root_back};
}
// The conjugate of the root over |z|.
Pair rsqrt(Pair z) {
  const Scaled s = scaled(z);
  const Pair root = scaled_root(s);
  const Expr zero = is(s.size, Comparison::eq, 0), endless = is(s.size, Comparison::eq, infinity);
  const Expr divisor = s.size * s.root_back;
  const auto part = [&](Expr x) { return ir::select(endless, with_sign(zeros_like(x), x), x / divisor); };
  return {ir::select(zero, full_like(divisor, infinity), part(root.re)), part(0 - root.im)};
}

// ---- inverse functions: W. Kahan, "Branch cuts for complex elementary functions", 1987 -------------------------------------

Pair asin(Pair z) {
  const Pair below = sqrt(with_one(z, -1)), above = sqrt(with_one(z, 1));
  return {atan2(z.re, below.re * above.re - below.im * above.im), asinh(below.re * above.im - below.im * above.re)};
}
Pair acos(Pair z) {
  const Pair below = sqrt(with_one(z, -1)), above = sqrt(with_one(z, 1));
  return {2 * atan2(below.re, above.re), asinh(above.re * below.im - above.im * below.re)};
}
Pair acosh(Pair z) {
  const Pair below = sqrt({z.re - 1, z.im}), above = sqrt(with_one(z, 1));
  return {asinh(below.re * above.re + below.im * above.im), 2 * atan2(below.im, above.re)};
}
// ¼ log1p(4x / ((1 - x)² + y²)) + i ½ atan2(2y, (1 - x)(1 + x) - y²); at x = 1 the real part of a small y is ½ log(2 / y).
Pair atanh(Pair z) {
  const Expr x = size(z.re), y = size(z.im), apart = 1 - x, squares = y * y;
  const Expr usual = log1p(4 * (x / (apart * apart + squares))) * 0.25, beside = ir::log(y * 0.5) * -0.5;
  const Expr pole = both(is(x, Comparison::eq, 1), is(y, Comparison::lt, 1e-9));
  const Expr re = ir::sign(z.re) * ir::select(pole, beside, usual);
  const Expr far = either(is_infinite(z.re), is_infinite(z.im));
  const Expr angle = 0.5 * atan2(z.im, 0.5 * (apart * (1 + x) - squares));
  return {ir::select(far, with_sign(zeros_like(x), z.re), re), ir::select(far, with_sign(full_like(x, half_pi), z.im), angle)};
}

// ---- by a turn of the plane: i z ----------------------------------------------------------------------------------------

Pair sin(Pair z) { return divided_by_i(sinh(times_i(z))); }
Pair cos(Pair z) { return cosh(times_i(z)); }
Pair tan(Pair z) { return divided_by_i(tanh(times_i(z))); }
Pair atan(Pair z) { return divided_by_i(atanh(times_i(z))); }
Pair asinh(Pair z) { return divided_by_i(asin(times_i(z))); }

// ---- powers --------------------------------------------------------------------------------------------------------------

// exp(y log x). The power 0 is 1; of 0 a power whose exponent has a positive real part is 0, and the others are NaN.
Pair pow(Pair x, Pair y) {
  const Pair l = log(x);
  const Expr zero = zeros_like(l.re), one = full_like(zero, 1), nan = full_like(zero, std::numeric_limits<double>::quiet_NaN());
  const Expr straight = is(y.im, Comparison::eq, 0);
  const Expr turn = ir::select(straight, zero, y.im * l.re), shrunk = ir::select(straight, zero, y.im * l.im);
  const Pair usual = exp({y.re * l.re - shrunk, turn + y.re * l.im});
  const Expr of_zero = both(is(x.re, Comparison::eq, 0), is(x.im, Comparison::eq, 0)), to_zero = both(straight, is(y.re, Comparison::eq, 0));
  const Expr vanishes = is(y.re, Comparison::gt, 0);
  const Pair special = select(vanishes, {zero, zero}, {nan, nan});
  return select(to_zero, {one, zero}, select(of_zero, special, usual));
}

}  // namespace espalier::codegen
