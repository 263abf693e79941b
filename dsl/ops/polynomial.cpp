#include "espalier/dsl/ops/polynomial.h"

#include <algorithm>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/numeric.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

// Everything here runs within called_at, which knows the user's place.

// A number is a polynomial of one coefficient.
Array coefficients(const Operand& p, const char* name) {
  const Array a = atleast_1d(detail::settled(p));
  if (a.ndim() == 1) return a;
  ShapeError error(name, detail::ArrayAccess::type(a).str() + " holds no coefficients", "give a vector");
  error.shapes = {a.shape()};
  throw error;
}

void require_times(std::int64_t m, const char* name) {
  if (m < 0) throw ArgumentError(name, std::to_string(m) + " times", "give 0 or more");
}

// Both with as many coefficients.
std::pair<Array, Array> aligned(const Operand& a, const Operand& b, const char* name) {
  const Array x = coefficients(a, name), y = coefficients(b, name);
  const std::int64_t n = std::max(x.size(), y.size());
  using Width = std::pair<std::int64_t, std::int64_t>;
  return {pad(x, Width(n - x.size(), 0)), pad(y, Width(n - y.size(), 0))};
}

}  // namespace

Array polyval(Operand p, Operand x) {
  return called_at(x.where, "polyval", [&] {
    const auto met = detail::promote_operands(std::vector<Array>{p.array, x.array}, "polyval", p.where).arrays;
    if (met[0].ndim() == 0) {
      ShapeError error("polyval", detail::ArrayAccess::type(met[0]).str() + " holds no coefficients", "give a vector");
      error.shapes = {met[0].shape()};
      throw error;
    }
    if (met[0].shape()[0] == 0) return zeros_like(met[1]);
    Array value;
    for (const Array& c : unstack(met[0])) value = value.is_nothing() ? c : value * met[1] + c;
    return broadcast_to(value, broadcast_shapes(value.shape(), met[1].shape()));
  });
}
Array polyadd(Operand a, Operand b) {
  return called_at(a.where, "polyadd", [&] {
    const auto [x, y] = aligned(a, b, "polyadd");
    return x + y;
  });
}
Array polysub(Operand a, Operand b) {
  return called_at(a.where, "polysub", [&] {
    const auto [x, y] = aligned(a, b, "polysub");
    return x - y;
  });
}
Array polymul(Operand a, Operand b) {
  return called_at(a.where, "polymul", [&] { return convolve(coefficients(a, "polymul"), coefficients(b, "polymul")); });
}
Array polyder(Operand p, std::int64_t m) {
  return called_at(p.where, "polyder", [&] {
    require_times(m, "polyder");
    Array a = coefficients(p, "polyder");
    for (; m > 0 && a.size() != 0; --m) {
      const std::int64_t n = a.size();
      a = detail::part_of(a, 0, 0, n - 1) * (n - 1 - iota({n - 1}, 0, i64)).as(a.dtype());
    }
    return a;
  });
}
Array polyint(Operand p, PolyintOptions o) {
  return called_at(p.where, "polyint", [&] {
    require_times(o.m, "polyint");
    Array a = detail::settled_floats(coefficients(p, "polyint"));
    if (o.k.ndim() > 1 || (o.k.ndim() == 1 && o.k.size() != o.m)) {
      ShapeError error("polyint", "constants of shape " + o.k.shape().str() + " for " + std::to_string(o.m) + " integrals", "give one for each, or a number for all");
      error.shapes = {o.k.shape()};
      throw error;
    }
    for (std::int64_t i = 0; i < o.m; ++i) {
      const std::int64_t n = a.size();
      const Array constant = o.k.ndim() == 0 ? o.k : o.k[i];
      a = concatenate({a / (n - iota({n}, 0, i64)).as(a.dtype()), reshape(constant.as(a.dtype()), {1})});
    }
    return a;
  });
}
Array vander(Operand x, VanderOptions o) {
  return called_at(x.where, "vander", [&] {
    const Array a = coefficients(x, "vander");
    const std::int64_t n = o.n.value_or(a.size());
    if (n < 0) throw ArgumentError("vander", std::to_string(n) + " columns", "give 0 or more");
    std::vector<Array> columns;
    for (std::int64_t i = 0; i < n; ++i) columns.push_back(i == 0 ? ones_like(a) : columns.back() * a);
    if (columns.empty()) return zeros({a.size(), 0}, a.dtype());
    if (!o.increasing) std::reverse(columns.begin(), columns.end());
    return stack(columns, {.axis = 1});
  });
}

}  // namespace espalier
