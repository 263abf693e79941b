#include "espalier/stdlib/train/tensorboard.h"

namespace espalier {

void TensorBoard::on_train_begin(Progress&) {
  if (path.empty()) throw ArgumentError("TensorBoard", "it has no .path", "give the folder for its files: TensorBoard{.path = \"runs/first\"}");
  if (!train) train.emplace(path / "train");
}

void TensorBoard::on_epoch_end(Progress& progress) {
  for (const auto& [name, value] : progress.logs) {
    const bool validates = name.starts_with("val_");
    if (validates && !validation) validation.emplace(path / "validation");
    EventFile& file = validates ? *validation : *train;
    const std::string tag = validates ? name.substr(4) : name;
    if (value.size() == 1) file.scalar(tag, value.item<double>(), progress.step);
    else file.histogram(tag, value, progress.step);
  }
  if (histograms > 0 && (progress.epoch + 1) % histograms == 0) {
    for (const auto& [name, parameter] : progress.trainer->parameters()) train->histogram(name, parameter, progress.step);
  }
}

}  // namespace espalier
