#include "espalier/jit/dtypes.h"

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/error.h"

namespace espalier::codegen {
namespace {

using namespace ir;

void require(Op op, DType dtype, const Loc& loc) {
  if (!is_complex(dtype)) return;
  const std::string of = op == Op::cumulative || op == Op::reduce || op == Op::dot ? " of " : " in ";
  DTypeError error(std::string(name(op)), "there is no code" + of + std::string(ir::name(dtype)) + " yet" + (loc.line == 0 ? "" : ", which " + std::string(loc.file) + ":" + std::to_string(loc.line) + " asks for"),
                   "compute with the real and the imaginary part");
  error.dtypes = {dtype};
  throw error;
}

}  // namespace

void require_compiled_dtypes(const Graph& graph) {
  for (const Node& node : graph.nodes) {  // what a body computes is named before the op that runs the body
    for_each_body(graph.attrs_of(node), [](const GraphRef& body) { require_compiled_dtypes(*body); });
    for (Value v : graph.operands_of(node)) require(node.op, graph.type_of(v).dtype(), node.loc);
    for (std::uint32_t k = 0; k < node.n_results; ++k) require(node.op, graph.type_of(node.first_result + k).dtype(), node.loc);
  }
  for (std::uint32_t i = 0; i < graph.n_inputs; ++i) {
    if (is_complex(graph.types[i].dtype())) {
      DTypeError error("compile", "argument " + std::to_string(i) + " is " + graph.types[i].str() + ": there is no code in " + std::string(ir::name(graph.types[i].dtype())) + " yet", "compute with the real and the imaginary part");
      error.dtypes = {graph.types[i].dtype()};
      throw error;
    }
  }
}

}  // namespace espalier::codegen
