#pragma once
// Reductions. `.axis` is an integer, {0, 1}, or all; a lone integer works in place of the options: sum(x, 1). The axes
// disappear from the shape, or stay with extent 1. All of them: AxisError for an axis that is not there, ArgumentError for
// one named twice, ShapeError where `where` does not broadcast against x, MissingValue for Nothing.
#include <optional>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of the reductions with one value per result.
struct ReduceOptions {
  Named by_name = Named();
  Axes axis = {};                   ///< which axes are reduced; by default all
  bool keepdims = false;            ///< keep the reduced axes, with extent 1
  std::optional<DType> dtype = {};  ///< of the computation and the result
  Array where = {};                 ///< bool: which elements count; broadcast against x
  Array initial = {};               ///< a value to start from
};
/// Options of `var` and `std`.
struct MomentOptions {
  Named by_name = Named();
  Axes axis = {};         ///< which axes are reduced; by default all
  bool keepdims = false;  ///< keep the reduced axes, with extent 1
  double ddof = 0;        ///< the sum of squares is divided by n - ddof
  Array where = {};       ///< bool: which elements count; broadcast against x
};
/// Options of `logsumexp`, `logmeanexp` and `signed_logsumexp`.
struct LogsumexpOptions {
  Named by_name = Named();
  Axes axis = {};         ///< which axes are reduced; by default all
  bool keepdims = false;  ///< keep the reduced axes, with extent 1
  Array b = {};           ///< a factor of each exponential; broadcast against x
  Array where = {};       ///< bool: which elements count; broadcast against x
};
/// Options of `norm`.
struct NormOptions {
  Named by_name = Named();
  std::optional<double> ord = {};  ///< which norm; by default 2
  Axes axis = {};                  ///< which axes are reduced; by default all
  bool keepdims = false;           ///< keep the reduced axes, with extent 1
};
/// Options of `average`.
struct AverageOptions {
  Named by_name = Named();
  Axes axis = {};         ///< which axes are reduced; by default all
  Array weights = {};     ///< broadcast against x; of rank 1 they stand along a single axis. By default all are 1
  bool keepdims = false;  ///< keep the reduced axes, with extent 1
};
/// Options of `argmax` and its kin.
struct ArgOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< none: of the flattened array
  bool keepdims = false;                  ///< keep the reduced axis (or all), with extent 1
};
/// Options of the running reductions.
struct CumulativeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< none: of the flattened array
  bool reverse = false;                   ///< from the last element to the first
};

