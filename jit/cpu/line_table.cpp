#include "espalier/jit/cpu/line_table.h"

#include <llvm/BinaryFormat/Dwarf.h>

namespace espalier::codegen {
namespace {

namespace LLVM = mlir::LLVM;

mlir::FileLineColLoc place_of(mlir::Location location) { return location->findInstanceOf<mlir::FileLineColLoc>(); }
LLVM::DIFileAttr file_named(mlir::StringAttr name) { return LLVM::DIFileAttr::get(name.getContext(), name, mlir::StringAttr::get(name.getContext())); }
mlir::DistinctAttr distinct(mlir::MLIRContext* context) { return mlir::DistinctAttr::create(mlir::UnitAttr::get(context)); }

// The first place in a module; null if it has none.
mlir::FileLineColLoc first_place(mlir::Operation* module) {
  mlir::FileLineColLoc first;
  module->walk([&](mlir::Operation* op) {
    first = place_of(op->getLoc());
    return first ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return first;
}

LLVM::DISubprogramAttr subprogram_of(LLVM::LLVMFuncOp function, LLVM::DICompileUnitAttr unit) {
  auto* context = function.getContext();
  const mlir::FileLineColLoc place = place_of(function.getLoc());
  const LLVM::DIFileAttr file = place ? file_named(place.getFilename()) : unit.getFile();
  const unsigned line = place ? place.getLine() : 0;
  auto flags = LLVM::DISubprogramFlags::Definition | LLVM::DISubprogramFlags::Optimized;
  if (function.getLinkage() == LLVM::Linkage::Internal) flags = flags | LLVM::DISubprogramFlags::LocalToUnit;
  const auto type = LLVM::DISubroutineTypeAttr::get(context, {});
  return LLVM::DISubprogramAttr::get(context, distinct(context), unit, file, function.getSymNameAttr(), function.getSymNameAttr(), file, line, line, flags, type, {}, {});
}

// A function's lines are those of its subprogram's file, others name theirs.
void scope(LLVM::LLVMFuncOp function, LLVM::DISubprogramAttr subprogram) {
  auto* context = function.getContext();
  const mlir::Location no_line = mlir::FileLineColLoc::get(subprogram.getFile().getName(), 0, 0);
  function.getBody().walk([&](mlir::Operation* op) {
    const mlir::FileLineColLoc place = place_of(op->getLoc());
    if (!place) op->setLoc(no_line);
    else if (place.getFilename() == subprogram.getFile().getName()) op->setLoc(place);
    else op->setLoc(mlir::FusedLoc::get({mlir::Location(place)}, LLVM::DILexicalBlockFileAttr::get(subprogram, file_named(place.getFilename()), 0), context));
  });
  function->setLoc(mlir::FusedLoc::get({function.getLoc()}, subprogram, context));
}

}  // namespace

void make_line_table(mlir::Operation* module, LineTable kind) {
  auto* context = module->getContext();
  const mlir::FileLineColLoc first = kind == LineTable::none ? mlir::FileLineColLoc() : first_place(module);
  if (!first) {
    const auto unknown = mlir::UnknownLoc::get(context);
    module->walk([&](mlir::Operation* op) { op->setLoc(unknown); });
    return;
  }
  const auto emission = kind == LineTable::dwarf ? LLVM::DIEmissionKind::Full : LLVM::DIEmissionKind::DebugDirectivesOnly;
  const auto unit = LLVM::DICompileUnitAttr::get(distinct(context), llvm::dwarf::DW_LANG_C_plus_plus_14, file_named(first.getFilename()), mlir::StringAttr::get(context, "espalier"), true, emission);
  module->walk([&](LLVM::LLVMFuncOp function) {
    if (!function.isExternal()) scope(function, subprogram_of(function, unit));
  });
}

}  // namespace espalier::codegen
