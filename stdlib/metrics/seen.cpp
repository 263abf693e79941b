#include "espalier/stdlib/metrics/seen.h"

#include "espalier/dsl/ops/indexing.h"

namespace espalier::metrics::detail {

void throw_no_key(const std::string& key, Where where) {
  MissingValue error("on", "the path leads to the key \"" + key + "\", which the map does not have", "give the metric's inputs a value under that key", where);
  error.path = "[\"" + key + "\"]";
  throw error;
}

void throw_no_item(std::int64_t index, std::int64_t size, Where where) {
  IndexError error("on", "the path leads to item " + std::to_string(index) + " of a list of " + std::to_string(size), "indices count from 0, negative ones from the end", where);
  error.index = index;
  error.size = size;
  throw error;
}

Array item_of(const Array& x, std::int64_t index, Where where) {
  return espalier::detail::called_at(where, [&] { return x[Index(index, where)]; });
}

}  // namespace espalier::metrics::detail
