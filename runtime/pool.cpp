#include "espalier/runtime/pool.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <limits>
#include <memory>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "espalier/runtime/executable.h"
#include "espalier/runtime/float_environment.h"

namespace espalier::runtime {
namespace {

using Task = void (*)(void* const*, std::int64_t, std::int64_t);

thread_local bool inside_task = false;
thread_local int limit = std::numeric_limits<int>::max();

// A call is cut into more parts than there are threads, and any free thread takes the next one: a thread that loses its core
// for a while delays only the part it holds. Workers wait for a new round, first spinning, since kernels come in quick
// succession, then asleep.
class Pool {
 public:
  // As many workers as were asked for, or as the system gives: what is computed does not depend on their number.
  explicit Pool(int workers) : wanted_(workers) {
    try {
      for (int i = 0; i < std::min(workers, most_workers); ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
    }
  }
  ~Pool() {
    {
      const std::lock_guard guard(lock_);
      stop_ = true;
      state_.fetch_add(one_round, std::memory_order_release);
    }
    wake_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

  int wanted() const { return wanted_; }

  // One caller at a time; others find the pool busy and run alone. No more than `most` threads take part.
  bool try_run(Task task, void* const* args, std::int64_t tasks, int most) {
    if (!running_.try_lock()) return false;
    const std::lock_guard guard(running_, std::adopt_lock);
    task_ = task;
    args_ = args;
    tasks_ = tasks;
    environment_ = FloatEnvironment::current();
    const std::int64_t all = static_cast<std::int64_t>(threads_.size()) + 1, wanted = most < all ? most : parts_per_thread * all;
    const auto parts = static_cast<std::uint64_t>(std::min(tasks, wanted));
    done_.store(0, std::memory_order_relaxed);
    {
      const std::lock_guard sleepers(lock_);
      const std::uint64_t round = (state_.load(std::memory_order_relaxed) / one_round + 1) * one_round;
      state_.store(round | parts << 16, std::memory_order_release);
    }
    if (asleep_.load(std::memory_order_acquire) > 0) wake_.notify_all();
    const std::uint64_t round = state_.load(std::memory_order_relaxed) / one_round;
    inside_task = true;
    take_parts(round);
    inside_task = false;
    // A worker that shares this core with us, or lost its own, gets it back once spinning has not helped.
    for (int spins = 0; done_.load(std::memory_order_acquire) != parts; ++spins) {
      if (spins < turns_of_spin) relax();
      else std::this_thread::yield();
    }
    return true;
  }

 private:
  static constexpr std::int64_t parts_per_thread = 4;
  static constexpr int most_workers = 0xffff / parts_per_thread - 1;  // the parts of a round are counted in 16 bits
  static constexpr int turns_of_spin = 2000;  // 20 to 80 µs
  static constexpr std::uint64_t one_round = std::uint64_t{1} << 32;

  static void relax() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
  }
  // Runs parts of the round until none is left. A round does not end while a part is held, so what try_run has set stays valid.
  void take_parts(std::uint64_t round) {
    std::uint64_t state = state_.load(std::memory_order_acquire);
    while (state / one_round == round) {
      const std::uint64_t parts = state >> 16 & 0xffff, next = state & 0xffff;
      if (next >= parts) return;
      if (!state_.compare_exchange_weak(state, state + 1, std::memory_order_acq_rel, std::memory_order_acquire)) continue;
      if (FloatEnvironment::current() != environment_) environment_.install();
      const auto part = static_cast<std::int64_t>(next), n = static_cast<std::int64_t>(parts);
      task_(args_, tasks_ * part / n, tasks_ * (part + 1) / n);
      done_.fetch_add(1, std::memory_order_acq_rel);
      state = state_.load(std::memory_order_acquire);
    }
  }
  std::uint64_t current_round() const { return state_.load(std::memory_order_acquire) / one_round; }
  void work() {
    inside_task = true;
    std::uint64_t seen = 0;
    while (true) {
      int spins = 0;
      while (current_round() == seen && ++spins < turns_of_spin) relax();
      if (current_round() == seen) {
        std::unique_lock guard(lock_);
        asleep_.fetch_add(1, std::memory_order_acq_rel);
        wake_.wait(guard, [&] { return current_round() != seen; });
        asleep_.fetch_sub(1, std::memory_order_acq_rel);
      }
      seen = current_round();
      if (stop_) return;
      take_parts(seen);
    }
  }

  const int wanted_;
  std::vector<std::thread> threads_;
  std::mutex lock_, running_;
  std::condition_variable wake_;
  std::atomic<std::uint64_t> state_{0};  // the round, how many parts it has, and the next one to be taken: 32, 16, 16 bits
  std::atomic<std::uint64_t> done_{0};   // parts of the round
  std::atomic<int> asleep_{0};
  std::atomic<bool> stop_{false};
  Task task_ = nullptr;
  void* const* args_ = nullptr;
  std::int64_t tasks_ = 0;
  FloatEnvironment environment_ = FloatEnvironment::current();  // the caller's
};

// The process's pool and the number of threads asked for (documented globals: threads are a resource of the process).
// Whoever runs in a pool holds it, so another number of threads begins with the next call: the last caller inside of the
// old pool ends its threads.
std::mutex settings;
std::shared_ptr<Pool> pool;
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

std::shared_ptr<Pool> current_pool() {
  const int workers = resolved() - 1;
  if (workers == 0) return nullptr;
  std::shared_ptr<Pool> before;  // ends, if it does, after the lock is given back
  const std::lock_guard guard(settings);
  if (pool == nullptr || pool->wanted() != workers) before = std::exchange(pool, std::make_shared<Pool>(workers));
  return pool;
}

}  // namespace

void set_threads(int count) { wanted.store(count, std::memory_order_relaxed); }
int threads() { return resolved(); }

ThreadLimit::ThreadLimit(int count) : outer_(std::exchange(limit, count > 0 ? std::min(count, limit) : limit)) {}
ThreadLimit::~ThreadLimit() { limit = outer_; }

void parallel_for(Task task, void* const* args, std::int64_t tasks) {
  const std::shared_ptr<Pool> workers = inside_task || tasks < 2 || limit < 2 ? nullptr : current_pool();
  if (workers == nullptr || !workers->try_run(task, args, tasks, limit)) task(args, 0, tasks);
}

}  // namespace espalier::runtime
