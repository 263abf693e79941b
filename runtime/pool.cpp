#include "espalier/runtime/pool.h"

#include <sched.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "espalier/runtime/executable.h"

namespace espalier::runtime {
namespace {

using Task = void (*)(void* const*, std::int64_t, std::int64_t);

thread_local bool inside_task = false;

// Workers wait for a new round: first spinning, since kernels come in quick succession, then asleep.
class Pool {
 public:
  explicit Pool(int workers) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this, i] { work(i + 1); });
  }
  ~Pool() {
    {
      const std::lock_guard guard(lock_);
      stop_ = true;
      round_.fetch_add(1, std::memory_order_release);
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  // One caller at a time; others find the pool busy and run alone.
  bool try_run(Task task, void* const* args, std::int64_t tasks) {
    if (!running_.try_lock()) return false;
    const std::lock_guard guard(running_, std::adopt_lock);
    task_ = task;
    args_ = args;
    tasks_ = tasks;
    const int parts = static_cast<int>(threads_.size()) + 1;
    busy_.store(parts - 1, std::memory_order_relaxed);
    {
      const std::lock_guard sleepers(lock_);
      round_.fetch_add(1, std::memory_order_release);
    }
    if (asleep_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    part(0, parts);
    // A worker that shares this core with us, or lost its own, gets it back once spinning has not helped.
    for (int spins = 0; busy_.load(std::memory_order_acquire) != 0; ++spins) {
      if (spins < parts_of_spin) relax();
      else std::this_thread::yield();
    }
    return true;
  }

 private:
  static constexpr int parts_of_spin = 2000;  // 20 to 80 µs
  static void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  void part(int index, int parts) {
    const std::int64_t first = tasks_ * index / parts, last = tasks_ * (index + 1) / parts;
    if (first < last) task_(args_, first, last);
  }
  void work(int index) {
    inside_task = true;
    std::uint64_t seen = 0;
    while (true) {
      int spins = 0;
      while (round_.load(std::memory_order_acquire) == seen && ++spins < parts_of_spin) relax();
      if (round_.load(std::memory_order_acquire) == seen) {
        std::unique_lock guard(lock_);
        asleep_.fetch_add(1, std::memory_order_acq_rel);
        wake_.wait(guard, [&] { return round_.load(std::memory_order_acquire) != seen; });
        asleep_.fetch_sub(1, std::memory_order_acq_rel);
      }
      seen = round_.load(std::memory_order_acquire);
      if (stop_) return;
      part(index, static_cast<int>(threads_.size()) + 1);
      busy_.fetch_sub(1, std::memory_order_acq_rel);
    }
  }

  std::vector<std::thread> threads_;
  std::mutex lock_, running_;
  std::condition_variable wake_;
  std::atomic<std::uint64_t> round_{0};
  std::atomic<int> busy_{0}, asleep_{0};
  bool stop_ = false;
  Task task_ = nullptr;
  void* const* args_ = nullptr;
  std::int64_t tasks_ = 0;
};

// The process's pool and the number of threads asked for (documented globals: threads are a resource of the process).
std::mutex settings;
std::unique_ptr<Pool> pool;
std::atomic<int> wanted{0};

// The cores that this process may run on: fewer than the machine has where it is pinned.
int cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

int resolved() {
  static const int available = cores();
  const int n = wanted.load(std::memory_order_relaxed);
  return n > 0 ? n : available;
}

Pool* current_pool() {
  static std::atomic<int> made_for{0};
  const int n = resolved();
  if (n == 1) return nullptr;
  if (made_for.load(std::memory_order_acquire) == n) return pool.get();
  const std::lock_guard guard(settings);
  if (made_for.load(std::memory_order_acquire) != n) {
    pool.reset();
    pool = std::make_unique<Pool>(n - 1);
    made_for.store(n, std::memory_order_release);
  }
  return pool.get();
}

}  // namespace

void set_threads(int count) { wanted.store(count, std::memory_order_relaxed); }
int threads() { return resolved(); }

void parallel_for(Task task, void* const* args, std::int64_t tasks) {
  Pool* workers = inside_task || tasks < 2 ? nullptr : current_pool();
  if (workers == nullptr || !workers->try_run(task, args, tasks)) task(args, 0, tasks);
}

}  // namespace espalier::runtime
