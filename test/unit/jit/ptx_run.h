#pragma once
// Runs a program for GPUs: the steps of its schedule here, its kernels on a machine for PTX, which is a GPU or pretends to be.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <regex>

#include "../ptx_machine.h"
#include "espalier/jit/compile.h"
#include "espalier/jit/schedule/schedule.h"

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

template <class Machine> class PtxRun {
 public:
  explicit PtxRun(const ir::Graph& graph) : program_(codegen::schedule(graph)), machine_(text_of(graph, "ptx")) {
    const std::string host = text_of(graph, "gpu");
    std::map<std::string, std::int64_t> constants;
    const std::regex constant(R"((%\w+) = arith\.constant (\d+) : index)");
    for (std::sregex_iterator i(host.begin(), host.end(), constant), end; i != end; ++i) constants[i->str(1)] = std::stol(i->str(2));
    // Names of constants are those of the entry: kernels come first in the text and have others' names behind them.
    const std::regex launch(R"(gpu\.launch_func\s+@kernels::@(\w+) blocks in \((%\w+), \S+ \S+ threads in \((%\w+),)");
    for (std::sregex_iterator i(host.begin(), host.end(), launch), end; i != end; ++i) grids_[i->str(1)] = {constants.at(i->str(2)), constants.at(i->str(3))};
  }

  std::vector<ir::Literal> operator()(const std::vector<ir::Literal>& inputs) {
    Frame frame;
    for (const ir::Literal& x : inputs) frame.inputs.push_back(room(x.type.nbytes(), x.bytes->data()));
    for (ir::Type type : program_.entry.outputs) frame.outputs.push_back(room(type.nbytes()));
    frame.arena = room(program_.entry.arena_bytes);
    n_constants_ = 0;
    steps(program_.entry, frame);
    std::vector<ir::Literal> results;
    for (std::size_t o = 0; o < frame.outputs.size(); ++o) results.push_back(ir::literal(program_.entry.outputs[o], frame.outputs[o]));
    return results;
  }

 private:
  struct Frame {
    std::vector<std::byte*> inputs, outputs, constants;
    std::byte* arena = nullptr;
  };

  std::byte* room(std::int64_t bytes, const void* data = nullptr) {
    std::byte* at = machine_.room(bytes + 1);
    std::memset(at, 0xA5, static_cast<std::size_t>(bytes) + 1);
    if (data != nullptr) std::memcpy(at, data, static_cast<std::size_t>(bytes));
    return at;
  }
  static std::byte* at(const codegen::Schedule& s, const Frame& frame, codegen::Ref ref) {
    switch (ref.kind) {
      case codegen::Ref::Kind::input: return frame.inputs.at(ref.index);
      case codegen::Ref::Kind::output: return frame.outputs.at(ref.index);
      case codegen::Ref::Kind::constant: return frame.constants.at(ref.index);
      case codegen::Ref::Kind::temp: return frame.arena + s.temps.at(ref.index).offset;
    }
    return nullptr;
  }

  void steps(const codegen::Schedule& s, Frame& frame) {
    for (std::size_t c = 0; c < s.constants.size(); ++c) frame.constants.push_back(machine_.variable("constant" + std::to_string(n_constants_++)).data);
    for (const codegen::Step& step : s.steps) std::visit([&](const auto& one) { run(s, frame, one); }, step);
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Copy& copy) {
    std::memmove(at(s, frame, copy.to), at(s, frame, copy.from), static_cast<std::size_t>(copy.bytes));
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Call& call) {
    const codegen::Kernel& kernel = program_.kernels[call.kernel];
    std::vector<Span> arrays;
    for (std::size_t i = 0; i < call.operands.size(); ++i) arrays.push_back({at(s, frame, call.operands[i]), kernel.body.type_of(static_cast<ir::Value>(i)).nbytes()});
    for (std::size_t i = 0; i < call.results.size(); ++i) arrays.push_back({at(s, frame, call.results[i]), kernel.body.type_of(kernel.body.outputs[i]).nbytes()});
    if (kernel.kind == codegen::KernelKind::update) std::memmove(arrays.back().data, arrays[0].data, static_cast<std::size_t>(arrays[0].bytes));
    const std::string name = "kernel" + std::to_string(call.kernel);
    const auto [blocks, threads] = grids_.at(name);
    machine_.launch(name, blocks, threads, arrays);
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Loop& loop) {
    const int first_x = loop.consts + loop.carries, first = static_cast<int>(n_constants_);
    std::vector<std::byte*> now, to, other;
    for (int c = 0; c < loop.carries; ++c) {
      now.push_back(at(s, frame, loop.operands[loop.consts + c]));
      to.push_back(at(s, frame, loop.length % 2 == 1 ? loop.results[c] : loop.spares[c]));
      other.push_back(at(s, frame, loop.length % 2 == 1 ? loop.spares[c] : loop.results[c]));
      if (loop.length == 0) std::memcpy(at(s, frame, loop.results[c]), now[c], static_cast<std::size_t>(loop.body->outputs[c].nbytes()));
    }
    for (std::int64_t round = 0; round < loop.length; ++round) {
      n_constants_ = static_cast<std::size_t>(first);
      const std::int64_t i = loop.reverse ? loop.length - 1 - round : round;
      Frame inner;
      for (int c = 0; c < loop.consts; ++c) inner.inputs.push_back(at(s, frame, loop.operands[c]));
      inner.inputs.insert(inner.inputs.end(), now.begin(), now.end());
      for (std::size_t x = first_x; x < loop.operands.size(); ++x) inner.inputs.push_back(at(s, frame, loop.operands[x]) + i * loop.body->inputs[x].nbytes());
      inner.outputs = to;
      for (std::size_t y = loop.carries; y < loop.results.size(); ++y) inner.outputs.push_back(at(s, frame, loop.results[y]) + i * loop.body->outputs[y].nbytes());
      inner.arena = at(s, frame, loop.arena);
      steps(*loop.body, inner);
      now = to;
      std::swap(to, other);
    }
  }
  void run(const codegen::Schedule& s, Frame& frame, const codegen::Branch& branch) {
    Frame inner;
    for (codegen::Ref r : branch.operands) inner.inputs.push_back(at(s, frame, r));
    for (codegen::Ref r : branch.results) inner.outputs.push_back(at(s, frame, r));
    inner.arena = at(s, frame, branch.arena);
    std::int32_t index = 0;
    std::memcpy(&index, at(s, frame, branch.index), sizeof index);
    const auto taken = static_cast<std::size_t>(std::clamp<std::int64_t>(index, 0, static_cast<std::int64_t>(branch.branches.size()) - 1));
    for (std::size_t i = 0; i < branch.branches.size(); ++i) {
      if (i == taken) steps(*branch.branches[i], inner);
      else n_constants_ += constants_in(*branch.branches[i]);
    }
  }
  // Constants are numbered as the code of the entry meets them.
  static std::size_t constants_in(const codegen::Schedule& s) {
    std::size_t n = s.constants.size();
    for (const codegen::Step& step : s.steps) {
      if (const auto* loop = std::get_if<codegen::Loop>(&step)) n += constants_in(*loop->body);
      if (const auto* branch = std::get_if<codegen::Branch>(&step)) for (const auto& b : branch->branches) n += constants_in(*b);
    }
    return n;
  }

  codegen::Program program_;
  Machine machine_;
  std::map<std::string, std::pair<std::int64_t, std::int64_t>> grids_;
  std::size_t n_constants_ = 0;
};

}  // namespace espalier::test
