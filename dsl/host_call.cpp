#include "espalier/dsl/host_call.h"

#include "espalier/dsl/caller.h"

namespace espalier::detail {

void ArrayFunction::call(const void* const* operands) const {
  std::vector<Array> arrays;
  for (std::size_t i = 0; i < types_.size(); ++i) arrays.push_back(ArrayAccess::of(ir::literal(types_[i], operands[i]), where_));
  act(arrays);
}

std::vector<Array> settled_arrays(std::span<const Array> arrays, const char* op, Where where) {
  std::vector<Array> settled;
  for (const Array& a : arrays) {
    if (a.is_nothing()) (void)materialise(a, op, where);  // throws
    settled.push_back(a.weak() ? a.as(a.dtype(), where) : a);
  }
  return settled;
}

void call_host(std::shared_ptr<ArrayFunction> function, const char* name, std::span<const Array> arrays, Where where) {
  where = Caller::place_or(where);
  located(where, name, [&] {
    const std::vector<Array> settled = settled_arrays(arrays, name, where);
    function->where_ = where;
    for (const Array& a : settled) function->types_.push_back(ArrayAccess::type(a));
    apply_many(ir::Op::host_call, settled, ir::HostCallAttrs{name, false, std::move(function)}, where, name);
  });
}

}  // namespace espalier::detail
