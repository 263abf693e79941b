#include "espalier/jit/emit/loops/scatter.h"

#include "espalier/ir/windows.h"
#include "espalier/jit/emit/values/elementwise.h"

namespace espalier::codegen {

namespace scf = mlir::scf;
using ir::Ints;
using mlir::Value;

namespace {

class Scatter {
 public:
  Scatter(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays) : b_(b) {
    const ir::Node& node = body.nodes[0];
    for (ir::Value operand : body.operands_of(node)) operands_.push_back(arrays[operand]);  // one input may stand for several
    result_ = arrays.back();
    if (node.op == ir::Op::scatter) {
      attrs_ = body.attrs_as<ir::ScatterAttrs>(node);
    } else {
      attrs_ = body.attrs_as<ir::ScatterReduceAttrs>(node);
      kind_ = body.attrs_as<ir::ScatterReduceAttrs>(node).kind;
    }
    const int ndim = windows().type.ndim();
    axes_ = ir::axes_of_windows(attrs_, ir::window_sizes(attrs_, result_.type.ndim(), windows().type.shape()), ndim);
    batch_ = ir::batch_axes(attrs_, ndim);
    point_.resize(static_cast<std::size_t>(ndim));
  }

  void run(const Walk& outer, const Ints& outer_axes, const Walk& inner, const Ints& inner_axes) {
    const bool starts_known = outer_axes == batch_;  // before the inner walk
    const auto inside = [&] {
      inner(extents(inner_axes), -1, [&](llvm::ArrayRef<AxisIndex> at, std::int64_t width, Guard guard) {
        place(inner_axes, at);
        if (starts_known) return element(width, guard);
        window([&] { element(width, guard); });
      });
    };
    outer(extents(outer_axes), -1, [&](llvm::ArrayRef<AxisIndex> at, std::int64_t, Guard) {
      place(outer_axes, at);
      if (!starts_known) return inside();
      window(inside);
    });
  }

 private:
  const Storage& windows() const { return operands_[1]; }
  Shape extents(const Ints& axes) const {
    Ints extents;
    for (auto axis : axes) extents.push_back(windows().type.shape()[static_cast<int>(axis)]);
    return Shape(extents);
  }
  void place(const Ints& axes, llvm::ArrayRef<AxisIndex> at) {
    for (std::size_t i = 0; i < axes.size(); ++i) point_[static_cast<std::size_t>(axes[i])] = at[i];
  }

  // The window of the point in hand: where it begins, moved inside; `then` not at all, where it is dropped.
  template <class F> void window(F&& then) {
    llvm::SmallVector<AxisIndex> at;
    for (auto axis : batch_) at.push_back(point_[static_cast<std::size_t>(axis)]);
    starts_.assign(axes_.size(), {});
    Guard all_inside;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      if (axes_[i].operand < 0) continue;
      const Storage& index = operands_[2 + static_cast<std::size_t>(axes_[i].operand)];
      const std::int64_t most = result_.type.shape()[static_cast<int>(i)] - axes_[i].size;
      const auto [start, inside] = clamp_index(b_, emit_load(b_, index, at, 1, {}), index.type.dtype(), most);
      starts_[i] = start;
      all_inside = both(b_, all_inside, inside);
    }
    if (attrs_.outside == ir::Outside::clip) return then();
    auto branch = scf::IfOp::create(b_, all_inside, false);
    mlir::OpBuilder::InsertionGuard guard(b_);
    b_.setInsertionPointToStart(branch.thenBlock());
    then();
  }
  void element(std::int64_t width, Guard guard) {
    llvm::SmallVector<AxisIndex> to;
    for (std::size_t i = 0; i < axes_.size(); ++i) {
      AxisIndex index = axes_[i].array < 0 ? AxisIndex{} : point_[static_cast<std::size_t>(axes_[i].array)];
      index.base = index_add(b_, index.base, starts_[i]);
      to.push_back(index);
    }
    Value value = splat(b_, emit_load(b_, windows(), point_, width, guard), width);
    if (kind_) value = emit_combine(b_, *kind_, result_.type.dtype(), splat(b_, emit_load(b_, result_, to, width, guard), width), value);
    emit_store(b_, result_, to, value, guard);
  }

  CodeBuilder& b_;
  std::vector<Storage> operands_;
  Storage result_;
  ir::ScatterAttrs attrs_;
  std::optional<ir::Reduction> kind_;
  std::vector<ir::WindowAxis> axes_;  // of x
  Ints batch_;
  llvm::SmallVector<AxisIndex> point_;  // of the array of windows
  std::vector<Value> starts_;       // for each axis of x, or null
};

}  // namespace

void emit_scatter(CodeBuilder& b, const ir::Graph& body, const ScatterKernel& kernel, llvm::ArrayRef<Storage> arrays, const Walk& outer, const Walk& inner) {
  if (body.type_of(kernel.windows).size() == 0) return;
  const bool in_order_first = std::holds_alternative<WalkLanes>(kernel.walk);
  Scatter(b, body, arrays).run(outer, in_order_first ? kernel.in_order : kernel.apart, inner, in_order_first ? kernel.apart : kernel.in_order);
}

}  // namespace espalier::codegen
