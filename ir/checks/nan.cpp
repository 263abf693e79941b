// NaN: reported of the op that makes it, not of those that pass it on.
#include <numeric>

#include "espalier/ir/checks/rules.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir::checks {
namespace {

// Of reductions, sums and products: infinities of both signs, and 0 times infinity.
bool adds_up(const Attrs& attrs) {
  return std::visit([]<class A>(const A& a) {
    if constexpr (requires { a.kind; }) return a.kind != decltype(a.kind)::max && a.kind != decltype(a.kind)::min;
    else return true;
  }, static_cast<const AnyAttrs&>(attrs));
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
               [](Unary op) { return info(op).domain == Domain::partly; },
               [](Binary op) { return info(op).domain == Domain::partly; },
               [](Ternary op) { return info(op).domain == Domain::partly; },
               [](Source) { return false; },    // what a program writes down, it means
               [](Movement) { return false; },
               [&](Reducing) { return adds_up(n.graph.attrs_of(n.node)); },
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
