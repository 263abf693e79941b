#pragma once
// Groups: the code of one member, for whichever members' tasks a table names.
#include "espalier/jit/emit/values/access.h"
#include "espalier/jit/schedule/group_kernel.h"

namespace espalier::codegen {

/// Emits tasks [first, last) of a group at the builder's place. `list`: the pointers of the body's operands, then of its results.
/// `table`: kernel.tasks(), as group_table gives them.
void emit_group(CodeBuilder& b, const GroupKernel& kernel, mlir::Value list, mlir::Value table, mlir::Value first, mlir::Value last);
/// A row for each task: its first element, the one behind its last, and where in the list its member's operands and results begin.
ir::Literal group_table(const GroupKernel& kernel);

}  // namespace espalier::codegen
