#include "espalier/jit/emit/values/elementwise.h"

#include <cmath>
#include <limits>
#include <optional>

#include "espalier/ir/error.h"
#include "espalier/ir/half.h"
#include "espalier/ir/op_sets.h"

namespace espalier::codegen {
namespace {

using namespace ir;
namespace arith = mlir::arith;
namespace math = mlir::math;
using mlir::Value;
using Values = llvm::ArrayRef<Value>;

// A product may fuse with the sum that takes it in, where both say so; nothing else may change.
constexpr auto contract = arith::FastMathFlags::contract;

bool is_negated(Value x) { return x.getDefiningOp<arith::NegFOp>() != nullptr; }
bool is_product(Value x) {
  if (auto spread = x.getDefiningOp<mlir::vector::BroadcastOp>()) x = spread.getSource();
  return x.getDefiningOp<arith::MulFOp>() != nullptr;
}
// x y + c, also where c is a product, is one instruction, which rounds once: half the time of polynomials and of optimizers'
// steps. Differences round as the evaluator does, so that what is equal cancels: √(x x - y y) is 0 where x is y, not NaN.
arith::FastMathFlags fuses(Value x, Value y) {
  return (is_product(x) || is_product(y)) && !is_negated(x) && !is_negated(y) ? contract : arith::FastMathFlags::none;
}

bool real(DType t) { return is_floating(t); }
Value zero(CodeBuilder& b, Value x) { return mlir::isa<mlir::FloatType>(element_of(x.getType())) ? constant_float(b, x.getType(), 0) : constant_int(b, x.getType(), 0); }
Value integer(CodeBuilder& b, Value x, std::int64_t value) { return constant_int(b, x.getType(), value); }
Value choose(CodeBuilder& b, Value condition, Value x, Value y) { return arith::SelectOp::create(b, condition, x, y); }
Value cmpi(CodeBuilder& b, arith::CmpIPredicate p, Value x, Value y) { return arith::CmpIOp::create(b, p, x, y); }
Value cmpf(CodeBuilder& b, arith::CmpFPredicate p, Value x, Value y) { return arith::CmpFOp::create(b, p, x, y); }
std::int64_t bits(DType t) { return static_cast<std::int64_t>(byte_size(t)) * 8; }

Value absolute(CodeBuilder& b, DType t, Value x) {
  if (real(t)) return math::AbsFOp::create(b, x);
  if (is_unsigned(t)) return x;
  const Value negative = cmpi(b, arith::CmpIPredicate::slt, x, zero(b, x));
  return choose(b, negative, arith::SubIOp::create(b, zero(b, x), x), x);
}

Value sign(CodeBuilder& b, DType t, Value x) {
  if (real(t)) {  // ±1; zeros and NaN are themselves
    const Value one = constant_float(b, x.getType(), 1);
    const Value signed_one = math::CopySignOp::create(b, one, x);
    const Value is_zero = cmpf(b, arith::CmpFPredicate::UEQ, x, zero(b, x));
    return choose(b, is_zero, x, signed_one);
  }
  const Value positive = cmpi(b, is_unsigned(t) ? arith::CmpIPredicate::ugt : arith::CmpIPredicate::sgt, x, zero(b, x));
  const Value one_or_zero = choose(b, positive, integer(b, x, 1), zero(b, x));
  if (is_unsigned(t)) return one_or_zero;
  return choose(b, cmpi(b, arith::CmpIPredicate::slt, x, zero(b, x)), integer(b, x, -1), one_or_zero);
}

bool is_constant(Value x) {
  if (auto spread = x.getDefiningOp<mlir::vector::BroadcastOp>()) x = spread.getSource();
  return x.getDefiningOp<arith::ConstantOp>() != nullptr;
}

// x / y towards zero, for y other than 0. No machine divides lanes of integers, but all divide lanes of floats, and below
// 64 bits that is exact: a quotient that is no integer lies further from the next one than rounding carries it. A `fixed`
// divisor, a constant, is left to LLVM, which multiplies instead.
Value quotient(CodeBuilder& b, DType t, Value x, Value y, bool fixed) {
  const bool u = is_unsigned(t);
  if (lanes(x) == 1 || bits(t) == 64 || fixed) return u ? Value(arith::DivUIOp::create(b, x, y)) : Value(arith::DivSIOp::create(b, x, y));
  const mlir::Type type = x.getType(), wider = like(type, bits(t) == 32 ? mlir::Type(b.getF64Type()) : b.getF32Type());
  auto lifted = [&](Value v) -> Value { return u ? Value(arith::UIToFPOp::create(b, wider, v)) : Value(arith::SIToFPOp::create(b, wider, v)); };
  const Value q = arith::DivFOp::create(b, lifted(x), lifted(y));
  return u ? Value(arith::FPToUIOp::create(b, type, q)) : Value(arith::FPToSIOp::create(b, type, q));
}

// Integer division as XLA defines it: by zero all ones; the most negative by -1 is itself.
Value divide(CodeBuilder& b, DType t, Value x, Value y) {
  if (real(t)) return arith::DivFOp::create(b, x, y);
  const Value by_zero = cmpi(b, arith::CmpIPredicate::eq, y, zero(b, y));
  Value safe = choose(b, by_zero, integer(b, y, 1), y);
  if (is_unsigned(t)) return choose(b, by_zero, integer(b, x, -1), quotient(b, t, x, safe, is_constant(y)));
  const Value by_minus_one = cmpi(b, arith::CmpIPredicate::eq, y, integer(b, y, -1));
  safe = choose(b, by_minus_one, integer(b, y, 1), safe);
  const Value negated = choose(b, by_minus_one, arith::SubIOp::create(b, zero(b, x), x), quotient(b, t, x, safe, is_constant(y)));
  return choose(b, by_zero, integer(b, x, -1), negated);
}
Value remainder(CodeBuilder& b, DType t, Value x, Value y) {
  if (real(t)) return emit_math(b, Op::rem, t, {x, y});
  const Value by_zero = cmpi(b, arith::CmpIPredicate::eq, y, zero(b, y));
  Value safe = choose(b, by_zero, integer(b, y, 1), y);
  auto rest = [&](Value divisor) -> Value { return arith::SubIOp::create(b, x, arith::MulIOp::create(b, quotient(b, t, x, divisor, is_constant(y)), divisor)); };
  if (is_unsigned(t)) return choose(b, by_zero, x, rest(safe));
  const Value by_minus_one = cmpi(b, arith::CmpIPredicate::eq, y, integer(b, y, -1));
  safe = choose(b, by_minus_one, integer(b, y, 1), safe);
  return choose(b, by_zero, x, choose(b, by_minus_one, zero(b, x), rest(safe)));
}

// The number that all lanes of a value are, if it is a constant.
std::optional<double> constant_of(Value x) {
  if (auto all = x.getDefiningOp<mlir::vector::BroadcastOp>()) x = all.getSource();
  mlir::FloatAttr one;
  mlir::SplatElementsAttr lanes;
  if (mlir::matchPattern(x, mlir::m_Constant(&lanes))) return lanes.getSplatValue<llvm::APFloat>().convertToDouble();
  return mlir::matchPattern(x, mlir::m_Constant(&one)) ? std::optional(one.getValueAsDouble()) : std::nullopt;
}

// The further of x and a bound, NaN if x is: where the bound is not NaN, what x86's max and min do with x as their second
// operand. Of two zeros they give x, which is made the one that counts as further.
Value beyond(CodeBuilder& b, arith::CmpFPredicate further, double zero_that_wins, Value bound, double number, Value x) {
  const Value chosen = choose(b, cmpf(b, further, bound, x), bound, x);
  if (number != 0 || std::signbit(number) != std::signbit(zero_that_wins)) return chosen;
  const Value size = math::AbsFOp::create(b, chosen);
  return std::signbit(number) ? Value(arith::NegFOp::create(b, size)) : size;
}
Value further(CodeBuilder& b, bool up, Value x, Value y) {
  const auto side = up ? arith::CmpFPredicate::OGT : arith::CmpFPredicate::OLT;
  if (!b.has.whole_extremum) {
    for (auto [bound, other] : {std::pair{y, x}, {x, y}}) {
      if (const auto number = constant_of(bound); number && !std::isnan(*number)) return beyond(b, side, up ? 0.0 : -0.0, bound, *number, other);
    }
  }
  return up ? Value(arith::MaximumFOp::create(b, x, y)) : Value(arith::MinimumFOp::create(b, x, y));
}

Value maximum(CodeBuilder& b, DType t, Value x, Value y) {
  if (real(t)) return further(b, true, x, y);
  if (is_bool(t)) return arith::OrIOp::create(b, x, y);
  return is_unsigned(t) ? Value(arith::MaxUIOp::create(b, x, y)) : Value(arith::MaxSIOp::create(b, x, y));
}
Value minimum(CodeBuilder& b, DType t, Value x, Value y) {
  if (real(t)) return further(b, false, x, y);
  if (is_bool(t)) return arith::AndIOp::create(b, x, y);
  return is_unsigned(t) ? Value(arith::MinUIOp::create(b, x, y)) : Value(arith::MinSIOp::create(b, x, y));
}

Value compare(CodeBuilder& b, Comparison direction, DType t, Value x, Value y) {
  using F = arith::CmpFPredicate;
  using I = arith::CmpIPredicate;
  const bool u = is_unsigned(t) || is_bool(t);
  switch (direction) {
    case Comparison::eq: return real(t) ? cmpf(b, F::OEQ, x, y) : cmpi(b, I::eq, x, y);
    case Comparison::ne: return real(t) ? cmpf(b, F::UNE, x, y) : cmpi(b, I::ne, x, y);
    case Comparison::lt: return real(t) ? cmpf(b, F::OLT, x, y) : cmpi(b, u ? I::ult : I::slt, x, y);
    case Comparison::le: return real(t) ? cmpf(b, F::OLE, x, y) : cmpi(b, u ? I::ule : I::sle, x, y);
    case Comparison::gt: return real(t) ? cmpf(b, F::OGT, x, y) : cmpi(b, u ? I::ugt : I::sgt, x, y);
    case Comparison::ge: return real(t) ? cmpf(b, F::OGE, x, y) : cmpi(b, u ? I::uge : I::sge, x, y);
  }
  return {};
}

// Shifts by the width or more empty the word (arithmetic ones fill it with the sign).
Value shift(CodeBuilder& b, Op op, DType t, Value x, Value y) {
  const Value inside = cmpi(b, arith::CmpIPredicate::ult, y, integer(b, y, bits(t)));
  if (op == Op::shift_right_arithmetic) {
    return arith::ShRSIOp::create(b, x, choose(b, inside, y, integer(b, y, bits(t) - 1)));
  }
  const Value amount = choose(b, inside, y, zero(b, y));
  const Value shifted = op == Op::shift_left ? Value(arith::ShLIOp::create(b, x, amount)) : Value(arith::ShRUIOp::create(b, x, amount));
  return choose(b, inside, shifted, zero(b, x));
}

// On the bits of a number without its sign, as the evaluator has it (ir/eval/arithmetic.h).
Value reduce_precision(CodeBuilder& b, DType t, Value x, const PrecisionAttrs& a) {
  const int fraction = t == f32 ? 23 : 52, exponent = static_cast<int>(bits(t)) - 1 - fraction;
  const mlir::Type word = like(x.getType(), t == f32 ? b.getI32Type() : b.getI64Type());
  const auto number = [&](std::int64_t n) { return constant_int(b, word, n); };
  const auto shifted = [&](Value v, int by) -> Value { return arith::ShRUIOp::create(b, v, number(by)); };
  Value magnitude = arith::BitcastOp::create(b, word, math::AbsFOp::create(b, x));
  if (a.mantissa_bits < fraction) {
    const int cut = fraction - a.mantissa_bits;
    const std::int64_t last = std::int64_t{1} << cut;
    const Value odd = arith::AndIOp::create(b, shifted(magnitude, cut), number(1));
    magnitude = arith::AndIOp::create(b, arith::AddIOp::create(b, arith::AddIOp::create(b, magnitude, number(last / 2 - 1)), odd), number(~(last - 1)));
  }
  if (a.exponent_bits < exponent) {
    const std::int64_t bias = (std::int64_t{1} << (exponent - 1)) - 1, reach = (std::int64_t{1} << (a.exponent_bits - 1)) - 1;
    const Value own = shifted(magnitude, fraction);
    const Value inside = choose(b, cmpi(b, arith::CmpIPredicate::ule, own, number(bias - reach)), number(0), magnitude);
    magnitude = choose(b, cmpi(b, arith::CmpIPredicate::ugt, own, number(bias + reach)), number(((std::int64_t{1} << exponent) - 1) << fraction), inside);
  }
  const Value result = math::CopySignOp::create(b, arith::BitcastOp::create(b, x.getType(), magnitude), x);
  return choose(b, cmpf(b, arith::CmpFPredicate::UNO, x, x), x, result);
}

Value not_of(CodeBuilder& b, Value x) { return arith::XOrIOp::create(b, x, integer(b, x, -1)); }

Value float_to_int(CodeBuilder& b, Value x, DType to) {
  const mlir::Type type = like(x.getType(), register_type(b.getContext(), to));
  const bool u = is_unsigned(to);
  // The largest float that is an integer of the type, and the first that is beyond it.
  const double upper = u ? std::ldexp(1.0, static_cast<int>(bits(to))) : std::ldexp(1.0, static_cast<int>(bits(to)) - 1);
  const double lower = u ? 0.0 : -upper;
  const std::int64_t most = u ? -1 : static_cast<std::int64_t>((std::uint64_t{1} << (bits(to) - 1)) - 1);
  const std::int64_t least = u ? 0 : static_cast<std::int64_t>(~std::uint64_t{0} << (bits(to) - 1));
  const Value high = cmpf(b, arith::CmpFPredicate::OGE, x, constant_float(b, x.getType(), upper));
  const Value low = cmpf(b, arith::CmpFPredicate::OLT, x, constant_float(b, x.getType(), lower));
  const Value nan = cmpf(b, arith::CmpFPredicate::UNO, x, x);
  const Value outside = arith::OrIOp::create(b, arith::OrIOp::create(b, high, low), nan);
  const Value inside = choose(b, outside, constant_float(b, x.getType(), 0), x);
  Value result = u ? Value(arith::FPToUIOp::create(b, type, inside)) : Value(arith::FPToSIOp::create(b, type, inside));
  result = choose(b, high, constant_int(b, type, most), result);
  return choose(b, low, constant_int(b, type, least), result);
}

// Halves lie in registers as their bits, and are computed with in f32. All have instructions for f16; for bf16 x86's take
// subnormal numbers for zero, so its upper half is taken by hand, which is as fast.
Value single_of(CodeBuilder& b, Value bits, DType from) {
  const mlir::Type single = like(bits.getType(), b.getF32Type());
  if (from == f16) return arith::ExtFOp::create(b, single, Value(arith::BitcastOp::create(b, like(bits.getType(), b.getF16Type()), bits)));
  const Value wide = arith::ExtUIOp::create(b, like(bits.getType(), b.getI32Type()), bits);
  return arith::BitcastOp::create(b, single, Value(arith::ShLIOp::create(b, wide, integer(b, wide, 16))));
}
Value half_of(CodeBuilder& b, Value x, DType to) {
  const mlir::Type half = like(x.getType(), b.getI16Type());
  if (to == f16) return arith::BitcastOp::create(b, half, Value(arith::TruncFOp::create(b, like(x.getType(), b.getF16Type()), x)));
  const Value bits = arith::BitcastOp::create(b, like(x.getType(), b.getI32Type()), x);
  const auto upper = [&](Value v) -> Value { return arith::ShRUIOp::create(b, v, integer(b, v, 16)); };
  const Value odd = arith::AndIOp::create(b, upper(bits), integer(b, bits, 1));
  const Value rounded = arith::AddIOp::create(b, arith::AddIOp::create(b, bits, integer(b, bits, 0x7fff)), odd);
  const Value quiet = arith::OrIOp::create(b, bits, integer(b, bits, 0x400000));
  return arith::TruncIOp::create(b, half, upper(choose(b, cmpf(b, arith::CmpFPredicate::UNO, x, x), quiet, rounded)));
}

// The number in f32 that rounds to any half as an f64 does, by making the last digit odd where digits are lost (see ir/half.h).
Value to_odd(CodeBuilder& b, Value x) {
  const Value near = arith::TruncFOp::create(b, like(x.getType(), b.getF32Type()), x), back = arith::ExtFOp::create(b, x.getType(), near);
  const mlir::Type word = like(x.getType(), b.getI32Type());
  const auto flag = [&](Value condition) -> Value { return arith::ExtUIOp::create(b, word, condition); };
  const Value beyond = cmpf(b, arith::CmpFPredicate::OGT, math::AbsFOp::create(b, back), math::AbsFOp::create(b, x));
  const Value inside = arith::SubIOp::create(b, arith::BitcastOp::create(b, word, near), flag(beyond));
  const Value odd = arith::OrIOp::create(b, inside, flag(cmpf(b, arith::CmpFPredicate::UNE, back, x)));
  return arith::BitcastOp::create(b, near.getType(), odd);
}
// An integer of 64 bits with its last twelve as one, where a double has not room for them.
Value sticky(CodeBuilder& b, Value x, bool is_unsigned) {
  const std::int64_t limit = std::int64_t{1} << 53;
  const Value above = is_unsigned ? x : Value(arith::AddIOp::create(b, x, integer(b, x, limit)));
  const Value large = cmpi(b, arith::CmpIPredicate::ugt, above, integer(b, x, is_unsigned ? limit : 2 * limit));
  const Value lost = cmpi(b, arith::CmpIPredicate::ne, arith::AndIOp::create(b, x, integer(b, x, 0xfff)), zero(b, x));
  const Value cut = arith::OrIOp::create(b, arith::AndIOp::create(b, x, integer(b, x, ~std::int64_t{0xfff})), integer(b, x, 0x800));
  return choose(b, arith::AndIOp::create(b, large, lost), cut, x);
}
// Any number in f32, so that it may then be rounded to a half.
Value before_rounding(CodeBuilder& b, Value x, DType from) {
  if (from == f32 || is_bool(from) || byte_size(from) < 4) return emit_convert(b, x, from, f32);
  if (byte_size(from) == 8 && !real(from)) x = sticky(b, x, is_unsigned(from));
  return to_odd(b, emit_convert(b, x, from, f64));
}

}  // namespace

Value emit_convert(CodeBuilder& b, Value x, DType from, DType to) {
  if (from == to) return x;
  if (is_half(from)) return emit_convert(b, single_of(b, x, from), f32, to);
  if (is_half(to)) return half_of(b, before_rounding(b, x, from), to);
  const mlir::Type type = like(x.getType(), register_type(b.getContext(), to));
  if (to == bool_) {
    return real(from) ? cmpf(b, arith::CmpFPredicate::UNE, x, zero(b, x)) : cmpi(b, arith::CmpIPredicate::ne, x, zero(b, x));
  }
  if (real(from) && real(to)) {
    return byte_size(to) > byte_size(from) ? Value(arith::ExtFOp::create(b, type, x)) : Value(arith::TruncFOp::create(b, type, x));
  }
  if (real(from)) return float_to_int(b, x, to);
  const bool u = is_unsigned(from) || is_bool(from);
  if (real(to)) return u ? Value(arith::UIToFPOp::create(b, type, x)) : Value(arith::SIToFPOp::create(b, type, x));
  const unsigned from_bits = element_of(x.getType()).getIntOrFloatBitWidth(), to_bits = element_of(type).getIntOrFloatBitWidth();
  if (from_bits == to_bits) return x;
  if (to_bits < from_bits) return arith::TruncIOp::create(b, type, x);
  return u ? Value(arith::ExtUIOp::create(b, type, x)) : Value(arith::ExtSIOp::create(b, type, x));
}

std::pair<Value, Value> emit_threefry(CodeBuilder& b, Values in) {
  const mlir::Type type = in[0].getType();
  auto word = [&](std::uint32_t w) { return constant_int(b, type, static_cast<std::int64_t>(w)); };
  auto add = [&](Value x, Value y) -> Value { return arith::AddIOp::create(b, x, y); };
  auto xor_ = [&](Value x, Value y) -> Value { return arith::XOrIOp::create(b, x, y); };
  auto rotate = [&](Value x, int by) -> Value {
    const Value left = arith::ShLIOp::create(b, x, word(by)), right = arith::ShRUIOp::create(b, x, word(32 - by));
    return arith::OrIOp::create(b, left, right);
  };
  constexpr int rotations[2][4] = {{13, 15, 26, 6}, {17, 29, 16, 24}};
  const Value keys[3] = {in[0], in[1], xor_(xor_(in[0], in[1]), word(0x1BD11BDA))};
  Value x0 = add(in[2], keys[0]), x1 = add(in[3], keys[1]);
  for (int round = 0; round < 5; ++round) {
    for (int by : rotations[round % 2]) {
      x0 = add(x0, x1);
      x1 = xor_(x0, rotate(x1, by));
    }
    x0 = add(x0, keys[(round + 1) % 3]);
    x1 = add(add(x1, keys[(round + 2) % 3]), word(round + 1));
  }
  return {x0, x1};
}

Value emit_combine(CodeBuilder& b, Reduction kind, DType t, Value x, Value y) {
  switch (kind) {
    case Reduction::sum: return real(t) ? Value(arith::AddFOp::create(b, x, y, contract)) : Value(arith::AddIOp::create(b, x, y));
    case Reduction::prod: return real(t) ? Value(arith::MulFOp::create(b, x, y)) : Value(arith::MulIOp::create(b, x, y));
    case Reduction::max: return maximum(b, t, x, y);
    case Reduction::min: return minimum(b, t, x, y);
    case Reduction::and_: return arith::AndIOp::create(b, x, y);
    case Reduction::or_: return arith::OrIOp::create(b, x, y);
    case Reduction::xor_: return arith::XOrIOp::create(b, x, y);
  }
  return {};
}

Value reduction_identity(CodeBuilder& b, Reduction kind, DType t) {
  const mlir::Type type = register_type(b.getContext(), t);
  const double infinity = std::numeric_limits<double>::infinity();
  const std::int64_t least = is_unsigned(t) || is_bool(t) ? 0 : static_cast<std::int64_t>(~std::uint64_t{0} << (bits(t) - 1));
  switch (kind) {
    case Reduction::sum: return real(t) ? constant_float(b, type, -0.0) : constant_int(b, type, 0);
    case Reduction::prod: return real(t) ? constant_float(b, type, 1) : constant_int(b, type, 1);
    case Reduction::max: return real(t) ? constant_float(b, type, -infinity) : constant_int(b, type, least);
    case Reduction::min: return real(t) ? constant_float(b, type, infinity) : constant_int(b, type, ~least);
    case Reduction::and_: return constant_int(b, type, -1);
    case Reduction::or_:
    case Reduction::xor_: return constant_int(b, type, 0);
  }
  return {};
}

std::pair<Value, Value> emit_halves(CodeBuilder& b, Value x) {
  const std::int64_t half = lanes(x) / 2;
  if (half == 1) return {mlir::vector::ExtractOp::create(b, x, std::int64_t{0}), mlir::vector::ExtractOp::create(b, x, std::int64_t{1})};
  llvm::SmallVector<std::int64_t> low(half), high(half);
  for (std::int64_t i = 0; i < half; ++i) low[i] = i, high[i] = half + i;
  return {mlir::vector::ShuffleOp::create(b, x, x, low), mlir::vector::ShuffleOp::create(b, x, x, high)};
}
Value emit_horizontal(CodeBuilder& b, Reduction kind, DType t, Value x) {
  while (lanes(x) > 1) {
    const auto [low, high] = emit_halves(b, x);
    x = emit_combine(b, kind, t, low, high);
  }
  return x;
}

Value emit_elementwise(CodeBuilder& b, Op op, const Attrs& attrs, DType t, Values x) {
  if (op == Op::rem) return remainder(b, t, x[0], x[1]);  // of integers it is no function
  if (info(op).cost == CostClass::function) return emit_math(b, op, t, x);
  switch (static_cast<Instruction>(op.row())) {
    case Instruction::neg: return real(t) ? Value(arith::NegFOp::create(b, x[0])) : Value(arith::SubIOp::create(b, zero(b, x[0]), x[0]));
    case Instruction::abs: return absolute(b, t, x[0]);
    case Instruction::sign: return sign(b, t, x[0]);
    case Instruction::floor: return math::FloorOp::create(b, x[0]);
    case Instruction::ceil: return math::CeilOp::create(b, x[0]);
    case Instruction::round_even: return math::RoundEvenOp::create(b, x[0]);
    case Instruction::sqrt: return math::SqrtOp::create(b, x[0]);
    case Instruction::is_finite: {
      const Value infinity = constant_float(b, x[0].getType(), std::numeric_limits<double>::infinity());
      return cmpf(b, arith::CmpFPredicate::OLT, math::AbsFOp::create(b, x[0]), infinity);
    }
    case Instruction::not_: return not_of(b, x[0]);
    case Instruction::popcount: return math::CtPopOp::create(b, x[0]);
    case Instruction::clz: return math::CountLeadingZerosOp::create(b, x[0]);
    case Instruction::reduce_precision: return reduce_precision(b, t, x[0], std::get<PrecisionAttrs>(attrs));
    case Instruction::convert: return emit_convert(b, x[0], t, std::get<ConvertAttrs>(attrs).to);
    case Instruction::bitcast: {
      const DType to = std::get<ConvertAttrs>(attrs).to;
      const mlir::Type type = like(x[0].getType(), register_type(b.getContext(), to));
      if (to == bool_ || t == bool_) return emit_convert(b, x[0], t, to);
      return x[0].getType() == type ? x[0] : Value(arith::BitcastOp::create(b, type, x[0]));
    }
    case Instruction::stop_gradient: return x[0];
    case Instruction::add: return real(t) ? Value(arith::AddFOp::create(b, x[0], x[1], fuses(x[0], x[1]))) : Value(arith::AddIOp::create(b, x[0], x[1]));
    case Instruction::sub: return real(t) ? Value(arith::SubFOp::create(b, x[0], x[1])) : Value(arith::SubIOp::create(b, x[0], x[1]));
    case Instruction::mul: return real(t) ? Value(arith::MulFOp::create(b, x[0], x[1], contract)) : Value(arith::MulIOp::create(b, x[0], x[1]));
    case Instruction::div: return divide(b, t, x[0], x[1]);
    case Instruction::max: return maximum(b, t, x[0], x[1]);
    case Instruction::min: return minimum(b, t, x[0], x[1]);
    case Instruction::and_: return arith::AndIOp::create(b, x[0], x[1]);
    case Instruction::or_: return arith::OrIOp::create(b, x[0], x[1]);
    case Instruction::xor_: return arith::XOrIOp::create(b, x[0], x[1]);
    case Instruction::shift_left:
    case Instruction::shift_right_arithmetic:
    case Instruction::shift_right_logical: return shift(b, op, t, x[0], x[1]);
    case Instruction::compare: return compare(b, std::get<CompareAttrs>(attrs).direction, t, x[0], x[1]);
    case Instruction::select: return choose(b, x[0], x[1], x[2]);
    case Instruction::real:
    case Instruction::imag:
    case Instruction::conj:
    case Instruction::complex: break;  // no kernel has complex numbers: see schedule/split_complex.h
    case Instruction::fma: return mlir::math::FmaOp::create(b, x[0], x[1], x[2]);
    case Instruction::clamp: return minimum(b, t, maximum(b, t, x[1], x[0]), x[2]);
  }
  throw CompileError(std::string(name(op)), "is not elementwise");
}

}  // namespace espalier::codegen
