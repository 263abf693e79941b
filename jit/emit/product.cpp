#include "espalier/jit/emit/product.h"

#include <algorithm>

#include "espalier/jit/emit/elementwise.h"

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
struct Run {
  std::int64_t extent = 1, stride = 0;
};
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

}  // namespace

Product product_of(mlir::MLIRContext* context, const Graph& body, bool exchange) {
  const Node& dot = dot_of(body);
  const auto& a = body.attrs_as<DotAttrs>(dot);
  const Type lhs = body.type_of(body.operands_of(dot)[0]), rhs = body.type_of(body.operands_of(dot)[1]);
  const Ints rows = free_axes(lhs.shape(), a.lhs_batch, a.lhs_contract), cols = free_axes(rhs.shape(), a.rhs_batch, a.rhs_contract);
  const Run lb = run_of(lhs.shape(), a.lhs_batch), rb = run_of(rhs.shape(), a.rhs_batch);
  const Run m = run_of(lhs.shape(), rows), n = run_of(rhs.shape(), cols);
  const Run lk = run_of(lhs.shape(), a.lhs_contract), rk = run_of(rhs.shape(), a.rhs_contract);
  Product out;
  out.a = body.operands_of(dot)[0];
  out.b = body.operands_of(dot)[1];
  // Bools are counted, and true where the count is not 0: the epilogue tells.
  out.dtype = is_bool(a.result) ? i32 : a.result;
  out.has_epilogue = body.outputs.size() != 1 || body.outputs[0] != dot.first_result || is_bool(a.result);
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
  c.accumulate = c.c_type = element(out.dtype);
  if (exchange && c.n == 1 && c.m > 1) {
    c = exchanged(c);
    std::swap(out.a, out.b);
    out.exchanged = true;
  }
  return out;
}

ProductEpilogue::ProductEpilogue(codegen::Builder& b, const Graph& body, const Product& product, std::vector<Array> arrays)
    : b_(b), graph_(body), product_(product), plan_(plan_loops(body)), arrays_(std::move(arrays)), body_(b, body, {arrays_.begin(), arrays_.begin() + body.n_inputs}) {}

void ProductEpilogue::emit(MValue batch, MValue row, MValue col, MValue sums) {
  const Body::Scope scope(body_);
  const Node& dot = dot_of(graph_);
  const std::int64_t width = lanes(sums);
  if (width == 1 && mlir::isa<mlir::VectorType>(sums.getType())) sums = mlir::vector::ExtractOp::create(b_, sums, std::int64_t{0});
  if (product_.exchanged) std::swap(row, col);
  auto number = [&](MValue v, bool varies) {
    const MValue index = v.getType().isIndex() ? v : MValue(arith::IndexCastOp::create(b_, b_.getIndexType(), v));
    return Index{index, varies && width > 1 ? 1 : 0, {}};
  };
  body_.width = width;
  const auto& extents = graph_.type_of(dot.first_result).shape().extents();
  llvm::SmallVector<Index> at;
  auto split = [&](int count, const Index& i) { at.append(split_index(b_, i, llvm::ArrayRef(extents).slice(at.size(), count), width)); };
  split(product_.axes[0], number(batch, false));
  split(product_.axes[1], number(row, product_.exchanged));
  split(product_.axes[2], number(col, !product_.exchanged));
  std::vector<Index> by_dim(plan_.extents.size());
  const auto& dot_dims = plan_.dims[dot.first_result];
  for (std::size_t i = 0; i < dot_dims.size(); ++i)
    if (dot_dims[i] >= 0) by_dim[dot_dims[i]] = at[i];
  if (is_bool(graph_.type_of(dot.first_result).dtype())) sums = emit_convert(b_, sums, i32, bool_);
  body_.set(dot.first_result, sums);
  std::vector<std::pair<llvm::SmallVector<Index>, MValue>> results;  // all before the first is stored: it may lie in an operand's memory
  for (Value output : graph_.outputs) {
    llvm::SmallVector<Index> index;
    for (int d : plan_.dims[output]) index.push_back(d < 0 ? Index{} : by_dim[d]);
    const MValue value = splat(b_, body_.emit(output, index), width);
    results.emplace_back(std::move(index), value);
  }
  for (std::size_t o = 0; o < results.size(); ++o) emit_store(b_, arrays_[graph_.n_inputs + o], results[o].first, results[o].second, {});
}

}  // namespace espalier::codegen
