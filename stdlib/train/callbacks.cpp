#include "espalier/stdlib/train/callbacks.h"

#include <cmath>
#include <cstdio>

#include "espalier/stdlib/train/error.h"

namespace espalier {

void LearningRateMonitor::on_epoch_end(Progress& progress) const {
  if (const auto rate = progress.trainer->learning_rate()) progress.logs["learning_rate"] = Array(*rate).as(f32);
}

void TerminateOnNaN::on_train_batch_end(Progress& progress) const {
  const auto loss = progress.logs.find("loss");
  if (loss == progress.logs.end() || loss->second.size() != 1 || std::isfinite(loss->second.item<double>())) return;
  const std::string op = progress.trainer->first_bad_op();
  throw TrainingError("TerminateOnNaN", "the loss is " + std::to_string(loss->second.item<double>()) + " after batch " + std::to_string(progress.batch) + " of epoch " + std::to_string(progress.epoch),
                      op.empty() ? "no op made a NaN: it grew beyond its dtype; a lower learning rate or clip_by_global_norm may help" : "the first NaN was made here: " + op);
}

namespace {
std::string header_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}
void add_line(const std::filesystem::path& path, const std::string& line, std::ios::openmode mode) {
  std::ofstream file(path, mode);
  file << line << '\n'
       << std::flush;
  if (file) return;
  IoError error("CSVLogger", "cannot write " + path.string(), "is there space, and may you write there?");
  error.path = path.string();
  throw error;
}
}  // namespace

void CSVLogger::on_train_begin(Progress&) {
  names_.clear();
  if (!append) return;
  const std::string header = header_of(path);
  for (std::size_t at = header.find(','); at != std::string::npos;) {
    const std::size_t end = header.find(',', at + 1);
    names_.push_back(header.substr(at + 1, end == std::string::npos ? end : end - at - 1));
    at = end;
  }
}

void CSVLogger::on_epoch_end(Progress& progress) {
  if (names_.empty()) {
    std::string header = "epoch";
    for (const auto& [name, value] : progress.logs) {
      if (value.size() != 1) continue;
      names_.push_back(name);
      header.append(",").append(name);
    }
    add_line(path, header, std::ios::trunc);
  }
  std::string row = std::to_string(progress.epoch);
  for (const std::string& name : names_) {
    row += ',';
    const auto found = progress.logs.find(name);
    if (found == progress.logs.end() || found->second.size() != 1) continue;
    char text[32];
    std::snprintf(text, sizeof text, "%.9g", found->second.item<double>());
    row += text;
  }
  add_line(path, row, std::ios::app);
}

}  // namespace espalier
