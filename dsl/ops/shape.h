#pragma once
// Making arrays, and changing their shape. Axes count from 0, negative ones from the end; AxisError for one that is not
// there. Functions that change only the shape keep the dtype, and take a C++ number as an array of its own dtype. A negative
// extent, or a size beyond 64 bits, is a ShapeError.
#include <span>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// 0 everywhere.
Array zeros(Shape shape, DType dtype = f32, Where where = Where::current());
/// 1 everywhere.
Array ones(Shape shape, DType dtype = f32, Where where = Where::current());
/// `value`, broadcast to the shape, in its own dtype (f32, i32 or bool of a C++ number).
Array full(Shape shape, Operand value);
/// `value`, broadcast to the shape, in the dtype. DTypeError if an integer does not fit it.
Array full(Shape shape, Operand value, DType dtype);
/// An array of which nothing is promised but the type. It holds zeros: there is no memory whose content is unknown.
Array empty(Shape shape, DType dtype = f32, Where where = Where::current());
Array zeros_like(Operand x);                ///< zeros of x's shape and dtype
Array ones_like(Operand x);                 ///< ones of x's shape and dtype
Array full_like(Operand x, Operand value);  ///< `value` in x's shape and dtype
/// Options of `eye` and `tri`.
struct EyeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> m = {};  ///< the number of columns; by default that of the rows
  std::int64_t k = 0;                  ///< which diagonal: above the main one if positive, below it if negative
  DType dtype = f32;                   ///< of the result
};
/// [n, m]: 1 on the k-th diagonal, 0 elsewhere.
Array eye(std::int64_t n, EyeOptions options = {}, Where where = Where::current());
/// [n, n]: the identity matrix in f32.
Array identity(std::int64_t n, Where where = Where::current());
/// [n, m]: 1 on and below the k-th diagonal, 0 above.
Array tri(std::int64_t n, EyeOptions options = {}, Where where = Where::current());
/// Options of `arange`.
struct ArangeOptions {
  Named by_name = Named();
  std::optional<DType> dtype = {};  ///< of the result; by default that of the numbers given
};
/// [n]: start (0), start + step, … up to stop, which is not reached: i32 from integers (i64 where they need it), f32 from
/// floats. DTypeError if an integer dtype does not hold them; ArgumentError if the step is 0 or the number of steps is not
/// finite.
/// @{
template <RealScalar T> Array arange(T stop, ArangeOptions options = {}, Where where = Where::current());
template <RealScalar A, RealScalar B> Array arange(A start, B stop, ArangeOptions options = {}, Where where = Where::current());
template <RealScalar A, RealScalar B, RealScalar C> Array arange(A start, B stop, C step, ArangeOptions options = {}, Where where = Where::current());
/// @}
/// Options of `linspace` and its kin.
struct LinspaceOptions {
  Named by_name = Named();
  bool endpoint = true;             ///< whether the last number is stop itself
  std::optional<DType> dtype = {};  ///< f32 by default
  std::int64_t axis = 0;            ///< of the result, between arrays
};
/// [num]: evenly spaced numbers from start to stop, both of them exact; to integers they are rounded down, as NumPy's.
Array linspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
/// The same between each element of start and stop, which broadcast; the numbers run along a new axis, `.axis`. f64 of 64-bit
/// operands, else f32.
Array linspace(Operand start, Operand stop, std::int64_t num = 50, LinspaceOptions options = {});
/// [num]: 10 to the powers that `linspace` gives. `.axis` changes nothing.
Array logspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
/// [num]: from start to stop, each the same factor times the one before. Both must be positive: others give NaN.
Array geomspace(double start, double stop, std::int64_t num = 50, LinspaceOptions options = {}, Where where = Where::current());
/// 0, 1, 2, … along an axis, the same along all others. DTypeError if an integer dtype does not hold them.
Array iota(Shape shape, std::int64_t axis, DType dtype = i32, Where where = Where::current());
/// Options of `one_hot`.
struct OneHotOptions {
  Named by_name = Named();
  std::int64_t axis = -1;  ///< where the new axis stands in the result
  DType dtype = f32;       ///< of the result
};
/// 1 at the index, 0 elsewhere, along a new axis of `num_classes`; an index out of range gives zeros.
Array one_hot(Operand x, std::int64_t num_classes, OneHotOptions options = {});
/// Options of `meshgrid`.
struct MeshgridOptions {
  Named by_name = Named();
  std::string_view indexing = "xy";  ///< "xy": the first two axes change places; "ij": they do not
};
/// The coordinates of a grid: of arrays with sizes n0, n1, … as many arrays of shape [n1, n0, …] ("xy") or [n0, n1, …] ("ij"), of
/// which the i-th varies along the axis of array i alone. ArgumentError for another indexing.
[[nodiscard]] std::vector<Array> meshgrid(const std::vector<Array>& arrays, MeshgridOptions options = {}, Where where = Where::current());

