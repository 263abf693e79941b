#pragma once
// The values of a kernel's body at one point (or vector of points) of its domain: computed on demand, read through views.
#include <array>

#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/access.h"

namespace espalier::codegen {

/// Emits body values. What it has emitted it remembers per value, so a body must be asked about one point at a time;
/// `Scope`s forget what was emitted inside them.
class Body {
 public:
  Body(CodeBuilder& b, const ir::Graph& graph, std::vector<Storage> inputs);

  /// Lanes of the point in hand, and which of them are inside the domain (null: all).
  std::int64_t width = 1;
  Guard inside;

  /// The value at `index` (one per axis): a vector if any index varies by lane, else a scalar.
  mlir::Value emit(ir::Value value, llvm::ArrayRef<AxisIndex> index) { return emit(value, index, inside); }
  /// Declares what a value is at the point in hand: results of reductions and contractions, reloaded intermediates.
  void set(ir::Value value, mlir::Value emitted) { known_[value] = emitted; }
  bool knows(ir::Value value) const { return static_cast<bool>(known_[value]); }

  /// While it lives, emitted values are remembered; then they are forgotten.
  class Scope {
   public:
    explicit Scope(Body& body) : body_(body), saved_(body.known_) {}
    ~Scope() { body_.known_ = std::move(saved_); }

   private:
    Body& body_;
    std::vector<mlir::Value> saved_;
  };

  const ir::Graph& graph() const { return graph_; }
  /// Where the user wrote a value; unknown for an input.
  mlir::Location location_of(ir::Value value) const;

 private:
  mlir::Value emit(ir::Value value, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_node(const ir::Node& node, ir::Value value, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_map(const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_source(ir::Source op, const ir::Node& node, llvm::ArrayRef<AxisIndex> index);
  mlir::Value emit_movement(ir::Movement op, const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_reducing(ir::Reducing op, const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  std::array<mlir::Value, 2> emit_random(ir::Random op, const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_pad(const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_concatenate(const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value emit_gather(const ir::Node& node, llvm::ArrayRef<AxisIndex> index, Guard guard);
  mlir::Value clamped_start(ir::Value start, std::int64_t limit);

  CodeBuilder& b_;
  const ir::Graph& graph_;
  std::vector<Storage> inputs_;
  std::vector<std::uint32_t> definer_;
  std::vector<mlir::Value> known_;
  int shift_depth_ = 0;  // index shifts between the point in hand and the value being emitted
};

}  // namespace espalier::codegen
