#include "espalier/stdlib/optim/masked.h"

namespace espalier::optim::detail {

void throw_other_state(const char* op) {
  throw ArgumentError(op, "the state has other leaves than the step needs", "call init(parameters) again, as after unfreeze");
}

std::size_t branch_of(const LeafInfo& info, const std::string& label, std::span<const std::string> labels) {
  std::string known;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (labels[i] == label) return i;
    known.append(i == 0 ? "'" : ", '").append(labels[i]).append("'");
  }
  const std::string leaf = info.path.empty() ? "the parameter" : info.path;
  throw ArgumentError("multi_transform", leaf + " has the label '" + label + "', and the branches are " + known, "give a branch for each label");
}

}  // namespace espalier::optim::detail
