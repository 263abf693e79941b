#include "espalier/runtime/stack.h"

#include <pthread.h>

#include <cstdint>

namespace espalier::runtime {
namespace {

// The used half begins at `floor`, the memory ends at `end`: stacks grow downwards.
struct Bounds { std::uintptr_t end = 0, floor = 0; };

Bounds bounds_of_this_thread() {
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return {};
  void* end = nullptr;
  std::size_t size = 0;
  const bool known = pthread_attr_getstack(&attributes, &end, &size) == 0;
  pthread_attr_destroy(&attributes);
  if (!known) return {};
  const auto address = reinterpret_cast<std::uintptr_t>(end);
  return {address, address + size / 2};
}

}  // namespace

bool stack_is_low() {
  static thread_local const Bounds bounds = bounds_of_this_thread();
  const auto frame = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  return frame < bounds.floor && frame >= bounds.end;
}

}  // namespace espalier::runtime
