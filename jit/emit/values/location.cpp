#include "espalier/jit/emit/values/location.h"

namespace espalier::codegen {

mlir::Location location_of(CodeBuilder& b, ir::Loc loc) {
  if (loc.line == 0) return mlir::UnknownLoc::get(b.getContext());
  if (b.names.file != loc.file) {
    b.names.file = loc.file;
    b.names.file_name = b.getStringAttr(loc.file);
  }
  return mlir::FileLineColLoc::get(b.names.file_name, loc.line, 0);
}

mlir::Location location_of(CodeBuilder& b, const ir::Node& node) {
  if (node.loc.line == 0) return mlir::UnknownLoc::get(b.getContext());
  mlir::StringAttr& name = b.names.ops[node.op.row()];
  if (!name) name = b.getStringAttr(ir::name(node.op));
  return mlir::NameLoc::get(name, location_of(b, node.loc));
}

mlir::Location root_location(CodeBuilder& b, const ir::Graph& body) {
  for (auto node = body.nodes.rbegin(); node != body.nodes.rend(); ++node) {
    if (node->loc.line != 0) return location_of(b, *node);
  }
  return mlir::UnknownLoc::get(b.getContext());
}

}  // namespace espalier::codegen
