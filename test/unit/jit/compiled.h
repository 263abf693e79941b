#pragma once
// Compiles a graph and runs it on literals, in memory that notices writes beyond its end.
#include <cstring>
#include <vector>

#include "../noise.h"
#include "espalier/dsl/compiler.h"
#include "espalier/ir/simplify.h"
#include "espalier/runtime/buffer.h"

namespace espalier::test {

/// Buffers with a pattern behind them.
class Fenced {
 public:
  explicit Fenced(std::int64_t bytes) : bytes_(bytes), buffer_(runtime::Buffer::allocate(static_cast<std::size_t>(bytes) + fence)) {
    std::memset(data(), 0xA5, static_cast<std::size_t>(bytes) + fence);
  }
  std::byte* data() { return static_cast<std::byte*>(buffer_->data()); }
  bool intact() {
    const std::byte* behind = data() + bytes_;
    return std::all_of(behind, behind + fence, [](std::byte b) { return b == std::byte{0xA5}; });
  }

 private:
  static constexpr std::size_t fence = 256;
  std::int64_t bytes_;
  runtime::BufferRef buffer_;
};

struct Compiled {
  explicit Compiled(const ir::Graph& program, const codegen::CompileOptions& options = {})
      : graph(program), code(codegen::compiler().compile(ir::simplify(program), options)) {}

  /// Runs it; outputs take over the memory of the inputs that the compiler says they may. Inputs that are not given away must
  /// be as before.
  std::vector<ir::Literal> operator()(const std::vector<ir::Literal>& inputs) const {
    std::vector<Fenced> in, out;
    std::vector<void*> in_data, out_data;
    for (const ir::Literal& x : inputs) {
      in.emplace_back(x.type.nbytes());
      if (!x.bytes->empty()) std::memcpy(in.back().data(), x.data(), x.bytes->size());
    }
    std::vector<bool> given(inputs.size(), false);
    for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
      const int donor = code.donations[o];
      if (donor >= 0) given[static_cast<std::size_t>(donor)] = true;
      out.push_back(donor >= 0 ? in[static_cast<std::size_t>(donor)] : Fenced(graph.type_of(graph.outputs[o]).nbytes()));
    }
    for (Fenced& x : in) in_data.push_back(x.data());
    for (Fenced& x : out) out_data.push_back(x.data());
    code(in_data.data(), out_data.data());
    std::vector<ir::Literal> results;
    for (std::size_t o = 0; o < out.size(); ++o) results.push_back(ir::literal(graph.type_of(graph.outputs[o]), out[o].data()));
    for (std::size_t i = 0; i < in.size(); ++i) {
      if (!in[i].intact()) damage += "input " + std::to_string(i) + " was written beyond its end; ";
      if (!given[i] && !inputs[i].bytes->empty() && std::memcmp(in[i].data(), inputs[i].data(), inputs[i].bytes->size()) != 0) damage += "input " + std::to_string(i) + " was written; ";
    }
    for (std::size_t o = 0; o < out.size(); ++o)
      if (!out[o].intact()) damage += "output " + std::to_string(o) + " was written beyond its end; ";
    return results;
  }

  ir::Graph graph;
  runtime::Executable code;
  mutable std::string damage;  // what runs did to memory that is not theirs
};

}  // namespace espalier::test