/// The sum; 0 of no elements, and of negative zeros -0, as NumPy has it (JAX: 0). Of bools (which it counts) and of integers narrower than 32 bits it is i32, of unsigned ones u32;
/// a count over more than 2^31 - 1 bools is i64. Long sums lose no more than a sum by pairs would (docs/ops.md).
Array sum(Operand x, ReduceOptions options = {});
/// The product; 1 of no elements. Its dtype is that of `sum`.
Array prod(Operand x, ReduceOptions options = {});
/// The largest element; NaN where there is one. ShapeError over an empty axis, unless `.initial` is given; where `where` leaves
/// out all, minus infinity or the smallest integer.
Array max(Operand x, ReduceOptions options = {});
/// The smallest element; NaN where there is one. ShapeError over an empty axis, unless `.initial` is given; where `where` leaves
/// out all, infinity or the largest integer.
Array min(Operand x, ReduceOptions options = {});
/// The sum divided by the number of elements that count; NaN of none. Of integers and bools f32, of 64-bit integers f64.
Array mean(Operand x, ReduceOptions options = {});
/// bool: is any element not 0; false of none.
Array any(Operand x, ReduceOptions options = {});
/// bool: is no element 0; true of none.
Array all(Operand x, ReduceOptions options = {});
/// How many elements are not 0: i32, or i64 over more than 2^31 - 1 elements.
Array count_nonzero(Operand x, ReduceOptions options = {});
/// The largest element minus the smallest ("peak to peak"). ShapeError over an empty axis.
Array ptp(Operand x, ReduceOptions options = {});
/// The variance, in two passes: the sum of squared distances from the mean, divided by n - ddof. The dtype is that of `mean`, of
/// complex numbers that of their parts.
Array var(Operand x, MomentOptions options = {});
/// The standard deviation: the square root of `var`.
Array std(Operand x, MomentOptions options = {});
/// sum(x w) / sum(w), the weights w broadcast to x; infinite or NaN where they add up to 0 (as JAX; NumPy throws).
Array average(Operand x, AverageOptions options = {});
/// log(sum(b exp x)) without overflow; a b of 0 leaves its x out. Of no elements it is minus infinity (as JAX; SciPy throws).
Array logsumexp(Operand x, LogsumexpOptions options = {});
/// log(mean(b exp x)) without overflow, over the elements that count; of none it is NaN.
Array logmeanexp(Operand x, LogsumexpOptions options = {});
/// What `signed_logsumexp` gives.
struct SignedLog {
  Array log;   ///< the logarithm of the magnitude
  Array sign;  ///< -1, 0 or 1, in the dtype of `log`
};
/// The logarithm of |sum(b exp x)|, without overflow, and the sign of the sum, which may be negative where b is.
[[nodiscard]] SignedLog signed_logsumexp(Operand x, LogsumexpOptions options = {});
/// The p-norm of the elements, p = ord: (sum |x|^p)^(1/p). An ord of 0 counts what is not 0, infinity and minus infinity give
/// the largest and the smallest magnitude. 0 of no elements, and a ShapeError then for an infinite ord. Matrices are vectors of
/// their elements here. Floats; integers as in `mean`.
Array norm(Operand x, NormOptions options = {});
/// The place of the largest element along the axis, the first of several; NaN counts as the largest. i32, or i64 where the axis
/// has more than 2^31 elements. ShapeError where the axis is empty.
Array argmax(Operand x, ArgOptions options = {});
/// The place of the smallest element along the axis, the first of several; NaN counts as the smallest. i32, or i64 where the axis
/// has more than 2^31 elements. ShapeError where the axis is empty.
Array argmin(Operand x, ArgOptions options = {});
Array nansum(Operand x, ReduceOptions options = {});   ///< `sum` without the NaN: they count as 0
Array nanprod(Operand x, ReduceOptions options = {});  ///< `prod` without the NaN: they count as 1
Array nanmax(Operand x, ReduceOptions options = {});   ///< `max` without the NaN; NaN where all are
Array nanmin(Operand x, ReduceOptions options = {});   ///< `min` without the NaN; NaN where all are
Array nanmean(Operand x, ReduceOptions options = {});  ///< `mean` without the NaN; NaN where all are
Array nanvar(Operand x, MomentOptions options = {});   ///< `var` without the NaN; NaN where no more than `ddof` are numbers
Array nanstd(Operand x, MomentOptions options = {});   ///< `std` without the NaN; NaN where no more than `ddof` are numbers
Array nanargmax(Operand x, ArgOptions options = {});   ///< `argmax` as if NaN were minus infinity
Array nanargmin(Operand x, ArgOptions options = {});   ///< `argmin` as if NaN were infinity
/// Running sums: element i is the sum of the elements up to i, itself included. The dtype is that of x, of bools i32; the
/// flattened array gives rank 1.
Array cumsum(Operand x, CumulativeOptions options = {});
Array cumprod(Operand x, CumulativeOptions options = {});  ///< running products; shapes and dtypes as in `cumsum`
Array nancumsum(Operand x, CumulativeOptions options = {});   ///< `cumsum` without the NaN: they count as 0
Array nancumprod(Operand x, CumulativeOptions options = {});  ///< `cumprod` without the NaN: they count as 1
Array cummax(Operand x, CumulativeOptions options = {});   ///< the largest element so far, NaN once there was one
Array cummin(Operand x, CumulativeOptions options = {});   ///< the smallest element so far, NaN once there was one
/// log(sum(exp x)) of the elements so far, without overflow; floats.
Array cumlogsumexp(Operand x, CumulativeOptions options = {});

namespace detail {
/// The largest element along the axes, which stay as 1; minus infinity where there is none.
Array top_of(const Operand& x, const Axes& axis);
}

/// The axis alone, in place of the options. Templates, so that braces never mean it: sum(x, {0, 1}) does not compile.
/// @{
template <std::integral I> Array sum(Operand x, I axis) { return sum(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array prod(Operand x, I axis) { return prod(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array max(Operand x, I axis) { return max(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array min(Operand x, I axis) { return min(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array mean(Operand x, I axis) { return mean(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array any(Operand x, I axis) { return any(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array all(Operand x, I axis) { return all(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array count_nonzero(Operand x, I axis) { return count_nonzero(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array ptp(Operand x, I axis) { return ptp(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array var(Operand x, I axis) { return var(x, MomentOptions{.axis = Axes(axis)}); }
template <std::integral I> Array std(Operand x, I axis) { return std(x, MomentOptions{.axis = Axes(axis)}); }
template <std::integral I> Array logsumexp(Operand x, I axis) { return logsumexp(x, LogsumexpOptions{.axis = Axes(axis)}); }
template <std::integral I> Array logmeanexp(Operand x, I axis) { return logmeanexp(x, LogsumexpOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nansum(Operand x, I axis) { return nansum(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmax(Operand x, I axis) { return nanmax(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmin(Operand x, I axis) { return nanmin(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmean(Operand x, I axis) { return nanmean(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanprod(Operand x, I axis) { return nanprod(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanvar(Operand x, I axis) { return nanvar(x, MomentOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanstd(Operand x, I axis) { return nanstd(x, MomentOptions{.axis = Axes(axis)}); }
template <std::integral I> Array average(Operand x, I axis) { return average(x, AverageOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanargmax(Operand x, I axis) { return nanargmax(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array nanargmin(Operand x, I axis) { return nanargmin(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array nancumsum(Operand x, I axis) { return nancumsum(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array nancumprod(Operand x, I axis) { return nancumprod(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array argmax(Operand x, I axis) { return argmax(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array argmin(Operand x, I axis) { return argmin(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumsum(Operand x, I axis) { return cumsum(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumprod(Operand x, I axis) { return cumprod(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cummax(Operand x, I axis) { return cummax(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cummin(Operand x, I axis) { return cummin(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumlogsumexp(Operand x, I axis) { return cumlogsumexp(x, CumulativeOptions{.axis = detail::wide(axis)}); }
/// @}

}  // namespace espalier
