#include "espalier/jit/emit/contraction_kernel.h"

#include "espalier/jit/emit/body.h"
#include "espalier/jit/emit/contract.h"
#include "espalier/jit/emit/elementwise.h"
#include "espalier/jit/emit/program.h"
#include "espalier/jit/schedule/loop_plan.h"

namespace espalier::codegen {
namespace {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

const Node& dot_of(const Graph& body) {
  return *std::find_if(body.nodes.begin(), body.nodes.end(), [](const Node& n) { return n.op == Op::dot; });
}

std::vector<std::int64_t> strides_of(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.ndim());
  std::int64_t stride = 1;
  for (int i = shape.ndim(); i-- > 0; stride *= shape[i]) strides[i] = stride;
  return strides;
}

// Axes that run as one: their common extent, and the stride of the innermost that is not of extent 1.
struct Run { std::int64_t extent = 1, stride = 0; };
Run run_of(const Shape& shape, const Ints& axes) {
  const auto strides = strides_of(shape);
  Run run;
  for (auto axis : axes) {
    run.extent *= shape[static_cast<int>(axis)];
    if (shape[static_cast<int>(axis)] != 1) run.stride = strides[axis];
  }
  return run;
}
Ints free_axes(const Shape& shape, const Ints& batch, const Ints& contract) {
  Ints axes;
  for (int i = 0; i < shape.ndim(); ++i) {
    const bool used = std::find(batch.begin(), batch.end(), i) != batch.end() || std::find(contract.begin(), contract.end(), i) != contract.end();
    if (!used) axes.push_back(i);
  }
  return axes;
}

// The dot's axes by what they do, and the product they make.
struct Product {
  Contraction contraction;
  bool exchanged = false;          // rows and columns change places, so that vectors run along the result's rows
  std::array<int, 3> axes{};       // how many result axes are batch, row, column axes
};
Product product_of(mlir::MLIRContext* context, const Graph& body) {
  const Node& dot = dot_of(body);
  const auto& a = body.attrs_as<DotAttrs>(dot);
  const Type lhs = body.type_of(body.operands_of(dot)[0]), rhs = body.type_of(body.operands_of(dot)[1]);
  const Ints rows = free_axes(lhs.shape(), a.lhs_batch, a.lhs_contract), cols = free_axes(rhs.shape(), a.rhs_batch, a.rhs_contract);
  const Run lb = run_of(lhs.shape(), a.lhs_batch), rb = run_of(rhs.shape(), a.rhs_batch);
  const Run m = run_of(lhs.shape(), rows), n = run_of(rhs.shape(), cols);
  const Run lk = run_of(lhs.shape(), a.lhs_contract), rk = run_of(rhs.shape(), a.rhs_contract);
  Product out;
  out.axes = {static_cast<int>(a.lhs_batch.size()), static_cast<int>(rows.size()), static_cast<int>(cols.size())};
  Contraction& c = out.contraction;
  c.batch = lb.extent;
  c.m = m.extent;
  c.n = n.extent;
  c.k = lk.extent;
  c.a = {lb.stride, m.stride, lk.stride};
  c.b = {rb.stride, rk.stride, n.stride};
  c.c = {m.extent * n.extent, n.extent, 1};
  auto element = [&](DType t) { return Contraction::Element{memory_type(context, t), is_unsigned(t) || is_bool(t)}; };
  c.a_type = element(lhs.dtype());
  c.b_type = element(rhs.dtype());
  // Bools are counted, and true where the count is not 0: the epilogue tells.
  c.accumulate = c.c_type = element(is_bool(a.result) ? i32 : a.result);
  if (c.n == 1 && c.m > 1) {
    c = exchanged(c);
    out.exchanged = true;
  }
  return out;
}

bool has_epilogue(const Graph& body) {
  const Value result = dot_of(body).first_result;
  return body.outputs.size() != 1 || body.outputs[0] != result || is_bool(body.type_of(result).dtype());
}

// A number that counts through several axes, taken apart.
void split(Builder& b, llvm::MutableArrayRef<Index> index, const Shape& shape, int first, int count, Index number, std::int64_t width) {
  int last = first + count;
  while (last > first && shape[last - 1] == 1) --last;
  std::vector<int> axes;
  for (int i = first; i < last; ++i) if (shape[i] != 1) axes.push_back(i);
  if (axes.size() <= 1) {
    for (int axis : axes) index[axis] = number;
    return;
  }
  MValue rest = number.varies() ? per_lane(b, number, width) : number.base;
  for (std::size_t i = axes.size(); i-- > 0;) {
    const MValue extent = constant_int(b, rest.getType(), shape[axes[i]]);
    const MValue digit = i == 0 ? rest : MValue(arith::RemUIOp::create(b, rest, extent));
    index[axes[i]] = lanes(digit) > 1 ? Index{{}, 0, digit} : Index{digit, 0, {}};
    if (i > 0) rest = arith::DivUIOp::create(b, rest, extent);
  }
}

}  // namespace