/// The elements in row-major order in another shape. One extent may be -1: what is left. ShapeError if there are more, or other
/// negative ones, or if the sizes differ.
Array reshape(Operand x, Shape shape);
/// [size]: the elements in row-major order.
Array ravel(Operand x);
/// Axis i of the result is axis axes[i] of x; by default all axes are reversed. ArgumentError unless the axes are a
/// permutation.
Array transpose(Operand x, Axes axes = {});
/// x with two axes exchanged.
Array swapaxes(Operand x, std::int64_t a, std::int64_t b);
/// Axis from[i] of x becomes axis to[i] of the result; the others keep their order. ArgumentError if the counts differ.
Array moveaxis(Operand x, Axes from, Axes to);
/// Options of functions that work along some axes.
struct AxisOptions {
  Named by_name = Named();
  Axes axis = {};  ///< which ones; by default all
};
/// x without the axes named, or without all axes of extent 1. ShapeError if one named has another extent.
Array squeeze(Operand x, AxisOptions options = {});
/// x with new axes of extent 1, which stand at these places of the result.
Array expand_dims(Operand x, Axes axis);
/// x repeated along axes of extent 1 and along new leading ones. ShapeError with both shapes if it does not broadcast to that
/// one.
Array broadcast_to(Operand x, Shape shape);
/// The arrays broadcast to the one shape in which all meet. ShapeError if there is none.
[[nodiscard]] std::vector<Array> broadcast_arrays(const std::vector<Array>& arrays, Where where = Where::current());
/// The shape in which two shapes meet: aligned at the last axis, extents equal or 1. ShapeError if there is none.
[[nodiscard]] Shape broadcast_shapes(const Shape& a, const Shape& b, Where where = Where::current());
/// Options of what joins arrays or takes one apart.
struct JoinOptions {
  Named by_name = Named();
  std::int64_t axis = 0;  ///< along which one
};
/// The arrays one after the other along an axis, in the dtype they promote to. ShapeError if other extents differ, ArgumentError
/// for no array.
Array concatenate(const std::vector<Array>& arrays, JoinOptions options = {}, Where where = Where::current());
/// The arrays side by side along a new axis: of shape [2, 3] n arrays give [n, 2, 3]. ShapeError if shapes differ, ArgumentError
/// for no array.
Array stack(const std::vector<Array>& arrays, JoinOptions options = {}, Where where = Where::current());
/// `concatenate` along axis 1, of vectors along axis 0.
Array hstack(const std::vector<Array>& arrays, Where where = Where::current());
/// `concatenate` along axis 0; a vector is a row.
Array vstack(const std::vector<Array>& arrays, Where where = Where::current());
/// `concatenate` along axis 2; a matrix has a third axis of extent 1, a vector is a row of such a matrix.
Array dstack(const std::vector<Array>& arrays, Where where = Where::current());
/// The axis alone, in place of the options.
/// @{
template <std::integral I> Array concatenate(const std::vector<Array>& arrays, I axis, Where where = Where::current()) { return concatenate(arrays, JoinOptions{.axis = detail::wide(axis)}, where); }
template <std::integral I> Array stack(const std::vector<Array>& arrays, I axis, Where where = Where::current()) { return stack(arrays, JoinOptions{.axis = detail::wide(axis)}, where); }
/// @}
namespace detail { std::vector<Array> split_equally(Operand x, std::int64_t n, JoinOptions options); }
/// n equal parts along an axis. ArgumentError if the extent does not divide into n.
template <std::integral I> [[nodiscard]] std::vector<Array> split(Operand x, I n, JoinOptions options = {}) { return detail::split_equally(x, detail::wide(n), options); }
/// The parts between the indices: {2} cuts once, before element 2. Negative indices count from the end.
[[nodiscard]] std::vector<Array> split(Operand x, const std::vector<std::int64_t>& indices, JoinOptions options = {});
/// The items along an axis, which is gone from them: the inverse of `stack`.
[[nodiscard]] std::vector<Array> unstack(Operand x, JoinOptions options = {});
/// Options of `pad`.
struct PadOptions {
  Named by_name = Named();
  std::string_view mode = "constant";  ///< what stands in the margin
  Array value = 0;                     ///< a scalar, of mode "constant"
};
/// One (low, high) pair per axis, one pair for all, or one number for both ends of all. Modes, as NumPy's: "constant" (with
/// `.value`; negative widths crop), "edge", "reflect", "symmetric", "wrap", "linear_ramp" (down to `.value`), "maximum",
/// "minimum", "mean", "median" (of the axis), "empty" (zeros). ArgumentError for other modes
/// and widths, ShapeError where an empty axis has nothing to repeat.
/// @{
Array pad(Operand x, const std::vector<std::pair<std::int64_t, std::int64_t>>& widths, PadOptions options = {});
Array pad(Operand x, std::pair<std::int64_t, std::int64_t> widths, PadOptions options = {});
template <std::integral I> Array pad(Operand x, I width, PadOptions options = {}) {
  return pad(x, std::pair<std::int64_t, std::int64_t>(width, width), options);
}
/// @}
/// x with the order along the axes reversed.
Array flip(Operand x, AxisOptions options = {});
/// What goes beyond the last element comes back at the first; by default of the flattened array.
Array roll(Operand x, std::int64_t shift, AxisOptions options = {});
/// A shift per axis named (an axis may be named twice): roll(x, {1, -2}, {.axis = {0, 1}}). ArgumentError if the counts differ.
Array roll(Operand x, const std::vector<std::int64_t>& shifts, AxisOptions options = {});
/// The axis alone, in place of the options.
/// @{
template <std::integral I> Array flip(Operand x, I axis) { return flip(x, AxisOptions{.axis = Axes(axis)}); }
template <std::integral I> Array roll(Operand x, std::int64_t shift, I axis) { return roll(x, shift, AxisOptions{.axis = Axes(axis)}); }
template <std::integral I> Array squeeze(Operand x, I axis) { return squeeze(x, AxisOptions{.axis = Axes(axis)}); }
/// @}
/// x as a whole, reps[i] times along axis i; the shorter of both shapes gets leading ones.
Array tile(Operand x, Shape reps);
/// Options of `repeat`.
struct RepeatOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< none: of the flattened array
};
/// Each element n times, by default of the flattened array. ArgumentError if a count is negative.
Array repeat(Operand x, std::int64_t n, RepeatOptions options = {});
/// Element i of the axis counts[i] times. ShapeError unless there is a count per element, or one for all.
Array repeat(Operand x, const std::vector<std::int64_t>& counts, RepeatOptions options = {});
/// Matrices, over the last two axes, with 0 above the k-th diagonal (which is above the main one if k is positive). ShapeError
/// unless x has two axes.
Array tril(Operand x, std::int64_t k = 0);
/// Matrices, over the last two axes, with 0 below the k-th diagonal. ShapeError unless x has two axes.
Array triu(Operand x, std::int64_t k = 0);
Array atleast_1d(Operand x);  ///< x, a scalar as [1]
Array atleast_2d(Operand x);  ///< x, a scalar as [1, 1], a vector as the row [1, n]
Array atleast_3d(Operand x);  ///< x, a scalar as [1, 1, 1], a vector as [1, n, 1], a matrix as [m, n, 1]
/// The part of shape `sizes` that begins at starts[i] along axis i. The starts are integer scalars whose values need not be known
/// in a trace; they clamp so that the part lies within. ShapeError or ArgumentError unless there is a start and a size per axis.
Array dynamic_slice(Operand x, const std::vector<Array>& starts, Shape sizes);
/// x with `update`, in x's dtype, written where `dynamic_slice` with its shape would read.
Array dynamic_update_slice(Operand x, Operand update, const std::vector<Array>& starts);
/// Options of `dynamic_index`.
struct DynamicIndexOptions {
  Named by_name = Named();
  std::int64_t axis = 0;  ///< along which one
  bool keepdims = true;   ///< keep the axis, with extent 1
};
/// The item at an integer scalar along an axis; negative ones count from the end, and what lies outside clamps.
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

template <RealScalar T> Array arange(T stop, ArangeOptions options, Where where) { return arange(T{0}, stop, T{1}, options, where); }
template <RealScalar A, RealScalar B> Array arange(A start, B stop, ArangeOptions options, Where where) { return arange(start, stop, 1, options, where); }
template <RealScalar A, RealScalar B, RealScalar C> Array arange(A start, B stop, C step, ArangeOptions options, Where where) {
  constexpr bool real = std::is_floating_point_v<A> || std::is_floating_point_v<B> || std::is_floating_point_v<C>;
  if constexpr (real) return detail::arange_of(static_cast<double>(start), static_cast<double>(stop), static_cast<double>(step), options.dtype.value_or(f32), where);
  else return detail::arange_of(detail::wide(start), detail::wide(stop), detail::wide(step), options.dtype, where);
}

}  // namespace espalier
