#include "espalier/jit/emit/products/epilogue.h"

#include "espalier/jit/emit/values/elementwise.h"
#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

ProductEpilogue::ProductEpilogue(CodeBuilder& b, const Graph& body, const ContractionKernel& kernel, std::vector<Storage> arrays)
    : b_(b), graph_(body), product_(kernel.product), domain_(kernel.domain), arrays_(std::move(arrays)), body_(b, body, {arrays_.begin(), arrays_.begin() + body.n_inputs}) {}

void ProductEpilogue::emit(MValue batch, MValue row, MValue col, MValue sums) {
  const Body::Scope scope(body_);
  const Node& dot = dot_of(graph_);
  const std::int64_t width = lanes(sums);
  if (width == 1 && mlir::isa<mlir::VectorType>(sums.getType())) sums = mlir::vector::ExtractOp::create(b_, sums, std::int64_t{0});
  if (product_.exchanged) std::swap(row, col);
  auto number = [&](MValue v, bool varies) {
    const MValue index = v.getType().isIndex() ? v : MValue(arith::IndexCastOp::create(b_, b_.getIndexType(), v));
    return AxisIndex{index, varies && width > 1 ? 1 : 0, {}};
  };
  body_.width = width;
  const auto& extents = graph_.type_of(dot.first_result).shape().extents();
  llvm::SmallVector<AxisIndex> at;
  auto split = [&](int count, const AxisIndex& i) { at.append(split_index(b_, i, llvm::ArrayRef(extents).slice(at.size(), count), width)); };
  split(product_.axes[0], number(batch, false));
  split(product_.axes[1], number(row, product_.exchanged));
  split(product_.axes[2], number(col, !product_.exchanged));
  std::vector<AxisIndex> by_dim(domain_.extents.size());
  const auto& dot_dims = domain_.dims[dot.first_result];
  for (std::size_t i = 0; i < dot_dims.size(); ++i)
    if (dot_dims[i] >= 0) by_dim[dot_dims[i]] = at[i];
  if (is_bool(graph_.type_of(dot.first_result).dtype())) sums = emit_convert(b_, sums, i32, bool_);
  body_.set(dot.first_result, sums);
  std::vector<std::pair<llvm::SmallVector<AxisIndex>, MValue>> results;  // all before the first is stored: it may lie in an operand's memory
  for (Value output : graph_.outputs) {
    llvm::SmallVector<AxisIndex> index;
    for (int d : domain_.dims[output]) index.push_back(d < 0 ? AxisIndex{} : by_dim[d]);
    const MValue value = splat(b_, body_.emit(output, index), width);
    results.emplace_back(std::move(index), value);
  }
  for (std::size_t o = 0; o < results.size(); ++o) {
    const AtLocation here(b_, body_.location_of(graph_.outputs[o]));
    emit_store(b_, arrays_[graph_.n_inputs + o], results[o].first, results[o].second, {});
  }
}

}  // namespace espalier::codegen
