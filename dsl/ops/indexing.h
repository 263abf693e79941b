#pragma once
// Indexing: x[1], x[-1], x[i], x[slice(2, 5)], x[{1, ellipsis, newaxis}], and updates x.at(…).set(v).
#include <variant>

#include "espalier/dsl/array.h"

namespace espalier {

/// A range along an axis, as Python's: start, stop and step, negative ones from the end.
struct [[nodiscard]] Slice {
  std::optional<std::int64_t> start, stop;
  std::int64_t step = 1;
};
/// slice() is ":", slice(3) is ":3".
inline Slice slice(std::optional<std::int64_t> stop = none) { return {none, stop, 1}; }
inline Slice slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) { return {start, stop, step}; }
struct Ellipsis {};
struct NewAxis {};
inline constexpr Ellipsis ellipsis{};
inline constexpr NewAxis newaxis{};

/// One index: an integer, a scalar integer array, a slice, ellipsis or newaxis; with the place it was written at.
struct Index {
  std::variant<std::int64_t, Array, Slice, Ellipsis, NewAxis> value;
  Where where;
  template <std::integral T> Index(T i, Where where = Where::current()) : value(detail::wide(i)), where(where) {}
  Index(const Array& i, Where where = Where::current()) : value(i), where(where) {}
  Index(Slice s, Where where = Where::current()) : value(s), where(where) {}
  Index(Ellipsis, Where where = Where::current()) : value(Ellipsis{}), where(where) {}
  Index(NewAxis, Where where = Where::current()) : value(NewAxis{}), where(where) {}
};

/// A place in an array, to read or to make a new array from. Static indices and scalar integer arrays; a value of these
/// that lies outside is clamped where it reads and changes nothing where it writes.
class [[nodiscard("a place in an array changes nothing by itself: x = x.at(0).set(v)")]] Updater {
 public:
  Updater(Array x, std::vector<Index> indices) : x_(std::move(x)), indices_(std::move(indices)) {}
  Array get(Where where = Where::current()) const;
  Array set(Operand v) const;
  Array add(Operand v) const;
  Array multiply(Operand v) const;
  Array divide(Operand v) const;
  Array min(Operand v) const;
  Array max(Operand v) const;
  template <class F> Array apply(F&& f, Where where = Where::current()) const { return set(Operand(f(get(where)), where)); }

  Updater(const Updater&) = default;
  Updater& operator=(const Updater&) = delete;
  template <class V> void operator=(V&&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator+=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator-=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator*=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator/=(const V&) const { detail::refuse_lost_write<V>(); }

 private:
  Array x_;
  std::vector<Index> indices_;
};

template <class... I> Updater Array::at(I... indices) const { return Updater(*this, std::vector<Index>{Index(indices, Where{})...}); }

}  // namespace espalier
