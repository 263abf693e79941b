// Of elementwise ops, sources and random numbers.
#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

Type renamed(Unary op, DType to, Types in) {
  if (op == Unary::bitcast) {
    if (is_bool(to) != is_bool(in[0].dtype())) fail_dtypes(op, "a bool has no bits to reinterpret: " + in[0].str() + " to " + std::string(name(to)), in, "compare with 0, or convert with .as(dtype)");
    if (byte_size(to) != byte_size(in[0].dtype())) {
      fail_dtypes(op, in[0].str() + " and " + std::string(name(to)) + " differ in width", in, "bitcast between dtypes of one width");
    }
  }
  return in[0].with(to);
}

void require_format(const PrecisionAttrs& a) {
  if (a.exponent_bits >= 1 && a.mantissa_bits >= 0) return;
  fail_arguments(Op::reduce_precision, "no format has " + std::to_string(a.exponent_bits) + " bits of exponent and " + std::to_string(a.mantissa_bits) + " of mantissa", "give at least 1 and 0, such as 5 and 10 for f16");
}

Type select(Types in) {
  const Op op = Op::select;
  if (in[0].dtype() != bool_) fail_dtypes(op, "the condition must be bool, not " + in[0].str(), in, "compare first: x != 0");
  require_same_type(op, in.subspan(1));
  if (in[0].shape() != in[1].shape()) fail_shapes(op, "condition " + in[0].str() + " and branches " + in[1].str() + " differ in shape", in, "broadcast the condition to the shape of the branches");
  return in[1];
}

Type iota(const IotaAttrs& a) {
  if (a.axis < 0 || a.axis >= a.type.ndim()) fail_axis(Op::iota, a.axis, a.type);
  return a.type;
}

std::vector<Type> threefry(Types in) {
  require_same_type(Op::threefry2x32, in);
  if (in[0].dtype() != u32) fail_dtypes(Op::threefry2x32, "takes u32, not " + in[0].str(), in);
  return {in[0], in[0]};
}

}  // namespace

Type infer(Unary op, const Attrs& attrs, Types in) {
  if (op == Unary::reduce_precision) require_format(std::get<PrecisionAttrs>(attrs));
  return info(op).gives == Gives::named ? renamed(op, std::get<ConvertAttrs>(attrs).to, in) : of_one_type(op, in);
}

Type infer(Binary op, const Attrs&, Types in) { return of_one_type(op, in); }

Type infer(Ternary op, const Attrs&, Types in) {
  switch (op) {
    case Ternary::select: return select(in);
    case Ternary::clamp:
    case Ternary::fma:
    case Ternary::betainc: return of_one_type(op, in);
  }
  __builtin_unreachable();
}

Type infer(Source op, const Attrs& attrs, Types) {
  switch (op) {
    case Source::constant: return std::get<ConstantAttrs>(attrs).value.type;
    case Source::iota: return iota(std::get<IotaAttrs>(attrs));
  }
  __builtin_unreachable();
}

std::vector<Type> infer(Random op, const Attrs&, Types in) {
  switch (op) {
    case Random::threefry2x32: return threefry(in);
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::inference
