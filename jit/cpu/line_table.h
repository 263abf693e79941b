#pragma once
// The user's lines in the code: MLIR's locations become what LLVM makes a line table of.
#include "espalier/jit/mlir.h"

namespace espalier::codegen {

/// What the code says of the user's lines.
enum class LineTable : std::uint8_t {
  none,
  directives,  ///< `.file` and `.loc` in assembly, for NVIDIA's assembler
  dwarf,       ///< DWARF, for debuggers and profilers
};

/// The last step in the LLVM dialect, over a module of it (builtin or gpu). With a line table each function becomes a subprogram at
/// its line, and every op is of its own line, in whichever file; what has none is of line 0, which debuggers skip. Without one,
/// locations are dropped: translation would look at each.
void make_line_table(mlir::Operation* module, LineTable kind);

}  // namespace espalier::codegen
