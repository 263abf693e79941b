#pragma once
#include "espalier/dsl/tree/stream.h"

namespace espalier::nn::detail {

/// Whether x has the axis, with `features` elements along it.
bool has_features(const Array& x, std::int64_t axis, std::int64_t features);
/// Throws AxisError unless x has the axis, ShapeError unless it has `features` elements along it. The path is the layer's in the
/// running apply, where that is known.
void require_features(const char* layer, const std::optional<std::string>& path, Operand x, std::int64_t axis, std::int64_t features);
template <class L> void require_features(const char* layer, const L& self, Operand x, std::int64_t axis, std::int64_t features) {
  if (!has_features(x.array, axis, features)) require_features(layer, tree::Streams::running_path(__builtin_addressof(self), &tree::type_key<L>), x, axis, features);
}

/// Throws MissingValue if a member that a layer cannot do without is Nothing. Its path is the layer's in the running apply, where
/// that is known, and the member.
void require_present(const char* layer, const std::optional<std::string>& path, const char* member, const Array& value, Where where);
template <class L> void require_present(const char* layer, const L& self, const char* member, const Array& value, Where where) {
  if (value.is_nothing()) require_present(layer, tree::Streams::running_path(__builtin_addressof(self), &tree::type_key<L>), member, value, where);
}

}  // namespace espalier::nn::detail
