#include "espalier/stdlib/train/levels.h"

#include "espalier/stdlib/train/error.h"

namespace espalier::detail {

std::int64_t extent_of(const std::vector<std::pair<LeafInfo, Array>>& leaves, Where where) {
  if (leaves.empty()) throw TrainingError("Trainer", "the data has no array", "give a tree with one leading axis of samples", where);
  const auto text = [](const std::pair<LeafInfo, Array>& leaf) { return leaf.first.path + ": " + ir::Type(leaf.second.dtype(), leaf.second.shape()).str(); };
  for (const auto& leaf : leaves) {
    const Shape shape = leaf.second.shape();
    const Shape first = leaves.front().second.shape();
    if (shape.ndim() > 0 && first.ndim() > 0 && shape[0] == first[0]) continue;
    ShapeError error("Trainer", "the leading axes of the data are not of one extent: " + text(leaves.front()) + ", " + text(leaf),
                     "all arrays of a data set have one sample per index of their leading axis", where);
    error.shapes = {first, shape};
    throw error;
  }
  return leaves.front().second.shape(0);
}

}  // namespace espalier::detail
