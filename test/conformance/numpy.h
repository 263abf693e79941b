#pragma once
// What the tables of family numpy share: how attributes are written there, and what 64-bit types change.
#include "program.h"

#include "espalier/dsl/linalg.h"
#include "espalier/dsl/ops.h"

namespace espalier::conformance {

/// `attrs["axis"]` as it may be absent, null, a number, or a list.
inline Axes axes_at(const Json& attrs) {
  if (!attrs.contains("axis") || attrs["axis"].is_null()) return {};
  Axes axes;
  axes.all = false;
  if (attrs["axis"].is_number()) axes.list = {attrs["axis"].get<std::int64_t>()};
  else axes.list = attrs["axis"].get<std::vector<std::int64_t>>();
  return axes;
}
/// The same of an axis that is one, or none.
inline std::optional<std::int64_t> axis_at(const Json& attrs) {
  return attrs.contains("axis") && !attrs["axis"].is_null() ? std::optional(attrs["axis"].get<std::int64_t>()) : std::nullopt;
}
inline bool keepdims_at(const Json& attrs) { return attrs.value("keepdims", false); }
/// `attrs[name]` as a number, or none where it is absent or null.
template <class T> std::optional<T> maybe_at(const Json& attrs, const char* name) {
  return attrs.contains(name) && !attrs[name].is_null() ? std::optional(attrs[name].get<T>()) : std::nullopt;
}
/// The cases were made with 64-bit types: counts, indices and sums of integers are i64, new arrays f64.
inline Array wide(const Array& x) { return x.as(i64); }
inline Arrays wide(Arrays all) {
  for (Array& x : all) x = wide(x);
  return all;
}

}  // namespace espalier::conformance
