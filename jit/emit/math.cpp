// Transcendental functions: the templates of emit/math over code being generated.
#include "espalier/ir/error.h"
#include "espalier/jit/emit/elementwise.h"
#include "espalier/jit/emit/function.h"
#include "espalier/jit/emit/math/emitted_number.h"
#include "espalier/jit/emit/math/functions.h"

namespace espalier::codegen {
namespace {

using ir::Op;
using mlir::Value;
using Values = llvm::ArrayRef<Value>;

// Functions of the C library, or of ours, in f64, by their number of arguments.
constexpr std::pair<const char*, int> library[] = {{"lgamma", 1}, {"espalier_polygamma", 2}};

// One of them called for each lane: for what is rare and long.
Value call_per_lane(Builder& b, const char* symbol, Values x) {
  const mlir::Type f64_type = b.getF64Type();
  const mlir::Type element = element_of(x[0].getType());
  auto one = [&](std::int64_t lane) -> Value {
    llvm::SmallVector<Value> args;
    for (Value v : x) {
      Value a = lanes(v) > 1 ? Value(mlir::vector::ExtractOp::create(b, v, lane)) : v;
      args.push_back(element.isF32() ? Value(mlir::arith::ExtFOp::create(b, f64_type, a)) : a);
    }
    const Value result = mlir::func::CallOp::create(b, symbol, mlir::TypeRange{f64_type}, args).getResult(0);
    return element.isF32() ? Value(mlir::arith::TruncFOp::create(b, element, result)) : result;
  };
  if (lanes(x[0]) == 1) return one(0);
  Value out = constant_float(b, x[0].getType(), 0);
  for (std::int64_t lane = 0; lane < lanes(x[0]); ++lane) out = mlir::vector::InsertOp::create(b, one(lane), out, lane);
  return out;
}

template <class T> Value real_function(Builder& b, Op op, Values x) {
  using V = math::EmittedReal<T>;
  constexpr bool single = sizeof(T) == 4;
  const V a{&b, x[0]};
  const V c{&b, x.size() > 1 ? x[1] : x[0]};
  auto in_double = [&](auto f) -> Value {
    if constexpr (single) return narrow(f(widen(a))).value;
    else return f(a).value;
  };
  switch (op) {
    case Op::round_away: return math::round_away(a).value;
    case Op::exp: return math::exp(a).value;
    case Op::exp2: return math::exp2(a).value;
    case Op::expm1: return math::expm1(a).value;
    case Op::log: return math::log(a).value;
    case Op::log1p: return math::log1p(a).value;
    case Op::rsqrt: return math::rsqrt(a).value;
    case Op::cbrt: return math::cbrt(a).value;
    case Op::sin: return math::sin(a).value;
    case Op::cos: return math::cos(a).value;
    case Op::tan: return math::tan(a).value;
    case Op::asin: return math::asin(a).value;
    case Op::acos: return math::acos(a).value;
    case Op::atan: return math::atan(a).value;
    case Op::sinh: return math::sinh(a).value;
    case Op::cosh: return math::cosh(a).value;
    case Op::tanh: return math::tanh(a).value;
    case Op::asinh: return math::asinh(a).value;
    case Op::acosh: return math::acosh(a).value;
    case Op::atanh: return math::atanh(a).value;
    case Op::logistic: return math::logistic(a).value;
    case Op::erf: return math::erf(a).value;
    case Op::erfc: return math::erfc(a).value;
    case Op::erf_inv: return math::erf_inv(a).value;
    case Op::lgamma:
      if (!single && !b.for_gpu) return call_per_lane(b, "lgamma", x);
      return in_double([](auto v) { return math::lgamma(v); });
    case Op::digamma: return in_double([](auto v) { return math::digamma(v); });
    case Op::polygamma:
      if (!b.for_gpu) return call_per_lane(b, "espalier_polygamma", x);
      if constexpr (single) return narrow(math::polygamma(widen(a), widen(c))).value;
      else return math::polygamma(a, c).value;
    case Op::pow: return math::pow(a, c).value;
    case Op::atan2: return math::atan2(a, c).value;
    case Op::nextafter: return math::nextafter(a, c).value;
    case Op::rem: return math::rem(a, c).value;
    case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
    case Op::sqrt: case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::convert:
    case Op::bitcast: case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::max: case Op::min:
    case Op::and_: case Op::or_: case Op::xor_: case Op::shift_left: case Op::shift_right_arithmetic:
    case Op::shift_right_logical: case Op::compare: case Op::select: case Op::clamp: case Op::constant:
    case Op::iota: case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice: case Op::pad:
    case Op::concatenate: case Op::reverse: case Op::dynamic_slice: case Op::dynamic_update_slice:
    case Op::reduce: case Op::arg_reduce: case Op::cumulative: case Op::dot: case Op::threefry2x32:
    case Op::call: case Op::cond: case Op::scan: break;
  }
  throw CompileError(std::string(ir::name(op)), "is no transcendental function");
}

// x^n for integers by squaring, for as many bits as the largest n has; a negative power of anything but ±1 is 0.
Value integer_power(Builder& b, DType dtype, Value value, Value power) {
  using I = math::EmittedInteger<std::int64_t>;  // of any width: no real number is made of it
  const I x{&b, value}, n{&b, power};
  const auto [result, square, rest] = iterate_while(
      std::tuple{constant(n, 1), x, n}, [](I, I, I bits) { return !(bits == 0); },
      [](I product, I base, I bits) { return std::tuple{select((bits & 1) == 1, product * base, product), base * base, shift_right_logical(bits, 1)}; });
  if (!ir::is_signed(dtype)) return result.value;
  const I minus = select(x == -1, select((n & 1) == 0, constant(n, 1), constant(n, -1)), constant(n, 0));
  return select(n < 0, select(x == 1, constant(n, 1), minus), result).value;
}

}  // namespace

void declare_library(mlir::ModuleOp module) {
  Builder b(module.getLoc(), module.getContext());
  b.setInsertionPointToEnd(module.getBody());
  for (const auto& [symbol, arguments] : library) {
    const llvm::SmallVector<mlir::Type> parameters(static_cast<std::size_t>(arguments), b.getF64Type());
    mlir::func::FuncOp::create(b, symbol, b.getFunctionType(parameters, {b.getF64Type()})).setPrivate();
  }
}

namespace {

Value expanded(Builder& b, Op op, DType dtype, Values x) {
  if (op == Op::pow && ir::is_integer(dtype)) return integer_power(b, dtype, x[0], x[1]);
  if (dtype == f32) return real_function<float>(b, op, x);
  if (dtype == f64) return real_function<double>(b, op, x);
  throw CompileError(std::string(ir::name(op)), "has no code in " + std::string(ir::name(dtype)));
}

// The expansion as a function of the module, for values of these types.
mlir::func::FuncOp function_of(Builder& b, Op op, DType dtype, Values x) {
  auto module = b.getInsertionBlock()->getParentOp()->getParentOfType<mlir::ModuleOp>();
  const std::string name = std::string(ir::name(op)) + "_" + std::to_string(lanes(x[0])) + "x" + std::string(ir::name(dtype));
  if (auto known = module.lookupSymbol<mlir::func::FuncOp>(name)) return known;
  Builder inner(b.getLoc(), b.getContext());
  inner.for_gpu = b.for_gpu;
  inner.setInsertionPointToEnd(module.getBody());
  auto function = create_function(inner, name, mlir::ValueRange(x).getTypes(), x[0].getType());
  mlir::Block* block = function.addEntryBlock();
  inner.setInsertionPointToStart(block);
  const llvm::SmallVector<Value> arguments(block->args_begin(), block->args_end());
  mlir::func::ReturnOp::create(inner, expanded(inner, op, dtype, arguments));
  return function;
}

}  // namespace

Value emit_math(Builder& b, Op op, DType dtype, Values x) {
  if (!llvm::is_contained(b.called, op)) return expanded(b, op, dtype, x);
  return mlir::func::CallOp::create(b, function_of(b, op, dtype, x), x).getResult(0);
}

}  // namespace espalier::codegen
