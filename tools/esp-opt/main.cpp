// esp-opt: graph text in, transforms in the order given, any stage out. `esp-opt --help` tells all.
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <iterator>
#include <limits>
#include <new>
#include <string_view>
#include <utility>

#include "dot.h"
#include "espalier/dsl/transform/jit.h"
#include "espalier/ir/error.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "espalier/dsl/compiler.h"
#include "inputs.h"
#include "options.h"
#include "passes.h"
#include "run.h"
#include "table.h"
#include "transform.h"

namespace espalier::opt {
namespace {

std::string hex(std::uint64_t n) {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(n));
  return digits;
}

std::string cost_text(const ir::Graph& graph, const Options& options) {
  const runtime::Cost c = codegen::compiler().cost(ir::simplify(graph), compile_options(graph, options));
  return Cost{c.flops, c.bytes, c.arena_bytes, c.kernels, c.arena_lower_bound, c.distinct_kernels}.str() + "\n";
}

std::string stage_text(const ir::Graph& graph, const std::string& stage, const Options& options) {
  const codegen::Stage wanted = codegen::stage_named(stage).stage;
  if (wanted == codegen::Stage::trace) return ir::print(graph, {.locations = options.locations});
  const ir::Graph simple = ir::simplify(graph);
  if (wanted == codegen::Stage::graph) return ir::print(simple, {.locations = options.locations});
  return codegen::compiler().text(simple, stage, compile_options(simple, options));
}

std::string run_text(const ir::Graph& graph, const Options& options) {
  const auto inputs = inputs_of(graph, options);
  return outputs_text(graph, options.compiled ? run_compiled(graph, inputs, options) : evaluate(graph, inputs));
}

std::string compare_text(const ir::Graph& graph, const Step& step, const Options& options) {
  double tolerance = std::numeric_limits<double>::infinity();
  if (!step.argument.empty()) {
    char* end = nullptr;
    tolerance = std::strtod(step.argument.c_str(), &end);
    if (*end != 0 || !(tolerance >= 0)) {
      throw ArgumentError(step.name, "'" + step.argument + "' is not a tolerance", "write one such as 1e-5");
    }
  }
  const auto inputs = inputs_of(graph, options);
  const Comparison both = compare(graph, evaluate(graph, inputs), run_compiled(graph, inputs, options));
  if (both.worst > tolerance) {
    throw CheckError(step.name, "evaluator and machine code differ by more than " + step.argument + "\n" + both.text);
  }
  return both.text;
}

// What a step says; "" if it only changes the graph.
std::string take(Subject& subject, const Step& step, const Options& options) {
  const ir::Graph& graph = subject.graph;
  switch (step.kind) {
    case Step::Kind::grad:
    case Step::Kind::value_and_grad:
    case Step::Kind::vjp:
    case Step::Kind::jvp:
    case Step::Kind::linearize:
    case Step::Kind::transpose:
    case Step::Kind::vmap:
    case Step::Kind::simplify:
    case Step::Kind::verify:
      transform(subject, step, options);
      return "";
    case Step::Kind::pass: {
      const NamedPass pass = pass_named(step.argument);
      if (const auto* analysis = std::get_if<const ir::Analysis*>(&pass)) return (*analysis)->text(graph);
      transform(subject, step, options);
      return "";
    }
    case Step::Kind::print: return ir::print(graph, {.locations = options.locations});
    case Step::Kind::dot: return dot(graph);
    case Step::Kind::hash: return hex(ir::hash(graph)) + "\n";
    case Step::Kind::cost: return cost_text(graph, options);
    case Step::Kind::table: return rules_table(graph);
    case Step::Kind::lower: return stage_text(graph, step.argument, options);
    case Step::Kind::run: return run_text(graph, options);
    case Step::Kind::compare: return compare_text(graph, step, options);
  }
  return "";
}

std::string read(const std::string& file) {
  if (file == "-") return {std::istreambuf_iterator<char>(std::cin), {}};
  std::ifstream in(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  if (!in.is_open() || in.bad()) {
    throw IoError("", file + ": cannot be read", "name a file of graph text, or '-' for standard input");
  }
  return text;
}

// Comments and blanks only.
bool is_blank(std::string_view text) {
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    const auto word = line.find_first_not_of(" \t\r");
    if (word != line.npos && line[word] != '#') return false;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return true;
}

// The pieces of a file between lines that begin with "# ---", without those that hold no graph. Before each stand as many
// line ends as before it in the file, so that its lines keep their numbers.
std::vector<std::string> pieces(const std::string& text) {
  std::vector<std::string> all(1);
  for (std::size_t at = 0, line = 0; at < text.size(); ++line) {
    const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (text.compare(at, 5, "# ---") == 0) all.emplace_back(line + 1, '\n');
    else all.back().append(text, at, end - at);
    at = end;
  }
  if (!is_blank(text)) std::erase_if(all, is_blank);
  return all;
}

void report(const std::string& file, const std::string& what) {
  std::cout.flush();
  std::cerr << file << what << std::endl;
}

// One graph through all the steps; false after an error, which it reports.
bool process(const std::string& text, const std::string& file, const Options& options) {
  try {
    Subject subject{ir::parse(text, file)};
    bool said = false;
    for (const Step& step : options.steps) {
      const std::string answer = take(subject, step, options);
      said = said || step.kind >= Step::Kind::print || !answer.empty();
      std::cout << answer;
    }
    if (!said) std::cout << ir::print(subject.graph, {.locations = options.locations});
    return true;
  } catch (const FormatError& error) {
    report("", error.what());
  } catch (const Error& error) {
    report(error.where.line() == 0 ? file + ": " : "", error.what());
  } catch (const std::bad_alloc&) {
    report(file, ": the values of this graph do not fit into memory");
  } catch (const std::exception& error) {
    report(file + ": ", error.what());
  }
  return false;
}

// A graph may ask for more memory than there is: that is to be an error here, not the end of the process.
void limit_memory() {
#if !defined(__SANITIZE_ADDRESS__)
  const rlimit all{static_cast<rlim_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)), RLIM_INFINITY};
  setrlimit(RLIMIT_AS, &all);
#endif
}

int main(int argc, char** argv) {
  limit_memory();
  try {
    const auto options = parse_options(argc, argv);
    if (!options) return 0;
    const std::string file = options->file == "-" ? "<stdin>" : options->file;
    const auto lists = [](const Step& step) { return step.kind == Step::Kind::pass && step.argument == "list"; };
    if (std::any_of(options->steps.begin(), options->steps.end(), lists)) {
      std::cout << list_of_passes();
      return 0;
    }
    bool good = true, first = true;
    for (const std::string& piece : pieces(read(options->file))) {
      if (!std::exchange(first, false)) std::cout << "# ---\n";
      good = process(piece, file, *options) && good;
    }
    std::cout.flush();
    return good && std::cout ? 0 : 1;
  } catch (const std::exception& error) {
    report("esp-opt: ", error.what());
    return 1;
  }
}

}  // namespace
}  // namespace espalier::opt

int main(int argc, char** argv) { return espalier::opt::main(argc, argv); }
