#include "espalier/jit/dtypes.h"

#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Whether an op takes bits from one place to another, whatever they mean.
bool moves(Op op) {
  switch (op) {
    case Op::bitcast: case Op::select: case Op::constant: case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice:
    case Op::pad: case Op::concatenate: case Op::reverse: case Op::dynamic_slice: case Op::dynamic_update_slice: case Op::call:
    case Op::cond: case Op::scan: return true;
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even: case Op::round_away:
    case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt: case Op::rsqrt: case Op::cbrt:
    case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos: case Op::atan: case Op::sinh: case Op::cosh:
    case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh: case Op::logistic: case Op::erf: case Op::erfc:
    case Op::erf_inv: case Op::lgamma: case Op::digamma: case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz:
    case Op::convert: case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow: case Op::max:
    case Op::min: case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
    case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare: case Op::clamp:
    case Op::iota: case Op::reduce: case Op::arg_reduce: case Op::cumulative: case Op::dot: case Op::threefry2x32: return false;
  }
  return false;
}

void require(Op op, DType dtype, const Loc& loc) {
  const bool half = dtype == f16 || dtype == bf16;
  if (!is_complex(dtype) && !(half && !moves(op))) return;
  const std::string of = op == Op::cumulative || op == Op::reduce || op == Op::dot ? " of " : " in ";
  DTypeError error(std::string(name(op)), "there is no code" + of + std::string(ir::name(dtype)) + " yet" + (loc.line == 0 ? "" : ", which " + std::string(loc.file) + ":" + std::to_string(loc.line) + " asks for"),
                   is_complex(dtype) ? "compute with the real and the imaginary part" : "use f32");
  error.dtypes = {dtype};
  throw error;
}

}  // namespace

void require_compiled_dtypes(const Graph& graph) {
  for (const Node& node : graph.nodes) {  // what a body computes is named before the op that runs the body
    if (node.op == Op::call) require_compiled_dtypes(*graph.attrs_as<CallAttrs>(node).body);
    if (node.op == Op::scan) require_compiled_dtypes(*graph.attrs_as<ScanAttrs>(node).body);
    if (node.op == Op::cond) {
      for (const auto& branch : graph.attrs_as<CondAttrs>(node).branches) require_compiled_dtypes(*branch);
    }
    for (Value v : graph.operands_of(node)) require(node.op, graph.type_of(v).dtype(), node.loc);
    for (std::uint32_t k = 0; k < node.n_results; ++k) require(node.op, graph.type_of(node.first_result + k).dtype(), node.loc);
  }
  for (std::uint32_t i = 0; i < graph.n_inputs; ++i) {
    if (is_complex(graph.types[i].dtype())) {
      DTypeError error("compile", "argument " + std::to_string(i) + " is " + graph.types[i].str() + ": there is no code in " + std::string(ir::name(graph.types[i].dtype())) + " yet", "compute with the real and the imaginary part");
      error.dtypes = {graph.types[i].dtype()};
      throw error;
    }
  }
}

}  // namespace espalier::codegen
