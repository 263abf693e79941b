#pragma once
// Code in memory for debuggers that know GDB's interface for compilers, which are gdb and lldb.

namespace llvm::orc {
class ObjectLinkingLayer;
}

namespace espalier::codegen {

/// From now on debuggers are told of what the layer links, and of its end.
void tell_gdb(llvm::orc::ObjectLinkingLayer& layer);

}  // namespace espalier::codegen
