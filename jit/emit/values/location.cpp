#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

mlir::Location location_of(mlir::MLIRContext* context, ir::Loc loc) {
  if (loc.line == 0) return mlir::UnknownLoc::get(context);
  return mlir::FileLineColLoc::get(context, loc.file, loc.line, 0);
}

mlir::Location location_of(mlir::MLIRContext* context, const ir::Node& node) {
  if (node.loc.line == 0) return mlir::UnknownLoc::get(context);
  return mlir::NameLoc::get(mlir::StringAttr::get(context, ir::name(node.op)), location_of(context, node.loc));
}

mlir::Location root_location(mlir::MLIRContext* context, const ir::Graph& body) {
  for (auto node = body.nodes.rbegin(); node != body.nodes.rend(); ++node) {
    if (node->loc.line != 0) return location_of(context, *node);
  }
  return mlir::UnknownLoc::get(context);
}

}  // namespace espalier::codegen
