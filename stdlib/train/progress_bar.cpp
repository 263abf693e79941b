#include "espalier/stdlib/train/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>

namespace espalier {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }
std::string number(double value, const char* format) {
  char text[64];
  std::snprintf(text, sizeof text, format, value);
  return text;
}
std::string clock_time(double seconds) {
  const auto whole = static_cast<long long>(std::llround(seconds));
  char text[64];
  if (whole >= 3600) std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  else std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  return text;
}
std::string bar(int done, int all) {
  constexpr int width = 24;
  const int filled = static_cast<int>(static_cast<std::int64_t>(done) * width / std::max(all, 1));
  std::string text = "[";
  text.append(static_cast<std::size_t>(filled), '=');
  if (filled < width) text += '>';
  text.append(static_cast<std::size_t>(std::max(0, width - filled - 1)), ' ');
  return text + "]";
}

}  // namespace

std::string detail::progress_line(const Progress& progress, int done, double seconds, bool is_done) {
  const double rate = done / std::max(seconds, 1e-9);
  std::string line = "epoch " + std::to_string(progress.epoch + 1) + "/" + std::to_string(progress.epochs) + "  ";
  if (is_done) line += std::to_string(done) + " batches in " + number(seconds, "%.1f") + " s  ";
  else if (progress.batches > 0) line += bar(done, progress.batches) + "  " + std::to_string(done) + "/" + std::to_string(progress.batches) + "  ";
  else line += std::to_string(done) + "  ";
  line += number(rate, rate < 10 ? "%.2f" : "%.0f") + " batches/s";
  if (!is_done && progress.batches > 0) line += "  ETA " + clock_time((progress.batches - done) / std::max(rate, 1e-9));
  for (const auto& [name, value] : progress.logs) {
    if (value.size() == 1) line += "  " + name + " " + number(value.item<double>(), "%.4g");
  }
  return line;
}

void ProgressBar::on_train_begin(Progress&) {
  if (!redraws) redraws = isatty(fileno(out)) != 0;
}
void ProgressBar::on_epoch_begin(Progress&) {
  begin = drawn = Clock::now();
  done = 0;
}
bool ProgressBar::wants_logs(const Progress&) const { return redraws.value_or(false) && Clock::now() - drawn >= std::chrono::milliseconds(100); }

void ProgressBar::on_train_batch_end(Progress& progress) {
  ++done;
  if (!wants_logs(progress)) return;
  drawn = Clock::now();
  std::fprintf(out, "\r%s\033[K", detail::progress_line(progress, done, seconds_since(begin), false).c_str());
  std::fflush(out);
}
void ProgressBar::on_epoch_end(Progress& progress) {
  std::fprintf(out, "%s%s\n", redraws.value_or(false) ? "\r\033[K" : "", detail::progress_line(progress, done, seconds_since(begin), true).c_str());
  std::fflush(out);
}

}  // namespace espalier
