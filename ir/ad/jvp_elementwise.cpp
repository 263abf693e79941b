// The derivative of every elementwise op that has one other than zero, as the maths has it. Conventions at special points are JAX's.
#include <cmath>
#include <limits>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/half.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir {
namespace {

constexpr double pi = 3.14159265358979323846;

Expr square(Expr x) { return x * x; }

// The share of an operand that is the extremum y: all of it, or half where both are.
Expr share(Expr x, Expr other, Expr y) {
  const Expr half = select(compare(other, Comparison::eq, y), full_like(x, 0.5), full_like(x, 1));
  return select(compare(x, Comparison::eq, y), half, full_like(x, 0));
}

Expr both(Expr a, Expr b) { return apply(Op::and_, {a, b}); }

// d pow(x, y)/dx = y x^(y-1), and 0 where both are 0, as x^0 is flat; d/dy = log(x) x^y, taken as 0 where x is 0.
Expr pow_by_base(Expr x, Expr y) {
  const Expr flat = both(compare(x, Comparison::eq, 0), compare(y, Comparison::eq, 0));
  return y * pow(select(flat, full_like(x, 1), x), y - 1);
}
Expr pow_by_exponent(Expr x, Expr z) {
  return log(select(compare(x, Comparison::eq, 0), full_like(x, 1), x)) * z;
}

// i0e(x) - i1e(x) (sign(x) + 1 / x), and 1/2 where 1 / x would be no number.
Expr bessel_i1e_slope(Expr x) {
  double tiny = 0;
  visit_real(x.dtype(), [&]<class T>() { tiny = static_cast<double>(std::numeric_limits<T>::epsilon()); });
  const Expr usual = compare(abs(x), Comparison::gt, tiny), safe = select(usual, x, full_like(x, tiny));
  return select(usual, unary(Op::bessel_i0e, safe) - unary(Op::bessel_i1e, safe) * (sign(safe) + 1 / safe), full_like(x, 0.5));
}

Tangent clamp(const JvpNode& n) {
  const Expr low = n.x(0), x = n.x(1), high = n.x(2);
  auto where = [&](Expr condition, Tangent t) { return t.present ? Tangent(select(condition, t.expr, full_like(x, 0))) : t; };
  const Expr at_low = both(compare(low, Comparison::gt, x), compare(low, Comparison::lt, high));
  const Expr inside = both(compare(x, Comparison::gt, low), compare(x, Comparison::lt, high));
  return where(at_low, n.t(0)) + where(inside, n.t(1)) + where(compare(high, Comparison::lt, x), n.t(2));
}

Tangent select_rule(const JvpNode& n) {
  if (!n.t(1).present && !n.t(2).present) return {};
  return select(n.x(0), n.zeros_or(1), n.zeros_or(2));
}

// Of a complex number |z|' = Re(conj(z) z') / |z|, and 0 at 0; else the sign of x, and 1 at 0.
Tangent abs_rule(const JvpNode& n) {
  const Expr x = n.x(0), y = n.result, t = n.t(0).expr;
  if (!is_complex(x.dtype())) return t * select(compare(x, Comparison::ge, 0), full_like(y, 1), full_like(y, -1));
  const Expr safe = select(compare(y, Comparison::eq, 0), full_like(y, 1), y);
  return real(t) * (real(x) / safe) + imag(t) * (imag(x) / safe);
}

// The density of the gamma distribution, x^(a-1) e^-x / gamma(a), and the slope in a of its logarithm.
Expr gamma_density(Expr a, Expr x) { return exp((a - 1) * log(x) - x - unary(Op::lgamma, a)); }
Expr gamma_log_slope(Expr a, Expr x) { return log(x) - unary(Op::digamma, a); }

// A draw x moves with a by g = -(dP/da) / p; dg/dx = -(log p)_a - g (log p)_x.
Expr gamma_draw_slope(Expr a, Expr x, Expr g) { return -gamma_log_slope(a, x) - g * ((a - 1) / x - 1); }

Expr beta_density(Expr a, Expr b, Expr x) {
  const Expr log_beta = unary(Op::lgamma, a) + unary(Op::lgamma, b) - unary(Op::lgamma, a + b);
  return exp((b - 1) * unary(Op::log1p, -x) + (a - 1) * log(x) - log_beta);
}

// The part of a derivative that one operand has, where that is asked for.
template <class Slope> Tangent along(const JvpNode& n, std::size_t operand, Slope slope) {
  return n.t(operand).present ? n.t(operand) * slope() : Tangent();
}

// Functions that have no derivative by some of their operands, as in JAX.
void require_constant(const JvpNode& n, std::size_t operand, const char* symbol) {
  if (!n.t(operand).present) return;
  throw DifferentiationError(std::string(name(n.op)), std::string("has no derivative by ") + symbol, std::string("differentiate by the other operands, and pass stop_gradient of ") + symbol);
}

Tangent convert_rule(const JvpNode& n) {
  const DType to = std::get<ConvertAttrs>(n.attrs).to;
  return is_inexact(to) && is_inexact(n.x(0).dtype()) && n.t(0).present ? Tangent(convert(n.t(0).expr, to)) : Tangent();
}

}  // namespace

