#include "espalier/jit/emit/loops/walk.h"

namespace espalier::codegen {
namespace {

class Loops {
 public:
  Loops(CodeBuilder& b, const Shape& shape, int skip, std::int64_t width, const AtPoint& at)
      : b_(b), shape_(shape), skip_(skip), width_(width), at_(at), index_(shape.ndim()), vector_axis_(shape.ndim() - 1) {
    if (vector_axis_ == skip) vector_axis_ = -1;
  }

  // Recursion is as deep as the array has axes.
  void level(int axis) {
    if (axis == shape_.ndim()) return at_(index_, 1, {});
    if (axis == skip_) return level(axis + 1);
    const std::int64_t extent = shape_[axis];
    const bool wide = axis == vector_axis_ && width_ > 1;
    const std::int64_t step = wide ? width_ : 1, whole = extent / step;
    if (whole == 1) {
      index_[axis] = {{}, wide ? 1 : 0, {}};
      if (wide) at_(index_, width_, {});
      else level(axis + 1);
    } else if (whole > 1) {
      auto loop = mlir::scf::ForOp::create(b_, constant_index(b_, 0), constant_index(b_, whole * step), constant_index(b_, step));
      mlir::OpBuilder::InsertionGuard guard(b_);
      b_.setInsertionPointToStart(loop.getBody());
      index_[axis] = {loop.getInductionVar(), wide ? 1 : 0, {}};
      if (wide) at_(index_, width_, {});
      else level(axis + 1);
    }
    if (wide && whole * step < extent) {
      llvm::SmallVector<bool> bits(width_);
      for (std::int64_t i = 0; i < width_; ++i) bits[i] = whole * step + i < extent;
      const auto type = mlir::VectorType::get({width_}, b_.getI1Type());
      const mlir::Value mask = mlir::arith::ConstantOp::create(b_, mlir::DenseElementsAttr::get(type, llvm::ArrayRef<bool>(bits)));
      index_[axis] = {constant_index(b_, whole * step), 1, {}};
      at_(index_, width_, mask);
    }
    index_[axis] = {};
  }

 private:
  CodeBuilder& b_;
  const Shape& shape_;
  const int skip_;
  const std::int64_t width_;
  const AtPoint& at_;
  llvm::SmallVector<AxisIndex> index_;
  int vector_axis_;
};

}  // namespace

Walk loops(CodeBuilder& b, std::int64_t width) {
  return [&b, width](const Shape& shape, int skip, const AtPoint& at) { Loops(b, shape, skip, width, at).level(0); };
}

}  // namespace espalier::codegen
