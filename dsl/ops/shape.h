#pragma once
// Making arrays, and changing their shape. Axes count from 0, negative ones from the end.
#include <span>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

Array zeros(Shape shape, DType dtype = f32, Where where = Where::current());
Array ones(Shape shape, DType dtype = f32, Where where = Where::current());
/// Every element `value`, in its dtype or the one given.
Array full(Shape shape, Operand value);
Array full(Shape shape, Operand value, DType dtype);
Array empty(Shape shape, DType dtype = f32, Where where = Where::current());
Array zeros_like(Operand x);
Array ones_like(Operand x);
Array full_like(Operand x, Operand value);
struct EyeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> m = {};
  std::int64_t k = 0;
  DType dtype = f32;
};
Array eye(std::int64_t n, EyeOptions options = {}, Where where = Where::current());
Array identity(std::int64_t n, Where where = Where::current());
Array tri(std::int64_t n, EyeOptions options = {}, Where where = Where::current());
struct ArangeOptions {
  Named by_name = Named();
  std::optional<DType> dtype = {};
};
/// From start (0) up to stop, by step: i32 from integers (i64 where they need it), f32 from floats. DTypeError if an integer
/// dtype does not hold them, ArgumentError if the number of steps is not finite.
template <Scalar T> Array arange(T stop, ArangeOptions options = {}, Where where = Where::current());
template <Scalar A, Scalar B> Array arange(A start, B stop, ArangeOptions options = {}, Where where = Where::current());
template <Scalar A, Scalar B, Scalar C> Array arange(A start, B stop, C step, ArangeOptions options = {}, Where where = Where::current());
struct LinspaceOptions {
  Named by_name = Named();
  bool endpoint = true;
  std::optional<DType> dtype = {};  ///< f32 by default
  std::int64_t axis = 0;            ///< of the result, between arrays
};
/// Evenly spaced numbers; to integers they are rounded down, as NumPy's.
Array linspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
/// The same between each element of start and stop, which broadcast; the numbers run along a new axis, `.axis`. f64 of 64-bit
/// operands, else f32.
Array linspace(Operand start, Operand stop, std::int64_t num = 50, LinspaceOptions options = {});
Array logspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
Array geomspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
/// Counts along an axis. DTypeError if an integer dtype does not hold them.
Array iota(Shape shape, std::int64_t axis, DType dtype = i32, Where where = Where::current());
struct OneHotOptions {
  Named by_name = Named();
  std::int64_t axis = -1;
  DType dtype = f32;
};
/// 1 at the index, 0 elsewhere, along a new axis of `num_classes`; an index out of range gives zeros.
Array one_hot(Operand x, std::int64_t num_classes, OneHotOptions options = {});
struct MeshgridOptions {
  Named by_name = Named();
  std::string_view indexing = "xy";
};
[[nodiscard]] std::vector<Array> meshgrid(const std::vector<Array>& arrays, MeshgridOptions options = {}, Where where = Where::current());

