#pragma once
// The evaluator's rooms: one function per family. Operands and outputs are as in eval.h.
#include "espalier/ir/builder.h"
#include "espalier/ir/eval.h"

namespace espalier::ir::evaluate {

using Views = std::span<const View>;

void elementwise(Unary op, const Attrs& attrs, Views operands, void* out);
void elementwise(Binary op, const Attrs& attrs, Views operands, void* out);
void elementwise(Ternary op, Views operands, void* out);
/// The same of complex numbers; false for what they have no value of.
bool complex_elementwise(Op op, const Attrs& attrs, Views operands, void* out);
void source(Source op, const Attrs& attrs, void* out);
void movement(Movement op, const Attrs& attrs, Views operands, void* out);
void reducing(Reducing op, const Attrs& attrs, Views operands, void* out);
/// Windows read from x, or written into a copy of it.
void gather(const GatherAttrs& attrs, Views operands, Type result, void* out);
void scatter(const ScatterAttrs& attrs, Views operands, void* out);
void scatter_reduce(const ScatterReduceAttrs& attrs, Views operands, void* out);
void contraction(Contraction op, const Attrs& attrs, Views operands, void* out);
/// DifferentiationError: custom_vjp says how cotangents go back, and not how tangents go forward.
[[noreturn]] void fail_forward();
/// AxisNameError: a collective has a value only where its axis is one of arrays.
[[noreturn]] void fail_outside(Op op, const Attrs& attrs);
void library(Op op, const Attrs& attrs, Views operands, std::span<void* const> outputs);
void random(Random op, Views operands, std::span<void* const> outputs);
void control(Control op, const Attrs& attrs, Views operands, std::span<void* const> outputs);

/// Any op, by its family.
void apply(Op op, const Attrs& attrs, Views operands, std::span<void* const> outputs);
/// Whether the op is arithmetic on f16 or bf16, or gives them; what only moves is not.
bool computes_in_halves(Op op, const Attrs& attrs, Views operands);
/// Such an op, done in f32 and rounded once.
void in_single(Op op, const Attrs& attrs, Views operands, std::span<void* const> outputs);

/// DTypeError: no arithmetic in this dtype here.
[[noreturn]] void fail_dtype(Op op, DType dtype);

/// Row-major strides, in elements.
std::vector<std::int64_t> strides_of(const Shape& shape);

/// Walks an index space row by row: `f(a, b)` gets the offsets that two sets of strides give for the first element of
/// each run along the last axis; inner loops are the caller's. A scalar is one run.
template <class F> void for_each_row(const Shape& shape, const std::vector<std::int64_t>& a_strides, const std::vector<std::int64_t>& b_strides, F&& f) {
  const int n = shape.ndim();
  if (shape.size() == 0) return;
  std::vector<std::int64_t> index(n, 0);
  std::int64_t a = 0, b = 0;
  while (true) {
    f(a, b);
    int axis = n - 2;
    for (; axis >= 0; --axis) {
      a += a_strides[axis];
      b += b_strides[axis];
      if (++index[axis] < shape[axis]) break;
      a -= a_strides[axis] * shape[axis];
      b -= b_strides[axis] * shape[axis];
      index[axis] = 0;
    }
    if (axis < 0) return;
  }
}

}  // namespace espalier::ir::evaluate
