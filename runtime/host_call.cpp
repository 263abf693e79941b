#include "espalier/runtime/host_call.h"

namespace espalier::runtime {
namespace {
thread_local HostRun* running = nullptr;
}

HostRun::HostRun(const std::vector<Callee>& callees) : callees_(callees), outer_(running) { running = this; }
HostRun::~HostRun() { running = outer_; }

void HostRun::call(std::size_t callee, void* const* results, const void* const* operands) {
  HostRun& run = *running;
  if (run.failure_) return;
  const Callee& wanted = run.callees_[callee];
  try {
    if (wanted.c_function != nullptr) wanted.c_function(results, operands);
    else wanted.call(wanted.object.get(), operands);
  } catch (...) {
    run.failure_ = std::current_exception();
  }
}

}  // namespace espalier::runtime
