#include "espalier/ir/op.h"

#include <iterator>

namespace espalier::ir {
namespace {

constexpr std::string_view bare(std::string_view name) {
  return name.back() == '_' ? name.substr(0, name.size() - 1) : name;
}
constexpr OpInfo rows[] = {
#define OP(name, family, operands) {bare(#name), Family::family, operands},
#include "espalier/ir/ops.def"
#undef OP
};

}  // namespace

const OpInfo& info(Op op) { return rows[static_cast<int>(op)]; }

std::optional<Op> op_named(std::string_view text) {
  for (std::size_t i = 0; i < std::size(rows); ++i) {
    if (rows[i].name == text) return static_cast<Op>(i);
  }
  return std::nullopt;
}

}  // namespace espalier::ir
