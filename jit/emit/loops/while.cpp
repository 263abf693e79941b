#include "espalier/jit/emit/loops/while.h"

#include "espalier/jit/emit/values/body.h"

namespace espalier::codegen {

namespace arith = mlir::arith;
namespace scf = mlir::scf;
using MValue = mlir::Value;

namespace {

// Elements of one shape are elements of a line: nothing asks along which axis they lie.
Storage flat(const Storage& array) { return array.type.ndim() == 0 ? array : Storage{array.memory, array.type.with(Shape{array.type.size()})}; }

class Loop {
 public:
  Loop(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays)
      : b_(b), graph_(body), node_(body.nodes[0]), attrs_(body.attrs_as<ir::WhileAttrs>(node_)), arrays_(arrays), consts_(static_cast<std::size_t>(attrs_.consts)) {
    for (ir::Value operand : body.operands_of(node_)) operands_.push_back(flat(arrays[operand]));  // one input may stand for several
  }

  void at(llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) {
    Body step(b_, *attrs_.body, operands_), ask(b_, *attrs_.condition, operands_);
    step.width = ask.width = width;
    step.inside = ask.inside = guard;
    llvm::SmallVector<MValue> first;
    for (std::size_t c = consts_; c < operands_.size(); ++c) first.push_back(splat(b_, emit_load(b_, operands_[c], point, width, guard), width));
    const bool by_element = operands_[consts_].type.ndim() > 0;
    if (by_element && guard) first[0] = arith::AndIOp::create(b_, first[0], splat(b_, guard, width));
    bring_invariant(step, point);
    if (!by_element) bring_invariant(ask, point);

    const bool counted = attrs_.max_steps >= 0;
    if (counted) first.push_back(constant_int(b_, b_.getI64Type(), 0));
    llvm::SmallVector<mlir::Type> types;
    for (MValue v : first) types.push_back(v.getType());
    const llvm::SmallVector<mlir::Location> locations(types.size(), b_.getLoc());
    auto loop = scf::WhileOp::create(b_, types, first);
    {
      mlir::OpBuilder::InsertionGuard insertion(b_);
      mlir::Block* before = b_.createBlock(&loop.getBefore(), {}, types, locations);
      const auto now = before->getArguments();
      MValue goes_on = by_element ? any(now[0]) : asked(ask, now);
      if (counted) goes_on = arith::AndIOp::create(b_, goes_on, arith::CmpIOp::create(b_, arith::CmpIPredicate::slt, now.back(), constant_int(b_, b_.getI64Type(), attrs_.max_steps)));
      scf::ConditionOp::create(b_, goes_on, now);

      mlir::Block* after = b_.createBlock(&loop.getAfter(), {}, types, locations);
      const auto carries = after->getArguments();
      set_carries(step, carries);
      llvm::SmallVector<MValue> next;
      for (ir::Value output : attrs_.body->outputs) next.push_back(splat(b_, step.emit(output, index_of(*attrs_.body, output, point)), width));
      if (counted) next.push_back(arith::AddIOp::create(b_, carries.back(), constant_int(b_, b_.getI64Type(), 1)));
      scf::YieldOp::create(b_, next);
    }
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      emit_store(b_, flat(arrays_[graph_.n_inputs + o]), point, loop.getResult(static_cast<unsigned>(graph_.outputs[o] - node_.first_result)), guard);
    }
  }

 private:
  static llvm::ArrayRef<AxisIndex> index_of(const ir::Graph& graph, ir::Value v, llvm::ArrayRef<AxisIndex> point) { return graph.type_of(v).ndim() == 0 ? llvm::ArrayRef<AxisIndex>() : point; }
  // What no iteration changes is loaded, and repeated, before the loop.
  void bring_invariant(Body& body, llvm::ArrayRef<AxisIndex> point) const {
    const ir::Graph& graph = body.graph();
    std::vector<bool> invariant(graph.types.size(), false);
    std::fill(invariant.begin(), invariant.begin() + attrs_.consts, true);
    for (ir::Value v = 0; v < consts_; ++v) body.emit(v, index_of(graph, v, point));
    for (const ir::Node& node : graph.nodes) {
      const auto operands = graph.operands_of(node);
      if (!std::all_of(operands.begin(), operands.end(), [&](ir::Value v) { return invariant[v]; })) continue;
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        invariant[node.first_result + r] = true;
        body.emit(node.first_result + r, index_of(graph, node.first_result + r, point));
      }
    }
  }
  void set_carries(Body& body, mlir::ValueRange carries) const {
    for (std::size_t c = consts_; c < operands_.size(); ++c) body.set(static_cast<ir::Value>(c), carries[c - consts_]);
  }
  MValue asked(Body& ask, mlir::ValueRange carries) const {
    set_carries(ask, carries);
    return ask.emit(attrs_.condition->outputs[0], {});
  }
  MValue any(MValue flags) const {
    if (lanes(flags) == 1) return flags;
    return mlir::vector::ReductionOp::create(b_, mlir::vector::CombiningKind::OR, flags);
  }

  CodeBuilder& b_;
  const ir::Graph& graph_;
  const ir::Node& node_;
  const ir::WhileAttrs& attrs_;
  llvm::ArrayRef<Storage> arrays_;
  std::vector<Storage> operands_;
  std::size_t consts_;
};

}  // namespace

void emit_while(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk) {
  Loop loop(b, body, arrays);
  const ir::Type type = body.type_of(body.nodes[0].first_result);
  const Shape line = type.ndim() == 0 ? Shape{} : Shape{type.size()};
  walk(line, -1, [&](llvm::ArrayRef<AxisIndex> point, std::int64_t width, Guard guard) { loop.at(point, width, guard); });
}

Walk groups(CodeBuilder& b, std::int64_t width, MValue first, MValue last) {
  return [&b, width, first, last](const Shape& shape, int, const AtPoint& at) {
    if (shape.ndim() == 0) return at({}, 1, {});
    const std::int64_t whole = shape[0] / width;
    const auto group = [&](MValue i, Guard guard) {
      const AxisIndex index[] = {{index_scale(b, i, width), width > 1 ? 1 : 0, {}}};
      at(index, width, guard);
    };
    mlir::OpBuilder::InsertionGuard insertion(b);
    if (whole > 0) {
      const MValue end = arith::MinSIOp::create(b, last, constant_index(b, whole));
      auto loop = scf::ForOp::create(b, first, end, constant_index(b, 1));
      mlir::OpBuilder::InsertionGuard inner(b);
      b.setInsertionPointToStart(loop.getBody());
      group(loop.getInductionVar(), {});
    }
    if (shape[0] % width == 0) return;
    const MValue mine = arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, last, constant_index(b, whole));
    b.setInsertionPointToStart(scf::IfOp::create(b, mine, false).thenBlock());
    llvm::SmallVector<bool> bits(width);
    for (std::int64_t i = 0; i < width; ++i) bits[i] = i < shape[0] % width;
    const auto type = mlir::VectorType::get({width}, b.getI1Type());
    group(constant_index(b, whole), arith::ConstantOp::create(b, mlir::DenseElementsAttr::get(type, llvm::ArrayRef<bool>(bits))));
  };
}

}  // namespace espalier::codegen
