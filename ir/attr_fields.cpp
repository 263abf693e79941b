#include "espalier/ir/attr_fields.h"

namespace espalier::ir {

Attrs blank_attrs(Op op) {
  switch (op) {
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
    case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
    case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
    case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
    case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
    case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::add: case Op::sub: case Op::mul:
    case Op::div: case Op::rem: case Op::pow: case Op::max: case Op::min: case Op::atan2: case Op::nextafter:
    case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_: case Op::shift_left:
    case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::select: case Op::clamp:
    case Op::dynamic_update_slice: case Op::threefry2x32:
      return std::monostate{};
    case Op::compare: return CompareAttrs{};
    case Op::convert: case Op::bitcast: return ConvertAttrs{};
    case Op::constant: return ConstantAttrs{};
    case Op::iota: return IotaAttrs{};
    case Op::broadcast: return BroadcastAttrs{};
    case Op::reshape: return ReshapeAttrs{};
    case Op::transpose: return TransposeAttrs{};
    case Op::slice: return SliceAttrs{};
    case Op::pad: return PadAttrs{};
    case Op::concatenate: return ConcatenateAttrs{};
    case Op::reverse: return ReverseAttrs{};
    case Op::dynamic_slice: return DynamicSliceAttrs{};
    case Op::reduce: return ReduceAttrs{};
    case Op::arg_reduce: return ArgReduceAttrs{};
    case Op::cumulative: return CumulativeAttrs{};
    case Op::dot: return DotAttrs{};
    case Op::call: return CallAttrs{};
    case Op::cond: return CondAttrs{};
    case Op::scan: return ScanAttrs{};
  }
  return std::monostate{};
}

std::span<const std::string_view> spellings(Comparison) {
  static constexpr std::string_view words[] = {"eq", "ne", "lt", "le", "gt", "ge"};
  return words;
}
std::span<const std::string_view> spellings(Reduction) {
  static constexpr std::string_view words[] = {"sum", "prod", "max", "min", "and", "or", "xor"};
  return words;
}
std::span<const std::string_view> spellings(ArgReduction) {
  static constexpr std::string_view words[] = {"max", "min"};
  return words;
}
std::span<const std::string_view> spellings(Cumulation) {
  static constexpr std::string_view words[] = {"sum", "prod", "max", "min", "logsumexp"};
  return words;
}

}  // namespace espalier::ir
