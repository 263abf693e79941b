// Quantiles: places in the sorted elements, and what lies between two of them.
#include <algorithm>
#include <limits>

#include "espalier/dsl/caller.h"
#include "espalier/dsl/ops/elementwise.h"
#include "espalier/dsl/ops/indexing.h"
#include "espalier/dsl/ops/reductions.h"
#include "espalier/dsl/ops/settled.h"
#include "espalier/dsl/ops/shape.h"
#include "espalier/dsl/ops/sorting.h"
#include "espalier/dsl/ops/statistics.h"
#include "espalier/dsl/trace.h"
#include "espalier/ir/half.h"

namespace espalier {

using detail::called_at;
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
// Everything here runs within called_at, which knows the user's place.

// The reduced axes as one, the last, along which the elements are sorted; NaN come last. `shape` is that of the result.
struct Lines {
  Array sorted;
  Shape shape;
};
Lines lines_of(const Operand& x, const Axes& axis, bool keepdims, const char* name) {
  detail::require_real(x, name);
  const Array a = detail::settled_floats(x);
  const auto gone = detail::axes_of(axis, a.ndim(), name, {});
  std::vector<int> order;
  std::vector<std::int64_t> shape, lines;
  for (int i = 0; i < a.ndim(); ++i) {
    const bool reduced = std::binary_search(gone.begin(), gone.end(), i);
    if (!reduced) order.push_back(i), lines.push_back(a.shape()[i]);
    if (!reduced || keepdims) shape.push_back(reduced ? 1 : a.shape()[i]);
  }
  std::int64_t n = 1;
  for (auto i : gone) order.push_back(static_cast<int>(i)), n *= a.shape()[static_cast<int>(i)];
  lines.push_back(n);
  return {sort(reshape(a.ndim() == 0 ? a : transpose(a, order), Shape(lines))), Shape(shape)};
}

// A value between two elements: their places, from 0, and the weight of the second.
struct Place {
  Array low, high, weight;
};

Place exactly(const Array& at) { return {at, at, Array(0.0)}; }
Place between(const Array& at) {
  const Array low = floor(at);
  return {low, low + 1, at - low};
}
// Where q n elements are passed, a part of an element being alpha at the first and beta at the last one.
Place continuous(const Array& q, const Array& n, double alpha, double beta) { return between(n * q + (alpha + q * (1 - alpha - beta)) - 1); }

Place place_of(std::string_view method, const Array& q, const Array& n) {
  const Array at = (n - 1) * q, passed = n * q;
  if (method == "linear") return between(at);
  if (method == "lower") return exactly(floor(at));
  if (method == "higher") return exactly(ceil(at));
  if (method == "nearest") return exactly(rint(at));
  if (method == "midpoint") return {floor(at), ceil(at), Array(0.5)};
  if (method == "inverted_cdf") return exactly(ceil(passed) - 1);
  if (method == "averaged_inverted_cdf") {
    // At a step of the distribution function, both elements that meet there.
    const Array step = floor(passed);
    return {ceil(passed) - 1, step, Array(0.5)};
  }
  if (method == "closest_observation") {
    const Array below = floor(passed - 1.5), tie = (passed - 1.5 == below) & (below % 2.0 == 1.0);
    return exactly(where(tie, below, below + 1));
  }
  if (method == "interpolated_inverted_cdf") return continuous(q, n, 0, 1);
  if (method == "hazen") return continuous(q, n, 0.5, 0.5);
  if (method == "weibull") return continuous(q, n, 0, 0);
  if (method == "median_unbiased") return continuous(q, n, 1.0 / 3, 1.0 / 3);
  if (method == "normal_unbiased") return continuous(q, n, 3.0 / 8, 3.0 / 8);
  throw ArgumentError("quantile", "method \"" + std::string(method) + "\" is not known", "it is one of NumPy's, such as linear, lower, higher, midpoint, nearest, inverted_cdf, hazen, weibull or median_unbiased");
}

// Between two elements; equal infinities have no distance.
Array weighted(const Array& low, const Array& high, const Array& weight) {
  const Array span = where((low == high) & isinf(low), 0.0, high - low);
  return where(weight == 0, low, low + weight * span);
}

// Places are counted in a dtype that holds them all.
Array places_in(const Operand& q, std::int64_t n) {
  const Array a = q.array.weak() ? q.array.as(f64) : detail::settled_floats(q);
  return ir::is_half(a.dtype()) || (a.dtype() == f32 && n >= std::int64_t{1} << 22) ? a.as(f64) : a;
}

// The elements of lines [..., n] at places [...].
Array elements_at(const Array& sorted, const Array& place, DType count) { return take_along_axis(sorted, place.as(count), -1, {.mode = AtMode::clip}); }

Array quantile_of(const Operand& x, const Operand& given, const QuantileOptions& o, bool without_nan, const char* name) {
  const auto [sorted, shape] = lines_of(x, o.axis, o.keepdims, name);
  const DType dtype = sorted.dtype();
  const std::int64_t n = sorted.shape(-1);
  const Array q = places_in(given, n), line = ravel(q);
  std::vector<std::int64_t> extents = q.shape().extents();
  extents.insert(extents.end(), shape.begin(), shape.end());
  (void)place_of(o.method, Array(0.5), Array(1.0));  // says what is wrong with the method, also where there are no elements
  if (n == 0) return full(Shape(extents), nan, dtype);
  // [..., 1]: how many elements count, and for each q where it lies among them.
  const Array some = without_nan ? sum((~isnan(sorted)).as(q.dtype()), {.axis = -1, .keepdims = true}) : full({1}, static_cast<double>(n), q.dtype());
  const Place at = place_of(o.method, line, some);
  const DType count = n > INT32_MAX ? i64 : i32;
  const auto within = [&](const Array& place) {
    std::vector<std::int64_t> places = sorted.shape().extents();
    places.back() = line.size();
    return broadcast_to(clip(place, 0.0, maximum(some - 1, 0.0)), Shape(places));
  };
  const Array low = within(at.low), high = within(at.high);
  // Beyond the first or the last element there is nothing to weigh.
  const Array weight = where(low == high, 0.0, at.weight).as(dtype);
  const Array value = weighted(elements_at(sorted, low, count), elements_at(sorted, high, count), weight);
  const Array lost = isnan(without_nan ? detail::part_of(sorted, sorted.ndim() - 1, 0, 1) : detail::part_of(sorted, sorted.ndim() - 1, n - 1, n));
  const Array known = where(lost | ~((line >= 0) & (line <= 1)), nan, value);
  return reshape(moveaxis(known, -1, 0), Shape(extents));
}

Array hundredths(const Operand& q) { return q / 100.0; }

}  // namespace

