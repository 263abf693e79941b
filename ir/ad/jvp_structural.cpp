// Ops that move elements are linear; reductions and running reductions are, or choose.
#include <algorithm>
#include <limits>
#include <numeric>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/windows.h"

namespace espalier::ir {

// The same movement of the tangents of what is moved; the other operands, such as starts and keys, stay.
Tangent jvp_movement(Movement op, const JvpNode& n) {
  std::vector<Expr> operands(n.operands.begin(), n.operands.end());
  const std::size_t moved = std::min(info(op).moved, operands.size());
  bool any = false;
  for (std::size_t i = 0; i < moved; ++i) any = any || n.t(i).present, operands[i] = n.zeros_or(i);
  return any ? Tangent(apply(op, operands, n.attrs)) : Tangent();
}

namespace {

Expr restored(Expr reduced, Type full_type, const Ints& axes) {
  Ints dims;
  for (int i = 0; i < full_type.ndim(); ++i)
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) dims.push_back(i);
  return broadcast(reduced, full_type.shape(), dims);
}

// The product of all others along the last axis, without a division: zeros among the factors are no trouble.
Expr products_of_others(Expr x) {
  const int axis = x.ndim() - 1;
  const std::int64_t n = x.shape()[axis];
  Ints low(x.ndim(), 0), limit = x.shape().extents(), first(x.ndim(), 0), one = x.shape().extents();
  one[axis] = 1;
  const Expr ones = full(*x.builder, x.type().with(Shape(one)), 1);
  auto running = [&](bool reverse) {
    Ints start = low, stop = limit;
    (reverse ? start[axis] : stop[axis]) += reverse ? 1 : -1;
    const Expr part = apply(Op::cumulative, {slice(x, start, stop)}, CumulativeAttrs{Cumulation::prod, axis, reverse});
    const Expr parts[] = {reverse ? part : ones, reverse ? ones : part};
    return concatenate(parts, axis);
  };
  return n == 1 ? ones : running(false) * running(true);
}

Tangent jvp_reduce(const JvpNode& n) {
  const auto& a = std::get<ReduceAttrs>(n.attrs);
  const Expr t = n.t(0).expr, x = n.x(0);
  switch (a.kind) {
    case Reduction::sum: return reduce(t, Reduction::sum, a.axes);
    case Reduction::prod: {
      if (x.type().size() == 0) return full(n.b, n.result.type(), 0);
      const Expr flat = axes_last(x, a.axes);
      const Expr sum = reduce(axes_last(t, a.axes) * products_of_others(flat), Reduction::sum, {flat.ndim() - 1});
      return reshape(sum, n.result.shape());
    }
    case Reduction::max:
    case Reduction::min: {  // the mean over the elements that are the extremum; of none NaN, as JAX has it
      const Expr at = convert(compare(x, Comparison::eq, restored(n.result, x.type(), a.axes)), x.dtype());
      return reduce(t * at, Reduction::sum, a.axes) / reduce(at, Reduction::sum, a.axes);
    }
    case Reduction::and_:
    case Reduction::or_:
    case Reduction::xor_: return {};
  }
  return {};
}

// One step of a running reduction and its derivative: (y, dy) and (x, dx) give the next (y, dy).
struct Pair {
  Expr y, dy;
};
Pair next(Cumulation kind, Pair so_far, Expr x, Expr dx) {
  const auto [y, dy] = so_far;
  switch (kind) {
    case Cumulation::sum: return {y + x, dy + dx};
    case Cumulation::prod: return {y * x, dy * x + y * dx};
    case Cumulation::max:
    case Cumulation::min: {
      const Expr z = kind == Cumulation::max ? max(y, x) : min(y, x);
      const Expr half = (dy + dx) * 0.5;
      const Expr old = compare(y, Comparison::eq, z), now = compare(x, Comparison::eq, z);
      return {z, select(old, select(now, half, dy), dx)};
    }
    case Cumulation::logsumexp: {
      // Between equal infinities there is no gap, and the share of minus infinity is 0: what comes after it keeps its derivative.
      constexpr double infinity = std::numeric_limits<double>::infinity();
      const Expr most = max(y, x), least = min(y, x), zero = zeros_like(y);
      const Expr level = apply(Op::and_, {compare(least, Comparison::eq, most), compare(abs(most), Comparison::eq, infinity)});
      const Expr z = most + unary(Op::log1p, exp(select(level, zero, least - most)));
      const Expr shift = select(compare(z, Comparison::eq, -infinity), zero, z), unbounded = compare(z, Comparison::eq, infinity);
      auto share = [&](Expr part) { return select(unbounded, convert(compare(part, Comparison::eq, z), part.dtype()), exp(part - shift)); };
      return {z, dy * share(y) + dx * share(x)};
    }
  }
  return so_far;
}

// Running sums are linear. The others are a loop whose carry is the value and its derivative; the first element starts it, so
// that no neutral element (minus infinity, for one) is ever differentiated.
Tangent jvp_cumulative(const JvpNode& n) {
  const auto& a = std::get<CumulativeAttrs>(n.attrs);
  const Expr t = n.t(0).expr, x = n.x(0);
  if (a.kind == Cumulation::sum) return apply(Op::cumulative, {t}, a);
  const std::int64_t extent = x.shape()[a.axis];
  if (extent <= 1) return t;
  Ints to_front{a.axis}, back;
  for (int i = 0; i < x.ndim(); ++i)
    if (i != a.axis) to_front.push_back(i);
  for (int i = 0; i < x.ndim(); ++i) back.push_back(i == a.axis ? 0 : (i < a.axis ? i + 1 : i));
  const Expr xs = transpose(x, to_front), ts = transpose(t, to_front);
  const Type row = xs.type().with(Shape(std::vector<std::int64_t>(xs.shape().begin() + 1, xs.shape().end())));
  auto rows = [&](Expr e, std::int64_t from, std::int64_t to) {
    Ints start(e.ndim(), 0), limit = e.shape().extents();
    start[0] = from;
    limit[0] = to;
    return slice(e, start, limit);
  };
  const std::int64_t first = a.reverse ? extent - 1 : 0;
  auto head = [&](Expr e) { return reshape(rows(e, first, first + 1), row.shape()); };
  auto tail = [&](Expr e) { return a.reverse ? rows(e, 0, extent - 1) : rows(e, 1, extent); };

  Builder body;
  std::vector<Expr> in;
  for (int i = 0; i < 4; ++i) in.push_back({&body, body.input(row)});
  const Pair out = next(a.kind, {in[0], in[1]}, in[2], in[3]);
  const Value outputs[] = {out.y.value, out.dy.value, out.dy.value};
  ScanAttrs scan{std::make_shared<const Graph>(body.finish(outputs)), 0, 2, extent - 1, a.reverse};
  const Value first_result = n.b.add(Op::scan, {head(xs).value, head(ts).value, tail(xs).value, tail(ts).value}, scan);
  const Expr rest{&n.b, first_result + 2}, start = rows(ts, first, first + 1);
  const Expr parts[] = {a.reverse ? rest : start, a.reverse ? start : rest};
  return transpose(concatenate(parts, 0), back);
}

// An op with the index arrays of a scatter behind these operands.
Expr at_windows(const JvpNode& n, Op op, std::initializer_list<Expr> first, Attrs attrs) {
  std::vector<Expr> operands(first);
  operands.insert(operands.end(), n.operands.begin() + 2, n.operands.end());
  return apply(op, operands, std::move(attrs));
}
// What else each element of the windows is multiplied by: the operand there, and all other windows that meet it.
Expr other_factors(const JvpNode& n, const ScatterReduceAttrs& a) {
  const Expr x = n.x(0), u = n.x(1);
  const GatherAttrs read = reading(a, x.ndim(), u.shape());
  if (a.unique) return at_windows(n, Op::gather, {x}, read);
  // The product of all factors but zeros, and how many these are.
  ScatterReduceAttrs sum = a;
  sum.kind = Reduction::sum;
  const Expr is_zero = compare(u, Comparison::eq, 0), zero = zeros_like(u), safe = select(is_zero, full_like(u, 1), u);
  const Expr product = at_windows(n, Op::gather, {at_windows(n, Op::scatter_reduce, {x, safe}, a)}, read);
  const Expr zeros = at_windows(n, Op::gather, {at_windows(n, Op::scatter_reduce, {full(n.b, x.type().with(i32), 0), convert(is_zero, i32)}, sum)}, read);
  return select(is_zero, select(compare(zeros, Comparison::eq, 1), product, zero), select(compare(zeros, Comparison::eq, 0), product / safe, zero));
}

Tangent jvp_scatter_reduce(const JvpNode& n) {
  const auto& a = std::get<ScatterReduceAttrs>(n.attrs);
  ScatterReduceAttrs sum = a;
  sum.kind = Reduction::sum;
  const Expr x = n.x(0), u = n.x(1);
  switch (a.kind) {
    case Reduction::sum: return at_windows(n, Op::scatter_reduce, {n.zeros_or(0), n.zeros_or(1)}, a);
    case Reduction::prod: {
      Tangent total;
      if (n.t(0).present) total = at_windows(n, Op::scatter_reduce, {n.t(0).expr, u}, a);
      if (n.t(1).present) total = total + at_windows(n, Op::scatter_reduce, {zeros_like(x), n.t(1).expr * other_factors(n, a)}, sum);
      return total;
    }
    case Reduction::max:
    case Reduction::min: {  // the mean over all that are the extremum, as a reduction's
      const Expr at_x = convert(compare(x, Comparison::eq, n.result), x.dtype());
      const Expr at_u = convert(compare(u, Comparison::eq, at_windows(n, Op::gather, {n.result}, reading(a, x.ndim(), u.shape()))), u.dtype());
      const Expr total = at_windows(n, Op::scatter_reduce, {n.zeros_or(0) * at_x, n.zeros_or(1) * at_u}, sum);
      return total / at_windows(n, Op::scatter_reduce, {at_x, at_u}, sum);
    }
    case Reduction::and_:
    case Reduction::or_:
    case Reduction::xor_: return {};
  }
  return {};
}

Tangent jvp_arg_reduce(const JvpNode&) { return {}; }  // an index
Tangent jvp_overlap_add(const JvpNode& n) { return apply(Op::overlap_add, {n.t(0).expr}, n.attrs); }

}  // namespace

Tangent jvp_reducing(Reducing op, const JvpNode& n) {
  switch (op) {
#define REDUCING(name, operands, attributes, gives, derivative, pattern) \
  case Reducing::name: return jvp_##name(n);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

// Linear in either operand.
Tangent jvp_contraction(const JvpNode& n) {
  Tangent left, right;
  if (n.t(0).present) left = apply(n.op, {n.t(0).expr, n.x(1)}, n.attrs);
  if (n.t(1).present) right = apply(n.op, {n.x(0), n.t(1).expr}, n.attrs);
  return left + right;
}

}  // namespace espalier::ir
