#include "espalier/jit/schedule/lower_factors.h"

#include <algorithm>
#include <limits>

#include "espalier/ir/ad/matrix.h"
#include "espalier/ir/windows.h"
#include "espalier/jit/schedule/replace_nodes.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Smaller ones are left to the library; blocks grow, so that a program does not.
constexpr std::int64_t smallest = 128, most_blocks = 16;
std::int64_t block_of(std::int64_t n) { return std::max<std::int64_t>(32, (n / most_blocks + 31) / 32 * 32); }

// Rows [first, last) and columns [begin, end).
Expr part(Expr x, std::int64_t first, std::int64_t last, std::int64_t begin, std::int64_t end) {
  Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents();
  const std::size_t row = start.size() - 2;
  start[row] = first, limit[row] = last, start[row + 1] = begin, limit[row + 1] = end;
  return slice(x, start, limit);
}
Expr rows(Expr x, std::int64_t first, std::int64_t last) { return part(x, first, last, 0, x.shape()[-1]); }
Expr columns(Expr x, std::int64_t begin, std::int64_t end) { return part(x, 0, x.shape()[-2], begin, end); }
Expr beside(std::vector<Expr> parts) { return parts.size() == 1 ? parts[0] : concatenate(parts, parts[0].ndim() - 1); }
Expr below(std::vector<Expr> parts) { return parts.size() == 1 ? parts[0] : concatenate(parts, parts[0].ndim() - 2); }
Expr permuted(Expr x, Expr order) { return ir::apply(Op::gather, {x, order}, rows_in_order(x.shape())); }
Expr as_vector(Expr column) {
  Ints shape = column.shape().extents();
  shape.pop_back();
  return reshape(column, Shape(shape));
}

}  // namespace

Expr blocked_cholesky(Expr a, std::int64_t block) {
  Builder& b = *a.builder;
  const std::int64_t n = a.shape()[-1];
  std::vector<Expr> found;  // columns of L
  Expr left;                // the rows of these that are not above the diagonal yet
  for (std::int64_t begin = 0; begin < n; begin += block) {
    const std::int64_t end = std::min(begin + block, n), size = end - begin;
    Expr rest = part(a, begin, n, begin, end);
    if (begin > 0) rest = rest - matmul(left, transposed(rows(left, 0, size)));
    const Expr corner = ir::apply(Op::cholesky, {rows(rest, 0, size)}, LibraryAttrs{});
    Expr column = corner;
    if (end < n) {
      const Expr inverse = triangular_solve(corner, identity(b, corner.type()), {.lower = true});
      const Expr under = matmul(rows(rest, size, n - begin), transposed(inverse));
      left = begin == 0 ? under : beside({rows(left, size, n - begin), under});
      column = below({corner, under});
    }
    if (begin > 0) {
      Ints above(static_cast<std::size_t>(a.ndim()), 0), none = above;
      above[above.size() - 2] = begin;
      column = pad(column, full(b, Type(a.dtype()), 0), above, none, none);
    }
    found.push_back(column);
  }
  const Expr l = beside(found), d = diagonal(l);
  const Expr lost = reduce(compare(d, Comparison::ne, d), Reduction::or_, {d.ndim() - 1});
  Ints dims;
  for (int i = 0; i < lost.ndim(); ++i) dims.push_back(i);
  return select(broadcast(lost, a.shape(), dims), lower(full_like(l, std::numeric_limits<double>::quiet_NaN())), l);
}

BlockedLu blocked_lu(Expr a, std::int64_t block) {
  Builder& b = *a.builder;
  const std::int64_t m = a.shape()[-2], few = std::min(m, a.shape()[-1]);
  Ints column_shape = a.shape().extents();
  column_shape.back() = 1;
  Expr rest = a, order = iota(b, Type(i32, Shape(column_shape)), a.ndim() - 2), left;
  std::vector<Expr> found, orders, pivots;  // rows of L and U, and of the order
  for (std::int64_t begin = 0; begin < few; begin += block) {
    const std::int64_t size = std::min(begin + block, few) - begin, height = m - begin, others = rest.shape()[-1] - size;
    const Value first = b.add(Op::lu, {columns(rest, 0, size).value}, LibraryAttrs{}, b.loc);
    const Expr panel{&b, first}, moved{&b, first + 1}, places{&b, first + 2};
    pivots.push_back(moved + static_cast<double>(begin));
    order = permuted(order, places);
    if (begin > 0) left = permuted(left, places);
    std::vector<Expr> row{rows(panel, 0, size)}, under{rows(panel, size, height)};
    if (begin > 0) row.insert(row.begin(), rows(left, 0, size)), under.insert(under.begin(), rows(left, size, height));
    if (others > 0) {
      const Expr right = permuted(columns(rest, size, size + others), places);
      const Expr u = triangular_solve(rows(panel, 0, size), rows(right, 0, size), {.lower = true, .unit_diagonal = true});
      row.push_back(u);
      rest = rows(right, size, height) - matmul(rows(panel, size, height), u);
    }
    found.push_back(beside(row));
    orders.push_back(rows(order, 0, size));
    left = beside(under), order = rows(order, size, height);
  }
  if (m > few) found.push_back(left), orders.push_back(order);
  return {below(found), pivots.size() == 1 ? pivots[0] : concatenate(pivots, pivots[0].ndim() - 1), as_vector(below(orders))};
}

namespace {

bool is_large(const Graph& graph, const Node& node) {
  if (node.op != Op::cholesky && node.op != Op::lu) return false;
  const Type x = graph.type_of(graph.operands_of(node)[0]);
  return !graph.attrs_as<LibraryAttrs>(node).packed && x.size() > 0 && std::min(x.shape()[-1], x.shape()[-2]) >= smallest;
}
std::vector<Expr> blocked(const Graph&, const Node& node, std::span<const Expr> operands) {
  const Expr a = operands[0];
  const std::int64_t block = block_of(std::min(a.shape()[-1], a.shape()[-2]));
  if (node.op == Op::cholesky) return {blocked_cholesky(a, block)};
  const BlockedLu f = blocked_lu(a, block);
  return {f.both, f.pivots, f.order};
}

}  // namespace

Graph lower_factors(const Graph& graph) { return replace_nodes(graph, {is_large, blocked}); }

}  // namespace espalier::codegen
