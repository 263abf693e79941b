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

}  // namespace espalier::detail
