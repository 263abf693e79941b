#include "espalier/runtime/calls.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace espalier::runtime {
namespace {

long membarrier(int command) { return syscall(SYS_membarrier, command, 0, 0); }

// All threads that ever called, and those of them whose thread has ended. Never destroyed: threads may outlive main.
struct Register {
  std::mutex lock;
  std::vector<std::unique_ptr<ThreadCalls>> all;
  std::vector<ThreadCalls*> free;

  static Register& get() {
    static Register& made = *new Register;
    return made;
  }
};

}  // namespace

constinit thread_local ThreadCalls* CallMark::thread_calls = nullptr;
const bool CallMark::ordered_by_others = [] {
  const long known = membarrier(MEMBARRIER_CMD_QUERY);
  return known > 0 && (known & MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0 && membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}();

// Gives the record back when its thread ends.
struct OpenCalls {
  ThreadCalls* calls = nullptr;
  OpenCalls() {
    Register& threads = Register::get();
    const std::lock_guard guard(threads.lock);
    if (threads.free.empty()) {
      calls = threads.all.emplace_back(std::make_unique<ThreadCalls>()).get();
    } else {
      calls = threads.free.back();
      threads.free.pop_back();
    }
  }
  ~OpenCalls() {
    CallMark::thread_calls = nullptr;
    Register& threads = Register::get();
    const std::lock_guard guard(threads.lock);
    threads.free.push_back(calls);
  }
};

ThreadCalls& CallMark::opened() {
  thread_local OpenCalls mine;
  thread_calls = mine.calls;
  return *mine.calls;
}

CallsInProgress::CallsInProgress() {
  if (CallMark::ordered_by_others) membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED);
  else std::atomic_thread_fence(std::memory_order_seq_cst);
  Register& threads = Register::get();
  const std::lock_guard guard(threads.lock);
  for (const auto& thread : threads.all) {
    const std::uint64_t turns = thread->turns.load(std::memory_order_acquire);
    if (turns % 2 == 1) running_.emplace_back(thread.get(), turns);
  }
}

bool CallsInProgress::ended() const {
  return std::all_of(running_.begin(), running_.end(), [](const auto& call) { return call.first->turns.load(std::memory_order_acquire) != call.second; });
}

}  // namespace espalier::runtime
