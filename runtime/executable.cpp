#include "espalier/runtime/executable.h"

#include "espalier/runtime/float_environment.h"
#include "espalier/runtime/pool.h"

namespace espalier::runtime {
namespace {

// Memory of one thread that grows and is kept. One per thread and purpose is enough: arenas would nest only if compiled code
// were called from a task of compiled code, which does not happen.
void* grown(BufferRef& buffer, std::int64_t bytes) {
  if (!buffer || static_cast<std::int64_t>(buffer->capacity()) < bytes) {
    buffer = {};
    buffer = Buffer::allocate(static_cast<std::size_t>(bytes));
  }
  return buffer->data();
}
thread_local BufferRef arena;
thread_local BufferRef scratch;

}  // namespace

void Executable::operator()(void* const* input_data, void* const* output_data) const {
  if (scratch_bytes != 0) grown(scratch, scratch_bytes);  // here, where it can throw
  const auto run = [&] { entry(input_data, output_data, cost.arena_bytes == 0 ? nullptr : grown(arena, cost.arena_bytes)); };
  if (threads == 0 && !flush_subnormals) return run();
  const ThreadLimit limit(threads);
  const FloatEnvironment before = FloatEnvironment::current();
  if (flush_subnormals) before.flushing().install();
  run();  // compiled code does not throw
  if (flush_subnormals) before.install();
}

}  // namespace espalier::runtime

// Called by compiled code.
extern "C" {

void espalier_parallel(void (*task)(void* const* args, std::int64_t first, std::int64_t last), void* const* args, std::int64_t tasks) {
  espalier::runtime::parallel_for(task, args, tasks);
}

void* espalier_scratch(std::int64_t bytes) { return espalier::runtime::grown(espalier::runtime::scratch, bytes); }
}
