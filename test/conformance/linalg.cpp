// Linear algebra, as jax.numpy.linalg, jax.scipy.linalg and jax.lax.linalg name it. Factors that are known up to a sign or phase are
// held by what does not depend on it.
#include "espalier/dsl/linalg.h"

#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"

namespace espalier::conformance {
namespace {

using P = const Arrays&;

Array adjoint(const Array& x) { return conj(swapaxes(x, -1, -2)); }
Array rows(const Array& v) { return expand_dims(v, -2); }
// A family has cases of one name that give the first of several results, or the last.
std::size_t count(const Json& a) { return a.at("output_count").get<std::size_t>(); }

template <Array (*f)(Operand)> Arrays function(const Json&, P x) { return {f(x[0])}; }

Arrays cholesky(const Json& a, P x) { return {linalg::cholesky(x[0], {.symmetrize_input = a.value("symmetrize_input", true)})}; }
Arrays cholesky_upper(const Json&, P x) { return {linalg::cholesky(x[0], {.upper = true})}; }
Arrays lu(const Json& a, P x) {
  const linalg::LuFactors f = linalg::lu_factor(x[0]);
  return count(a) == 1 ? Arrays{f.lu} : Arrays{f.lu, f.pivots, f.permutation};
}
Arrays slogdet(const Json& a, P x) {
  const auto [sign, logabsdet] = linalg::slogdet(x[0]);
  return count(a) == 1 ? Arrays{logabsdet} : Arrays{sign, logabsdet};
}
Arrays eigvalsh(const Json&, P x) { return {linalg::eigvalsh(x[0])}; }
Arrays eigh(const Json&, P x) {
  const auto [w, v] = linalg::eigh(x[0]);
  return {w, matmul(v * rows(w), adjoint(v)), matmul(adjoint(v), v), abs(v)};
}
Arrays eigh_projectors(const Json&, P x) {
  const Array v = swapaxes(linalg::eigh(x[0]).eigenvectors, -1, -2);
  return {expand_dims(v, -1) * rows(v)};
}
Arrays qr(const Json& a, P x) {
  const auto mode = a.at("mode").get<std::string>();
  const auto [q, r] = linalg::qr(x[0], {.mode = mode});
  return {matmul(q, r), matmul(adjoint(q), q), abs(r)};
}
Arrays qr_positive(const Json&, P x) {
  const auto [q, r] = linalg::qr(x[0]);
  const Array signs = sign(sum(r * eye(r.shape(-1), {.dtype = r.dtype()}), {.axis = -1}));
  return {q * rows(signs), r * expand_dims(signs, -1)};
}
Arrays svd(const Json& a, P x) {
  const bool full = a.at("full_matrices").get<bool>();
  const auto [u, s, vh] = linalg::svd(x[0], {.full_matrices = full});
  const Array us = matmul(adjoint(u), u), vs = matmul(vh, adjoint(vh));
  return full ? Arrays{s, us, vs} : Arrays{s, matmul(u * rows(s), vh), us, vs};
}
Arrays svd_reconstruct_scaled(const Json&, P x) {
  const auto [u, s, vh] = linalg::svd(x[0]);
  return {matmul(u * rows(sin(s)), vh)};
}
Arrays triangular_solve(const Json& a, P x) {
  const auto flag = [&](const char* name) { return a.at(name).get<bool>(); };
  const ir::TriangularSolveAttrs attrs{flag("left_side"), flag("lower"), flag("transpose_a"), flag("conjugate_a"), flag("unit_diagonal")};
  return detail::apply_many(ir::Op::triangular_solve, x, attrs, {});
}
Arrays solve(const Json&, P x) { return {linalg::solve(x[0], x[1])}; }
Arrays cho_solve(const Json&, P x) { return {linalg::cho_solve(linalg::cholesky(x[0]), x[1])}; }
Arrays lu_solve(const Json&, P x) { return {linalg::lu_solve(linalg::lu_factor(x[0]), x[1])}; }
Arrays lstsq(const Json&, P x) { return {linalg::lstsq(x[0], x[1]).x}; }
Arrays pinv(const Json&, P x) { return {linalg::pinv(x[0])}; }
Arrays matrix_rank(const Json&, P x) { return {linalg::matrix_rank(x[0]).as(i64)}; }
Arrays matrix_power(const Json& a, P x) { return {linalg::matrix_power(x[0], a.at("n").get<std::int64_t>())}; }
Arrays multi_dot(const Json&, P x) { return {linalg::multi_dot(x)}; }
Arrays condition(const Json&, P x) { return {linalg::cond(x[0])}; }

std::optional<linalg::NormOrder> order_at(const Json& a) {
  const Json& ord = a.at("ord");
  if (ord.is_null()) return {};
  if (ord == "nuc") return linalg::NormOrder("nuc");
  if (ord == "fro") return linalg::NormOrder("fro");
  return linalg::NormOrder(number_at(a, "ord"));
}
Arrays matrix_norm(const Json& a, P x) { return {linalg::norm(x[0], {.ord = order_at(a), .axis = {-2, -1}})}; }
Arrays vector_norm(const Json& a, P x) { return {linalg::norm(x[0], {.ord = order_at(a), .axis = a.at("axis").get<int>(), .keepdims = a.at("keepdims").get<bool>()})}; }

}  // namespace

const Rules& linalg_rules() {
  static const Rules rules = {
      {"cholesky", cholesky},
      {"cholesky_upper", cholesky_upper},
      {"lu", lu},
      {"lu_rectangular", lu},
      {"slogdet", slogdet},
      {"det", function<linalg::det>},
      {"inv", function<linalg::inv>},
      {"expm", function<linalg::expm>},
      {"svdvals", function<linalg::svdvals>},
      {"eigvalsh", eigvalsh},
      {"eigh", eigh},
      {"eigh_projectors", eigh_projectors},
      {"qr", qr},
      {"qr_positive", qr_positive},
      {"svd", svd},
      {"svd_reconstruct_scaled", svd_reconstruct_scaled},
      {"triangular_solve", triangular_solve},
      {"solve", solve},
      {"solve_vector", solve},
      {"cho_solve", cho_solve},
      {"lu_solve", lu_solve},
      {"lstsq", lstsq},
      {"pinv", pinv},
      {"matrix_rank", matrix_rank},
      {"matrix_power", matrix_power},
      {"multi_dot", multi_dot},
      {"cond", condition},
      {"matrix_norm", matrix_norm},
      {"vector_norm", vector_norm},
      {"hvp_logdet", [](const Json&, P x) { return Arrays{linalg::slogdet(x[0]).logabsdet}; }},
      {"hvp_cholesky", [](const Json&, P x) { return Arrays{sum(sin(linalg::cholesky(x[0])))}; }},
      {"hvp_solve", [](const Json&, P x) { return Arrays{sum(square(linalg::solve(x[0], x[1])))}; }},
  };
  return rules;
}

}  // namespace espalier::conformance
