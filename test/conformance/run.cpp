#include "run.h"

#include <cstring>

#include "compare.h"
#include "program.h"

#include "espalier/ir/error.h"
#include "espalier/ir/eval.h"
#include "espalier/dsl/compiler.h"
#include "espalier/ir/simplify.h"
#include "espalier/runtime/buffer.h"

namespace espalier::conformance {
namespace {

std::vector<Tensor> evaluate(const ir::Graph& graph, const std::vector<Tensor>& inputs) {
  std::vector<ir::View> views;
  for (const Tensor& input : inputs) views.push_back({input.type, input.data()});
  return ir::eval(graph, views);
}

// Memory as compiled code wants it.
class Block {
 public:
  explicit Block(ir::Type type) : type_(type), memory_(runtime::Buffer::allocate(static_cast<std::size_t>(type.nbytes()))) {}
  explicit Block(const Tensor& tensor) : Block(tensor.type) {
    if (!tensor.bytes->empty()) std::memcpy(data(), tensor.data(), tensor.bytes->size());
  }
  void* data() const { return memory_.get()->data(); }
  Tensor tensor() const { return ir::literal(type_, data()); }

 private:
  ir::Type type_;
  runtime::BufferRef memory_;
};

std::vector<Tensor> run_compiled(const ir::Graph& graph, const std::vector<Tensor>& inputs, const std::string& target) {
  codegen::CompileOptions options;
  options.target = target;
  const runtime::Executable executable = codegen::compiler().compile(ir::simplify(graph), options);
  std::vector<Block> in(inputs.begin(), inputs.end()), out;
  for (ir::Type type : graph.output_types()) out.emplace_back(type);
  std::vector<void*> in_data, out_data;
  for (const Block& block : in) in_data.push_back(block.data());
  for (const Block& block : out) out_data.push_back(block.data());
  const std::uint64_t before = ir::eval_count();
  executable(in_data.data(), out_data.data());
  if (const std::uint64_t evaluated = ir::eval_count() - before; evaluated != 0) {
    throw CompileError("compiled", "the compiled program evaluated " + std::to_string(evaluated) + " ops");
  }
  std::vector<Tensor> results;
  for (const Block& block : out) results.push_back(block.tensor());
  return results;
}

struct Wanted {
  const char* what;
  const std::vector<Tensor>* tensors;
};

}  // namespace

Outcome run(const Case& c, const std::string& family, Mode mode, const std::string& target) {
  try {
    std::vector<Tensor> inputs = c.inputs;
    for (const auto* list : {&c.tangents, &c.cotangents}) inputs.insert(inputs.end(), list->begin(), list->end());
    std::vector<ir::Type> types;
    for (const Tensor& input : inputs) types.push_back(input.type);
    const Recorded recorded = record(program_of(c, family), types);
    inputs.insert(inputs.end(), recorded.constants.begin(), recorded.constants.end());
    const std::vector<Tensor> results = mode == Mode::eval ? evaluate(recorded.graph, inputs) : run_compiled(recorded.graph, inputs, target);

    auto next = results.begin();
    for (const Wanted wanted : {Wanted{"outputs", &c.outputs}, {"jvp", &c.jvp_outputs}, {"vjp", &c.vjp_outputs}, {"hvp", &c.hvp_outputs}}) {
      const auto count = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(wanted.tensors->size()), results.end() - next);
      const std::vector<Tensor> got(next, next + count);
      next += count;
      if (const std::string found = difference(got, *wanted.tensors, c.tolerance); !found.empty()) return {Verdict::failed, std::string(wanted.what) + ": " + found};
    }
    if (next != results.end()) return {Verdict::failed, std::to_string(results.end() - next) + " results too many"};
    return {Verdict::passed, ""};
  } catch (const Unsupported& missing) {
    return {Verdict::unsupported, missing.what()};
  } catch (const std::exception& error) {
    return {Verdict::failed, error.what()};
  }
}

}  // namespace espalier::conformance
