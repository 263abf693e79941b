// Collectives over the new axis become reductions and moves along it; those over another take it along.
#include <numeric>

#include "espalier/ir/batch/rules.h"

namespace espalier::ir {
namespace {

Expr move_axis(Expr x, int from, int to) {
  Ints order(static_cast<std::size_t>(x.ndim()));
  std::iota(order.begin(), order.end(), 0);
  order.erase(order.begin() + from);
  order.insert(order.begin() + to, from);
  return transpose(x, order);
}

// The sum over all members: of what is the same for all, so many times it.
Expr total(const BatchNode& n) {
  return n.batched(0) ? reduce(n.x(0), Reduction::sum, {0}) : n.x(0) * static_cast<double>(n.size);
}

// Each member's operand is another's, or zeros. Sources that follow each other are one slice.
Expr permuted(Expr x, const Ints& sources) {
  std::vector<Expr> pieces;
  for (std::size_t i = 0; i < sources.size();) {
    const bool sent = sources[i] >= 0;
    std::size_t end = i + 1;
    while (end < sources.size() && (sent ? sources[end] == sources[end - 1] + 1 : sources[end] < 0)) ++end;
    Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents();
    start[0] = sent ? sources[i] : 0;
    limit[0] = start[0] + static_cast<std::int64_t>(end - i);
    const Expr piece = slice(x, start, limit);
    pieces.push_back(sent ? piece : zeros_like(piece));
    i = end;
  }
  return pieces.empty() ? x : concatenate(pieces, 0);
}

// The axis is another's: members are its, each with all examples.
BatchedValue over_another(Collective op, const BatchNode& n) {
  CollectiveAttrs attrs = std::get<CollectiveAttrs>(n.attrs);
  ++attrs.axis, ++attrs.into;  // the new axis stands in front
  return {apply(op, {n.x(0)}, attrs), true};
}

}  // namespace

BatchedValue batch_collective(Collective op, const BatchNode& n) {
  const auto& attrs = std::get<CollectiveAttrs>(n.attrs);
  if (attrs.axis_name != n.axis_name) return over_another(op, n);
  switch (op) {
    case Collective::psum: return {total(n), false};
    case Collective::all_gather: return {n.batched(0) ? move_axis(n.x(0), 0, attrs.axis) : insert_axis(n.x(0), attrs.axis, n.size), false};
    case Collective::reduce_scatter: return {move_axis(total(n), attrs.axis, 0), true};
    case Collective::all_to_all: return {move_axis(move_axis(n.spread(0), attrs.axis + 1, 0), 1, attrs.into + 1), true};
    case Collective::ppermute: return {permuted(n.spread(0), attrs.sources), true};
    case Collective::axis_index: return {iota(n.b, Type(i32, {n.size}), 0), true};
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir
