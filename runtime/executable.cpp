#include "espalier/runtime/executable.h"

#include <optional>

#include "espalier/runtime/float_environment.h"
#include "espalier/runtime/pool.h"

namespace espalier::runtime {
namespace {

// Memory of one thread that grows and is kept. One per thread and purpose is enough: arenas would nest only if compiled code
// were called from a task of compiled code, which does not happen, or from a callee of it, which has memory of its own.
void* grown(BufferRef& buffer, std::int64_t bytes) {
  if (!buffer || static_cast<std::int64_t>(buffer->capacity()) < bytes) {
    buffer = {};
    buffer = Buffer::allocate(static_cast<std::size_t>(bytes));
  }
  return buffer->data();
}
thread_local BufferRef arena;
thread_local BufferRef scratch;

// While the host is called, the memory of the code that calls it is set aside: a callee may run other programs.
class SetAside {
 public:
  SetAside() : arena_(std::move(arena)), scratch_(std::move(scratch)) {}
  ~SetAside() {
    arena = std::move(arena_);
    scratch = std::move(scratch_);
  }
  SetAside(const SetAside&) = delete;
  SetAside& operator=(const SetAside&) = delete;

 private:
  BufferRef arena_, scratch_;
};

}  // namespace

void Executable::operator()(void* const* input_data, void* const* output_data) const {
  if (scratch_bytes != 0) grown(scratch, scratch_bytes);  // here, where it can throw
  void* const own = cost.arena_bytes == 0 ? nullptr : grown(arena, cost.arena_bytes);
  const auto run = [&] { entry(input_data, output_data, own); };
  std::optional<HostRun> host;
  if (!callees.empty()) host.emplace(callees);
  if (threads == 0 && !flush_subnormals) {
    run();
    if (host) host->rethrow();
    return;
  }
  const ThreadLimit limit(threads);
  const FloatEnvironment before = FloatEnvironment::current();
  if (flush_subnormals) before.flushing().install();
  run();  // compiled code does not throw
  if (flush_subnormals) before.install();
  if (host) host->rethrow();
}

}  // namespace espalier::runtime

// Called by compiled code.
extern "C" {

void espalier_parallel(void (*task)(void* const* args, std::int64_t first, std::int64_t last), void* const* args, std::int64_t tasks) {
  espalier::runtime::parallel_for(task, args, tasks);
}

void espalier_host_call(std::int64_t callee, void* const* results, const void* const* operands) {
  const espalier::runtime::SetAside aside;
  espalier::runtime::HostRun::call(static_cast<std::size_t>(callee), results, operands);
}

void* espalier_scratch(std::int64_t bytes) { return espalier::runtime::grown(espalier::runtime::scratch, bytes); }
}
