#pragma once
// Running a graph, by the evaluator and as machine code.
#include <string>
#include <vector>

#include "espalier/ir/graph.h"
#include "espalier/jit/compile.h"
#include "options.h"

namespace espalier::opt {

/// The values that --input gives, then hashed ones: floating-point numbers in [-1, 1) that are multiples of 1/512,
/// integers from -5 (unsigned: 0) to 9, either bool. ArgumentError, naming the input, for text that is not its value.
std::vector<ir::Literal> inputs_of(const ir::Graph& graph, const Options& options);

codegen::CompileOptions compile_options(const ir::Graph& graph, const Options& options);

std::vector<ir::Literal> evaluate(const ir::Graph& graph, const std::vector<ir::Literal>& inputs);
std::vector<ir::Literal> run_compiled(const ir::Graph& graph, const std::vector<ir::Literal>& inputs, const Options& options);

/// One line per output: "%3: f32[2] = [1, 2]"; of many elements the first hundred.
std::string outputs_text(const ir::Graph& graph, const std::vector<ir::Literal>& outputs);

/// Where two runs differ most, one line per output. `worst` is the largest |a - b| / max(1, |a|) of all.
struct Comparison {
  std::string text;
  double worst = 0;
};
Comparison compare(const ir::Graph& graph, const std::vector<ir::Literal>& evaluated, const std::vector<ir::Literal>& compiled);

}  // namespace espalier::opt
