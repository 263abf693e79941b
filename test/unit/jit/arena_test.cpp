// Where temps lie: as a look at every other temp places them, which is the rule in few words; and no two that live together overlap.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "espalier/jit/schedule/buffer_assignment.h"

namespace espalier::codegen {
namespace {

std::int64_t room(const Temp& temp) { return (temp.bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }
bool live_together(const Temp& a, const Temp& b) { return a.first_step <= b.last_step && b.first_step <= a.last_step; }

// Largest first, each in the smallest gap that holds it between those that live with it, else behind them.
std::vector<std::int64_t> placed_by_hand(const std::vector<Temp>& temps) {
  std::vector<std::size_t> order(temps.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return std::pair(-temps[a].bytes, a) < std::pair(-temps[b].bytes, b); });
  std::vector<std::int64_t> offsets(temps.size(), -1);
  std::vector<std::size_t> placed;
  for (std::size_t index : order) {
    std::vector<std::pair<std::int64_t, std::int64_t>> taken;
    for (std::size_t other : placed)
      if (live_together(temps[index], temps[other])) taken.push_back({offsets[other], offsets[other] + room(temps[other])});
    std::sort(taken.begin(), taken.end());
    std::int64_t end = 0, best = -1, smallest = INT64_MAX;
    for (auto [from, to] : taken) {
      if (from - end >= room(temps[index]) && from - end < smallest) best = end, smallest = from - end;
      end = std::max(end, to);
    }
    offsets[index] = best >= 0 ? best : end;
    placed.push_back(index);
  }
  return offsets;
}

Schedule with_lives(std::uint32_t steps, std::vector<Temp> temps) {
  Schedule s;
  s.steps.resize(steps);
  s.temps = std::move(temps);
  return s;
}

enum class Lives {
  any,
  brief,
  nested
};  // `nested`: what the first half of the steps makes, the second half reads backwards

Temp temp_of(Lives lives, std::uint32_t steps, std::mt19937_64& random) {
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  const std::uint32_t first = below(steps);
  std::uint32_t last = first;
  switch (lives) {
    case Lives::any: last = first + below(steps - first); break;
    case Lives::brief: last = std::min(steps, first + below(4)); break;
    case Lives::nested: last = first < steps / 2 ? steps - 1 - first : first; break;
  }
  return {static_cast<std::int64_t>(1 + below(8)) * static_cast<std::int64_t>(1 + below(random() % 2 == 0 ? 1 : 900)), 0, first, last};
}

TEST(Arena, PlacesAsALookAtEveryTempDoes) {
  std::mt19937_64 random(3);
  for (const Lives lives : {Lives::any, Lives::brief, Lives::nested}) {
    for (int n : {1, 2, 3, 10, 60, 400, 3000}) {
      for (int round = 0; round < (n > 1000 ? 1 : 20); ++round) {
        const auto steps = static_cast<std::uint32_t>(1 + random() % (2 * static_cast<std::uint64_t>(n)));
        std::vector<Temp> temps;
        for (int i = 0; i < n; ++i) temps.push_back(temp_of(lives, steps, random));
        Schedule s = with_lives(steps, temps);
        assign_buffers(s);
        const auto wanted = placed_by_hand(temps);
        std::int64_t end = 0;
        for (std::size_t i = 0; i < temps.size(); ++i) {
          ASSERT_EQ(s.temps[i].offset, wanted[i]) << "temp " << i << " of " << n;
          end = std::max(end, wanted[i] + room(temps[i]));
        }
        EXPECT_EQ(s.arena_bytes, end);
        EXPECT_GE(s.arena_bytes, s.lower_bound_bytes);
      }
    }
  }
}
// What is empty lies inside of the arena.
TEST(Arena, EmptyTempsTakeNoRoom) {
  Schedule s = with_lives(3, {{0, 0, 0, 2}, {100, 0, 0, 1}, {0, 0, 1, 3}, {64, 0, 1, 2}});
  assign_buffers(s);
  EXPECT_EQ(s.arena_bytes, 192);
  for (const Temp& temp : s.temps) EXPECT_LE(temp.offset + room(temp), s.arena_bytes);
}

}  // namespace
}  // namespace espalier::codegen
