#pragma once
// The compiler's only public header: a graph in, an executable out. It lies in a library of its own, opened at the first
// compile (dsl/compiler.h); who only evaluates never loads LLVM.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "espalier/ir/error.h"
#include "espalier/ir/pass.h"
#include "espalier/runtime/executable.h"

namespace espalier::codegen {

/// Options of the compiler.
struct CompileOptions {
  std::vector<bool> donated{};  ///< inputs whose memory outputs may take over
  std::string target{};       ///< "" for $ESPALIER_TARGET, else this machine; "cpu", "avx512", "avx2", an LLVM CPU name, or "nvptx" (text only)
  bool parallel = true;       ///< may large kernels be split over threads
  /// The code has a line table of the user's lines, and debuggers are told of it; stages show locations. Equal kernels of different
  /// lines are compiled each by itself.
  bool debug_info = false;
};

/// A stage of a function on its way to machine code, in the order in which they are made.
enum class Stage : std::uint8_t {
  trace,     ///< "trace"
  graph,     ///< "graph"
  schedule,  ///< "schedule"
  mlir,      ///< "mlir"
  llvm,      ///< "llvm"
  assembly,  ///< "asm"
  gpu,       ///< "gpu"
  ptx,       ///< "ptx"
};

/// The targets that a stage is made for.
enum class StageTarget : std::uint8_t {
  any,  ///< it is the same for all
  cpu,  ///< it is a processor's
  gpu,  ///< it is an NVIDIA GPU's
};

/// A stage's row: its name and what its text shows.
struct StageRow {
  Stage stage;             ///< the row's stage
  std::string_view name;   ///< as `text(name)` and `esp-opt --lower=name` take it
  StageTarget target;      ///< what it is made for
  std::string_view shows;  ///< what its text shows
};

/// All stages. A new one is a row here, a case wherever a `switch` over Stage then lacks it, and a section in docs/dumps.md.
inline constexpr StageRow stage_table[] = {
    {Stage::trace, "trace", StageTarget::any, "the graph as it was recorded"},
    {Stage::graph, "graph", StageTarget::any, "the graph simplified, which is what is scheduled"},
    {Stage::schedule, "schedule", StageTarget::any, "kernels, and where values lie"},
    {Stage::mlir, "mlir", StageTarget::cpu, "kernels as loops over vectors, and the entry that calls them"},
    {Stage::llvm, "llvm", StageTarget::cpu, "the optimised LLVM IR"},
    {Stage::assembly, "asm", StageTarget::cpu, "the instructions"},
    {Stage::gpu, "gpu", StageTarget::gpu, "launches and kernels for NVIDIA's GPUs"},
    {Stage::ptx, "ptx", StageTarget::gpu, "the text for NVIDIA's assembler"},
};

/// The names of the stages that `wanted(row)` is true of: "trace, graph, schedule".
template <class Wanted> std::string stage_names(Wanted&& wanted) {
  std::string names;
  for (const StageRow& row : stage_table) {
    if (wanted(row)) names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

/// The stage of a name. ArgumentError, naming all there are, for another.
inline const StageRow& stage_named(std::string_view name) {
  for (const StageRow& row : stage_table) {
    if (row.name == name) return row;
  }
  throw ArgumentError("text", "there is no stage \"" + std::string(name) + "\"", "stages are " + stage_names([](const StageRow&) { return true; }));
}

/// What the compiler's library offers. Its graphs are those that `ir::simplify` gives: a graph is scheduled as it is handed over.
struct Compiler {
  /// CompileError if the graph holds what kernels cannot do, naming the op and its place.
  runtime::Executable (*compile)(const ir::Graph& graph, const CompileOptions& options);
  /// A stage as text, by its name in `stage_table`; those of GPUs whatever the target. ArgumentError for another name
  /// and for a stage that the target does not have.
  std::string (*text)(const ir::Graph& graph, std::string_view stage, const CompileOptions& options);
  /// The plan's cost, without making code.
  runtime::Cost (*cost)(const ir::Graph& graph, const CompileOptions& options);
  /// The passes that rewrite a graph before it is cut into kernels, in order.
  std::span<const ir::Pass> passes;
  /// The analyses that then cut it, in order.
  std::span<const ir::Analysis> analyses;
};

/// The symbol that the library exports: `const espalier::codegen::Compiler* espalier_compiler()`.
inline constexpr const char* compiler_symbol = "espalier_compiler";

}  // namespace espalier::codegen
