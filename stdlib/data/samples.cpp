#include "espalier/stdlib/data/samples.h"

#include <cstring>

#include "espalier/dsl/memory.h"

namespace espalier::data::detail {
namespace {

Shape with_leading(std::int64_t n, const Shape& rest, std::size_t from) {
  std::vector<std::int64_t> extents{n};
  extents.insert(extents.end(), rest.extents().begin() + static_cast<std::ptrdiff_t>(from), rest.extents().end());
  return Shape(extents);
}
std::size_t row_bytes(const Array& x) { return x.shape(0) == 0 ? 0 : static_cast<std::size_t>(x.nbytes() / x.shape(0)); }
std::string typed(const Array& x) { return std::string(ir::name(x.dtype())) + x.shape().str(); }

}  // namespace

std::int64_t samples_in(const std::vector<std::pair<std::string, Array>>& leaves, const char* op, Where where) {
  if (leaves.empty()) throw ArgumentError(op, "the data have no arrays", "give a tree with at least one", where);
  for (const auto& [path, leaf] : leaves) {
    if (leaf.ndim() == 0) throw ShapeError(op, "the leaf " + path + " is a scalar: it has no axis of samples", "give it a leading axis as the other leaves have", where);
    if (leaf.shape(0) != leaves[0].second.shape(0)) {
      throw ShapeError(op, "the leaf " + leaves[0].first + " has " + std::to_string(leaves[0].second.shape(0)) + " samples, " + path + " has " + std::to_string(leaf.shape(0)) + ": " + typed(leaves[0].second) + " and " + typed(leaf),
                       "all leaves share the leading axis", where);
    }
  }
  const std::int64_t n = leaves[0].second.shape(0);
  if (n == 0) throw ArgumentError(op, "the data have no samples: " + leaves[0].first + " is " + typed(leaves[0].second), "give at least one", where);
  return n;
}

Array rows_at(const Array& x, std::span<const std::int64_t> numbers, Where where) {
  const Array source = espalier::detail::concrete(x, "DataLoader", where);
  const std::size_t row = row_bytes(source);
  Array rows = espalier::detail::uninitialised(ir::Type(source.dtype(), with_leading(static_cast<std::int64_t>(numbers.size()), source.shape(), 1)), where);
  const std::uint8_t* from = espalier::detail::bytes_of(source).data();
  std::uint8_t* to = espalier::detail::bytes_to_write(rows).data();
  for (const std::int64_t number : numbers) {
    std::memcpy(to, from + static_cast<std::size_t>(number) * row, row);
    to += row;
  }
  return rows;
}

Array rows_between(const Array& x, std::int64_t begin, std::int64_t end, Where where) {
  if (begin == 0 && end == x.shape(0)) return x;
  const Array source = espalier::detail::concrete(x, "DataLoader", where);
  const std::size_t row = row_bytes(source);
  Array rows = espalier::detail::uninitialised(ir::Type(source.dtype(), with_leading(end - begin, source.shape(), 1)), where);
  const auto to = espalier::detail::bytes_to_write(rows);
  if (!to.empty()) std::memcpy(to.data(), espalier::detail::bytes_of(source).data() + static_cast<std::size_t>(begin) * row, to.size());
  return rows;
}

std::vector<Array> stacked(const std::vector<std::vector<std::pair<std::string, Array>>>& samples, std::span<const std::int64_t> numbers, Where where) {
  std::vector<Array> arrays;
  for (std::size_t leaf = 0; leaf < samples[0].size(); ++leaf) {
    const auto& [path, first] = samples[0][leaf];
    Array together = espalier::detail::uninitialised(ir::Type(first.dtype(), with_leading(static_cast<std::int64_t>(samples.size()), first.shape(), 0)), where);
    std::uint8_t* to = espalier::detail::bytes_to_write(together).data();
    for (std::size_t i = 0; i < samples.size(); ++i) {
      if (samples[i].size() != samples[0].size()) {
        throw StructureError("DataLoader", "sample " + std::to_string(numbers[i]) + " has " + std::to_string(samples[i].size()) + " arrays, sample " + std::to_string(numbers[0]) + " has " + std::to_string(samples[0].size()), "get(i) gives trees of one structure", where);
      }
      const Array sample = espalier::detail::concrete(samples[i][leaf].second, "DataLoader", where);
      const auto unlike = "at " + path + " sample " + std::to_string(numbers[i]) + " is " + typed(sample) + ", sample " + std::to_string(numbers[0]) + " is " + typed(first);
      if (sample.dtype() != first.dtype()) throw DTypeError("DataLoader", unlike, "get(i) gives arrays of one dtype", where);
      if (sample.shape() != first.shape()) throw ShapeError("DataLoader", unlike, "get(i) gives arrays of one shape: pad or crop them", where);
      const auto bytes = espalier::detail::bytes_of(sample);
      if (!bytes.empty()) std::memcpy(to, bytes.data(), bytes.size());
      to += bytes.size();
    }
    arrays.push_back(together);
  }
  return arrays;
}

}  // namespace espalier::data::detail
