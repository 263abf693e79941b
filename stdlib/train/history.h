#pragma once
// History: what fit returns.
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/stdlib/metrics/logs.h"

namespace espalier {

/// The values of each epoch by name: "loss", "accuracy", "val_loss", …; those that are scalars.
struct History {
  std::map<std::string, std::vector<double>, std::less<>> values = {};  ///< one per epoch; NaN in epochs that had no such value
  std::vector<int> numbers = {};                                        ///< of the epochs

  /// One value per epoch. ArgumentError, with the names there are, for another name.
  [[nodiscard]] std::vector<double> operator[](std::string_view name) const;
  /// The numbers of the epochs, from 0.
  [[nodiscard]] std::vector<int> epochs() const { return numbers; }
  /// Whether there is such a value.
  bool contains(std::string_view name) const { return values.find(name) != values.end(); }
  /// Adds an epoch: the scalars of its logs.
  void add(int epoch, const metrics::Logs& logs);
};

}  // namespace espalier
