#include "espalier/dsl/ops/window_plan.h"

#include "espalier/dsl/error.h"
#include "espalier/ir/error.h"

namespace espalier {

std::string Padding::str() const {
  if (!word.empty()) return '"' + word + '"';
  std::string text;
  for (const auto& [before, behind] : pairs) text += (text.empty() ? "{" : ", {") + std::to_string(before) + ", " + std::to_string(behind) + "}";
  return "{" + text + "}";
}

}  // namespace espalier

namespace espalier::detail {

using ir::Ints;

Ints per_axis(const Shape& given, int n, const char* what) {
  if (given.ndim() != n && given.ndim() != 1) {
    throw ArgumentError("", std::string(what) + " " + given.str() + " is not one for each of " + std::to_string(n) + " axes", "give one number for each axis, or one for all");
  }
  for (auto number : given)
    if (number < 1) throw ArgumentError("", std::string(what) + " " + given.str() + " has a number below 1", "give numbers of at least 1");
  return given.ndim() == n ? given.extents() : Ints(static_cast<std::size_t>(n), given[0]);
}

Ints reach_of(const Ints& sizes, const Ints& dilations) {
  Ints reach;
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    std::int64_t n = 0;
    if (__builtin_mul_overflow(sizes[i] - 1, dilations[i], &n) || n == INT64_MAX) throw ArgumentError("", "a window of " + std::to_string(sizes[i]) + " elements " + std::to_string(dilations[i]) + " apart is longer than any memory", "give smaller numbers");
    reach.push_back(n + 1);
  }
  return reach;
}

PaddedBy padded_by(const Padding& padding, const Ints& extents, const Ints& reach, const Ints& strides) {
  const std::size_t n = extents.size();
  PaddedBy by{Ints(n, 0), Ints(n, 0)};
  if (padding.word.empty()) {
    if (padding.pairs.size() != n) throw ArgumentError("", std::to_string(padding.pairs.size()) + " pairs of padding for " + std::to_string(n) + " axes", "give {before, behind} for each axis, \"SAME\" or \"VALID\"");
    for (std::size_t i = 0; i < n; ++i) by.low[i] = padding.pairs[i].first, by.high[i] = padding.pairs[i].second;
    return by;
  }
  if (padding.word == "VALID") return by;
  if (padding.word != "SAME") throw ArgumentError("", "there is no padding \"" + padding.word + "\"", "give {before, behind} for each axis, \"SAME\" or \"VALID\"");
  for (std::size_t i = 0; i < n; ++i) {
    // The last place begins at the last multiple of the stride within the array.
    const std::int64_t last = extents[i] == 0 ? 0 : (extents[i] - 1) / strides[i] * strides[i];
    const std::int64_t all = extents[i] == 0 ? 0 : std::max<std::int64_t>(reach[i] - (extents[i] - last), 0);
    by.low[i] = all / 2, by.high[i] = all - all / 2;
  }
  return by;
}

}  // namespace espalier::detail
