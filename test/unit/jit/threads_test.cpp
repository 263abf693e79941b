// Threads: calls, compiles, cleared caches, destroyed functions and another number of threads, all at once. The stage
// `tsan` runs this program under the thread sanitizer.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <thread>

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"
#include "espalier/runtime/executable.h"
#include "espalier/runtime/pool.h"

namespace ep = espalier;

namespace {

using ep::Array;

// Runs `work(i)` on so many threads at once until `meanwhile` has returned.
template <class Work, class Meanwhile> void together(int threads, const Work& work, const Meanwhile& meanwhile) {
  std::atomic<bool> stop{false};
  std::vector<std::thread> running;
  for (int i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      do work(i);
      while (!stop);
    });
  }
  meanwhile();
  stop = true;
  for (std::thread& thread : running) thread.join();
}

class Threads : public testing::Test {
 protected:
  void TearDown() override { ep::runtime::set_threads(0); }
};

// A pool that a caller is inside of must live until it has left.
TEST_F(Threads, AnotherNumberOfThreadsWhileKernelsRun) {
  const auto f = ep::jit([](Array x) { return ep::sum(x * 2); });
  const Array x = ep::ones({1 << 20});
  EXPECT_EQ(f(x).item<double>(), 1 << 21);
  together(3, [&](int) { EXPECT_EQ(f(x).item<double>(), 1 << 21); }, [] {
    for (int k = 0; k < 100; ++k) {
      ep::runtime::set_threads(1 + k % 5);
      std::this_thread::sleep_for(std::chrono::milliseconds(3));
    }
  });
}

TEST_F(Threads, AnotherNumberOfThreadsWhileTasksRun) {
  const auto count = [](void* const* args, std::int64_t first, std::int64_t last) { static_cast<std::atomic<std::int64_t>*>(args[0])->fetch_add(last - first); };
  together(3, [&](int) {
    std::atomic<std::int64_t> done{0};
    void* const args[] = {&done};
    ep::runtime::parallel_for(count, args, 1000);
    EXPECT_EQ(done, 1000);
  }, [] {
    for (int k = 0; k < 300; ++k) {
      ep::runtime::set_threads(1 + k % 4);
      if (k % 10 == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
}

// More threads than a system gives: as many as there are do the work.
TEST_F(Threads, MoreThanTheSystemHas) {
  ep::runtime::set_threads(70'000);
  EXPECT_EQ(ep::runtime::threads(), 70'000);
  ep::runtime::set_threads(3);
  const auto count = [](void* const* args, std::int64_t first, std::int64_t last) { static_cast<std::atomic<std::int64_t>*>(args[0])->fetch_add(last - first); };
  std::atomic<std::int64_t> done{0};
  void* const args[] = {&done};
  ep::runtime::parallel_for(count, args, 1000);
  EXPECT_EQ(done, 1000);
}

// New signatures, known ones, and a cache that is cleared under running calls.
TEST_F(Threads, CallsCompilesAndClearedCaches) {
  const auto f = ep::jit([](Array x) { return ep::sum(ep::sin(x) * 0 + x); });
  std::atomic<int> calls{0};
  together(3, [&](int i) {
    const std::int64_t n = 5 + (calls++ + i) % 4;
    EXPECT_EQ(f(ep::ones({n})).item<double>(), static_cast<double>(n));
  }, [&] {
    for (int k = 0; k < 15; ++k) {
      f.clear_cache();
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
  });
  f.clear_cache();
  EXPECT_EQ(f.cache_size(), 0u);
}

// Functions that are made, called and destroyed, each on its own thread.
TEST_F(Threads, FunctionsThatComeAndGo) {
  std::atomic<int> made{0};
  together(3, [&](int i) {
    const double rate = 1 + i;
    const auto f = ep::jit([rate](Array x) { return x * rate; });
    const auto g = ep::jit(ep::grad([](Array x) { return ep::sum(x * x * x); }));
    const Array x = ep::arange(4.0);
    EXPECT_EQ(f(x)[3].item<double>(), 3 * rate);
    EXPECT_EQ(g(x)[3].item<double>(), 27);
    ++made;
  }, [&] {
    while (made < 12) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  });
}

// One array read, copied and dropped by all.
TEST_F(Threads, OneArrayForAll) {
  const Array x = ep::arange(1000.0);
  const auto f = ep::jit([](Array x) { return x + 1; });
  f(x);
  std::atomic<int> calls{0};
  together(3, [&](int) {
    Array copy = x, next = f(copy);
    EXPECT_EQ(f(std::move(next))[999].item<double>(), 1001);
    EXPECT_EQ(copy[999].item<double>(), 999);
    ++calls;
  }, [&] {
    while (calls < 300) std::this_thread::yield();
  });
}

// What a cache lets go of is freed: at once where no call is in progress, else once it has ended.
TEST(ClearedCache, GivesBackWhatItHeld) {
  const Array x = ep::arange(8.0);
  const Array* held = &x;
  const auto f = ep::jit([held](Array y) { return y + *held; });
  EXPECT_FALSE(f(x)[1].item<double>() != 2);
  EXPECT_FALSE(ep::detail::ArrayAccess::is_sole_buffer(x)) << "the compiled call keeps what the function captured";
  f.clear_cache();
  EXPECT_TRUE(ep::detail::ArrayAccess::is_sole_buffer(x));
}
TEST(ClearedCache, GivesBackWhatACallInProgressHeld) {
  const Array x = ep::arange(8.0);
  const Array* held = &x;
  const std::function<void()>* clear = nullptr;
  const auto f = ep::jit([held, &clear](Array y) {
    if (clear != nullptr) (*clear)();
    return y + *held;
  });
  f(x);
  const std::function<void()> now = [&] { f.clear_cache(); };
  clear = &now;
  EXPECT_EQ(f(x)[1].item<double>(), 2) << "cleared by the function itself, while it is traced to read what it captured";
  clear = nullptr;
  f.clear_cache();
  EXPECT_TRUE(ep::detail::ArrayAccess::is_sole_buffer(x));
}

}  // namespace
