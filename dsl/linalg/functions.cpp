#include "espalier/dsl/linalg/functions.h"

#include <algorithm>
#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/linalg/factorizations.h"
#include "espalier/dsl/linalg/parts.h"
#include "espalier/dsl/linalg/solvers.h"
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"
#include "espalier/ir/error.h"

namespace espalier::linalg {

using detail::called_at;
using namespace parts;

Array inv(Operand a) {
  return called_at(a.where, "inv", [&] {
    const Array x = square_matrices(a);
    return solve(x, identity_like(x));
  });
}

namespace {

// -1 where an odd number of rows changed places, else 1.
Array parity(const LuFactors& f) {
  const Array moved = (f.pivots != iota(f.pivots.shape(), -1)).as(i32);
  return (1 - 2 * (sum(moved, {.axis = -1}) % 2)).as(f.lu.dtype());
}
// By the sum of products.
Array small_determinant(const Array& a) {
  const std::int64_t n = a.shape(-1);
  const auto at = [&](int i, int j) { return a[{ellipsis, i, j}]; };
  const auto minor = [&](int i, int j) { return at(1, i) * at(2, j) - at(1, j) * at(2, i); };
  if (n == 0) return prod(reshape(a, Shape(std::vector<std::int64_t>(a.shape().begin(), a.shape().end() - 1))), {.axis = -1});
  if (n == 1) return at(0, 0);
  if (n == 2) return at(0, 0) * at(1, 1) - at(0, 1) * at(1, 0);
  return at(0, 0) * minor(1, 2) - at(0, 1) * minor(0, 2) + at(0, 2) * minor(0, 1);
}

}  // namespace

Array det(Operand a) {
  return called_at(a.where, "det", [&] {
    const Array x = square_matrices(a);
    if (x.shape(-1) <= 3) return small_determinant(x);
    const LuFactors f = lu_factor(x);
    return prod(diagonals(f.lu), {.axis = -1}) * parity(f);
  });
}
SlogDet slogdet(Operand a) {
  return called_at(a.where, "slogdet", [&] {
    const LuFactors f = lu_factor(square_matrices(a));
    const Array d = diagonals(f.lu), size = abs(d);
    // The sign of a complex number moves with it; that of a real one is constant.
    const Array signs = ir::is_complex(d.dtype()) ? d / where(size == 0, ones_like(size), size) : sign(d);
    return SlogDet{prod(signs, {.axis = -1}) * parity(f), sum(log(size), {.axis = -1})};
  });
}

namespace {

// The singular values that count.
Array counting(const Array& s, double rtol) { return s > rtol * max(s, {.axis = -1, .keepdims = true}); }
double largest_extent(const Array& a) { return static_cast<double>(std::max(a.shape(-1), a.shape(-2))); }

Array pseudo_inverse(const Array& a, double rtol) {
  if (a.size() == 0) return zeros_like(swapaxes(a, -1, -2));
  const SVD f = svd(a);
  const Array counts = counting(f.s, rtol), inverse = where(counts, 1 / where(counts, f.s, ones_like(f.s)), zeros_like(f.s));
  return matmul(adjoint(f.vh) * expand_dims(inverse, -2), adjoint(f.u));
}
// G. H. Golub and V. Pereyra (1973): with P the pseudo-inverse of a matrix of constant rank,
// P' = -P A' P + P Pᴴ A'ᴴ (1 - A P) + (1 - P A) A'ᴴ Pᴴ P.
Array pseudo_tangent(const Array& a, const Array& p, const Array& t) {
  const Array h = adjoint(t), ph = adjoint(p), pph = matmul(p, ph), php = matmul(ph, p), first = matmul(pph, h), second = matmul(h, php);
  return -matmul(p, matmul(t, p)) + first - matmul(first, matmul(a, p)) + second - matmul(p, matmul(a, second));
}

}  // namespace

Array pinv(Operand a, RankOptions o) {
  return called_at(a.where, "pinv", [&] {
    const Array x = matrices(a);
    const double rtol = o.rtol.value_or(10 * largest_extent(x) * epsilon(x.dtype()));
    const auto value = [rtol](Array y) { return pseudo_inverse(y, rtol); };
    const auto rule = [rtol](Array y, Array t) {
      const Array p = pseudo_inverse(y, rtol);
      return std::pair{p, pseudo_tangent(y, p, t)};
    };
    return custom_jvp(value, rule)(x);
  });
}
Array matrix_rank(Operand a, RankOptions o) {
  return called_at(a.where, "matrix_rank", [&] {
    const Array x = matrices(a);
    if (std::min(x.shape(-1), x.shape(-2)) == 0) return zeros(Shape(std::vector<std::int64_t>(x.shape().begin(), x.shape().end() - 2)), i32);
    return sum(counting(svdvals(x), o.rtol.value_or(largest_extent(x) * epsilon(x.dtype()))).as(i32), {.axis = -1});
  });
}

namespace {

// Padé's approximant of a degree: (V - U) R = V + U, where U has the odd powers and V the even ones.
struct Approximant {
  std::vector<double> coefficients;
  double largest_norm;  // for which it is as exact as the dtype
};
const Approximant& approximant(DType t) {
  static const Approximant seven{{17297280, 8648640, 1995840, 277200, 25200, 1512, 56, 1}, 3.925724783138660};
  static const Approximant thirteen{{64764752532480000, 32382376266240000, 7771770303897600, 1187353796428800, 129060195264000, 10559470521600, 670442572800, 33522128640, 1323241920, 40840800, 960960, 16380, 182, 1}, 5.371920351148152};
  return t == f32 || t == c64 ? seven : thirteen;
}
Array rational(const Array& a, const Approximant& p) {
  const Array one = identity_like(a), a2 = matmul(a, a);
  Array power = one, odd = p.coefficients[1] * one, even = p.coefficients[0] * one;
  for (std::size_t i = 2; i < p.coefficients.size(); i += 2) {
    power = i == 2 ? a2 : matmul(power, a2);
    even = even + p.coefficients[i] * power;
    if (i + 1 < p.coefficients.size()) odd = odd + p.coefficients[i + 1] * power;
  }
  const Array u = matmul(a, odd);
  return solve(even - u, even + u);
}

}  // namespace

Array expm(Operand a) {
  return called_at(a.where, "expm", [&] {
    constexpr int most_squarings = 16;
    const Array x = square_matrices(a);
    if (x.size() == 0) return x;
    const Approximant& p = approximant(x.dtype());
    const Array norm = max(sum(abs(detail::constant_for_derivatives(x, {})), {.axis = -2, .keepdims = true}), {.axis = -1, .keepdims = true});
    const Array squarings = maximum(ceil(log2(norm / p.largest_norm)), 0.0);
    const Array first = rational(x / exp2(squarings), p);
    const Array squared = fori_loop(0, most_squarings, [&](Array i, Array r) { return where(i.as(squarings.dtype()) < squarings, matmul(r, r), r); }, first);
    return where(squarings > most_squarings, std::nan(""), squared);
  });
}

Array matrix_power(Operand a, std::int64_t n) {
  return called_at(a.where, "matrix_power", [&] {
    Array power = square_matrices(a);
    if (n == 0) return identity_like(power);
    if (n < 0) power = inv(power);
    Array result;
    for (std::uint64_t rest = n < 0 ? 0 - static_cast<std::uint64_t>(n) : static_cast<std::uint64_t>(n); rest > 0; rest /= 2) {
      if (rest % 2 == 1) result = result.is_nothing() ? power : matmul(result, power);
      if (rest > 1) power = matmul(power, power);
    }
    return result;
  });
}

namespace {

// The product of arrays [first, last), split where it costs least.
Array chained(const std::vector<Array>& arrays, const std::vector<std::vector<std::size_t>>& split, std::size_t first, std::size_t last) {
  if (last - first == 1) return arrays[first];
  const std::size_t middle = split[first][last];
  return matmul(chained(arrays, split, first, middle), chained(arrays, split, middle, last));
}
// Where to split each stretch of a chain of matrices with these extents: the cost of all shorter ones is known before.
std::vector<std::vector<std::size_t>> best_splits(const std::vector<std::int64_t>& extents) {
  const std::size_t n = extents.size() - 1;
  std::vector<std::vector<double>> cost(n + 1, std::vector<double>(n + 1, 0));
  std::vector<std::vector<std::size_t>> split(n + 1, std::vector<std::size_t>(n + 1, 0));
  for (std::size_t length = 2; length <= n; ++length) {
    for (std::size_t first = 0, last = length; last <= n; ++first, ++last) {
      for (std::size_t middle = first + 1; middle < last; ++middle) {
        const double own = cost[first][middle] + cost[middle][last] + static_cast<double>(extents[first]) * static_cast<double>(extents[middle]) * static_cast<double>(extents[last]);
        if (middle != first + 1 && own >= cost[first][last]) continue;
        cost[first][last] = own, split[first][last] = middle;
      }
    }
  }
  return split;
}

}  // namespace

Array multi_dot(const std::vector<Array>& given, Where where) {
  return called_at(where, "multi_dot", [&] {
    if (given.size() < 2) throw ArgumentError("multi_dot", std::to_string(given.size()) + " arrays have no product", "give at least two", where);
    std::vector<Array> arrays = given;
    const bool row = arrays.front().ndim() == 1, column = arrays.back().ndim() == 1;
    if (row) arrays.front() = expand_dims(arrays.front(), 0);
    if (column) arrays.back() = expand_dims(arrays.back(), 1);
    std::vector<std::int64_t> extents;
    for (const Array& a : arrays) {
      if (a.ndim() != 2) throw ShapeError("multi_dot", "takes matrices, and vectors at the ends, not " + detail::ArrayAccess::type(a).str(), "multiply batches with matmul", where);
      extents.push_back(a.shape(0));
    }
    extents.push_back(arrays.back().shape(1));
    Array product = chained(arrays, best_splits(extents), 0, arrays.size());
    if (column) product = squeeze(product, -1);
    return row ? squeeze(product, 0) : product;
  });
}

}  // namespace espalier::linalg
