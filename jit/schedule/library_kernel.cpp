#include "espalier/jit/schedule/library_kernel.h"

#include "espalier/ir/error.h"
#include "espalier/ir/graph.h"
#include "espalier/jit/schedule/worth.h"

namespace espalier::codegen {
namespace {

using namespace ir;

LibraryCall call_of(const Graph& body) {
  const Node& node = body.nodes[0];
  std::vector<Type> operands;
  for (Value v : body.operands_of(node)) operands.push_back(body.type_of(v));
  return library_call(node.op, body.attrs_of(node), operands);
}

}  // namespace

LibraryKernel plan_library_kernel(const Graph& body, const Target& target) {
  if (target.kind == Target::Kind::gpu) {
    throw CompileError(std::string(name(body.nodes[0].op)), "has no code for GPUs: it is computed by a function of the process", "leave target empty, to run on this machine");
  }
  LibraryCall call = call_of(body);
  const bool threads = call.problems > 1 && call.work * static_cast<double>(call.problems) >= worth_threads;
  return {std::move(call), threads};
}

std::string verify(const Graph& body, const LibraryKernel& kernel) {
  if (body.nodes.size() != 1 || !is_of_library(body.nodes[0].op)) return "calls a function for what is no op of the library";
  return kernel.call == call_of(body) ? "" : "calls another function than its op's";
}

std::string describe(const LibraryKernel& kernel) {
  std::string text = "calls " + kernel.call.name + "(";
  for (std::size_t i = 0; i < kernel.call.sizes.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(kernel.call.sizes[i]);
  text += ") for " + std::to_string(kernel.call.problems) + (kernel.call.problems == 1 ? " problem" : " problems");
  return text + (kernel.threads ? ", in threads" : "");
}

}  // namespace espalier::codegen
