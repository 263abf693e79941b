#include "espalier/dsl/settings.h"

#include "espalier/ir/error.h"
#include "espalier/runtime/executable.h"

namespace espalier::settings {

void set_threads(int count, Where where) {
  if (count < 0) throw ArgumentError("set_threads", "there are no " + std::to_string(count) + " threads", "pass how many may be used, or 0 for one per core", where);
  runtime::set_threads(count);
}
int threads() { return runtime::threads(); }

}  // namespace espalier::settings
