#include "espalier/stdlib/train/plot.h"

#include <algorithm>

#include "espalier/stdlib/io/output_file.h"
#include "espalier/stdlib/train/curves.h"

namespace espalier {

void Plot::on_train_begin(Progress&) {
  if (path.extension() != ".svg" && path.extension() != ".png") throw ArgumentError("Plot", ".path = \"" + path.string() + "\" is neither .svg nor .png", "give a file that ends so: Plot{.path = \"curves.svg\"}");
  if (!curves) curves = std::make_shared<std::vector<detail::Curve>>();
}

void Plot::on_epoch_end(Progress& progress) {
  for (const auto& [name, value] : progress.logs) {
    if (value.size() != 1 || (!names.empty() && std::ranges::find(names, name) == names.end())) continue;
    auto curve = std::ranges::find(*curves, name, &detail::Curve::name);
    if (curve == curves->end()) curve = curves->insert(curve, {name, {}, {}});
    curve->x.push_back(progress.epoch);
    curve->y.push_back(value.item<double>());
  }
  const std::string picture = path.extension() == ".svg" ? detail::curves_svg(*curves, "epoch") : detail::curves_png(*curves);
  io::OutputFile file("Plot", path, {});
  file.write({reinterpret_cast<const std::uint8_t*>(picture.data()), picture.size()});
  file.commit();
}

}  // namespace espalier
