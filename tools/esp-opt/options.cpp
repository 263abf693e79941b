#include "options.h"

#include <CLI/CLI.hpp>
#include <iostream>

#include "espalier/ir/error.h"
#include "espalier/jit/compile.h"

namespace espalier::opt {
namespace {

constexpr const char* head = R"(usage: esp-opt [FILE] [STEP...] [OPTION...]

Reads graphs as text, takes the steps in the order given, and prints what becomes of them. Without FILE, or where it is '-',
the text comes from standard input. A file may hold several graphs, separated by lines that begin with '# ---'; each takes
all the steps. Where no step prints or runs, the graph is printed at the end, so one call's output is another's input.
)";

constexpr const char* tail = R"(
INPUTS is a list such as 0,2. A graph's inputs and outputs are counted from 0.
The exit status is 0, or 1 after an error, which is one line 'FILE:LINE:COLUMN: what is wrong' and a hint under it.

Examples
  esp-opt loss.esp --grad=0,1 --simplify          the gradient, as a graph
  esp-opt loss.esp --grad --grad --run            the second derivative of a scalar function, evaluated
  esp-opt f.esp --vmap=8 --lower=schedule         what is fused, where values lie
  esp-opt f.esp --lower=asm --target=avx512       the machine code for another processor
  esp-opt f.esp --print --pass=algebra --print    a pass, before and after
  esp-opt f.esp --compare=1e-5                    do evaluator and compiled code agree?
  esp-opt every_op.esp --table                    what is there of each op, and what is not
  esp-opt f.esp --dot | dot -Tsvg > f.svg         a picture
)";

constexpr const char* see_help = "esp-opt --help lists the steps and options";

// A row of the help; what is an option of the program is a Step, or a setting that `bind` binds.
struct Row {
  const char* name;
  const char* value;  // the placeholder, with its '=', or ""
  const char* help;
  std::optional<Step::Kind> step;
};
struct Section {
  const char* title;
  std::vector<Row> rows;
};

using enum Step::Kind;
const std::vector<Section>& sections() {
  static const std::vector<Section> all = {
      {"Derivatives, by INPUTS (default: those of --wrt, else all floating-point inputs)",
       {{"--grad", "[=INPUTS]", "the gradient of output 0, which is a floating-point scalar", grad},
        {"--value-and-grad", "[=INPUTS]", "all outputs, then the gradient of output 0", value_and_grad},
        {"--vjp", "[=INPUTS]", "(inputs, cotangents of outputs) -> (outputs, cotangents of INPUTS)", vjp},
        {"--jvp", "[=INPUTS]", "(inputs, tangents of INPUTS) -> (outputs, tangents of outputs)", jvp},
        {"--linearize", "[=PART]",
         "linear, the default: (residuals, tangents) -> tangents; primal: inputs -> (outputs, residuals)", linearize},
        {"--transpose", "[=N]",
         "a linear graph backwards; its first N inputs are residuals (default: as --linearize left them)", transpose}}},
      {"Batching",
       {{"--vmap", "[=SIZE[:INPUTS]]", "a new first axis of SIZE (default 2) for INPUTS (default: all)", vmap}}},
      {"Passes",
       {{"--simplify", "", "all passes of simplification to a fixpoint, in loops and branches too", simplify},
        {"--pass", "=NAME", "one pass of simplification or of the schedule alone, or what an analysis finds; --pass=list names them", pass},
        {"--verify", "", "fails unless all types re-infer and the text reads back as the same graph", verify}}},
      {"Printing",
       {{"--print", "", "the graph as it is here", print},
        {"--dot", "", "the graph for Graphviz", dot},
        {"--hash", "", "the hash of its content", hash},
        {"--cost", "", "floating-point operations, bytes, arena and kernels of the compiled graph", cost},
        {"--table", "", "which rules its ops have, each in every dtype: found out by applying them", table},
        {"--lower", "=STAGE",
         "a stage of its compilation, simplified first (STAGE: see below)", lower}}},
      {"Running",
       {{"--run", "", "the outputs, by the evaluator or, with --compiled, by machine code", run},
        {"--compare", "[=TOLERANCE]",
         "the largest differences between the two; fails beyond TOLERANCE * max(1, |value|)", compare}}},
      {"Options, wherever they stand",
       {{"--wrt", "=INPUTS", "inputs of the derivatives that name none", {}},
        {"--input", "=VALUE", "the value of the next input: [1, 2.5] for its elements in order, or 1 for all of them", {}},
        {"--seed", "=N", "another draw of the inputs that are not given (they are hashed, the same on every machine)", {}},
        {"--compiled", "", "--run runs machine code", {}},
        {"--target", "=TARGET", "cpu (this one, the default), avx2, avx512, nvptx, or a processor by LLVM's name", {}},
        {"--donate", "=INPUTS", "inputs whose memory outputs may take", {}},
        {"--serial", "", "kernels are not split over threads", {}},
        {"--locations", "", "graphs print with '# file:line' behind each node", {}},
        {"--debug-info", "", "machine code and its stages know the lines of nodes", {}},
        {"--help", "", "this text", {}}}},
  };
  return all;
}