Tangent jvp_elementwise(const JvpNode& n) {
  const Expr y = n.result;
  auto x = [&](std::size_t i) { return n.x(i); };
  auto t = [&](std::size_t i) { return n.t(i); };
  switch (static_cast<Differentiable>(n.op.row())) {
    case Differentiable::neg: return -t(0);
    case Differentiable::abs: return abs_rule(n);
    case Differentiable::real: return real(t(0).expr);
    case Differentiable::imag: return imag(t(0).expr);
    case Differentiable::conj: return unary(Op::conj, t(0).expr);
    case Differentiable::exp: return t(0) * y;
    case Differentiable::exp2: return t(0) * (y * std::log(2.0));
    case Differentiable::expm1: return t(0) * (y + 1);
    case Differentiable::log: return t(0) / x(0);
    case Differentiable::log1p: return t(0) / (x(0) + 1);
    case Differentiable::sqrt: return t(0) * 0.5 / y;
    case Differentiable::rsqrt: return t(0) * (y * y * y * -0.5);
    case Differentiable::cbrt: return t(0) * (square(1 / y) * (1.0 / 3));
    case Differentiable::sin: return t(0) * cos(x(0));
    case Differentiable::cos: return t(0) * -sin(x(0));
    case Differentiable::tan: return t(0) * (square(y) + 1);
    // (1 - x)(1 + x), not 1 - x²: it keeps the digits that x has near 1 and -1.
    case Differentiable::asin: return t(0) * rsqrt((1 - x(0)) * (1 + x(0)));
    case Differentiable::acos: return t(0) * -rsqrt((1 - x(0)) * (1 + x(0)));
    case Differentiable::atan: return t(0) / (square(x(0)) + 1);
    case Differentiable::sinh: return t(0) * cosh(x(0));
    case Differentiable::cosh: return t(0) * sinh(x(0));
    case Differentiable::tanh: return t(0) * ((1 - y) * (1 + y));
    case Differentiable::asinh: return t(0) * rsqrt(square(x(0)) + 1);
    case Differentiable::acosh:  // of a product of complex numbers the root may be the other one
      return is_complex(y.dtype()) ? t(0) * (rsqrt(x(0) - 1) * rsqrt(x(0) + 1)) : t(0) * rsqrt((x(0) - 1) * (x(0) + 1));
    case Differentiable::atanh: return t(0) / ((1 - x(0)) * (1 + x(0)));
    case Differentiable::logistic: return t(0) * (y * (1 - y));
    case Differentiable::erf: return t(0) * (exp(-square(x(0))) * (2 / std::sqrt(pi)));
    case Differentiable::erfc: return t(0) * (exp(-square(x(0))) * (-2 / std::sqrt(pi)));
    case Differentiable::erf_inv: return t(0) * (exp(square(y)) * (std::sqrt(pi) / 2));
    case Differentiable::lgamma: return t(0) * unary(Op::digamma, x(0));
    case Differentiable::digamma: return t(0) * binary(Op::polygamma, full_like(x(0), 1), x(0));
    case Differentiable::bessel_i0e: return t(0) * (unary(Op::bessel_i1e, x(0)) - sign(x(0)) * y);
    case Differentiable::bessel_i1e: return t(0) * bessel_i1e_slope(x(0));
    case Differentiable::reduce_precision: return t(0).present ? Tangent(apply(Op::reduce_precision, {t(0).expr}, n.attrs)) : Tangent();
    case Differentiable::convert: return convert_rule(n);

    case Differentiable::add: return t(0) + t(1);
    case Differentiable::sub: return t(0) - t(1);
    case Differentiable::mul: return t(0) * x(1) + x(0) * t(1);
    case Differentiable::div: return (t(0) - t(1) * y) / x(1);
    case Differentiable::rem: {
      const Expr quotient = x(0) / x(1);
      return t(0) - t(1) * (sign(quotient) * unary(Op::floor, abs(quotient)));
    }
    case Differentiable::pow: return t(0) * (t(0).present ? pow_by_base(x(0), x(1)) : y) + t(1) * (t(1).present ? pow_by_exponent(x(0), y) : y);
    case Differentiable::max:
    case Differentiable::min: return t(0) * (t(0).present ? share(x(0), x(1), y) : y) + t(1) * (t(1).present ? share(x(1), x(0), y) : y);
    case Differentiable::atan2: {
      const Expr norm = square(x(0)) + square(x(1));
      return t(0) * (x(1) / norm) - t(1) * (x(0) / norm);
    }
    case Differentiable::complex: return complex(n.zeros_or(0), n.zeros_or(1));
    case Differentiable::polygamma: return t(1) * binary(Op::polygamma, x(0) + 1, x(1));
    case Differentiable::zeta:
      require_constant(n, 0, "s");
      return along(n, 1, [&] { return -x(0) * binary(Op::zeta, x(0) + 1, x(1)); });
    case Differentiable::igamma:
      return along(n, 0, [&] { return binary(Op::igamma_grad_a, x(0), x(1)); }) + along(n, 1, [&] { return gamma_density(x(0), x(1)); });
    case Differentiable::igammac:
      return along(n, 0, [&] { return -binary(Op::igamma_grad_a, x(0), x(1)); }) + along(n, 1, [&] { return -gamma_density(x(0), x(1)); });
    case Differentiable::igamma_grad_a:
      require_constant(n, 0, "a");
      return along(n, 1, [&] { return gamma_density(x(0), x(1)) * gamma_log_slope(x(0), x(1)); });
    case Differentiable::random_gamma_grad:
      require_constant(n, 0, "a");
      return along(n, 1, [&] { return gamma_draw_slope(x(0), x(1), y); });
    case Differentiable::betainc:
      require_constant(n, 0, "a");
      require_constant(n, 1, "b");
      return along(n, 2, [&] { return beta_density(x(0), x(1), x(2)); });
    case Differentiable::select: return select_rule(n);
    case Differentiable::clamp: return clamp(n);
    case Differentiable::fma: return t(0) * x(1) + x(0) * t(1) + t(2);
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
