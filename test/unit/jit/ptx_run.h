#pragma once
// Runs a program for GPUs: the steps of its schedule here, its kernels on a machine for PTX, which is a GPU or pretends to be.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>

#include "../ptx_machine.h"
#include "espalier/dsl/compiler.h"
#include "espalier/ir/simplify.h"
#include "program_run.h"

namespace espalier::test {

/// A stage of a program as text. Where ESPALIER_PTX_DIR names a folder, texts are kept there: a machine that has a GPU but not
/// the compiler's libraries takes them from there.
inline std::string text_of(const ir::Graph& graph, const char* stage) {
  const char* folder = std::getenv("ESPALIER_PTX_DIR");
  if (folder == nullptr) return codegen::compiler().text(graph, stage, {});
  const std::filesystem::path file = std::filesystem::path(folder) / (std::to_string(ir::hash(graph)) + "." + stage);
  if (!std::filesystem::exists(file)) std::ofstream(file) << codegen::compiler().text(graph, stage, {});
  return {std::istreambuf_iterator<char>(std::ifstream(file).rdbuf()), {}};
}

/// The kernels of a graph on a machine for PTX.
template <class Machine> class PtxKernels {
 public:
  explicit PtxKernels(const ir::Graph& graph) : machine_(text_of(graph, "ptx")) {
    const std::string host = text_of(graph, "gpu");
    std::map<std::string, std::int64_t> constants;
    const std::regex constant(R"((%\w+) = arith\.constant (\d+) : index)");
    for (std::sregex_iterator i(host.begin(), host.end(), constant), end; i != end; ++i) constants[i->str(1)] = std::stol(i->str(2));
    // Names of constants are those of the entry: kernels come first in the text and have others' names behind them.
    const std::regex launch(R"(gpu\.launch_func\s+@kernels::@(\w+) blocks in \((%\w+), \S+ \S+ threads in \((%\w+),)");
    for (std::sregex_iterator i(host.begin(), host.end(), launch), end; i != end; ++i) grids_[i->str(1)] = {constants.at(i->str(2)), constants.at(i->str(3))};
  }

  std::byte* room(std::int64_t bytes) {
    std::byte* at = machine_.room(bytes + 1);
    std::memset(at, 0xA5, static_cast<std::size_t>(bytes) + 1);
    return at;
  }
  std::byte* constant(std::size_t n, const ir::Literal&) { return machine_.variable("constant" + std::to_string(n)).data; }
  void launch(std::uint32_t index, const codegen::Kernel& kernel, const Pointers& operands, const Pointers& results) {
    std::vector<Span> arrays;
    for (std::size_t i = 0; i < operands.size(); ++i) arrays.push_back({operands[i], kernel.body.type_of(static_cast<ir::Value>(i)).nbytes()});
    for (std::size_t i = 0; i < results.size(); ++i) arrays.push_back({results[i], kernel.body.type_of(kernel.body.outputs[i]).nbytes()});
    if (codegen::updates(kernel.kind())) std::memmove(arrays.back().data, arrays[0].data, static_cast<std::size_t>(arrays[0].bytes));
    const std::string name = "kernel" + std::to_string(index);
    const auto [blocks, threads] = grids_.at(name);
    machine_.launch(name, blocks, threads, arrays);
  }

 private:
  Machine machine_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> grids_;
};

template <class Machine> ProgramRun<PtxKernels<Machine>> ptx_run(const ir::Graph& graph) {
  const ir::Graph simple = ir::simplify(graph);
  return {codegen::schedule(simple, codegen::Target{.kind = codegen::Target::Kind::gpu}), PtxKernels<Machine>(simple)};
}

}  // namespace espalier::test
