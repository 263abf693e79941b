#include "espalier/stdlib/train/model_checkpoint.h"

#include <algorithm>
#include <cmath>
#include <future>

#include "espalier/stdlib/train/checkpoint.h"

namespace espalier {
namespace {

bool larger_is_better(const std::string& name) {
  return std::ranges::any_of(std::initializer_list<const char*>{"acc", "precision", "recall", "auc", "f1", "r2"}, [&](const char* part) { return name.find(part) != std::string::npos; });
}

}  // namespace

/// One write at a time, on a thread of its own, then what is too old is removed.
class detail::CheckpointWriter {
 public:
  /// Waits for the write that runs, and throws what it threw.
  void finish() {
    if (running_.valid()) running_.get();
  }
  void write(std::function<void(const std::filesystem::path&)> save, const std::filesystem::path& file, std::filesystem::path best, int keep) {
    running_ = std::async(std::launch::async, [save = std::move(save), file, best = std::move(best), keep] {
      save(file);
      if (keep < 1) return;
      int newest = 0;
      std::error_code ignored;
      for (const std::filesystem::path& old : checkpoints_in(file.parent_path())) {
        if (newest++ >= keep && old != best) std::filesystem::remove(old, ignored);
      }
    });
  }

  std::optional<double> best;
  std::filesystem::path best_file;
  std::int64_t saved_step = -1;

 private:
  std::future<void> running_;
};

void ModelCheckpoint::on_train_begin(Progress&) {
  if (path.empty()) throw ArgumentError("ModelCheckpoint", "it has no .path", "give the folder for the checkpoints: ModelCheckpoint{.path = \"run\"}");
  if (every_epochs < 0 || every_steps < 0 || keep < 0 || every_epochs + every_steps == 0) {
    throw ArgumentError("ModelCheckpoint", ".every_epochs = " + std::to_string(every_epochs) + ", .every_steps = " + std::to_string(every_steps) + ", .keep = " + std::to_string(keep), "none is negative, and one of the first two is above 0");
  }
  std::error_code problem;
  std::filesystem::create_directories(path, problem);
  if (problem) {
    IoError error("ModelCheckpoint", "the folder \"" + path.string() + "\" cannot be made: " + problem.message(), "give a folder that can be written to");
    error.path = path.string();
    throw error;
  }
  if (writer == nullptr) writer = std::make_shared<detail::CheckpointWriter>();
}

void ModelCheckpoint::on_train_batch_end(Progress& progress) {
  if (every_steps > 0 && progress.step % every_steps == 0) save(progress);
}
void ModelCheckpoint::on_epoch_end(Progress& progress) {
  if (every_epochs > 0 && (progress.epoch + 1) % every_epochs == 0) save(progress);
}
void ModelCheckpoint::on_train_end(Progress&) { writer->finish(); }

void ModelCheckpoint::save(const Progress& progress) {
  const auto found = progress.logs.find(monitor);
  if (best_only && found == progress.logs.end()) {
    std::string names;
    for (const auto& [name, value] : progress.logs) names += (names.empty() ? "" : ", ") + name;
    throw ArgumentError("ModelCheckpoint", "there is no value \"" + monitor + "\" to say which checkpoint is best; there are: " + names, "set .monitor to one of them, or give fit a validation");
  }
  const std::filesystem::path file = checkpoint_path(path, progress.step);
  bool is_best = false;
  if (found != progress.logs.end()) {
    const double value = found->second.item<double>();
    is_best = !std::isnan(value) && (!writer->best || (larger_is_better(monitor) ? value > *writer->best : value < *writer->best));
    if (is_best) writer->best = value, writer->best_file = file;
  }
  if ((best_only && !is_best) || writer->saved_step == progress.step) return;
  writer->finish();
  writer->saved_step = progress.step;
  writer->write(progress.trainer->saver(), file, writer->best_file, keep);
}

}  // namespace espalier
