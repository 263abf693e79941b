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
  DTypeError error(std::string(name(op)), "there is no arithmetic in " + std::string(name(dtype)) + " here", "this is a defect of the evaluator: the graph's text reproduces it");
  error.dtypes = {dtype};
  throw error;
}

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.ndim());
  std::int64_t stride = 1;
  for (int i = shape.ndim(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  return strides;
}

void fail_outside(Op op, const Attrs& attrs) {
  const std::string& axis = std::get<CollectiveAttrs>(attrs).axis_name;
  AxisNameError error(std::string(name(op)), "there is no axis '" + axis + "' here", "call it in a function that vmap maps with .axis_name = \"" + axis + "\"");
  error.name = axis;
  throw error;
}

}  // namespace evaluate

void evaluate::apply(Op op, const Attrs& attrs, Views in, std::span<void* const> out) {
  visit(op,
        [&](Unary unary) { evaluate::elementwise(unary, attrs, in, out[0]); },
        [&](Binary binary) { evaluate::elementwise(binary, attrs, in, out[0]); },
        [&](Ternary ternary) { evaluate::elementwise(ternary, in, out[0]); },
        [&](Source source) { evaluate::source(source, attrs, out[0]); },
        [&](Movement movement) { evaluate::movement(movement, attrs, in, out[0]); },
        [&](Reducing reducing) { evaluate::reducing(reducing, attrs, in, out[0]); },
        [&](Contraction contraction) { evaluate::contraction(contraction, attrs, in, out[0]); },
        [&](Library) { evaluate::library(op, attrs, in, out); },
        [&](Fourier) { evaluate::library(op, attrs, in, out); },
        [&](Random random) { evaluate::random(random, in, out); },
        [&](Collective) { evaluate::fail_outside(op, attrs); },
        [&](Control control) { evaluate::control(control, attrs, in, out); });
}

void eval(Op op, const Attrs& attrs, std::span<const View> in, std::span<void* const> out) {
  calls.fetch_add(1, std::memory_order_relaxed);
  if (evaluate::computes_in_halves(op, attrs, in)) evaluate::in_single(op, attrs, in, out);
  else evaluate::apply(op, attrs, in, out);
}

}  // namespace espalier::ir
