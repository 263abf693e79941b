#pragma once
// The user's lines in the code: MLIR's locations become what LLVM makes a line table of.
#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// How the code says what it knows of the user's lines.
enum class LineTable : std::uint8_t {
  directives,  ///< `.file` and `.loc` in assembly, for NVIDIA's assembler
  dwarf,       ///< DWARF, for debuggers and profilers
};

/// The last step in the LLVM dialect, over a module of it (builtin or gpu): each function becomes a subprogram at its line, and every op
/// is of its own line, in whichever file; what has none is of line 0, which debuggers skip. Without it LLVM gets to see no locations.
void make_line_table(mlir::Operation* module, LineTable kind);

}  // namespace espalier::codegen
