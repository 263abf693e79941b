#include "espalier/dsl/memory.h"

#include <new>

#include "espalier/dsl/trace.h"
#include "espalier/ir/memory.h"

namespace espalier::detail {

Array uninitialised(ir::Type type, Where where, ir::Loc made) {
  try {
    return ArrayAccess::fresh(type, where);
  } catch (const std::bad_alloc&) {
    return located(where, nullptr, [&]() -> Array { ir::fail_memory(type, made); });
  }
}

Array concrete(const Array& array, const char* op, Where where) { return materialise(array, op, where); }

std::span<const std::uint8_t> bytes_of(const Array& concrete) {
  return {static_cast<const std::uint8_t*>(ArrayAccess::data(concrete)), static_cast<std::size_t>(concrete.nbytes())};
}
std::span<std::uint8_t> bytes_to_write(Array& fresh) {
  const auto bytes = bytes_of(fresh);
  return {const_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

}  // namespace espalier::detail