std::string line_of(std::string_view name, std::string_view value, std::string_view help) {
  constexpr std::size_t column = 28;
  std::string line = "  " + std::string(name) + std::string(value);
  line.append(line.size() < column ? column - line.size() : 1, ' ');
  return line + std::string(help) + "\n";
}

std::string help() {
  std::string text = head;
  for (const Section& section : sections()) {
    text += "\n" + std::string(section.title) + "\n";
    for (const Row& row : section.rows) text += line_of(row.name, row.value, row.help);
  }
  text += "\nStages of a compilation\n";
  for (const codegen::StageRow& row : codegen::stage_table) text += line_of(row.name, "", row.shows);
  return text + tail;
}

void bind(CLI::App& app, Options& options) {
  app.add_option("FILE", options.file);
  app.add_option("--wrt", options.wrt);
  app.add_option("--input", options.inputs)->expected(1)->allow_extra_args(false)->take_all();
  app.add_option("--seed", options.seed);
  app.add_flag("--compiled", options.compiled);
  app.add_option("--target", options.target);
  app.add_option("--donate", options.donate);
  app.add_flag("--serial", options.serial);
  app.add_flag("--locations", options.locations);
  app.add_flag("--debug-info", options.debug_info);
  app.formatter_fn([](const CLI::App*, std::string, CLI::AppFormatMode) { return help(); });
}

}  // namespace

std::optional<Options> parse_options(int argc, char** argv) {
  CLI::App app;
  Options options;
  bind(app, options);
  std::vector<std::pair<const CLI::Option*, const Row*>> steps;
  for (const Section& section : sections()) {
    for (const Row& row : section.rows) {
      if (!row.step) continue;
      // A flag takes no word but its own, so that `--grad file` leaves the file alone; behind '=' stands its result.
      CLI::Option* option = *row.value == '=' ? app.add_option(row.name) : app.add_flag(row.name);
      steps.emplace_back(option->take_all(), &row);
    }
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    std::cout << help();
    return std::nullopt;
  } catch (const CLI::Error& error) {
    throw ArgumentError("", error.what(), see_help);
  }
  std::vector<std::size_t> taken(steps.size(), 0);
  for (const CLI::Option* given : app.parse_order()) {
    for (std::size_t i = 0; i < steps.size(); ++i) {
      if (steps[i].first != given) continue;
      std::string argument = given->results()[taken[i]++];
      if (argument == "true" && *steps[i].second->value != '=') argument.clear();  // CLI11's word for a bare flag
      const Row& row = *steps[i].second;
      if (!argument.empty() && *row.value == 0) throw ArgumentError("", std::string(row.name) + " takes no value", see_help);
      options.steps.push_back({*row.step, argument, row.name});
    }
  }
  return options;
}

}  // namespace espalier::opt
