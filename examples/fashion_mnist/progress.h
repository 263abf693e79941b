#pragma once
// A line that rewrites itself on a terminal, and is not there elsewhere.
#include <cstdint>
#include <cstdio>
#include <unistd.h>

class Progress {
 public:
  explicit Progress(std::int64_t steps) : steps_(steps), shown_(isatty(STDOUT_FILENO) != 0) {}
  void show(int epoch, std::int64_t step) const {
    constexpr int width = 40;
    if (!shown_ || (step % 16 != 0 && step != steps_)) return;
    const int done = static_cast<int>(step * width / steps_);
    std::printf("\r  epoch %2d  ", epoch);
    for (int i = 0; i < width; ++i) std::fputs(i < done ? "█" : "░", stdout);
    std::printf("  %lld / %lld", static_cast<long long>(step), static_cast<long long>(steps_));
    std::fflush(stdout);
  }
  void clear() const {
    if (shown_) std::fputs("\r\033[K", stdout);
  }

 private:
  std::int64_t steps_;
  bool shown_;
};
