// Attention by products of queries and keys.
#include <cmath>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/einsum.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/neural.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {
namespace {

// Everything here runs within called_at, which knows the user's place.

// [batch, queries, heads, size], [batch, keys, groups, size], [batch, keys, groups, any].
void require_together(const Array& q, const Array& k, const Array& v) {
  const bool ranks = q.ndim() == 4 && k.ndim() == 4 && v.ndim() == 4;
  const auto same = [](const Array& x, const Array& y, std::initializer_list<int> axes) {
    for (int axis : axes)
      if (x.shape()[axis] != y.shape()[axis]) return false;
    return true;
  };
  if (ranks && same(q, k, {0, 3}) && same(k, v, {0, 1, 2}) && k.shape(2) != 0 && q.shape(2) % k.shape(2) == 0) return;
  ShapeError error("dot_product_attention", "queries " + detail::ArrayAccess::type(q).str() + ", keys " + detail::ArrayAccess::type(k).str() + " and values " + detail::ArrayAccess::type(v).str() + " do not go together",
                   "queries are [B, T, heads, D], keys and values [B, S, groups, D], where groups divide heads");
  error.shapes = {q.shape(), k.shape(), v.shape()};
  throw error;
}

// What the softmax is taken of, [B, heads, T, S].
Array logits(const Array& products, const AttentionOptions& o) {
  Array x = products;
  if (!o.bias.is_nothing()) x = x + o.bias;
  // Large, yet finite: where all is left out the softmax is that of equal numbers.
  const double out = -0.7 * static_cast<double>(x.dtype() == f64 ? std::numeric_limits<double>::max() : std::numeric_limits<float>::max());
  if (!o.mask.is_nothing()) x = where(o.mask, x, out);
  if (o.causal) x = where(tri(x.shape(2), {.m = x.shape(3), .dtype = bool_}), x, out);
  return x;
}

}  // namespace

Array dot_product_attention(Operand q, Operand k, Operand v, AttentionOptions o) {
  return detail::called_at(q.where, "dot_product_attention", [&] {
    std::vector<Array> met = detail::promote_operands(std::vector<Array>{q.array, k.array, v.array}, "dot_product_attention", q.where).arrays;
    const bool one = met[0].ndim() == 3;
    if (one)
      for (Array& x : met) x = expand_dims(x, 0);
    require_together(met[0], met[1], met[2]);
    const DType dtype = met[0].dtype(), computed = ir::is_half(dtype) ? f32 : dtype;
    const std::int64_t batch = met[0].shape(0), queries = met[0].shape(1), heads = met[0].shape(2), size = met[0].shape(3);
    const std::int64_t keys = met[1].shape(1), groups = met[1].shape(2), each = heads / groups;
    const Array grouped = reshape(met[0], {batch, queries, groups, each, size});
    const Array products = einsum("btghd,bsgd->bghts", grouped, met[1], {.preferred = computed}) * o.scale.value_or(1 / std::sqrt(static_cast<double>(size)));
    const Array weights = softmax(logits(reshape(products, {batch, heads, queries, keys}), o), -1).as(dtype);
    const Array out = reshape(einsum("bghts,bsgd->btghd", reshape(weights, {batch, groups, each, queries, keys}), met[2]), {batch, queries, heads, met[2].shape(3)});
    return one ? squeeze(out, 0) : out;
  });
}

}  // namespace espalier
