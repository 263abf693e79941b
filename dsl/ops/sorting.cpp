#include "espalier/dsl/ops/sorting.h"

#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/error.h"

namespace espalier {

using detail::called_at;

namespace {

// Everything here runs within called_at, which knows the user's place.

Array strong(const Operand& x) { return x.array.weak() ? x.array.as(x.array.dtype(), x.where) : x.array; }

Array in_order_of(const Array& keys, const Array& x, int axis, bool descending) {
  if (detail::is_complex(keys)) {  // sorting by the real parts keeps the order of the imaginary ones where they are equal
    const Array y = imag(keys);
    return in_order_of(in_order_of(y, real(keys), axis, descending), in_order_of(y, x, axis, descending), axis, descending);
  }
  return detail::apply(ir::Op::sort, {x, keys}, ir::SortAttrs{axis, descending}, {});
}

Array places(const Array& x, int axis) {
  return iota(x.shape(), axis, x.shape()[axis] > std::numeric_limits<std::int32_t>::max() ? i64 : i32);
}

// x, or all of it in a row where no axis is named; and that axis.
struct Line {
  Array x;
  int axis;
};
Line line_of(const Operand& x, std::optional<std::int64_t> axis, const char* name) {
  const Array a = axis ? strong(x) : ravel(Operand(strong(x), x.where));
  return {a, detail::axis_of(axis.value_or(0), a.ndim(), name, x.where)};
}

// Sorts by the last key first: sorting by another keeps that order where its elements are equal.
std::vector<Array> sorted(std::vector<Array> arrays, int num_keys, int axis, bool descending) {
  for (int k = num_keys; k-- > 0;) {
    const Array key = arrays[static_cast<std::size_t>(k)];
    for (Array& x : arrays) x = in_order_of(key, x, axis, descending);
  }
  return arrays;
}

}  // namespace

Array sort(Operand x, SortOptions o) {
  return called_at(x.where, "sort", [&] {
    const auto [a, axis] = line_of(x, o.axis, "sort");
    return in_order_of(a, a, axis, o.descending);
  });
}
std::vector<Array> sort(std::vector<Array> keys_then_values, SortAllOptions o, Where where) {
  return called_at(where, "sort", [&] {
    const auto count = static_cast<std::int64_t>(keys_then_values.size());
    if (o.num_keys < 1 || o.num_keys > count) {
      throw ArgumentError("sort", std::to_string(o.num_keys) + " keys of " + std::to_string(count) + " arrays", "give at least one array, and .num_keys of at least 1 and at most as many as there are", where);
    }
    for (Array& x : keys_then_values) x = strong(Operand(x, where));
    const int axis = detail::axis_of(o.axis, keys_then_values[0].ndim(), "sort", where);
    return sorted(std::move(keys_then_values), o.num_keys, axis, o.descending);
  });
}

Array argsort(Operand x, SortOptions o) {
  return called_at(x.where, "argsort", [&] {
    const auto [a, axis] = line_of(x, o.axis, "argsort");
    return in_order_of(a, places(a, axis), axis, o.descending);
  });
}
Array lexsort(std::vector<Array> keys, SortOptions o, Where where) {
  return called_at(where, "lexsort", [&] {
    if (keys.empty()) throw ArgumentError("lexsort", "no key", "give at least one array", where);
    std::vector<Array> arrays;
    int axis = 0;
    for (std::size_t k = keys.size(); k-- > 0;) {  // the last is the first to decide
      const Line line = line_of(Operand(keys[k], where), o.axis, "lexsort");
      arrays.push_back(line.x);
      axis = line.axis;
    }
    arrays.push_back(places(arrays[0], axis));
    return sorted(std::move(arrays), static_cast<int>(keys.size()), axis, o.descending).back();
  });
}

TopK top_k(Operand x, std::int64_t k) {
  return called_at(x.where, "top_k", [&] {
    const auto [a, axis] = line_of(x, -1, "top_k");
    const std::int64_t n = a.shape()[axis];
    if (k < 0 || k > n) throw ArgumentError("top_k", "k = " + std::to_string(k) + " of " + std::to_string(n) + " elements along the last axis of " + a.shape().str(), "take at least 0 and at most all of them", x.where);
    ir::Ints start(static_cast<std::size_t>(a.ndim()), 0), limit = a.shape().extents(), stride(start.size(), 1);
    limit.back() = k;
    const auto first = [&](const Array& sorted) { return detail::apply(ir::Op::slice, {sorted}, ir::SliceAttrs{start, limit, stride}, {}); };
    return TopK{first(in_order_of(a, a, axis, true)), first(in_order_of(a, places(a, axis), axis, true))};
  });
}

namespace {

void require_place(const Operand& x, std::int64_t k, std::optional<std::int64_t> axis, const char* name) {
  const Line line = line_of(x, axis, name);
  const std::int64_t n = line.x.shape()[line.axis];
  if (k >= -n && k < n) return;
  IndexError error(name, "place " + std::to_string(k) + " lies beyond " + std::to_string(n) + " elements", "places count from 0, or from the end if negative");
  error.index = k;
  error.size = n;
  throw error;
}

}  // namespace

Array partition_kth(Operand x, std::int64_t k, PartitionOptions o) {
  return called_at(x.where, "partition_kth", [&] {
    require_place(x, k, o.axis, "partition_kth");
    return sort(x, {.axis = o.axis});
  });
}
Array argpartition(Operand x, std::int64_t k, PartitionOptions o) {
  return called_at(x.where, "argpartition", [&] {
    require_place(x, k, o.axis, "argpartition");
    return argsort(x, {.axis = o.axis});
  });
}

}  // namespace espalier
