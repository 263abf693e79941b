// The invariants of a graph, checked without trusting any of it.
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/print.h"

namespace espalier::ir {
namespace {

std::string verify_body(const GraphRef& body) { return body ? verify(*body) : "has no body"; }

// What an attribute struct must keep by itself, before inference may look at it.
std::string verify_attrs(const Attrs& attrs) {
  if (const auto* a = std::get_if<ConstantAttrs>(&attrs)) {
    if (!a->value.type || !a->value.bytes) return "has no literal";
    if (a->value.bytes->size() != static_cast<std::size_t>(a->value.type.nbytes())) {
      return "has a literal of " + std::to_string(a->value.bytes->size()) + " bytes for " + a->value.type.str();
    }
  } else if (const auto* i = std::get_if<IotaAttrs>(&attrs)) {
    if (!i->type) return "has no type";
  } else if (const auto* s = std::get_if<ScanAttrs>(&attrs)) {
    if (s->consts < 0 || s->carries < 0) return "has a negative number of consts or carries";
  } else if (const auto* w = std::get_if<WhileAttrs>(&attrs)) {
    if (w->consts < 0) return "has a negative number of consts";
  }
  std::string problem;
  for_each_body(attrs, [&](const GraphRef& body) {
    if (problem.empty()) problem = verify_body(body);
  });
  return problem;
}

// One node, given that all values before `next` are sound. Advances the cursors over its operands and results.
std::string verify_node(const Graph& graph, const Node& node, std::size_t& next_operand, std::size_t& next) {
  if (node.op.row() >= op_count) return "has an op outside the table";
  if (node.first_operand != next_operand || node.n_operands > graph.operands.size() - next_operand) {
    return "has its operands out of order in the operand list";
  }
  if (node.first_result != next || node.n_results > graph.types.size() - next) return "has its results out of order";
  if (node.attrs >= graph.attrs.size()) return "has attributes outside the attribute list";
  std::vector<Type> types;
  for (Value operand : graph.operands_of(node)) {
    if (operand >= next) return "uses %" + std::to_string(operand) + ", which is not defined before it";
    types.push_back(graph.types[operand]);
  }
  const Attrs& attrs = graph.attrs_of(node);
  if (attrs.index() != blank_attrs(node.op).index()) return "has attributes of another op";
  if (auto problem = verify_attrs(attrs); !problem.empty()) return problem;
  std::vector<Type> results;
  try {
    results = infer(node.op, attrs, types);
  } catch (const Error& error) {
    return error.message;
  }
  if (results.size() != node.n_results) {
    return "has " + std::to_string(node.n_results) + " results, not " + std::to_string(results.size());
  }
  for (std::uint32_t r = 0; r < node.n_results; ++r) {
    const Type declared = graph.types[next + r];
    if (declared != results[r]) return "is declared " + declared.str() + " but makes " + results[r].str();
  }
  next_operand += node.n_operands;
  next += node.n_results;
  return "";
}

}  // namespace

std::string verify(const Graph& graph) {
  if (graph.n_inputs > graph.types.size()) return "the graph has fewer types than inputs";
  if (graph.attrs.empty() || graph.attrs[0].index() != 0) return "the attribute list does not begin with none";
  for (std::size_t i = 0; i < graph.types.size(); ++i) {
    if (!graph.types[i]) return "%" + std::to_string(i) + " has no type";
  }
  std::size_t next_operand = 0, next = graph.n_inputs;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node& node = graph.nodes[i];
    const auto problem = verify_node(graph, node, next_operand, next);
    if (problem.empty()) continue;
    const std::string op = node.op.row() < op_count ? std::string(name(node.op)) : "?";
    return "node " + std::to_string(i) + " (%" + std::to_string(node.first_result) + " = " + op + "): " + problem;
  }
  if (next != graph.types.size()) return "the graph has types that no node makes";
  if (next_operand != graph.operands.size()) return "the graph has operands that no node takes";
  for (Value output : graph.outputs) {
    if (output >= graph.types.size()) return "output %" + std::to_string(output) + " is not defined";
  }
  return "";
}

}  // namespace espalier::ir
