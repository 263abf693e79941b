#pragma once
// Running a graph, by the evaluator and as machine code.
#include <string>
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/dsl/compiler.h"
#include "options.h"

namespace espalier::opt {

/// What the options say to the compiler. ArgumentError for donated inputs that there are not.
codegen::CompileOptions compile_options(const ir::Graph& graph, const Options& options);

/// The outputs, by the evaluator and by machine code. CompileError for a target that this machine cannot run.
std::vector<ir::Literal> evaluate(const ir::Graph& graph, const std::vector<ir::Literal>& inputs);
std::vector<ir::Literal> run_compiled(const ir::Graph& graph, const std::vector<ir::Literal>& inputs,
                                      const Options& options);

/// One line per output: "%3: f32[2] = [1, 2]"; of many elements the first hundred.
std::string outputs_text(const ir::Graph& graph, const std::vector<ir::Literal>& outputs);

/// Where two runs differ most, one line per output. `worst` is the largest |a - b| / max(1, |a|) of all.
struct Comparison {
  std::string text;
  double worst = 0;
};
Comparison compare(const ir::Graph& graph, const std::vector<ir::Literal>& evaluated,
                   const std::vector<ir::Literal>& compiled);

}  // namespace espalier::opt
