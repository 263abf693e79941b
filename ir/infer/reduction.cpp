// Of reductions and contractions.
#include <algorithm>

#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

Shape without(const Shape& shape, const Ints& axes) {
  Ints rest;
  for (int i = 0; i < shape.ndim(); ++i) {
    if (std::find(axes.begin(), axes.end(), i) == axes.end()) rest.push_back(shape[i]);
  }
  return Shape(rest);
}

Type reduce(const ReduceAttrs& a, Types in) {
  require_axes(Op::reduce, a.axes, in[0]);
  const bool bitwise = a.kind == Reduction::and_ || a.kind == Reduction::or_ || a.kind == Reduction::xor_;
  if (bitwise && !is_bool(in[0].dtype()) && !is_integer(in[0].dtype())) fail_dtypes(Op::reduce, "and, or, xor take bool or integers, not " + in[0].str(), in);
  if (is_bool(in[0].dtype()) && (a.kind == Reduction::sum || a.kind == Reduction::prod)) fail_dtypes(Op::reduce, "sum and prod take numbers, not " + in[0].str(), in, "convert with .as(i32)");
  return in[0].with(without(in[0].shape(), a.axes));
}

Type arg_reduce(const ArgReduceAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::arg_reduce, a.axis, in[0]);
  if (!is_integer(a.index)) fail_dtypes(Op::arg_reduce, "the index dtype must be an integer, not " + std::string(name(a.index)), in);
  if (is_complex(in[0].dtype())) fail_dtypes(Op::arg_reduce, "takes real numbers, not " + in[0].str(), in, by_parts);
  if (in[0].shape()[a.axis] == 0) fail_shapes(Op::arg_reduce, "axis " + std::to_string(a.axis) + " of " + in[0].str() + " is empty: it has no extremum", in, "reduce arrays of at least one element");
  return Type(a.index, without(in[0].shape(), {a.axis}));
}

Type cumulative(const CumulativeAttrs& a, Types in) {
  if (a.axis < 0 || a.axis >= in[0].ndim()) fail_axis(Op::cumulative, a.axis, in[0]);
  if (is_bool(in[0].dtype())) fail_dtypes(Op::cumulative, "takes numbers, not " + in[0].str(), in, "convert with .as(i32)");
  if (is_complex(in[0].dtype()) && a.kind != Cumulation::sum && a.kind != Cumulation::prod) fail_dtypes(Op::cumulative, "running extrema and logsumexp take real numbers, not " + in[0].str(), in, by_parts);
  if (a.kind == Cumulation::logsumexp && !is_inexact(in[0].dtype())) fail_dtypes(Op::cumulative, "logsumexp takes floating point, not " + in[0].str(), in, "convert with .as(f32)");
  return in[0];
}

Type dot(const DotAttrs& a, Types in) {
  const Shape &l = in[0].shape(), &r = in[1].shape();
  if (a.lhs_batch.size() != a.rhs_batch.size() || a.lhs_contract.size() != a.rhs_contract.size()) fail_arguments(Op::dot, "batch and contracting axes must come in pairs", "name as many axes of the first operand as of the second");
  if (in[0].dtype() != in[1].dtype()) fail_dtypes(Op::dot, "operands " + and_then(in) + " differ in dtype", in, "convert one with .as(dtype)");
  if (is_complex(in[0].dtype()) && !is_complex(a.result)) fail_dtypes(Op::dot, "a product of " + and_then(in) + " is not " + std::string(name(a.result)), in, "ask for a complex dtype, and take its real part with real(x)");
  auto axes_of = [&](const Ints& batch, const Ints& contract, Type type) {
    Ints all = batch;
    all.insert(all.end(), contract.begin(), contract.end());
    require_axes(Op::dot, all, type);
    return all;
  };
  const Ints l_axes = axes_of(a.lhs_batch, a.lhs_contract, in[0]), r_axes = axes_of(a.rhs_batch, a.rhs_contract, in[1]);
  Ints shape;
  for (std::size_t i = 0; i < l_axes.size(); ++i) {
    const auto le = l[static_cast<int>(l_axes[i])], re = r[static_cast<int>(r_axes[i])];
    if (le != re) {
      fail_shapes(Op::dot, and_then(in) + " do not contract: axis " + std::to_string(l_axes[i]) + " of the first has extent " + std::to_string(le) + ", axis " + std::to_string(r_axes[i]) + " of the second " + std::to_string(re), in, "axes that contract or run along together have one extent");
    }
    if (i < a.lhs_batch.size()) shape.push_back(le);
  }
  for (auto e : without(l, l_axes)) shape.push_back(e);
  for (auto e : without(r, r_axes)) shape.push_back(e);
  return Type(a.result, Shape(shape));
}

}  // namespace

Type infer(Reducing op, const Attrs& attrs, Types in) {
  switch (op) {
#define REDUCING(name, operands, attributes, gives, derivative, pattern) \
  case Reducing::name: return name(std::get<attributes>(attrs), in);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

Type infer(Contraction op, const Attrs& attrs, Types in) {
  switch (op) {
#define CONTRACTION(name, attributes) \
  case Contraction::name: return name(std::get<attributes>(attrs), in);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::inference
