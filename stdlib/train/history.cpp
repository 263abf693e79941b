#include "espalier/stdlib/train/history.h"

#include <limits>

namespace espalier {

std::vector<double> History::operator[](std::string_view name) const {
  if (const auto found = values.find(name); found != values.end()) return found->second;
  std::string known;
  for (const auto& [other, list] : values) known += (known.empty() ? "" : ", ") + other;
  throw ArgumentError("History", "no value is named '" + std::string(name) + "'", known.empty() ? "no epoch was run" : "there are " + known);
}

void History::add(int epoch, const metrics::Logs& logs) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [name, value] : logs) {
    if (value.size() != 1) continue;  // a table, such as a confusion matrix, is no curve
    auto& list = values[name];
    list.resize(numbers.size(), none);
    list.push_back(value.item<double>());
  }
  numbers.push_back(epoch);
  for (auto& [name, list] : values) list.resize(numbers.size(), none);
}

}  // namespace espalier
