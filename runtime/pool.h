#pragma once
// The thread pool that large kernels are split over.
#include <cstdint>

namespace espalier::runtime {

/// Runs task(args, first, last) over ranges that make up [0, tasks), on the pool's threads and this one, and returns when
/// all are done. Ranges are contiguous and a few times as many as the threads; what a task computes does not depend on
/// its range, so results do not depend on the number of threads; all compute in the caller's float environment. Calls from
/// within a task run on their own thread.
void parallel_for(void (*task)(void* const* args, std::int64_t first, std::int64_t last), void* const* args, std::int64_t tasks);

/// While it lives, parallel_for on this thread uses at most `count` threads; 0 is no limit of its own.
class ThreadLimit {
 public:
  explicit ThreadLimit(int count);
  ~ThreadLimit();
  ThreadLimit(const ThreadLimit&) = delete;
  ThreadLimit& operator=(const ThreadLimit&) = delete;

 private:
  int outer_;
};

}  // namespace espalier::runtime
