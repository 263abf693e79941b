#include "espalier/jit/schedule/buffer_assignment.h"

#include <algorithm>
#include <bit>
#include <map>
#include <numeric>

namespace espalier::codegen {
namespace {

std::int64_t aligned(std::int64_t bytes) { return (bytes + arena_alignment - 1) / arena_alignment * arena_alignment; }

// Addresses from the first to before the second.
using Piece = std::pair<std::int64_t, std::int64_t>;

// Addresses in use: pieces that neither overlap nor touch.
class Pieces {
 public:
  void add(Piece piece) {
    auto at = end_of_.upper_bound(piece.first);
    if (at != end_of_.begin() && std::prev(at)->second >= piece.first) --at;
    for (; at != end_of_.end() && at->first <= piece.second; at = end_of_.erase(at)) {
      piece = {std::min(piece.first, at->first), std::max(piece.second, at->second)};
    }
    end_of_.emplace_hint(at, piece.first, piece.second);
  }
  auto begin() const { return end_of_.begin(); }
  auto end() const { return end_of_.end(); }

 private:
  std::map<std::int64_t, std::int64_t> end_of_;
};

// A piece in use, and the steps at which it is.
struct Used {
  Piece piece;
  std::size_t first, last;
};

// What is in use at which steps: a binary tree over time. Lives that nest or follow each other, as those of programs do, leave few
// pieces in each span, so that a look at any length of time takes the square of a logarithm, and not a look at every temp.
class Timeline {
 public:
  explicit Timeline(std::size_t steps) : leaves_(std::bit_ceil(steps)), through_(2 * leaves_), within_(2 * leaves_) {}

  void add(const Used& used) {
    each_span(used.first, used.last, [&](std::size_t span) {
      through_[span].add(used.piece);
      within_[span].add(used.piece);
    });
    each_around(used.first, used.last, [&](std::size_t span) { within_[span].add(used.piece); });
  }
  // All that is in use at some step of [first, last], sorted; pieces may overlap.
  std::vector<Piece> during(std::size_t first, std::size_t last) const {
    std::vector<Piece> found;
    const auto take = [&](const Pieces& pieces) { found.insert(found.end(), pieces.begin(), pieces.end()); };
    each_span(first, last, [&](std::size_t span) { take(within_[span]); });
    each_around(first, last, [&](std::size_t span) { take(through_[span]); });
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  // The fewest spans that make up [first, last].
  template <class F> void each_span(std::size_t first, std::size_t last, F&& f) const {
    for (std::size_t l = first + leaves_, r = last + leaves_ + 1; l < r; l /= 2, r /= 2) {
      if (l % 2 == 1) f(l++);
      if (r % 2 == 1) f(--r);
    }
  }
  // All spans around its two ends. Those that hold one of the above are among them.
  template <class F> void each_around(std::size_t first, std::size_t last, F&& f) const {
    std::size_t l = (first + leaves_) / 2, r = (last + leaves_) / 2;
    for (; l != r; l /= 2, r /= 2) f(l), f(r);
    for (; l > 0; l /= 2) f(l);
  }

  std::size_t leaves_;
  std::vector<Pieces> through_, within_;  // per span: of temps that live all through it; of those that live at some step of it
};

// What was placed so far. Lives that cross at random leave many small pieces in a timeline: then the list of all is quicker.
class Occupied {
 public:
  explicit Occupied(std::size_t steps) : timeline_(steps) {}

  void add(const Used& used) {
    if (is_listed_) {
      all_.insert(std::upper_bound(all_.begin(), all_.end(), used, by_address), used);
      return;
    }
    all_.push_back(used);
    timeline_.add(used);
  }
  // All that is in use at some step of [first, last], sorted; pieces may overlap.
  std::vector<Piece> during(std::size_t first, std::size_t last) {
    std::vector<Piece> found;
    if (!is_listed_) {
      found = timeline_.during(first, last);
      met_ += found.size();
      listed_ += all_.size();
      is_listed_ = 8 * met_ > listed_ + (1 << 22);
      if (is_listed_) std::sort(all_.begin(), all_.end(), by_address);
      return found;
    }
    for (const Used& used : all_)
      if (used.first <= last && first <= used.last) found.push_back(used.piece);
    return found;
  }

 private:
  static bool by_address(const Used& a, const Used& b) { return a.piece < b.piece; }

  Timeline timeline_;
  std::vector<Used> all_;  // by address, once it is read
  bool is_listed_ = false;
  std::size_t met_ = 0, listed_ = 0;  // pieces that the timeline showed, and that the list would have
};

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

void assign_buffers(Schedule& schedule) {
  auto& temps = schedule.temps;
  std::vector<std::uint32_t> order(temps.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return temps[a].bytes != temps[b].bytes ? temps[a].bytes > temps[b].bytes : a < b; });
  Occupied occupied(schedule.steps.size() + 1);
  schedule.arena_bytes = 0;
  for (std::uint32_t index : order) {
    Temp& temp = temps[index];
    const std::int64_t bytes = aligned(temp.bytes);
    std::int64_t best = -1, best_gap = 0, end = 0;
    // The smallest gap that fits between the arrays alive at the same time; else behind the last of them.
    for (const auto& [from, to] : occupied.during(temp.first_step, temp.last_step)) {
      const std::int64_t gap = from - end;
      if (gap >= bytes && (best < 0 || gap < best_gap)) {
        best = end;
        best_gap = gap;
      }
      end = std::max(end, to);
    }
    temp.offset = best >= 0 ? best : end;
    schedule.arena_bytes = std::max(schedule.arena_bytes, temp.offset + bytes);
    if (bytes > 0) occupied.add({{temp.offset, temp.offset + bytes}, temp.first_step, temp.last_step});
  }
  schedule.lower_bound_bytes = most_alive(schedule);
}

}  // namespace espalier::codegen
