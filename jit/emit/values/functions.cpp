// Transcendental functions: the templates of emit/math over code being generated.
#include "espalier/ir/error.h"
#include "espalier/ir/op_sets.h"
#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/function.h"
#include "espalier/jit/emit/values/emitted_number.h"
#include "espalier/jit/emit/math/functions.h"

namespace espalier::codegen {
namespace {

using ir::Op;
using mlir::Value;
using Values = llvm::ArrayRef<Value>;

// Functions of the C library, or of ours, in f64, by their number of arguments.
constexpr std::pair<const char*, int> library[] = {{"lgamma", 1}, {"espalier_polygamma", 2}};

// One of them called for each lane: for what is rare and long.
Value call_per_lane(CodeBuilder& b, const char* symbol, Values x) {
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

template <class T> using Real = math::EmittedReal<T>;

// The functions whose series are for double alone.
template <class F, class T, class... More> Real<T> in_double(F f, Real<T> x, More... more) {
  if constexpr (sizeof(T) == 4) return narrow(f(widen(x), widen(more)...));
  else return f(x, more...);
}
template <class T> Real<T> digamma(Real<T> x) {
  return in_double([](auto v) { return math::digamma(v); }, x);
}
template <class T> Real<T> bessel_i0e(Real<T> x) {
  return in_double([](auto v) { return math::bessel_i0e(v); }, x);
}
template <class T> Real<T> bessel_i1e(Real<T> x) {
  return in_double([](auto v) { return math::bessel_i1e(v); }, x);
}
template <class T> Real<T> lgamma(Real<T> x) {
  if (sizeof(T) == 8 && x.b->has.c_library) return {x.b, call_per_lane(*x.b, "lgamma", {x.value})};
  return in_double([](auto v) { return math::lgamma(v); }, x);
}
template <class T> Real<T> polygamma(Real<T> n, Real<T> x) {
  if (x.b->has.c_library) return {x.b, call_per_lane(*x.b, "espalier_polygamma", {n.value, x.value})};
  return in_double([](auto v, auto w) { return math::polygamma(v, w); }, n, x);
}

template <class T> Value real_function(CodeBuilder& b, Op op, Values x) {
  const Real<T> a{&b, x[0]}, c{&b, x.back()};
  switch (static_cast<ir::Function>(op.row())) {
#define FUNCTION(name) \
  case ir::Function::name: return name(a).value;
#include "espalier/ir/functions.def"
    case ir::Function::polygamma: return polygamma(a, c).value;
    case ir::Function::zeta: return in_double([](auto v, auto w) { return math::zeta(v, w); }, a, c).value;
    case ir::Function::igamma: return in_double([](auto v, auto w) { return math::igamma(v, w); }, a, c).value;
    case ir::Function::igammac: return in_double([](auto v, auto w) { return math::igammac(v, w); }, a, c).value;
    case ir::Function::igamma_grad_a: return in_double([](auto v, auto w) { return math::igamma_grad_a(v, w); }, a, c).value;
    case ir::Function::random_gamma_grad: return in_double([](auto v, auto w) { return math::random_gamma_grad(v, w); }, a, c).value;
    case ir::Function::betainc: return in_double([](auto v, auto w, auto at) { return math::betainc(v, w, at); }, a, Real<T>{&b, x[1]}, c).value;
    case ir::Function::pow: return math::pow(a, c).value;
    case ir::Function::atan2: return math::atan2(a, c).value;
    case ir::Function::nextafter: return math::nextafter(a, c).value;
    case ir::Function::rem: return math::rem(a, c).value;
  }
  throw CompileError(std::string(ir::name(op)), "is no transcendental function");
}

// x^n for integers by squaring, for as many bits as the largest n has; a negative power of anything but ±1 is 0.
Value integer_power(CodeBuilder& b, DType dtype, Value value, Value power) {
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
  CodeBuilder b(module.getLoc(), module.getContext());
  b.setInsertionPointToEnd(module.getBody());
  for (const auto& [symbol, arguments] : library) {
    const llvm::SmallVector<mlir::Type> parameters(static_cast<std::size_t>(arguments), b.getF64Type());
    mlir::func::FuncOp::create(b, symbol, b.getFunctionType(parameters, {b.getF64Type()})).setPrivate();
  }
}

namespace {

Value expanded(CodeBuilder& b, Op op, DType dtype, Values x) {
  if (op == Op::pow && ir::is_integer(dtype)) return integer_power(b, dtype, x[0], x[1]);
  if (dtype == f32) return real_function<float>(b, op, x);
  if (dtype == f64) return real_function<double>(b, op, x);
  throw CompileError(std::string(ir::name(op)), "has no code in " + std::string(ir::name(dtype)));
}

// The expansion as a function of the module, for values of these types.
mlir::func::FuncOp function_of(CodeBuilder& b, Op op, DType dtype, Values x) {
  const std::string name = std::string(ir::name(op)) + "_" + std::to_string(lanes(x[0])) + "x" + std::string(ir::name(dtype));
  if (auto known = b.module.lookupSymbol<mlir::func::FuncOp>(name)) return known;
  CodeBuilder inner(mlir::UnknownLoc::get(b.getContext()), b.getContext());  // it is of every line that calls it, and so of none
  inner.has = b.has;
  inner.setInsertionPointToEnd(b.module.getBody());
  auto function = create_function(inner, name, mlir::ValueRange(x).getTypes(), x[0].getType());
  mlir::Block* block = function.addEntryBlock();
  inner.setInsertionPointToStart(block);
  const llvm::SmallVector<Value> arguments(block->args_begin(), block->args_end());
  mlir::func::ReturnOp::create(inner, expanded(inner, op, dtype, arguments));
  return function;
}

}  // namespace

Value emit_math(CodeBuilder& b, Op op, DType dtype, Values x) {
  if (!llvm::is_contained(b.called, op)) return expanded(b, op, dtype, x);
  return mlir::func::CallOp::create(b, function_of(b, op, dtype, x), x).getResult(0);
}

}  // namespace espalier::codegen
