#pragma once
// Numerical analysis on samples: differences, integrals, interpolation and convolution of vectors, as NumPy has them.
#include <numbers>
#include <optional>
#include <string_view>
#include <vector>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `diff`.
struct DiffOptions {
  Named by_name = Named();
  std::int64_t n = 1;      ///< how often differences are taken
  std::int64_t axis = -1;  ///< along which axis
  Array prepend = {};      ///< what is put before x along the axis: a scalar, or an array
  Array append = {};       ///< what is put behind it
};
/// Each element along an axis less the one before, n times: n fewer elements. Of bools whether they differ. AxisError; ArgumentError
/// for a negative n, ShapeError for a scalar.
Array diff(Operand x, DiffOptions options = {});
/// Options of `ediff1d`.
struct Ediff1dOptions {
  Named by_name = Named();
  Array to_begin = {};  ///< what is put before the differences
  Array to_end = {};    ///< what is put behind them
};
/// The differences of the flattened array.
Array ediff1d(Operand x, Ediff1dOptions options = {});

/// Options of `gradient`.
struct GradientOptions {
  Named by_name = Named();
  Array spacing = 1.0;  ///< the distance between samples: a number for all axes, or the coordinates along a single one
  Axes axis = {};       ///< along which axes; by default all
};
/// The slope along each axis, in x's shape: between both neighbours, and at the ends from one; of unequal distances the second-order
/// formula (Fornberg 1988). One array for each axis. ShapeError for an axis of less than two samples, or coordinates that are not one
/// for each.
[[nodiscard]] std::vector<Array> gradient(Operand x, GradientOptions options = {});
/// Options of `trapezoid`.
struct TrapezoidOptions {
  Named by_name = Named();
  Array x = {};            ///< where the samples are: a vector along the axis, or an array of y's shape
  Array dx = 1.0;          ///< the distance between samples, if x is not given
  std::int64_t axis = -1;  ///< along which axis
};
/// The integral of samples by the trapezoidal rule. Floats. AxisError; ShapeError for an x that is not one for each sample.
Array trapezoid(Operand y, TrapezoidOptions options = {});
/// Options of `unwrap`.
struct UnwrapOptions {
  Named by_name = Named();
  std::optional<double> discont = {};        ///< jumps up to this much stay; by default half the period
  double period = 2 * std::numbers::pi;      ///< jumps lose a multiple of it
  std::int64_t axis = -1;                    ///< along which axis
};
/// x without jumps of more than half a period between neighbours, from which multiples of the period are taken. Floats.
Array unwrap(Operand x, UnwrapOptions options = {});
/// The axis alone, in place of the options.
/// @{
template <std::integral I> Array diff(Operand x, I axis) { return diff(x, DiffOptions{.axis = detail::wide(axis)}); }
template <std::integral I> [[nodiscard]] std::vector<Array> gradient(Operand x, I axis) { return gradient(x, GradientOptions{.axis = Axes(axis)}); }
template <std::integral I> Array trapezoid(Operand y, I axis) { return trapezoid(y, TrapezoidOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array unwrap(Operand x, I axis) { return unwrap(x, UnwrapOptions{.axis = detail::wide(axis)}); }
/// @}

/// Options of `interp`.
struct InterpOptions {
  Named by_name = Named();
  Array left = {};                      ///< below the first place; by default the first value
  Array right = {};                     ///< above the last place; by default the last value
  std::optional<double> period = none;  ///< of the places, which are then sorted first
};
/// The value at each element of x on the line through the points (xp, fp), of which the xp ascend. Floats. ShapeError unless xp and fp
/// are vectors of one size, which is not 0.
Array interp(Operand x, Operand xp, Operand fp, InterpOptions options = {});

/// Options of `convolve`.
struct ConvolveOptions {
  Named by_name = Named();
  std::string_view mode = "full";  ///< "full": wherever they meet; "same": as many as the longer has; "valid": where one covers the other
};
/// The sums of products of a and the reversed v, of sizes m and n, at each place: m + n - 1 of them in mode "full", max(m, n) in mode
/// "same", |m - n| + 1 in mode "valid". ShapeError for empty vectors and other arrays, ArgumentError for another mode.
Array convolve(Operand a, Operand v, ConvolveOptions options = {});
/// Options of `correlate`.
struct CorrelateOptions {
  Named by_name = Named();
  std::string_view mode = "valid";  ///< as of `convolve`
};
/// The sums of products of a and the conjugated v: c_k = sum over n of a_(n+k) conj(v_n). Errors are those of `convolve`.
Array correlate(Operand a, Operand v, CorrelateOptions options = {});

}  // namespace espalier
