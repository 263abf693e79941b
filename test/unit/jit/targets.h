#pragma once
// The widths of vectors that this machine runs code for.
#include <string>
#include <vector>

#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/dsl/compiler.h"

namespace espalier::test {

/// "avx2", and "avx512" where there is a machine for it.
inline std::vector<std::string> runnable_targets() {
  ir::Builder b;
  const ir::Value outputs[] = {b.input(ir::Type(f32, Shape(4)))};
  const ir::Graph graph = b.finish(outputs);
  std::vector<std::string> out;
  for (const char* target : {"avx2", "avx512"}) {
    try {
      codegen::compiler().compile(graph, {.target = target});
      out.push_back(target);
    } catch (const CompileError&) {  // this machine lacks its instructions
    }
  }
  return out;
}

}  // namespace espalier::test
