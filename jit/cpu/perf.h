#pragma once
// Code in memory for perf, with its lines.
namespace llvm::orc {
class ExecutionSession;
class ObjectLinkingLayer;
}  // namespace llvm::orc

namespace espalier::codegen {

/// Where the environment's JITDUMPDIR names a folder, what the layer links is written to `.debug/jit/…/jit-PID.dump` in it from now on,
/// function by function, for `perf inject --jit`. IoError where it cannot be written.
void write_for_perf(llvm::orc::ExecutionSession& session, llvm::orc::ObjectLinkingLayer& layer);

}  // namespace espalier::codegen
