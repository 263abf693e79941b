#include "espalier/ir/eval.h"

#include <atomic>

#include "espalier/ir/error.h"
#include "espalier/ir/eval/rules.h"

namespace espalier::ir {
namespace {

std::atomic<std::uint64_t> calls{0};

}  // namespace

std::uint64_t eval_count() { return calls.load(std::memory_order_relaxed); }

namespace evaluate {

void fail_dtype(Op op, DType dtype) {
  DTypeError error(std::string(name(op)), "there is no arithmetic in " + std::string(name(dtype)) + " yet", is_complex(dtype) ? "compute with the real and the imaginary part" : "use f32");
  error.dtypes = {dtype};
  throw error;
}

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.ndim());
  std::int64_t stride = 1;
  for (int i = shape.ndim(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  return strides;
}

}  // namespace evaluate

void eval(Op op, const Attrs& attrs, std::span<const View> in, std::span<void* const> out) {
  calls.fetch_add(1, std::memory_order_relaxed);
  switch (op) {
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
      return evaluate::elementwise(op, attrs, in, out[0]);
    case Op::constant: case Op::iota: case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice:
    case Op::pad: case Op::concatenate: case Op::reverse: case Op::dynamic_slice: case Op::dynamic_update_slice:
      return evaluate::structural(op, attrs, in, out[0]);
    case Op::reduce: return evaluate::reduce(std::get<ReduceAttrs>(attrs), in[0], out[0]);
    case Op::arg_reduce: return evaluate::arg_reduce(std::get<ArgReduceAttrs>(attrs), in[0], out[0]);
    case Op::cumulative: return evaluate::cumulative(std::get<CumulativeAttrs>(attrs), in[0], out[0]);
    case Op::dot: return evaluate::dot(std::get<DotAttrs>(attrs), in[0], in[1], out[0]);
    case Op::threefry2x32: return evaluate::threefry(in, out);
    case Op::call: return evaluate::call(std::get<CallAttrs>(attrs), in, out);
    case Op::cond: return evaluate::cond(std::get<CondAttrs>(attrs), in, out);
    case Op::scan: return evaluate::scan(std::get<ScanAttrs>(attrs), in, out);
  }
}

}  // namespace espalier::ir
