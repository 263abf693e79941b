#include "espalier/jit/schedule/lower_factors.h"

#include <algorithm>
#include <limits>

#include "espalier/ir/ad/matrix.h"
#include "espalier/ir/library.h"
#include "espalier/ir/windows.h"
#include "espalier/jit/schedule/replace_nodes.h"
#include "espalier/jit/schedule/small_factors.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Smaller ones are left to the library, which is as fast on one thread as our products are, and copies nothing: LU by blocks takes 1.7 times
// as long at n = 1024, so what products do of it must be for many threads. Blocks grow, so that a program does not.
constexpr std::int64_t smallest = 2048;
std::int64_t width_of_blocks(std::int64_t n) {
  constexpr std::int64_t most = 16, narrowest = 128;
  return std::max(narrowest, (n / most + 31) / 32 * 32);
}

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
Expr as_column(Expr vector) {
  Ints shape = vector.shape().extents();
  shape.push_back(1);
  return reshape(vector, Shape(shape));
}
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
  struct Step {
    std::int64_t begin, end;
    Expr corner, under, places;  // the factored block of columns: its square and what is below that; its order of the rows from `begin` on
    std::vector<Expr> right;     // U beside the square, if there are columns
  };
  Builder& b = *a.builder;
  const std::int64_t m = a.shape()[-2], few = std::min(m, a.shape()[-1]);
  std::vector<Step> steps;
  std::vector<Expr> pivots;
  Expr rest = a;
  for (std::int64_t begin = 0; begin < few; begin += block) {
    const std::int64_t end = std::min(begin + block, few), size = end - begin, height = m - begin, others = rest.shape()[-1] - size;
    const Value first = b.add(Op::lu, {columns(rest, 0, size).value}, LibraryAttrs{}, b.loc);
    const Expr panel{&b, first}, moved{&b, first + 1}, places{&b, first + 2};
    pivots.push_back(moved + static_cast<double>(begin));
    steps.push_back({begin, end, rows(panel, 0, size), rows(panel, size, height), places, {}});
    if (others == 0) continue;
    const Expr right = permuted(columns(rest, size, size + others), places);
    const Expr u = triangular_solve(steps.back().corner, rows(right, 0, size), {.lower = true, .unit_diagonal = true});
    steps.back().right = {u};
    rest = rows(right, size, height) - matmul(steps.back().under, u);
  }
  // The rows of L move once, by all that was decided right of them.
  Expr order = steps.back().places;
  for (std::size_t k = steps.size() - 1; k-- > 0;) {
    Step& step = steps[k];
    step.under = permuted(step.under, order);
    Ints of_square = order.shape().extents();
    of_square.back() = step.end - step.begin;
    const Expr square = iota(b, Type(i32, Shape(of_square)), order.ndim() - 1);
    const Expr places = concatenate(std::vector<Expr>{square, order + static_cast<double>(of_square.back())}, order.ndim() - 1);
    order = as_vector(permuted(as_column(step.places), places));
  }
  std::vector<Expr> found;  // rows of L and U
  const auto left_of = [&](std::size_t step, std::int64_t begin, std::int64_t end) {
    std::vector<Expr> row;
    for (std::size_t k = 0; k < step; ++k) row.push_back(rows(steps[k].under, begin - steps[k].end, end - steps[k].end));
    return row;
  };
  for (std::size_t k = 0; k < steps.size(); ++k) {
    std::vector<Expr> row = left_of(k, steps[k].begin, steps[k].end);
    row.push_back(steps[k].corner);
    row.insert(row.end(), steps[k].right.begin(), steps[k].right.end());
    found.push_back(beside(row));
  }
  if (m > few) found.push_back(beside(left_of(steps.size(), few, m)));
  return {below(found), pivots.size() == 1 ? pivots[0] : concatenate(pivots, pivots[0].ndim() - 1), order};
}

namespace {

std::int64_t extent_of(Type x) { return std::min(x.shape()[-1], x.shape()[-2]); }

bool is_large(const Graph& graph, const Node& node) {
  if (node.op != Op::cholesky && node.op != Op::lu) return false;
  const Type x = graph.type_of(graph.operands_of(node)[0]);
  return !graph.attrs_as<LibraryAttrs>(node).packed && x.size() > 0 && extent_of(x) >= smallest;
}
std::vector<Expr> blocked(const Graph&, const Node& node, std::span<const Expr> operands) {
  const Expr a = operands[0];
  if (node.op == Op::cholesky) return {blocked_cholesky(a, width_of_blocks(extent_of(a.type())))};
  const BlockedLu f = blocked_lu(a, width_of_blocks(extent_of(a.type())));
  return {f.both, f.pivots, f.order};
}

bool is_small(const Graph& graph, const Node& node) {
  const bool packed = is_packed(graph.attrs_of(node));
  if (packed || (node.op != Op::cholesky && node.op != Op::lu && node.op != Op::triangular_solve)) return false;
  const auto operands = graph.operands_of(node);
  const Shape& a = graph.type_of(operands[0]).shape();
  return std::max(a[-1], a[-2]) <= most_written_out && graph.type_of(operands.back()).size() > 0;
}
std::vector<Expr> written_out(const Graph& graph, const Node& node, std::span<const Expr> operands) {
  if (node.op == Op::cholesky) return {small_cholesky(operands[0])};
  if (node.op == Op::lu) return small_lu(operands[0]);
  return {small_triangular_solve(operands[0], operands[1], graph.attrs_as<TriangularSolveAttrs>(node))};
}

}  // namespace

Graph lower_factors(const Graph& graph) { return replace_nodes(replace_nodes(graph, {is_large, blocked}), {is_small, written_out}); }

}  // namespace espalier::codegen
