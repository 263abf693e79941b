#pragma once
// Reductions. `.axis` is an integer, {0, 1}, or all; a lone integer works in place of the options: sum(x, 1).
#include <optional>

#include "espalier/dsl/array.h"

namespace espalier {

struct ReduceOptions {
  Named by_name = Named();
  Axes axis = {};
  bool keepdims = false;
  std::optional<DType> dtype = {};  ///< of the computation and the result
  Array where = {};                 ///< bool: which elements count; broadcast against x
  Array initial = {};               ///< a value to start from
};
struct MomentOptions {
  Named by_name = Named();
  Axes axis = {};
  bool keepdims = false;
  double ddof = 0;
  Array where = {};
};
struct LogsumexpOptions {
  Named by_name = Named();
  Axes axis = {};
  bool keepdims = false;
  Array b = {};
  Array where = {};
};
struct NormOptions {
  Named by_name = Named();
  std::optional<double> ord = {};
  Axes axis = {};
  bool keepdims = false;
};
struct AverageOptions {
  Named by_name = Named();
  Axes axis = {};
  Array weights = {};
  bool keepdims = false;
};
struct ArgOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< none: of the flattened array
  bool keepdims = false;
};
struct CumulativeOptions {
  Named by_name = Named();
  std::optional<std::int64_t> axis = {};  ///< none: of the flattened array
  bool reverse = false;
};

/// Counts (of sums of bools, and of count_nonzero) and indices are i64 where i32 would not hold them: over more than 2^31 - 1
/// elements.
/// Sums and products of bools and of integers narrower than 32 bits are i32 (u32 of unsigned ones), of wider ones their
/// dtype. Means of integers are f32, of 64-bit ones f64.
Array sum(Operand x, ReduceOptions options = {});
Array prod(Operand x, ReduceOptions options = {});
Array max(Operand x, ReduceOptions options = {});
Array min(Operand x, ReduceOptions options = {});
Array mean(Operand x, ReduceOptions options = {});
Array any(Operand x, ReduceOptions options = {});
Array all(Operand x, ReduceOptions options = {});
Array count_nonzero(Operand x, ReduceOptions options = {});
Array ptp(Operand x, ReduceOptions options = {});
/// The variance, two passes: the mean of squared distances from the mean; divided by n - ddof.
Array var(Operand x, MomentOptions options = {});
Array std(Operand x, MomentOptions options = {});
/// sum(w x) / sum(w); NaN where all weights are 0 (as JAX; NumPy throws).
Array average(Operand x, AverageOptions options = {});
/// log(sum(b exp x)) without overflow; a b of 0 leaves its x out. Of no elements it is minus infinity (as JAX; SciPy throws).
Array logsumexp(Operand x, LogsumexpOptions options = {});
/// The 2-norm by default; ord 1, 2, infinity or any p > 0.
Array norm(Operand x, NormOptions options = {});
/// i32 indices of the first extremum, i64 where the axis has more than 2^31 elements; NaN counts as one.
Array argmax(Operand x, ArgOptions options = {});
Array argmin(Operand x, ArgOptions options = {});
/// The same, as if NaN were not there.
Array nansum(Operand x, ReduceOptions options = {});
Array nanprod(Operand x, ReduceOptions options = {});
Array nanmax(Operand x, ReduceOptions options = {});
Array nanmin(Operand x, ReduceOptions options = {});
Array nanmean(Operand x, ReduceOptions options = {});
Array nanargmax(Operand x, ArgOptions options = {});
Array nanargmin(Operand x, ArgOptions options = {});
/// Running reductions along an axis.
Array cumsum(Operand x, CumulativeOptions options = {});
Array cumprod(Operand x, CumulativeOptions options = {});
Array cummax(Operand x, CumulativeOptions options = {});
Array cummin(Operand x, CumulativeOptions options = {});
Array cumlogsumexp(Operand x, CumulativeOptions options = {});

namespace detail {
/// The largest element along the axes, which stay as 1; minus infinity where there is none.
Array top_of(const Operand& x, const Axes& axis);
}

// The axis alone. Templates, so that braces never mean it: sum(x, {0, 1}) does not compile.
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
template <std::integral I> Array nansum(Operand x, I axis) { return nansum(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmax(Operand x, I axis) { return nanmax(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmin(Operand x, I axis) { return nanmin(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmean(Operand x, I axis) { return nanmean(x, ReduceOptions{.axis = Axes(axis)}); }
template <std::integral I> Array argmax(Operand x, I axis) { return argmax(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array argmin(Operand x, I axis) { return argmin(x, ArgOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumsum(Operand x, I axis) { return cumsum(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumprod(Operand x, I axis) { return cumprod(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cummax(Operand x, I axis) { return cummax(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cummin(Operand x, I axis) { return cummin(x, CumulativeOptions{.axis = detail::wide(axis)}); }
template <std::integral I> Array cumlogsumexp(Operand x, I axis) { return cumlogsumexp(x, CumulativeOptions{.axis = detail::wide(axis)}); }

}  // namespace espalier
