#pragma once
// Indexing: x[1], x[-1], x[i], x[slice(2, 5)], x[{1, ellipsis, newaxis}], and updates x.at(…).set(v).
#include <variant>

#include "espalier/dsl/array.h"

namespace espalier {

/// A range along an axis, as Python's: start, stop and step, negative ones from the end.
struct [[nodiscard]] Slice {
  std::optional<std::int64_t> start;  ///< the first index; none: from the end where the walk begins
  std::optional<std::int64_t> stop;   ///< the first index that is left out; none: up to the other end
  std::int64_t step = 1;              ///< backwards if negative; ArgumentError where it is used if 0
};
/// slice() is Python's ":", slice(3) is ":3".
inline Slice slice(std::optional<std::int64_t> stop = none) { return {none, stop, 1}; }
/// slice(2, 5) is "2:5", slice(2, none) is "2:", slice(none, none, -1) is "::-1". Ends beyond the axis are cut off.
inline Slice slice(std::optional<std::int64_t> start, std::optional<std::int64_t> stop, std::int64_t step = 1) { return {start, stop, step}; }
/// The type of `ellipsis`.
struct Ellipsis {};
/// The type of `newaxis`.
struct NewAxis {};
/// As an index: all axes that no other index names.
inline constexpr Ellipsis ellipsis{};
/// As an index: a new axis of extent 1.
inline constexpr NewAxis newaxis{};

/// One index: an integer, a scalar integer array, a slice, ellipsis or newaxis; with the place it was written at.
struct Index {
  std::variant<std::int64_t, Array, Slice, Ellipsis, NewAxis> value;  ///< what it is
  Where where;                                                        ///< the user's place
  /// From an integer or what else can be an index.
  /// @{
  template <std::integral T> Index(T i, Where where = Where::current()) : value(detail::wide(i)), where(where) {}
  Index(const Array& i, Where where = Where::current()) : value(i), where(where) {}
  Index(Slice s, Where where = Where::current()) : value(s), where(where) {}
  Index(Ellipsis, Where where = Where::current()) : value(Ellipsis{}), where(where) {}
  Index(NewAxis, Where where = Where::current()) : value(NewAxis{}), where(where) {}
  /// @}
};

/// A place in an array, which x.at(…) names: to read it, or to make a new array that differs from x there. Indices are those
/// of x[…]. An index array whose value lies outside is clamped where it reads, and changes nothing where it writes. Values
/// broadcast to the shape of the place (ShapeError) and take x's dtype. ArgumentError for a write to a stepped slice beside an
/// index array.
class [[nodiscard("a place in an array changes nothing by itself: x = x.at(0).set(v)")]] Updater {
 public:
  /// Of these indices of x: what `Array::at` makes.
  Updater(Array x, std::vector<Index> indices) : x_(std::move(x)), indices_(std::move(indices)) {}
  Array get(Where where = Where::current()) const;  ///< what stands there: x[…]
  Array set(Operand v) const;                       ///< x with v there
  Array add(Operand v) const;                       ///< x with v added there
  Array multiply(Operand v) const;                  ///< x multiplied by v there
  Array divide(Operand v) const;                    ///< x divided by v there
  Array min(Operand v) const;                       ///< x with the smaller of itself and v there
  Array max(Operand v) const;                       ///< x with the larger of itself and v there
  /// x with f of itself there: f takes and gives an Array.
  template <class F> Array apply(F&& f, Where where = Where::current()) const { return set(Operand(f(get(where)), where)); }

  Updater(const Updater&) = default;             ///< the same place
  Updater& operator=(const Updater&) = delete;  ///< a place is not written: see `set`
  /// Does not compile: what such a write gives would be lost.
  /// @{
  template <class V> void operator=(V&&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator+=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator-=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator*=(const V&) const { detail::refuse_lost_write<V>(); }
  template <class V> void operator/=(const V&) const { detail::refuse_lost_write<V>(); }
  /// @}

 private:
  Array x_;
  std::vector<Index> indices_;
};

template <class... I> Updater Array::at(I... indices) const { return Updater(*this, std::vector<Index>{Index(indices, Where{})...}); }

}  // namespace espalier