/// One extent may be -1: what is left. ShapeError if there are more, or other negative ones.
Array reshape(Operand x, Shape shape);
Array ravel(Operand x);
Array transpose(Operand x, Axes axes = {});
Array swapaxes(Operand x, std::int64_t a, std::int64_t b);
Array moveaxis(Operand x, Axes from, Axes to);
struct AxisOptions {
  Named by_name = Named();
  Axes axis = {};
};
Array squeeze(Operand x, AxisOptions options = {});
Array expand_dims(Operand x, Axes axis);
Array broadcast_to(Operand x, Shape shape);
[[nodiscard]] std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays, Where where = Where::current());
[[nodiscard]] Shape broadcast_shapes(const Shape& a, const Shape& b, Where where = Where::current());
struct JoinOptions {
  Named by_name = Named();
  std::int64_t axis = 0;
};
Array concatenate(const std::vector<Array>& arrays, JoinOptions options = {}, Where where = Where::current());
Array stack(const std::vector<Array>& arrays, JoinOptions options = {}, Where where = Where::current());
Array hstack(const std::vector<Array>& arrays, Where where = Where::current());
Array vstack(const std::vector<Array>& arrays, Where where = Where::current());
Array dstack(const std::vector<Array>& arrays, Where where = Where::current());
template <std::integral I> Array concatenate(const std::vector<Array>& arrays, I axis, Where where = Where::current()) { return concatenate(arrays, JoinOptions{.axis = detail::wide(axis)}, where); }
template <std::integral I> Array stack(const std::vector<Array>& arrays, I axis, Where where = Where::current()) { return stack(arrays, JoinOptions{.axis = detail::wide(axis)}, where); }
namespace detail { std::vector<Array> split_equally(Operand x, std::int64_t n, JoinOptions options); }
/// Into n equal parts, or at the indices: {2} cuts once, before element 2.
template <std::integral I> [[nodiscard]] std::vector<Array> split(Operand x, I n, JoinOptions options = {}) { return detail::split_equally(x, detail::wide(n), options); }
[[nodiscard]] std::vector<Array> split(Operand x, const std::vector<std::int64_t>& indices, JoinOptions options = {});
[[nodiscard]] std::vector<Array> unstack(Operand x, JoinOptions options = {});
struct PadOptions {
  Named by_name = Named();
  std::string_view mode = "constant";
  Array value = 0;
};
/// One (low, high) pair per axis, one pair for all, or one number for both ends of all. Modes, as NumPy's: "constant" (with
/// `.value`; negative widths crop), "edge", "reflect", "symmetric", "wrap", "linear_ramp" (down to `.value`), "maximum", "minimum",
/// "mean", "median" (of the axis; n elements take n² comparisons), "empty" (zeros).
/// ArgumentError for other modes and widths, ShapeError where an empty axis has nothing to repeat.
Array pad(Operand x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, PadOptions options = {});
Array pad(Operand x, std::pair<std::int64_t, std::int64_t> widths, PadOptions options = {});
template <std::integral I> Array pad(Operand x, I width, PadOptions options = {}) {
  return pad(x, std::pair<std::int64_t, std::int64_t>(width, width), options);
}
Array flip(Operand x, AxisOptions options = {});
/// What goes beyond the last element comes back at the first; by default of the flattened array.
Array roll(Operand x, std::int64_t shift, AxisOptions options = {});
/// A shift per axis named (an axis may be named twice): roll(x, {1, -2}, {.axis = {0, 1}}). ArgumentError if the counts differ.
Array roll(Operand x, const std::vector<std::int64_t>& shifts, AxisOptions options = {});
template <std::integral I> Array flip(Operand x, I axis) { return flip(x, AxisOptions{.axis = Axes(axis)}); }
template <std::integral I> Array roll(Operand x, std::int64_t shift, I axis) { return roll(x, shift, AxisOptions{.axis = Axes(axis)}); }
template <std::integral I> Array squeeze(Operand x, I axis) { return squeeze(x, AxisOptions{.axis = Axes(axis)}); }
Array tile(Operand x, Shape reps);
struct RepeatOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};
};
/// Each element n times, by default of the flattened array. ArgumentError if a count is negative.
Array repeat(Operand x, std::int64_t n, RepeatOptions options = {});
/// Element i of the axis counts[i] times. ShapeError unless there is a count per element, or one for all.
Array repeat(Operand x, const std::vector<std::int64_t>& counts, RepeatOptions options = {});
/// Below (above) the k-th diagonal; the rest is 0.
Array tril(Operand x, std::int64_t k = 0);
Array triu(Operand x, std::int64_t k = 0);
Array atleast_1d(Operand x);
Array atleast_2d(Operand x);
Array atleast_3d(Operand x);
/// A slice of static shape at starts that are values; starts clamp so that it fits.
Array dynamic_slice(Operand x, const std::vector<Array>& starts, Shape sizes);
Array dynamic_update_slice(Operand x, Operand update, const std::vector<Array>& starts);
struct DynamicIndexOptions {
  Named by_name = Named();
  std::int64_t axis = 0;
  bool keepdims = true;
};
Array dynamic_index(Operand x, Operand index, DynamicIndexOptions options = {});

namespace detail {
Array arange_of(double start, double stop, double step, DType dtype, Where where);
Array arange_of(std::int64_t start, std::int64_t stop, std::int64_t step, std::optional<DType> dtype, Where where);
/// A number of elements that was computed in doubles. ArgumentError unless it is finite and some memory could hold them.
std::int64_t length_of(double number, const char* op, Where where);
/// An integer scalar as a place along an axis: negative ones count from the end. Of i64 where the axis is longer than i32 counts.
Array place_along(const Array& index, std::int64_t extent, Where where);
/// The axis from 0 on. AxisError if there is none such.
int axis_of(std::int64_t axis, int ndim, const char* op, Where where);
/// The axes as flags of sorted, non-negative numbers. AxisError, ArgumentError if one is named twice.
std::vector<std::int64_t> axes_of(const Axes& axes, int ndim, const char* op, Where where);
}  // namespace detail

template <Scalar T> Array arange(T stop, ArangeOptions options, Where where) { return arange(T{0}, stop, T{1}, options, where); }
template <Scalar A, Scalar B> Array arange(A start, B stop, ArangeOptions options, Where where) { return arange(start, stop, 1, options, where); }
template <Scalar A, Scalar B, Scalar C> Array arange(A start, B stop, C step, ArangeOptions options, Where where) {
  constexpr bool real = std::is_floating_point_v<A> || std::is_floating_point_v<B> || std::is_floating_point_v<C>;
  if constexpr (real) return detail::arange_of(static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step), options.dtype.value_or(f32), where);
  else return detail::arange_of(detail::wide(start), detail::wide(stop), detail::wide(step), options.dtype, where);
}

}  // namespace espalier
