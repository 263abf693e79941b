// Ops of the library: their functions, over the whole batch.
#include "espalier/ir/library.h"

#include <vector>

#include "espalier/ir/eval/rules.h"

namespace espalier::ir::evaluate {

void library(Op op, const Attrs& attrs, Views in, std::span<void* const> outputs) {
  std::vector<Type> types;
  std::vector<const void*> operands;
  for (const View& x : in) types.push_back(x.type), operands.push_back(x.data);
  const LibraryCall call = library_call(op, attrs, types);
  call.function(outputs.data(), operands.data(), call.sizes.data(), 0, call.problems);
}

}  // namespace espalier::ir::evaluate
