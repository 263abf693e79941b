#pragma once
// Windows that move over an array: reductions of each, and pooling.
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// What an array is padded by along axes that windows move along: "VALID", nothing; "SAME", so much that there are as many places
/// as elements, divided by the stride and rounded up, half of it in front, rounded down; or {{before, behind}, …}, a pair for each
/// axis, of which negative numbers crop.
struct Padding {
  std::string word = "VALID";                                  ///< "VALID", "SAME", or empty where there are pairs
  std::vector<std::pair<std::int64_t, std::int64_t>> pairs{};  ///< before and behind, for each axis
  /// By a word or by pairs. That it is a known word, or as many pairs as axes, is checked where it is used.
  /// @{
  Padding() = default;
  Padding(const char* word) : word(word) {}
  Padding(std::initializer_list<std::pair<std::int64_t, std::int64_t>> pairs) : word(), pairs(pairs) {}
  Padding(std::vector<std::pair<std::int64_t, std::int64_t>> pairs) : word(), pairs(std::move(pairs)) {}
  /// @}
  bool operator==(const Padding&) const = default;  ///< the same word or pairs
  /// "SAME" in quotes, or {{1, 2}, {0, 0}}: as C++ has it.
  std::string str() const;
};

/// How the elements of a window are combined.
enum class Monoid : std::uint8_t {
  sum,
  prod,
  max,
  min,
  and_,
  or_,
  xor_
};

/// Options of `reduce_window`: one number for all axes, or one for each.
struct WindowOptions {
  Named by_name = Named();
  Shape strides = 1;          ///< from one place to the next
  Padding padding = {};       ///< of x, with the initial value
  Shape base_dilation = 1;    ///< from one element of x to the next: the initial value lies between
  Shape window_dilation = 1;  ///< from one element of a window to the next
};
/// The elements of each window of x combined with `init`, with which x is padded; as jax.lax.reduce_window. `window` has an extent for
/// each axis of x, or one for all. The result has an element for each place at which a window lies within what is padded. The
/// derivative of an extremum is that of the first element that is it. ArgumentError for sizes, strides or dilations below 1, or not
/// one for each axis; DTypeError where the dtype has no such reduction.
Array reduce_window(Operand x, Operand init, Monoid op, Shape window, WindowOptions options = {});
/// The same with what `op` leaves as it is for `init`.
Array reduce_window(Operand x, Monoid op, Shape window, WindowOptions options = {});
/// The same with a function of two arrays of one shape, which is associative, and leaves x as it is where the other is `init`.
Array reduce_window(Operand x, Operand init, const std::function<Array(Array, Array)>& op, Shape window, WindowOptions options = {});

/// Options of pooling: one number for all spatial axes, or one for each.
struct PoolOptions {
  Named by_name = Named();
  Shape strides = {};    ///< from one place to the next; by default the window's extents: windows side by side
  Padding padding = {};  ///< of the spatial axes, with what the reduction leaves as it is
};
/// The largest element of each window over the spatial axes of x [N, spatial…, C]. `window` has an extent for each of them, or one
/// for all. ShapeError if x has no spatial axis; ArgumentError as for `reduce_window`.
Array max_pool(Operand x, Shape window, PoolOptions options = {});
/// The smallest element of each window.
Array min_pool(Operand x, Shape window, PoolOptions options = {});
/// The mean of each window, in which padding counts as zeros.
Array avg_pool(Operand x, Shape window, PoolOptions options = {});

/// Options of `select_and_scatter_add`.
struct SelectOptions {
  Named by_name = Named();
  Shape strides = 1;          ///< from one place to the next
  Padding padding = {};       ///< of the operand
  Monoid select = Monoid::max;  ///< which element of a window is chosen: the first `max` or `min`
};
/// An array of the operand's shape: each element of `source` added where its window of `operand` has its first extremum; zero
/// elsewhere. The derivative of max_pool. ShapeError if `source` has not one element for each window.
Array select_and_scatter_add(Operand source, Operand operand, Shape window, SelectOptions options = {});

}  // namespace espalier
