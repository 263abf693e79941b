#pragma once
// Which threads are inside a call, so that code which a cache has dropped is freed once no call can still be using it.
#include <atomic>
#include <cstdint>
#include <utility>
#include <vector>

namespace espalier::runtime {

/// What is known of one thread's calls. Made at the thread's first call, used by another after its end, never freed.
struct ThreadCalls {
  std::atomic<std::uint64_t> turns{0};  // odd while a call is in progress
  int depth = 0;                        // calls within calls count as one
};

/// Marks this thread as inside of a call while it lives, at the price of two plain stores: whoever clears a cache makes all
/// threads' stores and loads take effect in order (membarrier(2)), which is rare and may be dear.
class CallMark {
 public:
  CallMark() : calls_(thread_calls != nullptr ? *thread_calls : opened()) {
    if (calls_.depth++ == 0) {
      calls_.turns.store(calls_.turns.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
      if (ordered_by_others) std::atomic_signal_fence(std::memory_order_seq_cst);
      else std::atomic_thread_fence(std::memory_order_seq_cst);
    }
  }
  ~CallMark() {
    if (--calls_.depth == 0) calls_.turns.store(calls_.turns.load(std::memory_order_relaxed) + 1, std::memory_order_release);
  }
  CallMark(const CallMark&) = delete;
  CallMark& operator=(const CallMark&) = delete;

 private:
  static ThreadCalls& opened();
  [[gnu::tls_model("initial-exec")]] static constinit thread_local ThreadCalls* thread_calls;
  static const bool ordered_by_others;
  friend struct OpenCalls;
  friend class CallsInProgress;

  ThreadCalls& calls_;
};

/// The calls that are in progress when it is made.
class CallsInProgress {
 public:
  CallsInProgress();
  /// Whether all of them have returned. What was out of reach of later calls before it was made may then be freed.
  bool ended() const;

 private:
  std::vector<std::pair<const ThreadCalls*, std::uint64_t>> running_;
};

}  // namespace espalier::runtime
