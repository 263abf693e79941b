#include "transform.h"

#include <charconv>
#include <utility>

#include "espalier/ir/batch.h"
#include "espalier/ir/error.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "passes.h"

namespace espalier::opt {
namespace {

std::int64_t number(std::string_view text, const std::string& option, std::int64_t least) {
  std::int64_t n = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (failure == std::errc() && end == text.data() + text.size() && n >= least) return n;
  throw ArgumentError(option, "'" + std::string(text) + "' is not a number from " + std::to_string(least) + " on");
}

// The inputs of a derivative: those it names, those of --wrt, or all that can have one.
std::vector<bool> active_inputs(const ir::Graph& graph, const std::string& named, const Step& step) {
  std::vector<bool> active(graph.n_inputs);
  if (named.empty()) {
    for (ir::Value i = 0; i < graph.n_inputs; ++i) active[i] = ir::is_inexact(graph.type_of(i).dtype());
    return active;
  }
  active = flags(named, graph.n_inputs, step.name);
  for (ir::Value i = 0; i < graph.n_inputs; ++i) {
    if (!active[i] || ir::is_inexact(graph.type_of(i).dtype())) continue;
    const std::string which = "input " + std::to_string(i) + " is " + graph.type_of(i).str();
    throw ArgumentError(step.name, which + ", which has no derivative", "name floating-point inputs");
  }
  return active;
}

ir::Graph gradient(const ir::Graph& graph, const std::vector<bool>& active) {
  ir::Graph both = ir::value_and_gradient(graph, active);
  both.outputs.erase(both.outputs.begin(), both.outputs.begin() + static_cast<std::ptrdiff_t>(graph.outputs.size()));
  return ir::canonical(both);
}

void linearize(Subject& subject, const std::vector<bool>& active, const Step& step) {
  if (!step.argument.empty() && step.argument != "linear" && step.argument != "primal") {
    throw ArgumentError(step.name, "there is no part '" + step.argument + "'", "parts are linear and primal");
  }
  ir::Linearized parts = ir::linearize(subject.graph, active);
  const bool primal = step.argument == "primal";
  subject = {primal ? std::move(parts.primal) : std::move(parts.linear), primal ? 0 : parts.n_residuals};
}

ir::Graph transpose(const Subject& subject, const Step& step) {
  std::int64_t n = subject.n_residuals;
  if (!step.argument.empty()) n = number(step.argument, step.name, 0);
  const ir::Graph& graph = subject.graph;
  if (n > graph.n_inputs) {
    const std::string has = "the graph has " + std::to_string(graph.n_inputs) + " inputs";
    throw ArgumentError(step.name, has + ", not " + std::to_string(n) + " residuals");
  }
  for (auto v = static_cast<ir::Value>(n); v < graph.n_inputs; ++v) {
    if (ir::is_inexact(graph.type_of(v).dtype())) continue;
    const std::string which = "input " + std::to_string(v) + " is " + graph.type_of(v).str();
    throw ArgumentError(step.name, which + ", which nothing is linear in", "residuals come first: --transpose=N says how many");
  }
  for (ir::Type type : graph.output_types()) {
    if (ir::is_inexact(type.dtype())) continue;
    throw ArgumentError(step.name, "an output is " + type.str() + ", which is linear in nothing");
  }
  return ir::transpose(graph, static_cast<std::uint32_t>(n));
}

ir::Graph vmap(const ir::Graph& graph, const Step& step) {
  const std::string_view text = step.argument;
  const auto colon = text.find(':');
  const auto size = text.substr(0, colon);
  std::vector<bool> batched(graph.n_inputs, true);
  if (colon != text.npos) batched = flags(text.substr(colon + 1), graph.n_inputs, step.name);
  return ir::batch(graph, batched, size.empty() ? 2 : number(size, step.name, 0)).graph;
}

void verify(const ir::Graph& graph, const std::string& step) {
  const std::string problem = ir::verify(graph);
  if (!problem.empty()) throw CheckError(step, "the graph is not valid: " + problem, "this is a defect of the step");
}

// The text is the graph: what reads back is equal, with an equal hash.
void verify_text(const ir::Graph& graph, const std::string& step) {
  const ir::Graph again = ir::parse(ir::print(graph), "printed graph");
  if (!(again == graph) || ir::hash(again) != ir::hash(graph)) {
    throw CheckError(step, "the printed graph reads back as another one", "this is a defect of printing or parsing");
  }
}

}  // namespace

std::vector<bool> flags(std::string_view list, std::uint32_t count, const std::string& option) {
  std::vector<bool> chosen(count, false);
  while (!list.empty()) {
    const auto comma = list.find(',');
    const auto i = number(list.substr(0, comma), option, 0);
    if (i >= count) {
      const std::string has = "the graph has " + std::to_string(count) + " inputs, counted from 0";
      throw ArgumentError(option, "there is no input " + std::to_string(i), has);
    }
    chosen[static_cast<std::size_t>(i)] = true;
    list = comma == list.npos ? std::string_view() : list.substr(comma + 1);
  }
  return chosen;
}

void transform(Subject& subject, const Step& step, const Options& options) {
  ir::Graph& graph = subject.graph;
  const auto active = [&] { return active_inputs(graph, step.argument.empty() ? options.wrt : step.argument, step); };
  const std::uint32_t n_residuals = std::exchange(subject.n_residuals, 0);
  switch (step.kind) {
    case Step::Kind::grad: graph = gradient(graph, active()); break;
    case Step::Kind::value_and_grad: graph = ir::value_and_gradient(graph, active()); break;
    case Step::Kind::vjp: graph = ir::vjp(graph, active()).graph; break;
    case Step::Kind::jvp: graph = ir::jvp(graph, active()).graph; break;
    case Step::Kind::linearize: linearize(subject, active_inputs(graph, options.wrt, step), step); break;
    case Step::Kind::transpose: graph = transpose({graph, n_residuals}, step); break;
    case Step::Kind::vmap: graph = vmap(graph, step); break;
    case Step::Kind::simplify: graph = ir::simplify(graph); break;
    case Step::Kind::pass:
      if (const auto pass = pass_named(step.argument); const auto* rewriting = std::get_if<const ir::Pass*>(&pass)) graph = (*rewriting)->run(graph);
      break;
    case Step::Kind::verify: verify_text(graph, step.name); break;
    case Step::Kind::print:
    case Step::Kind::dot:
    case Step::Kind::hash:
    case Step::Kind::cost:
    case Step::Kind::table:
    case Step::Kind::lower:
    case Step::Kind::run:
    case Step::Kind::compare: break;
  }
  // The passes keep the inputs, so a linear part stays one.
  const bool keeps_inputs = step.kind >= Step::Kind::simplify;
  if (keeps_inputs) subject.n_residuals = n_residuals;
  verify(graph, step.name);
}

}  // namespace espalier::opt
