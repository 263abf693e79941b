#pragma once
// Batches made ahead by threads, given in their order.
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace espalier::data::detail {

/// Makes the items from `begin` to `end` by `make(number)`: on the caller's thread without workers, else on them, at most `ahead`
/// before they are asked for. What make throws, the `next` that comes to this item throws.
template <class T> class Pipeline {
 public:
  Pipeline(std::int64_t begin, std::int64_t end, int workers, std::int64_t ahead, std::function<T(std::int64_t)> make)
      : make_(std::move(make)), asked_(begin), begun_(begin), end_(end), ahead_(ahead) {
    for (int i = 0; i < workers; ++i) threads_.emplace_back([this] { work(); });
  }
  ~Pipeline() {
    {
      const std::lock_guard lock(mutex_);
      end_ = begun_;  // nothing else is begun
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Pipeline(const Pipeline&) = delete;

  /// The next item; none after the last one.
  std::optional<T> next() {
    if (asked_ >= end_) return std::nullopt;
    if (threads_.empty()) return make_(asked_++);
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return made_.contains(asked_); });
    Made made = std::move(made_.extract(asked_++).mapped());
    lock.unlock();
    changed_.notify_all();
    if (made.failed) std::rethrow_exception(made.failed);
    return std::move(made.item);
  }

 private:
  struct Made {
    std::optional<T> item;
    std::exception_ptr failed;
  };
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return begun_ >= end_ || begun_ < asked_ + ahead_; });
      if (begun_ >= end_) return;
      const std::int64_t number = begun_++;
      lock.unlock();
      Made made;
      try {
        made.item = make_(number);
      } catch (...) {
        made.failed = std::current_exception();
      }
      lock.lock();
      made_.insert_or_assign(number, std::move(made));
      changed_.notify_all();
    }
  }

  std::function<T(std::int64_t)> make_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::int64_t, Made> made_;
  std::int64_t asked_, begun_, end_, ahead_;
  std::vector<std::thread> threads_;
};

}  // namespace espalier::data::detail