Array quantile(Operand x, Operand q, QuantileOptions o) {
  return called_at(x.where, "quantile", [&] { return quantile_of(x, q, o, false, "quantile"); });
}
Array percentile(Operand x, Operand q, QuantileOptions o) {
  return called_at(x.where, "percentile", [&] { return quantile_of(x, hundredths(q), o, false, "percentile"); });
}
Array nanquantile(Operand x, Operand q, QuantileOptions o) {
  return called_at(x.where, "nanquantile", [&] { return quantile_of(x, q, o, true, "nanquantile"); });
}
Array nanpercentile(Operand x, Operand q, QuantileOptions o) {
  return called_at(x.where, "nanpercentile", [&] { return quantile_of(x, hundredths(q), o, true, "nanpercentile"); });
}

// Where the middle is, is known: two slices, no search.
Array median(Operand x, MedianOptions o) {
  return called_at(x.where, "median", [&] {
    const auto [sorted, shape] = lines_of(x, o.axis, o.keepdims, "median");
    const std::int64_t n = sorted.shape(-1);
    if (n == 0) return full(shape, nan, sorted.dtype());
    const auto at = [&, &sorted = sorted](std::int64_t k) { return detail::part_of(sorted, sorted.ndim() - 1, k, k + 1); };
    const Array middle = n % 2 == 1 ? at(n / 2) : weighted(at(n / 2 - 1), at(n / 2), Array(0.5).as(sorted.dtype()));
    return reshape(where(isnan(at(n - 1)), nan, middle), shape);
  });
}
Array nanmedian(Operand x, MedianOptions o) {
  return called_at(x.where, "nanmedian", [&] { return quantile_of(x, 0.5, {.axis = o.axis, .keepdims = o.keepdims}, true, "nanmedian"); });
}

}  // namespace espalier
