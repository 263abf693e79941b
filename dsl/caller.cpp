#include "espalier/dsl/caller.h"

namespace espalier::detail {
namespace {
thread_local const Where* running = nullptr;
}

Caller::Caller(Where place) : place_(place), outermost_(running == nullptr) {
  if (outermost_) running = &place_;
}
Caller::~Caller() {
  if (outermost_) running = nullptr;
}
Where Caller::place_or(Where own) { return running == nullptr ? own : *running; }

}  // namespace espalier::detail
