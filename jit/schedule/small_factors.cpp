#include "espalier/jit/schedule/small_factors.h"

#include <limits>
#include <numeric>

namespace espalier::codegen {
namespace {

using namespace ir;

// Rows and columns of a matrix, each element an array over the batch with two last axes of one.
using Elements = std::vector<std::vector<Expr>>;

// The part of x whose index along an axis, counted from the end, is i.
Expr at(Expr x, int axis, std::int64_t i) {
  Ints start(static_cast<std::size_t>(x.ndim()), 0), limit = x.shape().extents();
  const std::size_t along = start.size() - static_cast<std::size_t>(axis);
  start[along] = i, limit[along] = i + 1;
  return slice(x, start, limit);
}
Elements elements_of(Expr a) {
  Elements all(static_cast<std::size_t>(a.shape()[-2]));
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::int64_t j = 0; j < a.shape()[-1]; ++j) all[i].push_back(at(at(a, 2, static_cast<std::int64_t>(i)), 1, j));
  return all;
}
Expr joined(const std::vector<Expr>& parts, int axis) { return parts.size() == 1 ? parts[0] : concatenate(parts, parts[0].ndim() - axis); }
Expr matrix_of(const Elements& all) {
  std::vector<Expr> rows;
  for (const auto& row : all) rows.push_back(joined(row, 1));
  return joined(rows, 2);
}
// Numbers of [batch…, 1, 1] as a vector: [batch…, n].
Expr vector_of(const std::vector<Expr>& numbers) {
  const Expr row = joined(numbers, 1);
  Ints shape = row.shape().extents();
  shape.erase(shape.end() - 2);
  return reshape(row, Shape(shape));
}

void exchange(Expr condition, Expr& x, Expr& y) {
  const Expr first = select(condition, y, x), second = select(condition, x, y);
  x = first, y = second;
}

}  // namespace

Expr small_cholesky(Expr a) {
  Elements x = elements_of(a);
  const std::size_t n = x.size();
  Expr right = compare(x[0][0], Comparison::gt, 0);  // whether every pivot is positive
  for (std::size_t c = 0; c < n; ++c) {
    if (c > 0) right = binary(Op::and_, right, compare(x[c][c], Comparison::gt, 0));
    const Expr d = x[c][c] = sqrt(x[c][c]);
    for (std::size_t i = c + 1; i < n; ++i) {
      x[i][c] = x[i][c] / d;
      for (std::size_t j = c + 1; j <= i; ++j) x[i][j] = x[i][j] - x[i][c] * x[j][c];
    }
  }
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) x[i][j] = j > i ? zeros_like(x[i][j]) : select(right, x[i][j], full_like(x[i][j], std::numeric_limits<double>::quiet_NaN()));
  return matrix_of(x);
}

std::vector<Expr> small_lu(Expr a) {
  Elements x = elements_of(a);
  const std::size_t m = x.size(), n = x[0].size(), few = std::min(m, n);
  const Type index = x[0][0].type().with(i32);
  std::vector<Expr> pivots, order;
  for (std::size_t r = 0; r < m; ++r) order.push_back(full(*a.builder, index, static_cast<double>(r)));
  for (std::size_t c = 0; c < few; ++c) {
    Expr largest = abs(x[c][c]), pivot = full(*a.builder, index, static_cast<double>(c));
    for (std::size_t r = c + 1; r < m; ++r) {
      const Expr other = abs(x[r][c]), larger = compare(other, Comparison::gt, largest);
      pivot = select(larger, full_like(pivot, static_cast<double>(r)), pivot);
      largest = select(larger, other, largest);
    }
    pivots.push_back(pivot);
    for (std::size_t r = c + 1; r < m; ++r) {
      const Expr here = compare(pivot, Comparison::eq, static_cast<double>(r));
      for (std::size_t j = 0; j < n; ++j) exchange(here, x[c][j], x[r][j]);
      exchange(here, order[c], order[r]);
    }
    // Below a pivot of 0 all is 0 and stays so.
    const Expr d = select(compare(x[c][c], Comparison::eq, 0), full_like(x[c][c], 1), x[c][c]);
    for (std::size_t r = c + 1; r < m; ++r) {
      x[r][c] = x[r][c] / d;
      for (std::size_t j = c + 1; j < n; ++j) x[r][j] = x[r][j] - x[r][c] * x[c][j];
    }
  }
  return {matrix_of(x), vector_of(pivots), vector_of(order)};
}

Expr small_triangular_solve(Expr a, Expr b, const TriangularSolveAttrs& attrs) {
  const Elements triangle = elements_of(a);
  const std::size_t n = triangle.size();
  // X A = B is Aᵀ Xᵀ = Bᵀ: its unknowns are columns. They are found from the first on where op(A) is lower, else from the last.
  const int axis = attrs.left_side ? 2 : 1;
  const bool turned = attrs.transpose == attrs.left_side, forward = attrs.lower != turned;
  std::vector<Expr> x;
  for (std::size_t i = 0; i < n; ++i) x.push_back(at(b, axis, static_cast<std::int64_t>(i)));
  const auto coefficient = [&](std::size_t i, std::size_t k) {
    Ints dims(static_cast<std::size_t>(b.ndim()));
    std::iota(dims.begin(), dims.end(), 0);
    // An axis of one element does not spread, so it goes.
    const Expr number = turned ? triangle[k][i] : triangle[i][k];
    Ints batch = number.shape().extents();
    batch.resize(batch.size() - 2), dims.resize(dims.size() - 2);
    return broadcast(reshape(number, Shape(batch)), x[0].shape(), dims);
  };
  for (std::size_t step = 0; step < n; ++step) {
    const std::size_t k = forward ? step : n - 1 - step;
    if (!attrs.unit_diagonal) x[k] = x[k] / coefficient(k, k);
    for (std::size_t later = step + 1; later < n; ++later) {
      const std::size_t i = forward ? later : n - 1 - later;
      x[i] = x[i] - coefficient(i, k) * x[k];
    }
  }
  return joined(x, axis);
}

}  // namespace espalier::codegen
