#pragma once
// Shapes and where a thing was written: the two small values every message needs.
#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <source_location>
#include <string>
#include <vector>

namespace espalier {

/// A place in the user's program, as the compiler gives it.
using Where = std::source_location;

namespace detail {
/// An integer in 64 bits with a sign; one beyond them is the largest of them, which no axis and no index is.
template <std::integral T> constexpr std::int64_t wide(T n) {
  if constexpr (std::is_unsigned_v<T> && sizeof(T) == sizeof(std::int64_t)) return n > T{INT64_MAX} ? INT64_MAX : static_cast<std::int64_t>(n);
  else return static_cast<std::int64_t>(n);
}
}  // namespace detail

/// A number in brackets, x.shape()[1], and the place it was written at.
struct Position {
  std::int64_t number;  ///< negative ones count from the end
  Where where;          ///< the user's place
  /// By conversion, at the place of the index.
  template <std::integral T> constexpr Position(T number, Where where = Where::current()) : number(detail::wide(number)), where(where) {}
};

/// The extents of an array, outermost first; `{}` is a scalar.
class Shape {
 public:
  /// Of the extents given; none: the shape of a scalar. That they are not negative is checked where an array gets the shape.
  /// @{
  Shape() = default;
  Shape(std::int64_t extent) : extents_{extent} {}
  Shape(int extent) : extents_{extent} {}
  Shape(std::initializer_list<std::int64_t> extents) : extents_(extents) {}
  Shape(std::vector<std::int64_t> extents) : extents_(std::move(extents)) {}
  /// @}

  /// The extent of an axis; negative axes count from the end. Out of range: AxisError at the place of the brackets.
  std::int64_t operator[](Position axis) const;
  /// The number of axes.
  int ndim() const { return static_cast<int>(extents_.size()); }
  /// The number of elements: the product of the extents, or the largest int64 where that is beyond it.
  std::int64_t size() const {
    std::int64_t n = 1;
    for (auto e : extents_) {
      if (__builtin_mul_overflow(n, e, &n)) n = INT64_MAX;
    }
    return n;
  }
  auto begin() const { return extents_.begin(); }                         ///< the first extent
  auto end() const { return extents_.end(); }                             ///< behind the last extent
  const std::vector<std::int64_t>& extents() const { return extents_; }  ///< all of them
  bool operator==(const Shape&) const = default;                         ///< the same extents
  /// "[2,3]"; a scalar is "[]".
  std::string str() const;

 private:
  std::vector<std::int64_t> extents_;
};

}  // namespace espalier
