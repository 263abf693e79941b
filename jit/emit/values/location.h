#pragma once
// Where the user wrote what code computes, as MLIR's locations.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/values/numbers.h"

namespace espalier::codegen {

/// A line of the user's: `"score.cpp":3`; unknown where there is none.
mlir::Location location_of(CodeBuilder& b, ir::Loc loc);
/// That of a node, under its op's name: `"tanh"("score.cpp":3)`.
mlir::Location location_of(CodeBuilder& b, const ir::Node& node);
/// That of a graph's root: its last node that has a line. What is of no node, as loops are, bears it.
mlir::Location root_location(CodeBuilder& b, const ir::Graph& body);

/// While it lives, what the builder makes is at the location. An unknown one, such as of what passes have made, leaves it where it
/// is: with whatever needs it.
class AtLocation {
 public:
  AtLocation(CodeBuilder& b, mlir::Location location) : b_(b), before_(b.getLoc()) {
    if (!mlir::isa<mlir::UnknownLoc>(location)) b_.setLoc(location);
  }
  AtLocation(CodeBuilder& b, ir::Loc loc) : AtLocation(b, location_of(b, loc)) {}
  AtLocation(CodeBuilder& b, const ir::Node& node) : AtLocation(b, location_of(b, node)) {}
  ~AtLocation() { b_.setLoc(before_); }
  AtLocation(const AtLocation&) = delete;
  AtLocation& operator=(const AtLocation&) = delete;

 private:
  CodeBuilder& b_;
  mlir::Location before_;
};

}  // namespace espalier::codegen
