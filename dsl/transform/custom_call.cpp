#include "espalier/dsl/transform/custom_call.h"

#include "espalier/dsl/caller.h"

namespace espalier {

std::vector<Array> detail::call_c(const CallName& name, ir::CFunction function, std::span<const Array> results, std::span<const Array> args) {
  const Where where = Caller::place_or(name.where);
  if (name.name.empty()) throw ArgumentError("custom_call", "the name is empty", "name the function: errors and texts of programs say it", where);
  if (function == nullptr) throw ArgumentError("custom_call", "the function \"" + name.name + "\" is null", "give a function void(void* const* results, const void* const* operands)", where);
  return located(where, "custom_call", [&] {
    ir::CustomCallAttrs attrs{name.name, {}, function};
    for (const Array& a : results) attrs.results.push_back(ArrayAccess::type(a));
    return apply_many(ir::Op::custom_call, settled_arrays(args, "custom_call", where), std::move(attrs), where, "custom_call");
  });
}

}  // namespace espalier
