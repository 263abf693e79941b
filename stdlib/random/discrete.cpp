#include "espalier/stdlib/random/discrete.h"

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops.h"
#include "espalier/stdlib/random/uniform.h"

namespace espalier::random {

using espalier::detail::called_at;

Array bernoulli(const Key& key, Where where) { return bernoulli(key, Operand(0.5, where), {}); }
Array bernoulli(const Key& key, Operand p) { return bernoulli(key, p, p.array.shape()); }
Array bernoulli(const Key& key, Operand p, Shape shape) {
  detail::require_one_key(key, "bernoulli", p.where);
  const DType dtype = p.array.dtype();
  if (dtype < f16 || dtype > f64) {
    DTypeError error("bernoulli", "a probability is a float, not " + to_string(abstract(p.array.shape(), dtype)), "write 0.5, or convert with .as(f32)", p.where);
    error.dtypes = {dtype};
    throw error;
  }
  return called_at(p.where, [&] { return uniform(key, shape, {.dtype = dtype}) < broadcast_to(p.array, shape); });
}

}  // namespace espalier::random
