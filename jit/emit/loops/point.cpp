#include "espalier/jit/emit/loops/point.h"

#include <algorithm>

#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

using namespace ir;
namespace arith = mlir::arith;
using MValue = mlir::Value;

ReductionPass reduction_pass(const Graph& graph, const LoopPlan& plan, int phase, const Arithmetic& has) {
  ReductionPass pass;
  std::size_t carried = 0;
  for (const Node& node : graph.nodes) {
    if (!reduces(node.op) || plan.phase[node.first_result] != phase + 1) continue;
    if (graph.type_of(graph.operands_of(node)[0]).size() == graph.type_of(node.first_result).size()) continue;
    pass.accumulators.emplace_back(graph, node, carried, has);
    carried += pass.accumulators.back().count();
  }
  pass.stores = std::any_of(graph.outputs.begin(), graph.outputs.end(), [&](Value v) { return plan.is_reduced_value(v) && plan.phase[v] == phase; });
  return pass;
}

llvm::ArrayRef<std::int64_t> ReductionPass::blocks(const std::vector<std::int64_t>& planned) const {
  return has_rounded_sums() ? llvm::ArrayRef<std::int64_t>(planned) : llvm::ArrayRef<std::int64_t>();
}
bool ReductionPass::has_rounded_sums() const {
  return std::any_of(accumulators.begin(), accumulators.end(), [](const Accumulator& a) { return a.is_rounded_sum(); });
}

llvm::SmallVector<MValue> ReductionPass::at_block_start(CodeBuilder& b, llvm::ArrayRef<MValue> now) const {
  llvm::SmallVector<MValue> block;
  for (const Accumulator& a : accumulators) {
    const auto own = now.slice(a.first(), a.count());
    if (a.is_rounded_sum()) a.start(b, lanes(own[0]), block);
    else block.append(own.begin(), own.end());
  }
  return block;
}

llvm::SmallVector<MValue> ReductionPass::after_block(CodeBuilder& b, llvm::ArrayRef<MValue> before, llvm::ArrayRef<MValue> block) const {
  llvm::SmallVector<MValue> after(block);
  for (const Accumulator& a : accumulators) {
    if (!a.is_rounded_sum()) continue;
    const auto own = llvm::MutableArrayRef<MValue>(after).slice(a.first(), a.count());
    llvm::copy(before.slice(a.first(), a.count()), own.begin());
    a.join(b, own, block.slice(a.first(), a.count()));
  }
  return after;
}

Point::Point(CodeBuilder& b, const Graph& graph, const LoopPlan& plan, std::vector<Storage> arrays)
    : body(b, graph, {arrays.begin(), arrays.begin() + graph.n_inputs}), counters(plan.loops.size()), b_(b), graph_(graph), plan_(plan), arrays_(std::move(arrays)) {}

llvm::SmallVector<AxisIndex> Point::index_of(Value v) const {
  llvm::SmallVector<AxisIndex> index;
  for (int d : plan_.dims[v]) {
    // Of dimensions that share a loop only the innermost counts: the others' strides are multiples of its own.
    index.push_back(d >= 0 && plan_.is_innermost(d) ? counters[plan_.loop_of(d)] : AxisIndex{});
  }
  return index;
}

void Point::row_values(int phase) {
  for (const Node& node : graph_.nodes) {
    const Value v = node.first_result;
    if (!is_elementwise(node.op) || plan_.phase[v] != phase || phase == 0) continue;
    if (plan_.mapped[v] && !plan_.is_reduced_value(v) && !body.knows(v)) value(v);
  }
}

std::pair<MValue, MValue> Point::element_of(const Accumulator& a, std::int64_t width) {
  const AtLocation at(b_, a.node());
  const MValue x = splat(b_, value(a.operand()), width);
  if (!a.is_arg()) return {x, {}};
  const int dim = plan_.dims[a.operand()][a.axis()];
  const MValue number = splat(b_, per_lane(b_, counters[plan_.loop_of(dim)], width), width);
  return {x, arith::IndexCastOp::create(b_, like(number.getType(), b_.getI64Type()), number)};
}

void Point::store(const std::function<bool(Value)>& chosen, MValue condition) {
  for (Value v : graph_.outputs)
    if (chosen(v)) value(v);
  mlir::OpBuilder::InsertionGuard guard(b_);
  if (condition) b_.setInsertionPointToStart(mlir::scf::IfOp::create(b_, condition, false).thenBlock());
  for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
    const Value v = graph_.outputs[o];
    if (!chosen(v)) continue;
    const AtLocation at(b_, body.location_of(v));
    const auto index = index_of(v);
    MValue result = value(v);
    const bool varies = std::any_of(index.begin(), index.end(), [](const AxisIndex& i) { return i.varies(); });
    if (varies) result = splat(b_, result, body.width);
    emit_store(b_, array_of(o), index, result, varies ? body.inside : MValue());
  }
}

}  // namespace espalier::codegen
