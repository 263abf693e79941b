#include "espalier/dsl/linalg/norms.h"

#include <cmath>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/linalg/factorizations.h"
#include "espalier/dsl/linalg/functions.h"
#include "espalier/dsl/linalg/parts.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/ir/error.h"

namespace espalier::linalg {

using detail::called_at;
using namespace parts;

namespace {

[[noreturn]] void fail_order(const NormOrder& ord, const char* of) {
  const std::string word = ord.name.empty() ? std::to_string(ord.number) : "\"" + std::string(ord.name) + "\"";
  throw ArgumentError("norm", "there is no norm " + word + " of " + of, "of matrices there are \"fro\", \"nuc\", 1, 2, infinity and their negatives; of vectors all numbers");
}

// Of matrices in the last two axes.
Array matrix_norm(const Array& a, const NormOrder& ord) {
  const auto of_sums = [&](int axis, bool largest) {
    const Array sums = sum(abs(a), {.axis = axis});
    return largest ? max(sums, {.axis = -1}) : min(sums, {.axis = -1});
  };
  if (ord.name == "fro") return espalier::norm(a, {.axis = {-2, -1}});
  if (ord.name == "nuc") return sum(svdvals(a), {.axis = -1});
  if (!ord.name.empty()) fail_order(ord, "matrices");
  if (std::fabs(ord.number) == 1) return of_sums(-2, ord.number > 0);
  if (std::isinf(ord.number)) return of_sums(-1, ord.number > 0);
  if (ord.number == 2) return max(svdvals(a), {.axis = -1});
  if (ord.number == -2) return min(svdvals(a), {.axis = -1});
  fail_order(ord, "matrices");
}

}  // namespace

Array norm(Operand x, MatrixNormOptions o) {
  return called_at(x.where, "norm", [&] {
    const int ndim = x.array.ndim();
    std::vector<std::int64_t> axes = o.axis.list;
    if (o.axis.all) {
      if (!o.ord) return espalier::norm(x, {.keepdims = o.keepdims});
      if (ndim != 1 && ndim != 2) throw ArgumentError("norm", "an order is given for an array of " + std::to_string(ndim) + " axes", "name the axis of vectors, or two of matrices", x.where);
      axes = ndim == 1 ? std::vector<std::int64_t>{0} : std::vector<std::int64_t>{0, 1};
    }
    if (axes.size() == 1) {
      if (o.ord && !o.ord->name.empty()) fail_order(*o.ord, "vectors");
      return espalier::norm(x, {.ord = o.ord ? o.ord->number : 2, .axis = o.axis, .keepdims = o.keepdims});
    }
    if (axes.size() != 2) throw ArgumentError("norm", std::to_string(axes.size()) + " axes are neither those of vectors nor of matrices", "name one axis, or two", x.where);
    const Array a = moveaxis(x, {static_cast<int>(axes[0]), static_cast<int>(axes[1])}, {-2, -1});
    const Array result = matrix_norm(matrices(Operand(a, x.where)), o.ord.value_or("fro"));
    if (!o.keepdims) return result;
    for (auto& axis : axes) axis = axis < 0 ? axis + ndim : axis;
    return expand_dims(result, {static_cast<int>(axes[0]), static_cast<int>(axes[1])});
  });
}

Array cond(Operand a, ConditionOptions o) {
  return called_at(a.where, "cond", [&] {
    const NormOrder ord = o.ord.value_or(2);
    Array result;
    if (ord.name.empty() && std::fabs(ord.number) == 2) {
      const Array s = svdvals(matrices(a)), most = max(s, {.axis = -1}), least = min(s, {.axis = -1});
      result = ord.number > 0 ? most / least : least / most;
    } else {
      const Array x = square_matrices(a);
      result = norm(x, {.ord = ord, .axis = {-2, -1}}) * norm(inv(x), {.ord = ord, .axis = {-2, -1}});
    }
    const Array lost = isnan(result) & ~any(isnan(a), {.axis = {-2, -1}});
    return where(lost, INFINITY, result);
  });
}

}  // namespace espalier::linalg
