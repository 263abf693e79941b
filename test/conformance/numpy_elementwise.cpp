// Family numpy: products, and functions element by element.
#include "numpy.h"

namespace espalier::conformance {
namespace {

template <Array (*f)(Operand)> Arrays unary(const Json&, const Arrays& x) { return {f(x[0])}; }
template <Array (*f)(Operand, Operand)> Arrays binary(const Json&, const Arrays& x) { return {f(x[0], x[1])}; }
template <Array (*f)(Operand, Operand, DotOptions)> Arrays product(const Json&, const Arrays& x) { return {f(x[0], x[1], {})}; }
template <std::pair<Array, Array> (*f)(Operand)> Arrays parts(const Json&, const Arrays& x) {
  const auto [first, second] = f(x[0]);
  return {first, second};
}

Arrays einsum(const Json& a, const Arrays& x) {
  const std::string spec = a.at("spec");
  switch (x.size()) {
    case 1: return {espalier::einsum(spec, x[0])};
    case 2: return {espalier::einsum(spec, x[0], x[1])};
    case 3: return {espalier::einsum(spec, x[0], x[1], x[2])};
    case 4: return {espalier::einsum(spec, x[0], x[1], x[2], x[3])};
    case 5: return {espalier::einsum(spec, x[0], x[1], x[2], x[3], x[4])};
  }
  throw Unsupported("einsum of " + std::to_string(x.size()) + " operands");
}

Arrays tensordot(const Json& a, const Arrays& x) {
  if (a.at("axes").is_number()) return {espalier::tensordot(x[0], x[1], a["axes"].get<std::int64_t>())};
  std::pair<Axes, Axes> axes;
  axes.first.all = axes.second.all = false;
  axes.first.list = a["axes"][0].get<std::vector<std::int64_t>>();
  axes.second.list = a["axes"][1].get<std::vector<std::int64_t>>();
  return {espalier::tensordot(x[0], x[1], axes)};
}

Arrays clip(const Json& a, const Arrays& x) {
  if (a.at("max").is_null()) return {espalier::clip(x[0], number_at(a, "min"), none)};
  if (a.at("min").is_null()) return {espalier::clip(x[0], none, number_at(a, "max"))};
  return {espalier::clip(x[0], number_at(a, "min"), number_at(a, "max"))};
}

// In JAX of floats in their dtype.
Arrays float_power(const Json&, const Arrays& x) { return {espalier::float_power(x[0], x[1]).as(promote(x[0].dtype(), x[1].dtype()))}; }

Arrays divmod(const Json&, const Arrays& x) {
  const auto [quotient, rest] = espalier::divmod(x[0], x[1]);
  return {quotient, rest};
}

// Half of the inputs are conditions, the others choices.
Arrays select(const Json& a, const Arrays& x) {
  const auto middle = x.begin() + static_cast<std::ptrdiff_t>(x.size() / 2);
  return {espalier::select(Arrays(x.begin(), middle), Arrays(middle, x.end()), number_at(a, "default"))};
}
Arrays piecewise(const Json&, const Arrays& x) { return {espalier::select({x[0] < 0, x[0] > 1}, {-x[0], square(x[0])}, 0.5)}; }

Arrays same_everywhere(const Json&, const Arrays& x) { return {all(x[0] == x[1])}; }

}  // namespace

const Rules& numpy_elementwise_rules() {
  static const Rules rules = {
      {"einsum", einsum},
      {"matmul", product<matmul>},
      {"tensordot", tensordot},
      {"dot", product<dot>},
      {"vdot", product<vdot>},
      {"inner", product<inner>},
      {"outer", product<outer>},
      {"vecdot", product<vecdot>},
      {"matvec", product<matvec>},
      {"kron", binary<kron>},
      {"cross", [](const Json&, const Arrays& x) { return Arrays{cross(x[0], x[1])}; }},

      {"logaddexp", binary<logaddexp>},
      {"logaddexp2", binary<logaddexp2>},
      {"hypot", binary<hypot>},
      {"copysign", binary<copysign>},
      {"fmod", binary<fmod>},
      {"floor_divide", binary<floor_divide>},
      {"remainder", binary<remainder>},
      {"true_divide", binary<divide>},
      {"divmod", divmod},
      {"float_power", float_power},
      {"power", binary<pow>},
      {"heaviside", binary<heaviside>},
      {"arctan2", binary<atan2>},
      {"fmax", binary<fmax>},
      {"fmin", binary<fmin>},
      {"maximum", binary<maximum>},
      {"ldexp", binary<ldexp>},
      {"gcd", binary<gcd>},
      {"lcm", binary<lcm>},
      {"left_shift", binary<left_shift>},
      {"right_shift", binary<right_shift>},
      {"logical_and", binary<logical_and>},
      {"logical_or", binary<logical_or>},
      {"logical_xor", binary<logical_xor>},
      {"xlogy", binary<xlogy>},
      {"xlog1py", binary<xlog1py>},
      {"rel_entr", binary<rel_entr>},
      {"kl_div", binary<kl_div>},
      {"betaln", binary<betaln>},
      {"isclose", [](const Json&, const Arrays& x) { return Arrays{isclose(x[0], x[1])}; }},
      {"allclose", [](const Json&, const Arrays& x) { return Arrays{all(isclose(x[0], x[1]))}; }},
      {"array_equal", same_everywhere},
      {"array_equiv", same_everywhere},

      {"sinc", unary<sinc>},
      {"log2", unary<log2>},
      {"log10", unary<log10>},
      {"exp2", unary<exp2>},
      {"square", unary<square>},
      {"reciprocal", unary<reciprocal>},
      {"trunc", unary<trunc>},
      {"rint", unary<rint>},
      {"deg2rad", unary<deg2rad>},
      {"rad2deg", unary<rad2deg>},
      {"isnan", unary<isnan>},
      {"isinf", unary<isinf>},
      {"isfinite", unary<isfinite>},
      {"isposinf", unary<isposinf>},
      {"isneginf", unary<isneginf>},
      {"signbit", unary<signbit>},
      {"fabs", unary<abs>},
      {"positive", [](const Json&, const Arrays& x) { return Arrays{+x[0]}; }},
      {"nan_to_num", [](const Json&, const Arrays& x) { return Arrays{nan_to_num(x[0])}; }},
      {"cbrt", unary<cbrt>},
      {"spacing", unary<spacing>},
      {"frexp", parts<frexp>},
      {"modf", parts<modf>},
      {"entr", unary<entr>},
      {"logit", unary<logit>},
      {"expit", unary<sigmoid>},
      {"ndtr", unary<ndtr>},
      {"log_ndtr", unary<log_ndtr>},
      {"ndtri", unary<ndtri>},
      {"gammaln", unary<lgamma>},
      {"i0", unary<i0>},
      {"i0e", unary<i0e>},
      {"i1e", unary<i1e>},
      {"multigammaln", [](const Json&, const Arrays& x) { return Arrays{multigammaln(x[0] + 2, 2)}; }},
      {"polygamma", [](const Json&, const Arrays& x) { return Arrays{polygamma(1, x[0])}; }},
      {"gammainc", [](const Json&, const Arrays& x) { return Arrays{igamma(x[0], x[1])}; }},
      {"gammaincc", [](const Json&, const Arrays& x) { return Arrays{igammac(x[0], x[1])}; }},
      {"betainc", [](const Json&, const Arrays& x) { return Arrays{betainc(x[0], x[1], x[2])}; }},
      {"zeta", [](const Json&, const Arrays& x) { return Arrays{zeta(x[0] + 1.5, x[1])}; }},
      {"clip", clip},
      {"where", [](const Json&, const Arrays& x) { return Arrays{where(x[0], x[1], x[2])}; }},
      {"select", select},
      {"piecewise", piecewise},
  };
  return rules;
}

}  // namespace espalier::conformance
