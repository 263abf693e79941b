// Family numpy: reductions, statistics, and what is counted.
#include "numpy.h"

namespace espalier::conformance {
namespace {

using Reduce = Array (*)(Operand, ReduceOptions);

template <Reduce f> Arrays reduced(const Json& a, const Arrays& x) { return {f(x[0], {.axis = axes_at(a), .keepdims = keepdims_at(a)})}; }
// Sums of integers in 64 bits.
template <Reduce f> Arrays added(const Json& a, const Arrays& x) {
  const bool integers = ir::is_integer(x[0].dtype());
  return {f(x[0], {.axis = axes_at(a), .keepdims = keepdims_at(a), .dtype = integers ? std::optional(i64) : std::nullopt})};
}
template <Array (*f)(Operand, MomentOptions)> Arrays moment(const Json& a, const Arrays& x) { return {f(x[0], {.axis = axes_at(a), .keepdims = keepdims_at(a), .ddof = a.value("ddof", 0.0)})}; }
template <Array (*f)(Operand, ArgOptions)> Arrays place(const Json& a, const Arrays& x) { return {wide(f(x[0], {.axis = axis_at(a)}))}; }
template <Array (*f)(Operand, CumulativeOptions)> Arrays running(const Json& a, const Arrays& x) { return {f(x[0], {.axis = axis_at(a)})}; }
template <Array (*f)(Operand, SoftmaxOptions)> Arrays normalised(const Json& a, const Arrays& x) { return {f(x[0], {.axis = axes_at(a), .where = x.size() > 1 ? x[1] : Array()})}; }
template <Array (*f)(Operand, Operand, QuantileOptions)> Arrays quantiles(const Json& a, const Arrays& x) {
  const std::string method = a.value("method", "linear");
  return {f(x[0], Array(a.at("q").get<std::vector<double>>()), {.axis = axes_at(a), .method = method})};
}

Arrays log_sum(const Json& a, const Arrays& x) {
  if (x.size() == 1) return {logsumexp(x[0], {.axis = axes_at(a)})};
  const SignedLog sum = signed_logsumexp(x[0], {.axis = axes_at(a), .b = x[1]});
  return {sum.log, sum.sign};
}

Arrays covariance(const Json& a, const Arrays& x) {
  const CovOptions o{.rowvar = a.value("rowvar", true), .bias = a.value("bias", false), .ddof = maybe_at<std::int64_t>(a, "ddof")};
  return {x.size() == 1 ? cov(x[0], o) : cov(x[0], x[1], o)};
}

Arrays counts(const Json& a, const Arrays& x) { return {wide(bincount(x[0], {.length = maybe_at<std::int64_t>(a, "length")}))}; }
Arrays binned(const Json& a, const Arrays& x) {
  const Histogram h = histogram(x[0], {.bins = a.at("bins").get<std::int64_t>()});
  return {h.counts, h.edges};
}

template <Array (*f)(Operand, Operand, std::int64_t)> Arrays segments(const Json& a, const Arrays& x) { return {f(x[0], x[1], a.at("num_segments").get<std::int64_t>())}; }

SizeOptions size_options(const Json& a) {
  const auto fill = maybe_at<std::int64_t>(a, "fill_value");
  return {.size = maybe_at<std::int64_t>(a, "size"), .fill = fill ? Array(*fill) : Array()};
}
template <Array (*f)(Operand, SizeOptions)> Arrays places(const Json& a, const Arrays& x) { return {wide(f(x[0], size_options(a)))}; }
template <Array (*f)(Operand, Operand, SizeOptions)> Arrays set_of_two(const Json& a, const Arrays& x) { return {f(x[0], x[1], size_options(a))}; }
Arrays set_of_one(const Json& a, const Arrays& x) {
  const Unique u = unique_all(x[0], size_options(a));
  return {u.values, wide(u.indices), wide(u.inverse), wide(u.counts)};
}

}  // namespace

const Rules& numpy_reduction_rules() {
  static const Rules rules = {
      {"mean", reduced<mean>},
      {"sum", added<sum>},
      {"prod", added<prod>},
      {"max", reduced<max>},
      {"min", reduced<min>},
      {"ptp", reduced<ptp>},
      {"any", reduced<any>},
      {"all", reduced<all>},
      {"count_nonzero", [](const Json& a, const Arrays& x) { return wide(reduced<count_nonzero>(a, x)); }},
      {"nansum", reduced<nansum>},
      {"nanmean", reduced<nanmean>},
      {"nanmax", reduced<nanmax>},
      {"nanmin", reduced<nanmin>},
      {"nanprod", reduced<nanprod>},
      {"var", moment<var>},
      {"std", moment<espalier::std>},
      {"nanvar", moment<nanvar>},
      {"nanstd", moment<nanstd>},
      {"argmax", place<argmax>},
      {"argmin", place<argmin>},
      {"nanargmax", place<nanargmax>},
      {"cumsum", running<cumsum>},
      {"cumprod", running<cumprod>},
      {"nancumsum", running<nancumsum>},
      {"nancumprod", running<nancumprod>},
      {"median", [](const Json& a, const Arrays& x) { return Arrays{median(x[0], {.axis = axes_at(a)})}; }},
      {"quantile", quantiles<quantile>},
      {"percentile", quantiles<percentile>},
      {"average", [](const Json& a, const Arrays& x) { return Arrays{average(x[0], {.axis = axes_at(a)})}; }},
      {"logsumexp", log_sum},
      {"softmax", normalised<softmax>},
      {"log_softmax", normalised<log_softmax>},
      {"standardize", normalised<standardize>},
      {"cov", covariance},
      {"corrcoef", [](const Json& a, const Arrays& x) { return Arrays{corrcoef(x[0], {.rowvar = a.value("rowvar", true)})}; }},
      {"bincount", counts},
      {"histogram", binned},
      {"digitize", [](const Json& a, const Arrays& x) { return Arrays{digitize(x[0], x[1], {.right = a.value("right", false)})}; }},
      {"searchsorted", [](const Json& a, const Arrays& x) { return Arrays{searchsorted(x[0], x[1], {.right = a.at("side") == "right"})}; }},
      {"segment_sum", segments<segment_sum>},
      {"segment_prod", segments<segment_prod>},
      {"segment_max", segments<segment_max>},
      {"segment_min", segments<segment_min>},
      {"nonzero", [](const Json& a, const Arrays& x) { return wide(nonzero(x[0], size_options(a))); }},
      {"flatnonzero", places<flatnonzero>},
      {"argwhere", places<argwhere>},
      {"unique", set_of_one},
      {"union1d", set_of_two<union1d>},
      {"intersect1d", set_of_two<intersect1d>},
      {"setdiff1d", set_of_two<setdiff1d>},
      {"isin", [](const Json&, const Arrays& x) { return Arrays{isin(x[0], x[1])}; }},
  };
  return rules;
}

}  // namespace espalier::conformance
