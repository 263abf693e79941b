#include "espalier/ir/infer/checks.h"

#include "espalier/ir/error.h"

namespace espalier::ir::inference {

void fail_shapes(Op op, const std::string& message, Types types, const std::string& hint) {
  ShapeError error(std::string(name(op)), message, hint);
  for (Type t : types) error.shapes.push_back(t.shape());
  throw error;
}
void fail_dtypes(Op op, const std::string& message, Types types, const std::string& hint) {
  DTypeError error(std::string(name(op)), message, hint);
  for (Type t : types) error.dtypes.push_back(t.dtype());
  throw error;
}
void fail_axis(Op op, std::int64_t axis, Type type) {
  AxisError error(std::string(name(op)), "axis " + std::to_string(axis) + " is out of range for " + type.str(),
                  "axes count from 0 to " + std::to_string(type.ndim() - 1));
  error.axis = axis;
  error.ndim = type.ndim();
  throw error;
}
void fail_arguments(Op op, const std::string& message, const std::string& hint) {
  throw ArgumentError(std::string(name(op)), message, hint);
}

std::string str(const Ints& ints) { return Shape(ints).str(); }
std::string and_then(Types types) {
  std::string text;
  for (std::size_t i = 0; i < types.size(); ++i) {
    text += (i == 0 ? "" : (i + 1 == types.size() ? " and " : ", ")) + types[i].str();
  }
  return text;
}

void require_same_type(Op op, Types types) {
  for (Type t : types) {
    if (t == types[0]) continue;
    if (t.shape() != types[0].shape()) {
      fail_shapes(op, "shapes " + and_then(types) + " do not match", types, "broadcast one to the shape of the other");
    }
    fail_dtypes(op, "dtypes " + and_then(types) + " do not match", types, "convert one with .as(dtype)");
  }
}

void require_dtype(Op op, Types types) {
  const DType t = types[0].dtype();
  switch (info(op).takes) {
    case Takes::any: return;
    case Takes::number:
      if (is_bool(t)) fail_dtypes(op, "bool operands " + and_then(types) + " have no arithmetic", types, "convert with .as(i32), or use & | ^ ~");
      return;
    case Takes::real:
      if (is_bool(t)) fail_dtypes(op, "bool operands " + and_then(types) + " have no arithmetic", types, "convert with .as(i32), or use & | ^ ~");
      if (is_complex(t)) fail_dtypes(op, "takes real numbers, not " + and_then(types), types, by_parts);
      return;
    case Takes::integer:
      if (!is_integer(t)) fail_dtypes(op, "takes integers, not " + and_then(types), types, "convert with .as(i32)");
      return;
    case Takes::bits:
      if (!is_integer(t) && !is_bool(t)) fail_dtypes(op, "takes bool or integers, not " + and_then(types), types, "compare first, or bitcast to an integer");
      return;
    case Takes::floating:
      if (is_complex(t)) fail_dtypes(op, "takes real numbers, not " + and_then(types), types, by_parts);
      [[fallthrough]];
    case Takes::inexact:
      if (!is_inexact(t)) fail_dtypes(op, "takes floating point, not " + and_then(types), types, "convert with .as(f32)");
      return;
    case Takes::complex:
      if (!is_complex(t)) fail_dtypes(op, "takes complex numbers, not " + and_then(types), types, "convert with .as(c64)");
      return;
    case Takes::part:
      if (t != f32 && t != f64) fail_dtypes(op, "takes two parts of f32 or f64, not " + and_then(types), types, "convert with .as(f32)");
      return;
  }
}

Type of_one_type(Op op, Types in) {
  require_same_type(op, in);
  require_dtype(op, in);
  switch (info(op).gives) {
    case Gives::same: return in[0];
    case Gives::boolean: return in[0].with(bool_);
    case Gives::part: return in[0].with(part_of(in[0].dtype()));
    case Gives::complex: return in[0].with(complex_of(in[0].dtype()));
    case Gives::named: break;
  }
  __builtin_unreachable();
}

void require_axes(Op op, const Ints& axes, Type type) {
  std::vector<bool> seen(type.ndim(), false);
  for (auto axis : axes) {
    if (axis < 0 || axis >= type.ndim()) fail_axis(op, axis, type);
    if (seen[axis]) fail_arguments(op, "axis " + std::to_string(axis) + " is named twice in " + str(axes), "name each axis once");
    seen[axis] = true;
  }
}

void require_operands(Op op, const GraphRef& body, Types in, const std::string& what) {
  const auto params = body->input_types();
  if (params.size() != in.size()) fail_arguments(op, what + " takes " + std::to_string(params.size()) + " operands, not " + std::to_string(in.size()));
  for (std::size_t i = 0; i < in.size(); ++i) {
    if (params[i] == in[i]) continue;
    const Type pair[] = {params[i], in[i]};
    fail_shapes(op, what + ": operand " + std::to_string(i) + " must be " + params[i].str() + ", not " + in[i].str(), pair);
  }
}

void require_count(Op op, Types in) {
  const Count wanted = info(op).operands;
  if (wanted.admits(in.size())) return;
  if (wanted.or_more) fail_arguments(op, "takes at least " + std::to_string(wanted.number) + " operands");
  fail_arguments(op, "takes " + std::to_string(wanted.number) + " operands, not " + std::to_string(in.size()));
}

}  // namespace espalier::ir::inference
