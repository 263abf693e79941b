#include "espalier/dsl/ops/contraction.h"

#include <algorithm>
#include <numeric>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/trace.h"

namespace espalier {

using detail::called_at;
namespace {

using ir::Ints;

Array contract(const Operand& a, const Operand& b, ir::DotAttrs attrs, std::optional<DType> preferred, const char* name) {
  detail::Promoted promoted = detail::promote_operands(std::vector<Array>{a.array, b.array}, name, a.where);
  if (promoted.weak)
    for (Array& x : promoted.arrays) x = x.as(promoted.dtype, a.where);
  const auto& met = promoted.arrays;
  // Bools multiply by "and" and add by "or". As integers the sum counts the products that are true, and the result is whether
  // there is any.
  const bool truth = met[0].dtype() == bool_;
  attrs.result = preferred.value_or(truth ? i32 : met[0].dtype());
  std::vector<Array> operands = met;
  if (truth)
    for (Array& x : operands) x = x.as(i32, a.where);
  const Array out = detail::apply_many(ir::Op::dot, operands, attrs, a.where, name)[0];
  return truth && !preferred ? out.as(bool_, a.where) : out;
}

// Elementwise, in the dtype asked for.
Array product(const Operand& a, const Operand& b, std::optional<DType> preferred) {
  return preferred ? a.array.as(*preferred, a.where) * b.array.as(*preferred, b.where) : a * b;
}
// A number beside an array takes its dtype before its shape changes, which would settle it as f32.
std::pair<Operand, Operand> met(const Operand& a, const Operand& b, const char* name) {
  if (a.array.weak() == b.array.weak()) return {a, b};
  const auto arrays = detail::promote_operands(std::vector<Array>{a.array, b.array}, name, a.where).arrays;
  return {Operand(arrays[0], a.where), Operand(arrays[1], b.where)};
}

[[noreturn]] void fail_product(const Operand& a, const Operand& b, const char* name, std::int64_t left, std::int64_t right) {
  ShapeError error(name, "shapes " + detail::ArrayAccess::type(a.array).str() + " and " + detail::ArrayAccess::type(b.array).str() + " do not multiply: " + std::to_string(left) + " columns meet " + std::to_string(right) + " rows",
                   "the last axis of the first must match the last but one of the second", a.where);
  error.shapes = {a.array.shape(), b.array.shape()};
  throw error;
}

}  // namespace

Array matmul(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "matmul", [&] {
    const int na = a.array.ndim(), nb = b.array.ndim();
    if (na == 0 || nb == 0) throw ShapeError("matmul", "a scalar is no matrix", "multiply scalars with *", a.where);
    const std::int64_t left = a.array.shape(-1), right = b.array.shape(nb == 1 ? 0 : nb - 2);
    if (left != right) fail_product(a, b, "matmul", left, right);
    if (nb <= 2) return contract(a, b, {{}, {}, {na - 1}, {nb == 1 ? 0 : nb - 2}, {}}, o.preferred, "matmul");
    if (na == 1) {  // a row for each matrix of b
      return contract(b, a, {{}, {}, {nb - 2}, {0}, {}}, o.preferred, "matmul");
    }
    // Leading axes broadcast; those of extent 1 are repeated.
    auto lead = [](const Array& x) { return Shape(std::vector<std::int64_t>(x.shape().begin(), x.shape().end() - 2)); };
    const Shape batch = broadcast_shapes(lead(a.array), lead(b.array));
    auto spread = [&](const Operand& x) {
      auto shape = batch.extents();
      shape.insert(shape.end(), {x.array.shape(-2), x.array.shape(-1)});
      return Operand(broadcast_to(x, Shape(shape)), x.where);
    };
    if (na == 2) {  // the same matrix for all of b: its rows are a free axis, brought behind the batch
      const Array out = contract(b, a, {{}, {}, {nb - 2}, {1}, {}}, o.preferred, "matmul");
      return swapaxes(Operand(out, a.where), -1, -2);
    }
    Ints axes(batch.ndim());
    std::iota(axes.begin(), axes.end(), 0);
    const std::int64_t n = batch.ndim();
    return contract(spread(a), spread(b), {axes, axes, {n + 1}, {n}, {}}, o.preferred, "matmul");
  });
}
Array dot(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "dot", [&] {
    const int na = a.array.ndim(), nb = b.array.ndim();
    if (na == 0 || nb == 0) return product(a, b, o.preferred);
    const std::int64_t left = a.array.shape(-1), right = b.array.shape(nb == 1 ? 0 : nb - 2);
    if (left != right) fail_product(a, b, "dot", left, right);
    return contract(a, b, {{}, {}, {na - 1}, {nb == 1 ? 0 : nb - 2}, {}}, o.preferred, "dot");
  });
}
Array vdot(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "vdot", [&] {
    const auto [x, y] = met(a, b, "vdot");
    return dot(Operand(ravel(conj(x)), a.where), Operand(ravel(y), b.where), o);
  });
}
Array inner(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "inner", [&] {
    if (a.array.ndim() == 0 || b.array.ndim() == 0) return product(a, b, o.preferred);
    return contract(a, b, {{}, {}, {a.array.ndim() - 1}, {b.array.ndim() - 1}, {}}, o.preferred, "inner");
  });
}
Array outer(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "outer", [&] {
    const auto [x, y] = met(a, b, "outer");
    return product(expand_dims(ravel(x), 1), expand_dims(ravel(y), 0), o.preferred);
  });
}
Array tensordot(Operand a, Operand b, std::int64_t axes, DotOptions o) {
  return called_at(a.where, "tensordot", [&] {
    const std::int64_t most = std::min(a.array.ndim(), b.array.ndim());
    if (axes < 0 || axes > most) {
      throw ArgumentError("tensordot", std::to_string(axes) + " axes are to be contracted of " + detail::ArrayAccess::type(a.array).str() + " and " + detail::ArrayAccess::type(b.array).str(), "give a number from 0 to " + std::to_string(most), a.where);
    }
    Ints left(static_cast<std::size_t>(axes)), right(left.size());
    std::iota(left.begin(), left.end(), a.array.ndim() - axes);
    std::iota(right.begin(), right.end(), 0);
    return contract(a, b, {{}, {}, left, right, {}}, o.preferred, "tensordot");
  });
}
Array tensordot(Operand a, Operand b, const std::pair<Axes, Axes>& axes, DotOptions o) {
  return called_at(a.where, "tensordot", [&] {
    const auto& [left, right] = axes;
    if (left.list.size() != right.list.size()) {
      throw ArgumentError("tensordot", std::to_string(left.list.size()) + " axes of the first meet " + std::to_string(right.list.size()) + " of the second", "name as many of each: {{1, 0}, {0, 1}}", a.where);
    }
    ir::DotAttrs attrs;
    for (auto axis : left.list) attrs.lhs_contract.push_back(detail::axis_of(axis, a.array.ndim(), "tensordot", a.where));
    for (auto axis : right.list) attrs.rhs_contract.push_back(detail::axis_of(axis, b.array.ndim(), "tensordot", a.where));
    return contract(a, b, attrs, o.preferred, "tensordot");
  });
}
Array vecdot(Operand a, Operand b, DotOptions o) {
  return called_at(a.where, "vecdot", [&] { return sum(product(Operand(conj(a), a.where), b, o.preferred), -1); });
}
Array dot_general(Operand a, Operand b, DotGeneralOptions o) {
  return called_at(a.where, "dot_general", [&] {
    return contract(a, b, {o.batch.first, o.batch.second, o.contract.first, o.contract.second, {}}, o.preferred, "dot_general");
  });
}

}  // namespace espalier
