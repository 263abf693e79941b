#include "espalier/stdlib/solvers/linear.h"

#include <algorithm>

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"
#include "espalier/dsl/transform.h"

namespace espalier::solvers::detail {
namespace {

constexpr std::int64_t restart = 20;

std::int64_t products(const LinearOptions& o, const Array& b) { return o.max_steps.value_or(10 * b.size()); }
// By squares, so that b = 0 ends at once.
Array bound(const LinearOptions& o, const Array& b) { return o.tol * o.tol * dot(b, b); }
Array ratio(const Array& a, const Array& b) { return where(b == 0, 0, a / where(b == 0, 1, b)); }

struct Conjugate {
  Array x, residual, direction, square, steps;
};
Array by_cg(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  const Array small = bound(o, b);
  const std::int64_t most = products(o, b);
  const auto goes_on = [&](const Conjugate& at) { return (at.square > small) & (at.steps < most); };
  const auto step = [&](const Conjugate& at) {
    const Array product = matvec(at.direction), a = ratio(at.square, dot(at.direction, product)), residual = at.residual - a * product, square = dot(residual, residual);
    return Conjugate{at.x + a * at.direction, residual, residual + ratio(square, at.square) * at.direction, square, at.steps + 1};
  };
  return while_loop(goes_on, step, Conjugate{zeros_like(b), b, b, dot(b, b), zeros({}, i32)}, {.max_steps = most}).x;
}

struct Stabilized {
  Array x, residual, direction, rho, steps;
};
Array by_bicgstab(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  const Array small = bound(o, b);
  const std::int64_t most = std::max<std::int64_t>(1, products(o, b) / 2);
  const auto goes_on = [&](const Stabilized& at) { return (dot(at.residual, at.residual) > small) & (at.steps < most); };
  const auto step = [&](const Stabilized& at) {
    const Array v = matvec(at.direction), alpha = ratio(at.rho, dot(b, v)), s = at.residual - alpha * v, t = matvec(s), omega = ratio(dot(t, s), dot(t, t));
    const Array residual = s - omega * t, rho = dot(b, residual), beta = ratio(rho, at.rho) * ratio(alpha, omega);
    return Stabilized{at.x + alpha * at.direction + omega * s, residual, residual + beta * (at.direction - omega * v), rho, at.steps + 1};
  };
  return while_loop(goes_on, step, Stabilized{zeros_like(b), b, b, dot(b, b), zeros({}, i32)}, {.max_steps = most}).x;
}

struct Arnoldi {
  Array basis;       // [m + 1, n], rows orthonormal
  Array hessenberg;  // [m + 1, m]
};
struct Restarted {
  Array x, residual, steps;
};
Array by_gmres(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  const Array small = bound(o, b);
  const std::int64_t m = std::min(restart, b.size()), most = std::max<std::int64_t>(1, (products(o, b) + m - 1) / m);
  const auto goes_on = [&](const Restarted& at) { return (dot(at.residual, at.residual) > small) & (at.steps < most); };
  const auto cycle = [&](const Restarted& at) {
    const Array size = sqrt(dot(at.residual, at.residual));
    const auto orthogonalize = [&](const Array& k, const Arnoldi& a) {
      // Twice, as once leaves parts that rounding made. Rows that are not there yet are 0.
      const Array w = matvec(a.basis[k]), first = matmul(a.basis, w), once = w - matmul(first, a.basis), second = matmul(a.basis, once), rest = once - matmul(second, a.basis);
      const Array length = sqrt(dot(rest, rest)), gone = length <= 1e-14 * sqrt(dot(w, w));
      const Array column = (first + second).at(k + 1).set(where(gone, 0, length));
      return Arnoldi{a.basis.at(k + 1).set(where(gone, 0, rest / where(gone, 1, length))), a.hessenberg.at(slice(), k).set(column)};
    };
    const Array begin = zeros({m + 1, b.size()}, b.dtype()).at(0).set(at.residual / size);
    const Arnoldi a = fori_loop(0, m, orthogonalize, Arnoldi{begin, zeros({m + 1, m}, b.dtype())});
    const Array y = linalg::lstsq(a.hessenberg, zeros({m + 1}, b.dtype()).at(0).set(size)).x;
    const Array x = at.x + matmul(y, a.basis[slice(m)]);
    return Restarted{x, b - matvec(x), at.steps + 1};
  };
  return while_loop(goes_on, cycle, Restarted{zeros_like(b), b, zeros({}, i32)}, {.max_steps = most}).x;
}

}  // namespace

Array cg(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  return custom_linear_solve(matvec, b, [&](const FlatFunction& a, const Array& y) { return by_cg(a, y, o); }, symmetric);
}
Array gmres(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  const auto solve = [&](const FlatFunction& a, const Array& y) { return by_gmres(a, y, o); };
  return custom_linear_solve(matvec, b, solve, solve);
}
Array bicgstab(const FlatFunction& matvec, const Array& b, const LinearOptions& o) {
  const auto solve = [&](const FlatFunction& a, const Array& y) { return by_bicgstab(a, y, o); };
  return custom_linear_solve(matvec, b, solve, solve);
}

}  // namespace espalier::solvers::detail
