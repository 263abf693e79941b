// Covariances and correlations.
#include "espalier/dsl/ops/statistics.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/contraction.h"
#include "espalier/dsl/ops/diagonals.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

// A variable in each row.
Array in_rows(const Operand& x, bool rowvar, const char* name) {
  const Array a = detail::settled_floats(x);
  if (a.ndim() > 2) {
    ShapeError error(name, detail::ArrayAccess::type(a).str() + " is no table of variables and observations", "give one or two axes");
    error.shapes = {a.shape()};
    throw error;
  }
  const Array table = atleast_2d(a);
  return !rowvar && a.ndim() == 2 ? table.T() : table;
}

Array weights_of(const Array& given, std::int64_t observations, DType dtype) {
  if (given.ndim() == 1 && given.size() == observations) return given.as(dtype);
  ShapeError error("cov", "weights of shape " + given.shape().str() + " meet " + std::to_string(observations) + " observations", "give a weight for each observation");
  error.shapes = {given.shape()};
  throw error;
}

Array covariances(const Array& table, const CovOptions& o) {
  const std::int64_t n = table.shape(1);
  const double ddof = o.ddof ? static_cast<double>(*o.ddof) : (o.bias ? 0.0 : 1.0);
  const auto real_dtype = [&] { return detail::is_complex(table) ? (table.dtype() == c64 ? f32 : f64) : table.dtype(); };
  Array weights, a;
  if (!o.fweights.is_nothing()) weights = weights_of(o.fweights, n, real_dtype());
  if (!o.aweights.is_nothing()) {
    a = weights_of(o.aweights, n, real_dtype());
    weights = weights.is_nothing() ? a : weights * a;
  }
  if (weights.is_nothing()) {
    const Array centred = table - mean(table, {.axis = 1, .keepdims = true});
    return matmul(centred, conj(centred).T()) / (static_cast<double>(n) - ddof);
  }
  const Array total = sum(weights), centred = table - sum(table * weights, {.axis = 1, .keepdims = true}) / total;
  const Array lost = a.is_nothing() ? Array(ddof).as(total.dtype()) : ddof * sum(weights * a) / total;
  return matmul(centred * weights, conj(centred).T()) / (total - lost);
}

// A variable alone has a variance, which is a scalar.
Array without_one(const Array& table) { return table.size() == 1 ? reshape(table, Shape()) : table; }

Array correlations(const Array& table) {
  const Array c = without_one(covariances(table, {}));
  if (c.ndim() == 0) return c / c;
  const Array deviation = sqrt(real(detail::diagonal_of(c, 0, 1, 0)));
  const Array r = c / expand_dims(deviation, 1) / expand_dims(deviation, 0);
  return detail::is_complex(r) ? complex(clip(real(r), -1.0, 1.0), clip(imag(r), -1.0, 1.0)) : clip(r, -1.0, 1.0);
}

Array joined(const Operand& x, const Operand& y, bool rowvar, const char* name) { return concatenate({in_rows(x, rowvar, name), in_rows(y, rowvar, name)}, {.axis = 0}); }

}  // namespace

Array cov(Operand x, CovOptions o) {
  return called_at(x.where, "cov", [&] { return without_one(covariances(in_rows(x, o.rowvar, "cov"), o)); });
}
Array cov(Operand x, Operand y, CovOptions o) {
  return called_at(x.where, "cov", [&] { return without_one(covariances(joined(x, y, o.rowvar, "cov"), o)); });
}
Array corrcoef(Operand x, CorrcoefOptions o) {
  return called_at(x.where, "corrcoef", [&] { return correlations(in_rows(x, o.rowvar, "corrcoef")); });
}
Array corrcoef(Operand x, Operand y, CorrcoefOptions o) {
  return called_at(x.where, "corrcoef", [&] { return correlations(joined(x, y, o.rowvar, "corrcoef")); });
}

}  // namespace espalier
