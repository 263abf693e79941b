#include "espalier/jit/schedule/roles.h"

namespace espalier::codegen {

using ir::Op;

bool is_unit_reshape(const Shape& from, const Shape& to) {
  std::vector<std::int64_t> a, b;
  for (auto e : from) if (e != 1) a.push_back(e);
  for (auto e : to) if (e != 1) b.push_back(e);
  return a == b;
}

Role role(const ir::Graph& graph, const ir::Node& node) {
  switch (node.op) {
    case Op::constant:
    case Op::iota:
    case Op::broadcast:
    case Op::transpose:
    case Op::slice:
    case Op::pad:
    case Op::concatenate:
    case Op::reverse:
    case Op::dynamic_slice: return Role::view;
    case Op::reshape: {
      const ir::Type from = graph.type_of(graph.operands_of(node)[0]);
      return is_unit_reshape(from.shape(), graph.type_of(node.first_result).shape()) ? Role::view : Role::alias;
    }
    case Op::threefry2x32: return Role::map;
    case Op::reduce:
    case Op::arg_reduce: return Role::reduction;
    case Op::dot: return Role::contraction;
    case Op::dynamic_update_slice:
    case Op::cumulative:
    case Op::call:
    case Op::cond:
    case Op::scan: return Role::opaque;
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
    case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
    case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
    case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
    case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
    case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::convert: case Op::bitcast:
    case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow: case Op::max: case Op::min:
    case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
    case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare:
    case Op::select: case Op::clamp:
      return Role::map;
  }
  return Role::opaque;
}

bool is_cheap(Op op) {
  switch (op) {
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even: case Op::not_:
    case Op::convert: case Op::bitcast: case Op::is_finite: case Op::add: case Op::sub: case Op::mul: case Op::max:
    case Op::min: case Op::and_: case Op::or_: case Op::xor_: case Op::shift_left: case Op::shift_right_arithmetic:
    case Op::shift_right_logical: case Op::compare: case Op::select: case Op::clamp: case Op::constant: case Op::iota:
    case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice: case Op::pad: case Op::concatenate:
    case Op::reverse: case Op::dynamic_slice: return true;
    case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
    case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
    case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
    case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
    case Op::popcount: case Op::clz: case Op::div: case Op::rem: case Op::pow: case Op::atan2: case Op::nextafter:
    case Op::polygamma: case Op::dynamic_update_slice: case Op::reduce: case Op::arg_reduce: case Op::cumulative:
    case Op::dot: case Op::threefry2x32: case Op::call: case Op::cond: case Op::scan: return false;
  }
  return false;
}

}  // namespace espalier::codegen
