// The operations of jax.lax, one row each: which op of ours it is, and how its attributes are written there.
#include <cmath>
#include <limits>

#include "program.h"

#include "espalier/dsl/ops.h"
#include "espalier/dsl/trace.h"
#include "espalier/dsl/transform.h"

namespace espalier::conformance {
namespace {

using ir::ArgReduction;
using ir::Comparison;
using ir::Cumulation;
using ir::Ints;
using ir::Op;
using ir::Reduction;

Array result_of(Op op, const Arrays& x, ir::Attrs attrs = {}) { return detail::apply_many(op, x, std::move(attrs), {})[0]; }
Ints ints(const Json& attrs, const char* name) { return attrs.at(name).get<Ints>(); }

// ---- what several rows share ----------------------------------------------------------------------------------------

template <auto op> Arrays plain(const Json&, const Arrays& x) { return {result_of(op, x)}; }
template <Comparison direction> Arrays comparison(const Json&, const Arrays& x) { return {result_of(Op::compare, x, ir::CompareAttrs{direction})}; }
template <Reduction kind> Arrays reduction(const Json& a, const Arrays& x) { return {result_of(Op::reduce, x, ir::ReduceAttrs{kind, ints(a, "axes")})}; }
template <ArgReduction kind> Arrays arg_reduction(const Json& a, const Arrays& x) {
  return {result_of(Op::arg_reduce, x, ir::ArgReduceAttrs{kind, a.at("axis").get<int>(), dtype_at(a, "index_dtype")})};
}
template <Cumulation kind> Arrays cumulative(const Json& a, const Arrays& x) {
  return {result_of(Op::cumulative, x, ir::CumulativeAttrs{kind, a.at("axis").get<int>(), a.at("reverse").get<bool>()})};
}
template <Array (*f)(Operand)> Arrays function(const Json&, const Arrays& x) { return {f(x[0])}; }
template <Array (*f)(Operand, Operand)> Arrays function(const Json&, const Arrays& x) { return {f(x[0], x[1])}; }

// A bound of clamp and the condition of select may be scalars.
Array spread(const Array& x, const Shape& shape) { return x.ndim() == 0 ? broadcast_to(x, shape) : x; }

// Starts below 0 count from the end, once; dynamic_slice then clamps them.
Arrays with_starts(const Arrays& x, std::size_t first) {
  Arrays operands = x;
  for (std::size_t i = first; i < x.size(); ++i) {
    const std::int64_t extent = x[0].shape()[static_cast<int>(i - first)];
    if (!ir::is_unsigned(x[i].dtype())) operands[i] = where(x[i] < 0, x[i] + extent, x[i]);
  }
  return operands;
}

// ---- rows that need more than a line --------------------------------------------------------------------------------

// A reduction of pairs by a function of two of them: the first that is not less.
Arrays reduce_argpair(const Json& a, const Arrays& x) {
  using Pair = std::pair<Array, Array>;
  const std::int64_t axis = ints(a, "axes")[0];
  const Pair xs{moveaxis(x[0], axis, 0), moveaxis(x[1], axis, 0)};
  const Pair start{full_like(xs.first[0], -std::numeric_limits<double>::infinity()), full_like(xs.second[0], -1)};
  const auto step = [](Pair best, Pair next) {
    const Array stays = best.first >= next.first;
    return std::pair{Pair{where(stays, best.first, next.first), where(stays, best.second, next.second)}, nothing};
  };
  const Pair best = scan(step, start, xs).first;
  return {best.first, best.second};
}

Arrays round(const Json& a, const Arrays& x) { return {result_of(a.at("rounding_method") == "AWAY_FROM_ZERO" ? Op::round_away : Op::round_even, x)}; }

Arrays integer_pow(const Json& a, const Arrays& x) { return {pow(x[0], a.at("y").get<int>())}; }

Arrays power(const Json&, const Arrays& x) {
  return {x[0].dtype() == x[1].dtype() ? result_of(Op::pow, x) : pow(x[0], x[1].as(x[0].dtype()))};
}

// A bool chooses case 0 where false; an integer chooses by number.
Arrays select_n(const Json&, const Arrays& x) {
  const Array which = spread(x[0], x[1].shape());
  if (which.dtype() == bool_) return {where(which, x[2], x[1])};
  Array chosen = x.back();
  for (std::size_t i = x.size() - 2; i >= 1; --i) chosen = where(which == static_cast<int>(i - 1), x[i], chosen);
  return {chosen};
}

Arrays clamp(const Json&, const Arrays& x) {
  const Shape& shape = x[1].shape();
  return {result_of(Op::clamp, {spread(x[0], shape), x[1], spread(x[2], shape)})};
}

Arrays convert(const Json& a, const Arrays& x) { return {result_of(Op::convert, x, ir::ConvertAttrs{dtype_at(a, "new_dtype")})}; }

Arrays bitcast_convert(const Json& a, const Arrays& x) {
  const DType to = dtype_at(a, "new_dtype");
  return {bitcast(x[0], to)};
}

Arrays iota(const Json& a, const Arrays&) { return {espalier::iota(Shape(ints(a, "shape")), a.at("dimension").get<int>(), dtype_at(a, "dtype"))}; }

Arrays broadcast_in_dim(const Json& a, const Arrays& x) {
  return {result_of(Op::broadcast, x, ir::BroadcastAttrs{Shape(ints(a, "shape")), ints(a, "broadcast_dimensions")})};
}

Arrays reshape(const Json& a, const Arrays& x) {
  const bool permuted = a.contains("dimensions") && !a["dimensions"].is_null();
  const Array ordered = permuted ? result_of(Op::transpose, x, ir::TransposeAttrs{ints(a, "dimensions")}) : x[0];
  return {result_of(Op::reshape, {ordered}, ir::ReshapeAttrs{Shape(ints(a, "new_sizes"))})};
}

Arrays slice(const Json& a, const Arrays& x) {
  const bool strided = a.contains("strides") && !a["strides"].is_null();
  const Ints start = ints(a, "start_indices");
  return {result_of(Op::slice, x, ir::SliceAttrs{start, ints(a, "limit_indices"), strided ? ints(a, "strides") : Ints(start.size(), 1)})};
}

Arrays pad(const Json& a, const Arrays& x) {
  ir::PadAttrs p;
  for (const Json& axis : a.at("padding_config")) {
    p.low.push_back(axis[0]);
    p.high.push_back(axis[1]);
    p.interior.push_back(axis[2]);
  }
  return {result_of(Op::pad, x, p)};
}

Arrays sort(const Json& a, const Arrays& x) { return espalier::sort(x, {.axis = a.at("dimension").get<int>(), .num_keys = a.at("num_keys").get<int>()}); }
Arrays top_k(const Json& a, const Arrays& x) {
  const TopK found = espalier::top_k(x[0], a.at("k").get<int>());
  return {found.values, found.indices};
}
Arrays concatenate(const Json& a, const Arrays& x) { return {result_of(Op::concatenate, x, ir::ConcatenateAttrs{a.at("dimension").get<int>()})}; }
Arrays transpose(const Json& a, const Arrays& x) { return {result_of(Op::transpose, x, ir::TransposeAttrs{ints(a, "permutation")})}; }
Arrays reverse(const Json& a, const Arrays& x) { return {result_of(Op::reverse, x, ir::ReverseAttrs{ints(a, "dimensions")})}; }
Axes axes_at(const Json& a) {
  Axes axes;
  axes.all = false;
  axes.list = ints(a, "dimensions");
  return axes;
}
Arrays squeeze(const Json& a, const Arrays& x) { return {espalier::squeeze(x[0], {.axis = axes_at(a)})}; }
Arrays expand_dims(const Json& a, const Arrays& x) { return {espalier::expand_dims(x[0], axes_at(a))}; }
Arrays dynamic_slice(const Json& a, const Arrays& x) { return {result_of(Op::dynamic_slice, with_starts(x, 1), ir::DynamicSliceAttrs{Shape(ints(a, "slice_sizes"))})}; }
Arrays dynamic_update_slice(const Json&, const Arrays& x) { return {result_of(Op::dynamic_update_slice, with_starts(x, 2))}; }
Arrays dynamic_index_in_dim(const Json& a, const Arrays& x) {
  const int axis = a.at("axis");
  const Array index = where(x[1] < 0, x[1] + x[0].shape()[axis], x[1]);
  return {dynamic_index(x[0], index, {.axis = axis, .keepdims = a.at("keepdims").get<bool>()})};
}

Arrays dot_general(const Json& a, const Arrays& x) {
  const Json& d = a.at("dimension_numbers");
  const bool preferred = a.contains("preferred_element_type") && !a["preferred_element_type"].is_null();
  return {espalier::dot_general(x[0], x[1], {.contract = {ints(d, "lhs_contracting"), ints(d, "rhs_contracting")}, .batch = {ints(d, "lhs_batch"), ints(d, "rhs_batch")}, .preferred = preferred ? std::optional(dtype_at(a, "preferred_element_type")) : std::nullopt})};
}

// In these cases: x times a constant equal to x.
Arrays stop_gradient(const Json&, const Arrays& x) { return {espalier::stop_gradient(x[0]) * x[0]}; }

}  // namespace

const Rules& lax_rules() {
  static const Rules rules = {
      // unary
      {"neg", plain<ir::Unary::neg>},
      {"abs", plain<ir::Unary::abs>},
      {"sign", plain<ir::Unary::sign>},
      {"real", plain<ir::Unary::real>},
      {"imag", plain<ir::Unary::imag>},
      {"conj", plain<ir::Unary::conj>},
      {"floor", plain<ir::Unary::floor>},
      {"ceil", plain<ir::Unary::ceil>},
      {"round", round},
      {"exp", plain<ir::Unary::exp>},
      {"exp2", plain<ir::Unary::exp2>},
      {"expm1", plain<ir::Unary::expm1>},
      {"log", plain<ir::Unary::log>},
      {"log1p", plain<ir::Unary::log1p>},
      {"sqrt", plain<ir::Unary::sqrt>},
      {"rsqrt", plain<ir::Unary::rsqrt>},
      {"cbrt", plain<ir::Unary::cbrt>},
      {"sin", plain<ir::Unary::sin>},
      {"cos", plain<ir::Unary::cos>},
      {"tan", plain<ir::Unary::tan>},
      {"asin", plain<ir::Unary::asin>},
      {"acos", plain<ir::Unary::acos>},
      {"atan", plain<ir::Unary::atan>},
      {"sinh", plain<ir::Unary::sinh>},
      {"cosh", plain<ir::Unary::cosh>},
      {"tanh", plain<ir::Unary::tanh>},
      {"asinh", plain<ir::Unary::asinh>},
      {"acosh", plain<ir::Unary::acosh>},
      {"atanh", plain<ir::Unary::atanh>},
      {"logistic", plain<ir::Unary::logistic>},
      {"erf", plain<ir::Unary::erf>},
      {"erfc", plain<ir::Unary::erfc>},
      {"erf_inv", plain<ir::Unary::erf_inv>},
      {"lgamma", plain<ir::Unary::lgamma>},
      {"digamma", plain<ir::Unary::digamma>},
      {"is_finite", plain<ir::Unary::is_finite>},
      {"not", plain<ir::Unary::not_>},
      {"population_count", plain<ir::Unary::popcount>},
      {"clz", plain<ir::Unary::clz>},
      {"square", function<square>},
      {"reciprocal", function<reciprocal>},
      {"integer_pow", integer_pow},
      {"stop_gradient", stop_gradient},
      {"convert_element_type", convert},
      {"bitcast_convert_type", bitcast_convert},
      {"reduce_precision", [](const Json& a, const Arrays& x) { return Arrays{reduce_precision(x[0], a.at("exponent_bits").get<int>(), a.at("mantissa_bits").get<int>())}; }},
      // binary
      {"add", plain<ir::Binary::add>},
      {"sub", plain<ir::Binary::sub>},
      {"mul", plain<ir::Binary::mul>},
      {"div", plain<ir::Binary::div>},
      {"rem", plain<ir::Binary::rem>},
      {"complex", plain<ir::Binary::complex>},
      {"pow", power},
      {"power", power},
      {"max", plain<ir::Binary::max>},
      {"min", plain<ir::Binary::min>},
      {"atan2", plain<ir::Binary::atan2>},
      {"nextafter", plain<ir::Binary::nextafter>},
      {"bitwise_and", plain<ir::Binary::and_>},
      {"bitwise_or", plain<ir::Binary::or_>},
      {"bitwise_xor", plain<ir::Binary::xor_>},
      {"shift_left", plain<ir::Binary::shift_left>},
      {"shift_right_arithmetic", plain<ir::Binary::shift_right_arithmetic>},
      {"shift_right_logical", plain<ir::Binary::shift_right_logical>},
      {"eq", comparison<Comparison::eq>},
      {"ne", comparison<Comparison::ne>},
      {"lt", comparison<Comparison::lt>},
      {"le", comparison<Comparison::le>},
      {"gt", comparison<Comparison::gt>},
      {"ge", comparison<Comparison::ge>},
      {"jnp_add", function<add>},
      {"jnp_sub", function<subtract>},
      {"jnp_mul", function<multiply>},
      {"jnp_div", function<divide>},
      {"jnp_maximum", function<maximum>},
      {"jnp_power", function<pow>},
      // ternary
      {"select_n", select_n},
      {"clamp", clamp},
      // structural
      {"iota", iota},
      {"broadcast_in_dim", broadcast_in_dim},
      {"reshape", reshape},
      {"transpose", transpose},
      {"squeeze", squeeze},
      {"expand_dims", expand_dims},
      {"slice", slice},
      {"pad", pad},
      {"concatenate", concatenate},
      {"sort", sort},
      {"top_k", top_k},
      {"rev", reverse},
      {"dynamic_slice", dynamic_slice},
      {"dynamic_update_slice", dynamic_update_slice},
      {"dynamic_index_in_dim", dynamic_index_in_dim},
      // reductions
      {"reduce_sum", reduction<Reduction::sum>},
      {"reduce_prod", reduction<Reduction::prod>},
      {"reduce_max", reduction<Reduction::max>},
      {"reduce_min", reduction<Reduction::min>},
      {"reduce_and", reduction<Reduction::and_>},
      {"reduce_or", reduction<Reduction::or_>},
      {"reduce_xor", reduction<Reduction::xor_>},
      {"reduce_argpair", reduce_argpair},
      {"argmax", arg_reduction<ArgReduction::max>},
      {"argmin", arg_reduction<ArgReduction::min>},
      {"cumsum", cumulative<Cumulation::sum>},
      {"cumprod", cumulative<Cumulation::prod>},
      {"cummax", cumulative<Cumulation::max>},
      {"cummin", cumulative<Cumulation::min>},
      {"cumlogsumexp", cumulative<Cumulation::logsumexp>},
      // contraction
      {"dot_general", dot_general},
  };
  return rules;
}

}  // namespace espalier::conformance
