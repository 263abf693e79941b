#include "espalier/stdlib/optim/steps.h"

#include "espalier/dsl/ops/reductions.h"

namespace espalier::optim::detail {

Array all_finite(std::span<const Array> leaves) {
  Array finite = full({}, true, bool_);
  for (const Array& leaf : leaves)
    if (ir::is_inexact(leaf.dtype())) finite = finite & all(isfinite(leaf));
  return finite;
}

Array gathered_mean(const Array& m, const Array& g, const Array& count) { return m + (g - m) / (count + 1).as(promote(m.dtype(), g.dtype())); }
Array kept_mean(const Array& m, std::optional<DType> dtype) { return m.as(dtype.value_or(m.dtype() == f16 || m.dtype() == bf16 ? f32 : m.dtype())); }

}  // namespace espalier::optim::detail
