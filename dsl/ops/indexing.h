#pragma once
// Indexing: x[1], x[-1], x[i], x[mask], x[slice(2, 5)], x[{1, ellipsis, newaxis}], updates x.at(…).set(v), and what indices take.
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

/// One index: an integer, an array of integers, a mask (an array of bools), a slice, ellipsis or newaxis; with the place it was
/// written at. Several index arrays broadcast, and name a place each; numbers beside them do too. What they name comes at the axis of
/// the first of them, or in front where other indices stand between them, as in NumPy. A mask is the indices at which it is true.
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

/// What becomes of a value of an index array that lies outside. Negative ones count from the end before that, once.
enum class AtMode : std::uint8_t {
  automatic,           ///< it is clamped where it reads, and changes nothing where it writes
  clip,                ///< it is clamped
  fill_or_drop,        ///< it reads the filler, and changes nothing where it writes
  promise_in_bounds,   ///< there is none: the program promises it; if there is, it is clamped
  wrap                 ///< it goes round and round
};
/// Options of reads and writes at a place.
struct AtOptions {
  Named by_name = Named();
  AtMode mode = AtMode::automatic;  ///< what an index outside means
  Array fill = {};                  ///< what `fill_or_drop` reads there; NaN, the least integer or, if unsigned, the greatest one
  bool indices_are_sorted = false;  ///< a promise that indices ascend
  bool unique_indices = false;      ///< a promise that no element is named twice
};

/// A place in an array, which x.at(…) names: to read it, or to make a new array that differs from x there. Indices are those
/// of x[…]. Values broadcast to the shape of the place (ShapeError) and take x's dtype. An element that is named repeatedly is
/// combined with each value in turn, and keeps the last that is set. TracedValue for a mask that has no data, but where a number is
/// written and the mask is the only index.
class [[nodiscard("a place in an array changes nothing by itself: x = x.at(0).set(v)")]] Updater {
 public:
  /// Of these indices of x: what `Array::at` makes.
  Updater(Array x, std::vector<Index> indices) : x_(std::move(x)), indices_(std::move(indices)) {}
  Array get(AtOptions options = {}, Where where = Where::current()) const;  ///< what stands there: x[…]
  Array set(Operand v, AtOptions options = {}) const;                       ///< x with v there
  Array add(Operand v, AtOptions options = {}) const;                       ///< x with v added there
  Array multiply(Operand v, AtOptions options = {}) const;                  ///< x multiplied by v there
  Array divide(Operand v, AtOptions options = {}) const;                    ///< x divided by v there
  Array min(Operand v, AtOptions options = {}) const;                       ///< x with the smaller of itself and v there
  Array max(Operand v, AtOptions options = {}) const;                       ///< x with the larger of itself and v there
  /// x with f of itself there: f takes and gives an Array. An element that is named repeatedly is given to f once for each time.
  template <class F> Array apply(F&& f, Where where = Where::current()) const { return set(Operand(f(get({}, where)), where)); }

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

/// Options of `take`.
struct TakeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = none;  ///< along which; none: of the flattened array
  AtMode mode = AtMode::fill_or_drop;       ///< what an index outside means
  Array fill = {};                          ///< see AtOptions
};
/// Options of `take_along_axis` and `put_along_axis`.
struct AlongAxisOptions {
  Named by_name = Named();
  AtMode mode = AtMode::fill_or_drop;  ///< what an index outside means
  Array fill = {};                     ///< see AtOptions
};
/// The elements, or along an axis the slices, of x at the integers `i`: that axis becomes the axes of i. AxisError, DTypeError if i
/// holds no integers, IndexError if there is nothing to take from. With `AtMode::clip` negative indices are clamped too, as NumPy has it.
[[nodiscard]] Array take(Operand x, Operand i, TakeOptions options = {});
/// result[.., k, ..] = x[.., i[.., k, ..], ..]: as `argsort` and `argmax` name elements along an axis. The other axes broadcast.
/// ShapeError if they do not, or for arrays of different rank; AxisError, DTypeError, IndexError as `take`.
[[nodiscard]] Array take_along_axis(Operand x, Operand i, std::int64_t axis, AlongAxisOptions options = {});
/// x with v, which broadcasts to the shape of i, where `take_along_axis` reads. An element that is named repeatedly keeps the last.
[[nodiscard]] Array put_along_axis(Operand x, Operand i, Operand v, std::int64_t axis, AlongAxisOptions options = {});

}  // namespace espalier