double contraction_work(const Graph& body) {
  const Node& dot = dot_of(body);
  const Type lhs = body.type_of(body.operands_of(dot)[0]);
  double k = 1;
  for (auto axis : body.attrs_as<DotAttrs>(dot).lhs_contract) k *= static_cast<double>(lhs.shape()[static_cast<int>(axis)]);
  return k * static_cast<double>(body.type_of(dot.first_result).size());
}

std::int64_t contraction_tasks(mlir::MLIRContext* context, const Graph& body, const Target& target) {
  return contraction_parallel_tiles(product_of(context, body).contraction, target, has_epilogue(body));
}

void emit_contraction_kernel(Builder& b, const Graph& body, const Target& target, llvm::ArrayRef<MValue> pointers,
                             std::vector<Array> arrays, MValue first, MValue last) {
  const Node& dot = dot_of(body);
  const Product product = product_of(b.getContext(), body);
  const bool epilogue = has_epilogue(body);
  ContractionOperands operands;
  operands.a = pointers[body.operands_of(dot)[0]];
  operands.b = pointers[body.operands_of(dot)[1]];
  if (product.exchanged) std::swap(operands.a, operands.b);
  if (!epilogue) operands.c = pointers.back();
  operands.lo = arith::IndexCastOp::create(b, b.getI64Type(), first);
  operands.hi = arith::IndexCastOp::create(b, b.getI64Type(), last);
  if (const std::int64_t bytes = contraction_scratch_bytes(product.contraction, target, epilogue); bytes > 0) {
    const auto pointer = mlir::LLVM::LLVMPointerType::get(b.getContext());
    const MValue size = constant_int(b, b.getI64Type(), bytes);
    operands.scratch = mlir::func::CallOp::create(b, scratch_name, mlir::TypeRange{pointer}, mlir::ValueRange{size}).getResult(0);
  } else {
    operands.scratch = mlir::LLVM::ZeroOp::create(b, mlir::LLVM::LLVMPointerType::get(b.getContext()));
  }
  if (!epilogue) return emit_contraction(b, b.getLoc(), product.contraction, target, operands);

  const LoopPlan plan = plan_loops(body);
  Body values(b, body, {arrays.begin(), arrays.begin() + body.n_inputs});
  operands.epilogue = [&](mlir::OpBuilder& builder, mlir::Location, MValue batch, MValue row, MValue col, MValue sums) {
    b.restoreInsertionPoint(builder.saveInsertionPoint());
    const Body::Scope scope(values);
    const std::int64_t width = lanes(sums);
    if (width == 1 && mlir::isa<mlir::VectorType>(sums.getType())) sums = mlir::vector::ExtractOp::create(b, sums, std::int64_t{0});
    if (product.exchanged) std::swap(row, col);
    auto number = [&](MValue v, bool varies) { return Index{arith::IndexCastOp::create(b, b.getIndexType(), v), varies && width > 1 ? 1 : 0, {}}; };
    values.width = width;
    const Shape& shape = body.type_of(dot.first_result).shape();
    llvm::SmallVector<Index> at(shape.ndim());
    split(b, at, shape, 0, product.axes[0], number(batch, false), width);
    split(b, at, shape, product.axes[0], product.axes[1], number(row, product.exchanged), width);
    split(b, at, shape, product.axes[0] + product.axes[1], product.axes[2], number(col, !product.exchanged), width);
    std::vector<Index> by_dim(plan.extents.size());
    const auto& dot_dims = plan.dims[dot.first_result];
    for (std::size_t i = 0; i < dot_dims.size(); ++i) if (dot_dims[i] >= 0) by_dim[dot_dims[i]] = at[i];
    if (is_bool(body.type_of(dot.first_result).dtype())) sums = emit_convert(b, sums, i32, bool_);
    values.set(dot.first_result, sums);
    std::vector<std::pair<llvm::SmallVector<Index>, MValue>> results;  // all before the first is stored: it may lie in an operand's memory
    for (Value output : body.outputs) {
      llvm::SmallVector<Index> index;
      for (int d : plan.dims[output]) index.push_back(d < 0 ? Index{} : by_dim[d]);
      const MValue value = splat(b, values.emit(output, index), width);
      results.emplace_back(std::move(index), value);
    }
    for (std::size_t o = 0; o < results.size(); ++o) emit_store(b, arrays[body.n_inputs + o], results[o].first, results[o].second, {});
    builder.restoreInsertionPoint(b.saveInsertionPoint());
  };
  emit_contraction(b, b.getLoc(), product.contraction, target, operands);
}

}  // namespace espalier::codegen
