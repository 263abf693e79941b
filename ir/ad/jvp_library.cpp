// Derivatives of factorizations: what the equations of the factors say when they are differentiated. Formulas: S. F. Walter and
// L. Lehmann, "Algorithmic Differentiation of Linear Algebra Functions" (2010), of complex matrices too; de Hoog, Anderssen and
// Lukas for LU; Townsend for the singular value decomposition.
#include "espalier/ir/ad/matrix.h"
#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/windows.h"

namespace espalier::ir {
namespace {

std::int64_t rows(Expr x) { return x.shape()[-2]; }
std::int64_t columns(Expr x) { return x.shape()[-1]; }

// The Hermitian matrix of which an op reads the lower triangle.
Expr hermitian(Expr x) { return lower(x, -1) + adjoint(lower(x, -1)) + real_part(diagonal_part(x)); }

// L' = L Φ(L⁻¹ A' L⁻ᴴ), where Φ takes the lower triangle and half of the diagonal.
Expr cholesky(Expr l, Expr da) {
  const Expr right = triangular_solve(l, da, {.left_side = false, .lower = true, .transpose = true, .conjugate = true});
  const Expr both = triangular_solve(l, right, {.lower = true});
  return matmul(l, lower(both) - diagonal_part(both) * 0.5);
}

Expr permuted(Expr x, Expr order) { return x.type().size() == 0 ? x : apply(Op::gather, {x, order}, rows_in_order(x.shape())); }
Expr padded(Expr x, std::int64_t more_rows, std::int64_t more_columns) {
  if (more_rows == 0 && more_columns == 0) return x;
  Ints low(static_cast<std::size_t>(x.ndim()), 0), high = low;
  high[high.size() - 2] = more_rows, high.back() = more_columns;
  return pad(x, full(*x.builder, Type(x.dtype()), 0), low, high, low);
}
// With X = L⁻¹ P A' U⁻¹, where L and U are made square: L' is L times X below the diagonal, U' the rest of X times U.
Expr lu(Expr both, Expr order, Expr da) {
  const std::int64_t m = rows(both), n = columns(both), k = std::min(m, n);
  const Expr l = padded(lower(left(both, k), -1), 0, m - k), u = padded(upper(top(both, k)), n - k, 0);
  const Expr one = identity(*u.builder, u.type());
  const Expr square_u = n == k ? u : u + select(compare(iota(*u.builder, u.type().with(i32), u.ndim() - 2), Comparison::lt, static_cast<double>(k)), zeros_like(u), one);
  const Expr la = triangular_solve(l, permuted(da, order), {.lower = true, .unit_diagonal = true});
  const Expr x = triangular_solve(square_u, la, {.left_side = false});
  const Expr below = lower(x, -1);
  return below + matmul(l, below) + matmul(upper(x), square_u);
}

struct Pair {
  Expr first, second;
};
// Of A = Q R with as many columns in Q as A has, or with those that A has too many behind the others: what is Hermitian in Qᴴ A' R⁻¹
// belongs to R', what is skew to Q'.
Pair qr(Expr q, Expr r, Expr da) {
  const std::int64_t k = columns(q), n = columns(r);
  const Expr square = left(r, k), first = left(da, k);
  const Expr x = triangular_solve(square, first, {.left_side = false});
  const Expr c = matmul(adjoint(q), x), below = lower(c, -1);
  Expr skew = below - adjoint(below);
  if (is_complex(c.dtype())) skew = skew + diagonal_part(c) - real_part(diagonal_part(c));
  const Expr dq = matmul(q, skew - c) + x;
  if (n == k) return {dq, matmul(c - skew, r)};
  return {dq, upper(matmul(adjoint(q), da) - matmul(skew, r))};
}

// 1/(v[j] - v[i]) at [i, j], and 0 on the diagonal.
Expr inverse_gaps(Expr v) {
  const std::int64_t n = v.shape()[-1];
  const Expr gaps = as_rows(v, n) - as_columns(v, n), one = identity(*gaps.builder, gaps.type());
  return full_like(gaps, 1) / (gaps + one) - one;
}
// λ' is the diagonal of Vᴴ A' V; what is not, over the gaps, turns the vectors.
Pair eigh(Expr w, Expr v, Expr da) {
  const Expr c = matmul(adjoint(v), matmul(da, v)), d = diagonal(c);
  const Expr turn = as_dtype(inverse_gaps(w), v.dtype()) * c;
  return {is_complex(d.dtype()) ? real(d) : d, matmul(v, turn)};
}
// The same of V⁻¹ A' V; vectors keep their length.
Pair eig(const JvpNode& n, Expr w, Expr v, Expr da) {
  const Expr av = matmul(da, v);
  const Value first = n.b.add(Op::lu, {v.value}, LibraryAttrs{});
  const Expr both{&n.b, first}, order{&n.b, first + 2};
  const Expr c = triangular_solve(both, triangular_solve(both, permuted(av, order), {.lower = true, .unit_diagonal = true}), {});
  const Expr dv = matmul(v, inverse_gaps(w) * c);
  const Expr along = reduce(real(conjugate(v) * dv), Reduction::sum, {v.ndim() - 2});
  return {diagonal(c), dv - v * as_dtype(as_rows(along, rows(v)), v.dtype())};
}

struct Triple {
  Expr u, s, vh;
};
// With C = Uᴴ A' V: s' is its diagonal; E[i, j] = 1/(s[j]² - s[i]²) turns U by E ∘ (C S + S Cᴴ) and V by E ∘ (S C + Cᴴ S); where A has more
// rows than columns, or fewer, the part of A' that lies outside of U or V turns them too.
Triple svd(Expr u, Expr s, Expr vh, Expr da) {
  const std::int64_t m = rows(da), n = columns(da), k = s.shape()[-1];
  const DType t = u.dtype();
  const Expr v = adjoint(vh), uh = adjoint(u), c = matmul(uh, matmul(da, v)), d = diagonal(c);
  const Expr sums = as_rows(s, k) + as_columns(s, k), differences = as_rows(s, k) - as_columns(s, k), gaps = sums * differences;
  const Expr none = compare(gaps, Comparison::eq, 0.0), zero = zeros_like(gaps);
  const Expr e = as_dtype(select(none, zero, full_like(gaps, 1) / select(none, full_like(gaps, 1), gaps)), t);
  const Expr right = as_dtype(as_rows(s, k), t), left = as_dtype(as_columns(s, k), t);
  const Expr cs = c * right, sc = left * c;
  Expr turn_u = e * (cs + adjoint(cs)), turn_v = e * (sc + adjoint(sc));
  if (is_complex(t)) {  // what is imaginary on the diagonal turns the phase of U
    const Expr flat = compare(s, Comparison::eq, 0.0);
    const Expr inverse = select(flat, zeros_like(s), full_like(s, 1) / select(flat, full_like(s, 1), s));
    turn_u = turn_u + (diagonal_part(c) - real_part(diagonal_part(c))) * as_dtype(as_rows(inverse, k), t);
  }
  Expr du = matmul(u, turn_u), dv = matmul(v, turn_v);
  if (m > k) {
    const Expr av = matmul(da, v);
    du = du + (av - matmul(u, matmul(uh, av))) / as_dtype(as_rows(s, m), t);
  }
  if (n > k) {
    const Expr au = matmul(adjoint(da), u);
    dv = dv + (au - matmul(v, matmul(vh, au))) / as_dtype(as_rows(s, n), t);
  }
  return {du, is_complex(d.dtype()) ? real(d) : d, adjoint(dv)};
}

// X' = A⁻¹ (B' - A' X), or (B' - X A') A⁻¹; of A' only the triangle that is read counts.
Tangent solved(const JvpNode& n) {
  const auto& a = std::get<TriangularSolveAttrs>(n.attrs);
  Tangent db = n.t(1);
  if (n.t(0).present) {
    const std::int64_t k = a.unit_diagonal ? 1 : 0;
    Expr da = a.lower ? lower(n.t(0).expr, -k) : upper(n.t(0).expr, k);
    if (a.transpose) da = transposed(da);
    if (a.conjugate) da = conjugate(da);
    db = db - Tangent(a.left_side ? matmul(da, n.y(0)) : matmul(n.y(0), da));
  }
  return db.present ? Tangent(triangular_solve(n.x(0), db.expr, a)) : Tangent();
}

[[noreturn]] void fail_full(const JvpNode& n, const char* hint) {
  throw DifferentiationError(std::string(name(n.op)), "has no derivative with square matrices of " + n.x(0).type().str() + ": their last columns are any that are orthogonal to the others", hint);
}

}  // namespace

std::vector<Tangent> jvp_library(Library op, const JvpNode& n) {
  switch (op) {
    case Library::cholesky: return {cholesky(n.y(0), hermitian(n.t(0).expr))};
    case Library::lu: return {lu(n.y(0), n.y(2), n.t(0).expr), Tangent(), Tangent()};
    case Library::qr: {
      if (columns(n.y(0)) > columns(n.x(0))) fail_full(n, "take the reduced factors");
      const Pair d = qr(n.y(0), n.y(1), n.t(0).expr);
      return {d.first, d.second};
    }
    case Library::eigh: {
      const Pair d = eigh(n.y(0), n.y(1), hermitian(n.t(0).expr));
      return {d.first, d.second};
    }
    case Library::svd: {
      if (std::get<FullAttrs>(n.attrs).full && rows(n.x(0)) != columns(n.x(0))) fail_full(n, "take .full_matrices = false");
      const Triple d = svd(n.y(0), n.y(1), n.y(2), n.t(0).expr);
      return {d.u, d.s, d.vh};
    }
    case Library::eig: {
      const Pair d = eig(n, n.y(0), n.y(1), n.t(0).expr);
      return {d.first, d.second};
    }
    case Library::triangular_solve: return {solved(n)};
  }
  __builtin_unreachable();
}

// Cotangents multiply without a conjugate, so the transpose of a solution with A is one with Aᵀ.
std::vector<Tangent> transpose_library(Library op, const TransposeNode& n) {
  if (op != Library::triangular_solve || n.linear[0]) return {};  // it alone is linear, in the right-hand side
  auto a = std::get<TriangularSolveAttrs>(n.attrs);
  a.transpose = !a.transpose;
  return {{}, triangular_solve(n.operands[0], n.ct().expr, a)};
}

}  // namespace espalier::ir
