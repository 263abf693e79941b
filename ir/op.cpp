#include "espalier/ir/op.h"

namespace espalier::ir {

std::optional<Op> op_named(std::string_view text) {
  for (int row = 0; row < op_count; ++row) {
    const Op op(static_cast<std::uint8_t>(row));
    if (name(op) == text) return op;
  }
  return std::nullopt;
}

}  // namespace espalier::ir
