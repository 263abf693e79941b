#include "espalier/jit/compile.h"

#include <cstdlib>
#include <set>

#include "espalier/ir/error.h"
#include "espalier/ir/eval/special.h"
#include "espalier/ir/print.h"
#include "espalier/jit/cpu/line_table.h"
#include "espalier/jit/cpu/orc.h"
#include "espalier/jit/cpu/pipeline.h"
#include "espalier/jit/cpu/runnable.h"
#include "espalier/jit/emit/program.h"
#include "espalier/jit/gpu/program.h"
#include "espalier/jit/schedule/passes.h"
#include "espalier/jit/schedule/schedule.h"

extern "C" {
void espalier_parallel(void (*task)(void* const*, std::int64_t, std::int64_t), void* const* args, std::int64_t tasks);
void* espalier_scratch(std::int64_t bytes);
void espalier_host_call(std::int64_t callee, void* const* results, const void* const* operands);
}

namespace espalier::codegen {
namespace {

constexpr const char* gpu_target_name = "nvptx";

Target target_named(const std::string& name) {
  if (name.empty()) {
    const char* wanted = std::getenv("ESPALIER_TARGET");
    return wanted == nullptr || *wanted == 0 ? host_target() : target_named(wanted);
  }
  if (name == "cpu") return host_target();
  if (name == "avx2") return named_target("haswell");
  if (name == "avx512") return named_target("skylake-avx512");
  return named_target(name);
}

Target target_of(const CompileOptions& options) { return options.target == gpu_target_name ? gpu_target() : target_named(options.target); }

Program plan(const ir::Graph& graph, const Target& target, const CompileOptions& options) {
  return schedule(graph, target, {.donated = options.donated, .by_line = options.debug_info});
}

runtime::Cost cost_of(const Program& program) {
  return {.flops = program.flops,
          .bytes = program.bytes,
          .arena_bytes = program.entry.arena_bytes,
          .arena_lower_bound = program.entry.lower_bound_bytes,
          .kernels = program.kernel_calls,
          .distinct_kernels = static_cast<std::int64_t>(program.kernels.size())};
}

// One context serves many compiles of a thread, since making one costs more than a kernel; not all of them, since it keeps
// every type and attribute that it ever met.
mlir::MLIRContext& context() {
  constexpr int compiles = 64;
  thread_local std::unique_ptr<mlir::MLIRContext> made;
  thread_local int left = 0;
  if (left == 0) {
    made = make_context();
    left = compiles;
  }
  --left;
  return *made;
}

struct Made {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::int64_t scratch_bytes = 0;
};

// Graph -> schedule -> MLIR -> LLVM IR, optimised.
std::unique_ptr<Made> make_llvm(const Program& program, const Target& target, const CompileOptions& options) {
  auto [mlir, scratch_bytes] = emit_program(context(), program, {.parallel = options.parallel});
  lower_to_llvm(*mlir);
  make_line_table(*mlir, options.debug_info ? LineTable::dwarf : LineTable::none);
  auto made = std::make_unique<Made>();
  made->scratch_bytes = scratch_bytes;
  made->module = translate_to_llvm_ir(*mlir, made->context, target);
  // It hands out memory that is there: a kernel that has no use for it, as whole tiles leave nothing to lay aside, does not ask.
  if (llvm::Function* scratch = made->module->getFunction(scratch_name)) {
    scratch->setWillReturn();
    scratch->setDoesNotThrow();
    scratch->setMemoryEffects(llvm::MemoryEffects::inaccessibleMemOnly(llvm::ModRefInfo::Ref));
  }
  made->machine = make_target_machine(target);
  optimise(*made->module, *made->machine);
  return made;
}

template <class F> auto guarded(F&& f) {
  try {
    return f();
  } catch (const Error&) {
    throw;
  } catch (const std::exception& error) {
    throw CompileError("compile", error.what(), "this is a defect of the compiler: the graph's text reproduces it");
  }
}

// Code for instructions that this machine lacks must not be called.
void require_runnable(const Target& target) {
  const int bits = target.vector_bits, here = host_target().vector_bits;
  const char* hint = "text(stage) works for every target";
  if (bits > here) throw CompileError("compile", "code for " + target.cpu + " has vectors of " + std::to_string(bits) + " bits, this machine has " + std::to_string(here), hint);
  const std::string missing = target.cpu == host_target().cpu ? "" : missing_here(target);
  if (!missing.empty()) throw CompileError("compile", "code for " + target.cpu + " may use " + missing + ", which this machine lacks", hint);
}

// What the code calls of this process.
std::vector<ExternalSymbol> symbols_of(const Program& program) {
  std::vector<ExternalSymbol> symbols{{parallel_name, reinterpret_cast<void*>(&espalier_parallel)},
                                      {scratch_name, reinterpret_cast<void*>(&espalier_scratch)},
                                      {host_call_name, reinterpret_cast<void*>(&espalier_host_call)},
                                      {"espalier_polygamma", reinterpret_cast<void*>(&ir::scalar::polygamma)}};
  for (const Kernel& kernel : program.kernels) {
    if (const auto* library = std::get_if<LibraryKernel>(&kernel.plan)) symbols.push_back({library->call.name.c_str(), reinterpret_cast<void*>(library->call.function)});
  }
  return symbols;
}

runtime::Executable compile(const ir::Graph& graph, const CompileOptions& options) {
  return guarded([&] {
    if (options.target == gpu_target_name) {
      throw ArgumentError("compile", "target nvptx makes text, not code that runs", "ask for its stages gpu and ptx; leave target empty to run on this machine");
    }
    const Target target = target_named(options.target);
    require_runnable(target);
    const Program program = plan(graph, target, options);
    auto made = make_llvm(program, target, options);
    auto code = std::make_shared<LoadedCode>(emit_object(*made->module, *made->machine), symbols_of(program), options.debug_info);
    runtime::Executable out;
    out.entry = reinterpret_cast<runtime::Executable::Entry>(code->lookup(entry_name));
    out.code = code;
    out.donations = program.entry.donations;
    out.scratch_bytes = made->scratch_bytes;
    out.cost = cost_of(program);
    out.callees = program.callees;
    return out;
  });
}

// The lines of the user's that each kernel computes, as comments: "; kernel0: score.cpp:3, score.cpp:4".
std::string places_of(const Program& program, std::string_view comment) {
  std::string text;
  for (std::size_t k = 0; k < program.kernels.size(); ++k) {
    std::set<std::pair<std::string_view, std::uint32_t>> places;
    for (const ir::Node& node : program.kernels[k].body.nodes) {
      if (node.loc.line != 0) places.emplace(node.loc.file, node.loc.line);
    }
    std::string line;
    for (const auto& [file, number] : places) line += (line.empty() ? "" : ", ") + std::string(file) + ":" + std::to_string(number);
    if (!line.empty()) text += std::string(comment) + " kernel" + std::to_string(k) + ": " + line + "\n";
  }
  return text;
}

std::string mlir_text(const Program& program, const CompileOptions& options) {
  std::string out = places_of(program, "//");
  llvm::raw_string_ostream stream(out);
  emit_program(context(), program, {.parallel = options.parallel}).module->print(stream, mlir::OpPrintingFlags().enableDebugInfo(options.debug_info));
  return out;
}

std::string llvm_text(const Program& program, const Target& target, const CompileOptions& options) {
  std::string out = places_of(program, ";");
  llvm::raw_string_ostream stream(out);
  make_llvm(program, target, options)->module->print(stream, nullptr);
  return out;
}

std::string assembly_text(const Program& program, const Target& target, const CompileOptions& options) {
  const auto made = make_llvm(program, target, options);
  return places_of(program, "#") + emit_assembly(*made->module, *made->machine);
}

std::string gpu_text(const Program& program, const CompileOptions& options) { return places_of(program, "//") + print_gpu(program, options.debug_info); }
std::string ptx_text(const Program& program, const CompileOptions& options) { return places_of(program, "//") + emit_ptx(program, options.debug_info); }

std::string text(const ir::Graph& graph, std::string_view stage, const CompileOptions& options) {
  return guarded([&]() -> std::string {
    const StageRow& row = stage_named(stage);
    if (options.target == gpu_target_name && row.target == StageTarget::cpu) {
      throw ArgumentError("text", "target nvptx has no stage \"" + std::string(stage) + "\"", "its stages are " + stage_names([](const StageRow& r) { return r.target != StageTarget::cpu; }));
    }
    const auto target = [&] { return row.target == StageTarget::gpu ? gpu_target() : target_of(options); };
    const auto planned = [&] { return plan(graph, target(), options); };
    switch (row.stage) {
      case Stage::trace:
      case Stage::graph: return ir::print(graph, {.locations = true});
      case Stage::schedule: return print(planned());
      case Stage::mlir: return mlir_text(planned(), options);
      case Stage::llvm: return llvm_text(planned(), target(), options);
      case Stage::assembly: return assembly_text(planned(), target(), options);
      case Stage::gpu: return gpu_text(planned(), options);
      case Stage::ptx: return ptx_text(planned(), options);
    }
    __builtin_unreachable();
  });
}

runtime::Cost cost(const ir::Graph& graph, const CompileOptions& options) { return cost_of(plan(graph, target_of(options), options)); }

}  // namespace
}  // namespace espalier::codegen

extern "C" const espalier::codegen::Compiler* espalier_compiler() {
  static const espalier::codegen::Compiler compiler{&espalier::codegen::compile, &espalier::codegen::text, &espalier::codegen::cost, espalier::codegen::schedule_passes(), espalier::codegen::schedule_analyses()};
  return &compiler;
}
