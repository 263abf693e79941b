#include "espalier/jit/emit/loops/partial_results.h"

#include "espalier/jit/emit/loops/point.h"

namespace espalier::codegen {

using mlir::Value;

namespace {

std::int64_t aligned(std::int64_t bytes) { return (bytes + 63) / 64 * 64; }

// Whether the lanes of what is carried are joined at the end, and do not stand for parallel points.
bool is_along(const LoopPlan& plan) { return plan.vector_loop >= static_cast<int>(plan.n_parallel()); }

// Elements that one part keeps of one carried value. Whole vectors are written, also where points are left over.
std::int64_t kept(const LoopPlan& plan, const LoopShape& shape) {
  if (is_along(plan)) return plan.parallel_points() * reduction_width(plan, shape);
  return plan.parallel_points() + (plan.vector_loop < 0 ? 0 : shape.width);
}

std::vector<ir::Type> array_types(const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape) {
  std::vector<ir::Type> types;
  for (const Accumulator& a : reduction_pass(body, plan, 0, Arithmetic{}).accumulators) {
    for (std::size_t i = 0; i < a.count(); ++i) types.emplace_back(a.carried(i), Shape{shape.parts * kept(plan, shape)});
  }
  return types;
}

}  // namespace

std::int64_t partial_bytes(const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape) {
  if (shape.parts == 1) return 0;
  std::int64_t bytes = 0;
  for (const ir::Type type : array_types(body, plan, shape)) bytes += aligned(type.nbytes());
  return bytes;
}

PartialResults::PartialResults(CodeBuilder& b, const ir::Graph& body, const LoopPlan& plan, const LoopShape& shape, Value memory) : b_(b), plan_(plan), shape_(shape) {
  std::int32_t offset = 0;
  for (const ir::Type type : array_types(body, plan, shape)) {
    const Value at = mlir::LLVM::GEPOp::create(b, memory.getType(), b.getI8Type(), memory, llvm::ArrayRef<mlir::LLVM::GEPArg>{offset});
    arrays_.push_back(storage_at(b, at, type));
    offset += static_cast<std::int32_t>(aligned(type.nbytes()));
  }
}

AxisIndex PartialResults::place(Value part, llvm::ArrayRef<AxisIndex> counters, std::int64_t width) {
  Value at = index_scale(b_, part, kept(plan_, shape_));
  std::int64_t stride = is_along(plan_) ? width : 1;
  for (std::size_t l = plan_.n_parallel(); l-- > 0; stride *= plan_.loops[l].extent) at = index_add(b_, at, index_scale(b_, counters[l].base, stride));
  return {at, width > 1 ? 1 : 0, {}};
}

void PartialResults::store(Value part, llvm::ArrayRef<AxisIndex> counters, llvm::ArrayRef<Value> carried) {
  for (std::size_t i = 0; i < carried.size(); ++i) emit_store(b_, arrays_[i], {place(part, counters, lanes(carried[i]))}, carried[i], {});
}

llvm::SmallVector<Value> PartialResults::load(Value part, llvm::ArrayRef<AxisIndex> counters, llvm::ArrayRef<Value> like) {
  llvm::SmallVector<Value> carried;
  for (std::size_t i = 0; i < like.size(); ++i) {
    const std::int64_t width = lanes(like[i]);
    carried.push_back(emit_load(b_, arrays_[i], {place(part, counters, width)}, width, {}));
  }
  return carried;
}

}  // namespace espalier::codegen
