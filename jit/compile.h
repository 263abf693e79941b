#pragma once
// The compiler's only public header: a graph in, an executable out. It lies in a library of its own, opened at the first
// compile; who only evaluates never loads LLVM.
#include <string>
#include <string_view>
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/runtime/executable.h"

namespace espalier::codegen {

/// Options of the compiler.
struct CompileOptions {
  std::vector<bool> donated{};  ///< inputs whose memory outputs may take over
  std::string target{};       ///< "" for $ESPALIER_TARGET, else this machine; "cpu", "avx512", "avx2", an LLVM CPU name, or "nvptx" (text only)
  bool parallel = true;       ///< may large kernels be split over threads
};

/// What the compiler's library offers.
struct Compiler {
  /// CompileError if the graph holds what kernels cannot do, naming the op and its place.
  runtime::Executable (*compile)(const ir::Graph& graph, const CompileOptions& options);
  /// A stage as text: "schedule", "mlir", "llvm", "asm"; for NVIDIA's GPUs, whatever the target, "gpu" (launches and
  /// kernels in MLIR) and "ptx". ArgumentError for another name.
  std::string (*text)(const ir::Graph& graph, std::string_view stage, const CompileOptions& options);
  /// The plan's cost, without making code.
  runtime::Cost (*cost)(const ir::Graph& graph, const CompileOptions& options);
};

/// The compiler; opens its library at the first call. CompileError, with the places that were searched, if there is none.
const Compiler& compiler();

/// The symbol that the library exports: `const espalier::codegen::Compiler* espalier_compiler()`.
inline constexpr const char* compiler_symbol = "espalier_compiler";

}  // namespace espalier::codegen
