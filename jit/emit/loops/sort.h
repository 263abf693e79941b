#pragma once
// Sorting along an axis: x in the stable order of its keys. `arrays`: operands, then the result.
#include "espalier/ir/graph.h"
#include "espalier/jit/emit/loops/walk.h"
#include "espalier/jit/schedule/sort_kernel.h"

namespace espalier::codegen {

/// Every element of the walk goes to its rank, which is counted over its line.
void emit_sort_by_rank(CodeBuilder& b, const ir::Graph& body, llvm::ArrayRef<Storage> arrays, const Walk& walk);
/// Line by line: by the lowest digit of the keys, then by the next, each time in the order that there is.
void emit_sort_by_digits(CodeBuilder& b, const ir::Graph& body, const DigitSort& sort, llvm::ArrayRef<Storage> arrays);

}  // namespace espalier::codegen
