#include "espalier/dsl/transform/function.h"

namespace espalier::detail {

std::vector<ir::Value> settle_outputs(Trace& trace, std::span<const Array> leaves, const char* transform) {
  std::vector<ir::Value> values;
  for (const Array& leaf : leaves) {
    ir::Value value = trace.value_of(leaf, transform, leaf.where());
    if (trace.builder.type(value).dtype() != leaf.dtype()) {
      value = trace.builder.add(ir::Op::convert, {value}, ir::ConvertAttrs{leaf.dtype()}, leaf.where());
    }
    values.push_back(value);
  }
  return values;
}

}  // namespace espalier::detail
