#pragma once
// A tree of samples cut in two.
#include "espalier/stdlib/data/samples.h"

namespace espalier::data {

namespace detail {
/// The first sample of the second part. ArgumentError if a part is empty.
std::int64_t cut_at(std::int64_t samples, double validation_fraction, Where where);
}  // namespace detail

/// The tree without its last samples, and those: the second part has the fraction of the samples that is given, rounded up, as
/// Keras' validation_split has it. ArgumentError if a part would have no sample; ShapeError if the leaves share no leading axis.
template <Tree T> [[nodiscard]] std::pair<T, T> split(const T& tree, double validation_fraction, Where where = Where::current()) {
  const std::int64_t n = detail::samples_in(leaves_with_path(tree), "split", where), at = detail::cut_at(n, validation_fraction, where);
  const auto part = [&](std::int64_t begin, std::int64_t end) { return detail::each_leaf(tree, [&](const Array& x) { return detail::rows_between(x, begin, end, where); }); };
  return {part(0, at), part(at, n)};
}

}  // namespace espalier::data
