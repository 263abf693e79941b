#include "espalier/runtime/stack.h"

#include <pthread.h>

#include <cstdint>

namespace espalier::runtime {
namespace {

// The used half begins at `floor`, the memory ends at `end`: stacks grow downwards.
struct Bounds {
  std::uintptr_t end = 0, floor = 0;
};

constexpr Bounds unknown{1, 1};  // no frame is below it
Bounds bounds_of_this_thread() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return unknown;
  void* end = nullptr;
  std::size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &end, &size) == 0;
  pthread_attr_destroy(&attributes);
  if (!known) return unknown;
  const auto address = reinterpret_cast<std::uintptr_t>(end);
  return {address, address + size / 2};
}

// Read at each copy of a traced array, so neither a guard nor a call stands before it.
[[gnu::tls_model("initial-exec")]] constinit thread_local Bounds bounds;

}  // namespace

bool stack_is_low() {
  if (bounds.floor == 0) bounds = bounds_of_this_thread();
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return frame < bounds.floor && frame >= bounds.end;
}

}  // namespace espalier::runtime
