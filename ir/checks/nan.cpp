// NaN: reported of the op that makes it, not of those that pass it on.
#include <numeric>

#include "espalier/ir/checks/rules.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir::checks {
namespace {

// Of real numbers these give a number wherever their operands are numbers.
bool is_total(Unary op) {
  switch (op) {
    case Unary::neg:
    case Unary::abs:
    case Unary::sign:
    case Unary::real:
    case Unary::imag:
    case Unary::conj:
    case Unary::floor:
    case Unary::ceil:
    case Unary::round_even:
    case Unary::round_away:
    case Unary::exp:
    case Unary::exp2:
    case Unary::expm1:
    case Unary::cbrt:
    case Unary::atan:
    case Unary::sinh:
    case Unary::cosh:
    case Unary::tanh:
    case Unary::asinh:
    case Unary::logistic:
    case Unary::erf:
    case Unary::erfc:
    case Unary::is_finite:
    case Unary::not_:
    case Unary::popcount:
    case Unary::clz:
    case Unary::reduce_precision:
    case Unary::convert:
    case Unary::bitcast:  // bits that become a float are meant
    case Unary::stop_gradient: return true;
    case Unary::log:
    case Unary::log1p:
    case Unary::sqrt:
    case Unary::rsqrt:
    case Unary::sin:
    case Unary::cos:
    case Unary::tan:
    case Unary::asin:
    case Unary::acos:
    case Unary::acosh:
    case Unary::atanh:
    case Unary::erf_inv:
    case Unary::lgamma:
    case Unary::digamma:
    case Unary::bessel_i0e:
    case Unary::bessel_i1e: return false;
  }
  __builtin_unreachable();
}
bool is_total(Binary op) {
  switch (op) {
    case Binary::max:
    case Binary::min:
    case Binary::atan2:
    case Binary::nextafter:
    case Binary::complex:
    case Binary::and_:
    case Binary::or_:
    case Binary::xor_:
    case Binary::shift_left:
    case Binary::shift_right_arithmetic:
    case Binary::shift_right_logical:
    case Binary::compare: return true;
    case Binary::add:
    case Binary::sub:
    case Binary::mul:
    case Binary::div:
    case Binary::rem:
    case Binary::pow:
    case Binary::polygamma:
    case Binary::zeta:
    case Binary::igamma:
    case Binary::igammac:
    case Binary::igamma_grad_a:
    case Binary::random_gamma_grad: return false;
  }
  __builtin_unreachable();
}
bool is_total(Ternary op) { return op != Ternary::betainc; }
bool is_total(const CheckNode& n, Reducing op) {
  switch (op) {
    case Reducing::reduce: return n.attrs<ReduceAttrs>().kind >= Reduction::max;
    case Reducing::cumulative: return n.attrs<CumulativeAttrs>().kind == Cumulation::max || n.attrs<CumulativeAttrs>().kind == Cumulation::min;
    case Reducing::scatter_reduce: return n.attrs<ScatterReduceAttrs>().kind >= Reduction::max;
    case Reducing::arg_reduce: return true;
    case Reducing::overlap_add: return false;
  }
  __builtin_unreachable();
}
// Those that move bits of complex numbers, or look at their parts, one by one.
bool is_total_of_complex(Op op) {
  return info(op).moves || op == Op::neg || op == Op::real || op == Op::imag || op == Op::conj || op == Op::convert || op == Op::complex || op == Op::abs;
}

Expr is_nan(Expr x) { return compare(x, Comparison::ne, x); }
Ints all_axes(Expr x) {
  Ints axes(static_cast<std::size_t>(x.ndim()));
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

// Where an operand has a NaN that may have come through to the result.
Expr was_nan(const CheckNode& n, Expr x, const Shape& shape) {
  if (is_elementwise(n.node.op)) return is_nan(x);
  if (n.node.op == Op::reduce) return reduce(is_nan(x), Reduction::or_, n.attrs<ReduceAttrs>().axes);
  return broadcast(reduce(is_nan(x), Reduction::or_, all_axes(x)), shape, {});
}

}  // namespace

bool may_make_nan(const CheckNode& n, std::uint32_t result) {
  if (!is_inexact(n.result_type(result).dtype())) return false;
  const bool is_of_complex = n.operands() != 0 && is_complex(n.type(0).dtype());
  if (is_of_complex && is_elementwise(n.node.op)) return !is_total_of_complex(n.node.op);
  return visit(n.node.op,
               [](Unary op) { return !is_total(op); },
               [](Binary op) { return !is_total(op); },
               [](Ternary op) { return !is_total(op); },
               [](Source) { return false; },    // what a program writes down, it means
               [](Movement) { return false; },
               [&](Reducing op) { return !is_total(n, op); },
               [](Contraction) { return true; },
               [](Library) { return true; },
               [](Fourier) { return true; },
               [](Random) { return false; },
               [](Collective op) { return op == Collective::psum || op == Collective::reduce_scatter; },
               [](Control op) { return op == Control::custom_call; });
}

Expr made_nan(const CheckNode& n, std::uint32_t result) {
  const Expr r = n.result(result);
  Expr bad = is_nan(r);
  for (std::size_t i = 0; i < n.operands(); ++i) {
    if (is_inexact(n.type(i).dtype()) && n.type(i).size() != 0) bad = both(bad, not_(was_nan(n, n.x(i), r.shape())));
  }
  return bad;
}

}  // namespace espalier::ir::checks
