#include "espalier/jit/schedule/memory.h"

#include <algorithm>
#include <numeric>

namespace espalier::codegen {
namespace {

std::int64_t aligned(std::int64_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }

bool live_together(const Temp& a, const Temp& b) { return a.first_step <= b.last_step && b.first_step <= a.last_step; }

std::int64_t most_alive(const Schedule& schedule) {
  std::vector<std::int64_t> change(schedule.steps.size() + 2, 0);
  for (const Temp& temp : schedule.temps) {
    change[temp.first_step] += aligned(temp.bytes);
    change[temp.last_step + 1] -= aligned(temp.bytes);
  }
  std::int64_t alive = 0, most = 0;
  for (auto c : change) most = std::max(most, alive += c);
  return most;
}

}  // namespace

void assign_arena(Schedule& schedule) {
  auto& temps = schedule.temps;
  std::vector<std::uint32_t> order(temps.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return temps[a].bytes != temps[b].bytes ? temps[a].bytes > temps[b].bytes : a < b; });
  std::vector<std::uint32_t> placed;  // by offset
  schedule.arena_bytes = 0;
  for (std::uint32_t index : order) {
    Temp& temp = temps[index];
    const std::int64_t bytes = aligned(temp.bytes);
    std::int64_t best = -1, best_gap = 0, end = 0;
    // The smallest gap that fits between the arrays alive at the same time; else behind the last of them.
    for (std::uint32_t other : placed) {
      if (!live_together(temp, temps[other])) continue;
      const std::int64_t gap = temps[other].offset - end;
      if (gap >= bytes && (best < 0 || gap < best_gap)) {
        best = end;
        best_gap = gap;
      }
      end = std::max(end, temps[other].offset + aligned(temps[other].bytes));
    }
    temp.offset = best >= 0 ? best : end;
    schedule.arena_bytes = std::max(schedule.arena_bytes, temp.offset + bytes);
    const auto at = std::upper_bound(placed.begin(), placed.end(), index, [&](auto a, auto b) { return temps[a].offset < temps[b].offset; });
    placed.insert(at, index);
  }
  schedule.lower_bound_bytes = most_alive(schedule);
}

}  // namespace espalier::codegen
