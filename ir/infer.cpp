// The types of results, and the checks of operands: by families, in infer/.
#include "espalier/ir/builder.h"
#include "espalier/ir/infer/rules.h"

namespace espalier::ir {
namespace {

std::vector<Type> listed(Type type) { return {type}; }
std::vector<Type> listed(std::vector<Type> types) { return types; }

}  // namespace

Type infer_elementwise(Op op, const Attrs& attrs, std::span<const Type> in) {
  inference::require_count(op, in);
  if (family(op) == Family::unary) return inference::infer(op.as<Unary>(), attrs, in);
  if (family(op) == Family::binary) return inference::infer(op.as<Binary>(), attrs, in);
  return inference::infer(op.as<Ternary>(), attrs, in);
}

std::vector<Type> infer(Op op, const Attrs& attrs, std::span<const Type> in) {
  inference::require_count(op, in);
  return visit(op, [&](auto of_family) { return listed(inference::infer(of_family, attrs, in)); });
}

}  // namespace espalier::ir
