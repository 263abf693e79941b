// The thread pool: every task runs exactly once, whatever the threads, the tasks and the callers at once.
#include "espalier/runtime/pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

#include "espalier/runtime/executable.h"

namespace espalier::runtime {
namespace {

void count(void* const* args, std::int64_t first, std::int64_t last) {
  auto* counts = static_cast<std::atomic<int>*>(args[0]);
  for (std::int64_t i = first; i < last; ++i) counts[i].fetch_add(1, std::memory_order_relaxed);
}

void expect_each_once(std::int64_t tasks) {
  std::vector<std::atomic<int>> counts(static_cast<std::size_t>(tasks));
  void* args[] = {counts.data()};
  parallel_for(count, args, tasks);
  for (std::size_t i = 0; i < counts.size(); ++i) ASSERT_EQ(counts[i].load(), 1) << "task " << i << " of " << tasks;
}

class PoolThreads : public testing::TestWithParam<int> {
 protected:
  void SetUp() override { set_threads(GetParam()); }
  void TearDown() override { set_threads(0); }
};

TEST_P(PoolThreads, RunsEachTaskOnce) {
  for (int round = 0; round < 200; ++round) {
    for (std::int64_t tasks : {0, 1, 2, 3, 7, 8, 9, 64, 1001}) expect_each_once(tasks);
  }
}

TEST_P(PoolThreads, ServesSeveralCallers) {
  std::vector<std::thread> callers;
  for (int c = 0; c < 3; ++c) {
    callers.emplace_back([] { for (int round = 0; round < 200; ++round) expect_each_once(97); });
  }
  for (auto& caller : callers) caller.join();
}

// A task that splits its own work runs it on its own thread.
void count_nested(void* const* args, std::int64_t first, std::int64_t last) {
  for (std::int64_t i = first; i < last; ++i) {
    void* inner[] = {static_cast<std::atomic<int>*>(args[0]) + 10 * i};
    parallel_for(count, inner, 10);
  }
}
TEST_P(PoolThreads, NestsWithoutWaiting) {
  std::vector<std::atomic<int>> counts(200);
  void* args[] = {counts.data()};
  parallel_for(count_nested, args, 20);
  for (const auto& n : counts) EXPECT_EQ(n.load(), 1);
}

INSTANTIATE_TEST_SUITE_P(Pool, PoolThreads, testing::Values(1, 2, 3, 8));

}  // namespace
}  // namespace espalier::runtime
