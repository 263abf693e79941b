#pragma once
// Order statistics, covariances and counts of what falls where. Axes, and errors about them, are those of reductions.h.
#include <optional>
#include <string_view>
#include <utility>

#include "espalier/dsl/array.h"

namespace espalier {

/// Options of `quantile` and its kin.
struct QuantileOptions {
  Named by_name = Named();
  Axes axis = {};                      ///< which axes are reduced; by default all
  bool keepdims = false;               ///< keep the reduced axes, with extent 1
  std::string_view method = "linear";  ///< how a value between two elements is estimated
};
/// Options of `median`.
struct MedianOptions {
  Named by_name = Named();
  Axes axis = {};         ///< which axes are reduced; by default all
  bool keepdims = false;  ///< keep the reduced axes, with extent 1
};
/// The value below which the part q of the elements lies, 0 to 1: [shape of q, shape of the reduction]. Methods are NumPy's, of Hyndman
/// & Fan 1996: "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf", "hazen", "weibull", "linear",
/// "median_unbiased", "normal_unbiased", and "lower", "higher", "midpoint", "nearest" of the two elements that "linear" stands
/// between. NaN where an element is NaN, of no elements, and for a q outside [0, 1]. Floats; integers as in `mean`. ArgumentError for
/// another method, DTypeError for complex numbers.
Array quantile(Operand x, Operand q, QuantileOptions options = {});
/// `quantile` of q / 100.
Array percentile(Operand x, Operand q, QuantileOptions options = {});
/// The element in the middle of the order, or the mean of the two there; NaN where an element is NaN, and of no elements. Floats.
Array median(Operand x, MedianOptions options = {});
Array nanquantile(Operand x, Operand q, QuantileOptions options = {});    ///< `quantile` without the NaN; NaN where all are
Array nanpercentile(Operand x, Operand q, QuantileOptions options = {});  ///< `percentile` without the NaN; NaN where all are
Array nanmedian(Operand x, MedianOptions options = {});                   ///< `median` without the NaN; NaN where all are
/// The axis alone, in place of the options.
/// @{
template <std::integral I> Array quantile(Operand x, Operand q, I axis) { return quantile(x, q, QuantileOptions{.axis = Axes(axis)}); }
template <std::integral I> Array percentile(Operand x, Operand q, I axis) { return percentile(x, q, QuantileOptions{.axis = Axes(axis)}); }
template <std::integral I> Array median(Operand x, I axis) { return median(x, MedianOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanquantile(Operand x, Operand q, I axis) { return nanquantile(x, q, QuantileOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanpercentile(Operand x, Operand q, I axis) { return nanpercentile(x, q, QuantileOptions{.axis = Axes(axis)}); }
template <std::integral I> Array nanmedian(Operand x, I axis) { return nanmedian(x, MedianOptions{.axis = Axes(axis)}); }
/// @}

/// Options of `cov`.
struct CovOptions {
  Named by_name = Named();
  bool rowvar = true;                 ///< a row is a variable and a column an observation; else the other way round
  bool bias = false;                  ///< the sum is divided by n, not by n - 1
  std::optional<std::int64_t> ddof = {};  ///< it is divided by n - ddof, whatever `bias` is
  Array fweights = {};                ///< how often each observation was made; integers
  Array aweights = {};                ///< how much each observation counts
};
/// The covariances of variables, [variables, observations] to [variables, variables]; a vector is one variable, and the result a
/// scalar. Floats. ShapeError for more than two axes, or weights that are not one for each observation.
Array cov(Operand x, CovOptions options = {});
/// The covariances of the variables of x and y together.
Array cov(Operand x, Operand y, CovOptions options = {});
/// Options of `corrcoef`.
struct CorrcoefOptions {
  Named by_name = Named();
  bool rowvar = true;  ///< a row is a variable and a column an observation; else the other way round
};
/// The correlations of variables: covariances divided by both standard deviations, between -1 and 1. Shapes and errors are those of
/// `cov`.
Array corrcoef(Operand x, CorrcoefOptions options = {});
/// The correlations of the variables of x and y together.
Array corrcoef(Operand x, Operand y, CorrcoefOptions options = {});

/// Options of `bincount`.
struct BincountOptions {
  Named by_name = Named();
  std::optional<std::int64_t> length = {};  ///< of the result; none: the largest element plus 1, which a trace does not know
  Array weights = {};                       ///< what each element counts; by default 1
};
/// How often each of 0, 1, … is an element of x, integers: i32, or in the weights' dtype. Elements of `length` and more are
/// left out; negative ones count as 0. ArgumentError in a trace without a length.
Array bincount(Operand x, BincountOptions options = {});

/// Options of `digitize`.
struct DigitizeOptions {
  Named by_name = Named();
  bool right = false;  ///< a bin holds its right edge, not its left one
};
/// The number, i32, of the bin in which each element lies: i where bins[i-1] <= x < bins[i]. The edges ascend or descend.
Array digitize(Operand x, Operand bins, DigitizeOptions options = {});

/// Options of `histogram`.
struct HistogramOptions {
  Named by_name = Named();
  std::int64_t bins = 10;                              ///< how many bins of one width
  std::optional<std::pair<double, double>> range = {};  ///< from where to where; by default from the least to the greatest element
  Array edges = {};                                    ///< ascending edges, in place of `bins` and `range`
  Array weights = {};                                  ///< what each element counts, in x's shape; by default 1
  bool density = false;                                ///< divide such that the area is 1
};
/// What `histogram` gives.
struct Histogram {
  Array counts;  ///< what lies in each bin
  Array edges;   ///< of the bins: one more than these
};
/// Counts of the elements in bins that hold their left edge, the last one both. Counts are floats, of x's dtype or the weights'. The
/// range of one value is widened by a half to both sides, that of no elements is from 0 to 1. ArgumentError for less than one bin, or
/// a range that ends before it begins.
[[nodiscard]] Histogram histogram(Operand x, HistogramOptions options = {});

}  // namespace espalier
