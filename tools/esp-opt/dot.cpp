#include "dot.h"

#include "espalier/ir/print.h"

namespace espalier::opt {
namespace {

class Picture {
 public:
  std::string draw(const ir::Graph& graph) {
    text_ = "digraph graph_ {\n  node [shape=box, fontname=\"monospace\", fontsize=10];\n";
    body(graph, "", "  ");
    return std::move(text_) + "}\n";
  }

 private:
  // `prefix` keeps the names of a nested body's boxes apart from others.
  void body(const ir::Graph& graph, const std::string& prefix, const std::string& indent) {
    const auto definer = ir::definers(graph);
    const auto source = [&](ir::Value v) {
      return definer[v] == ir::no_node ? prefix + "in" + std::to_string(v) : prefix + "n" + std::to_string(definer[v]);
    };
    for (ir::Value i = 0; i < graph.n_inputs; ++i) box(indent, source(i), label(graph, i), ", shape=ellipse");
    for (std::size_t n = 0; n < graph.nodes.size(); ++n) {
      const ir::Node& node = graph.nodes[n];
      const std::string name = prefix + "n" + std::to_string(n);
      std::string words(ir::name(node.op));
      for (std::uint32_t r = 0; r < node.n_results; ++r) words += "\\n" + label(graph, node.first_result + r);
      box(indent, name, words, "");
      for (ir::Value v : graph.operands_of(node)) edge(indent, source(v), name, "");
      const auto bodies = bodies_of(graph.attrs_of(node));
      for (std::size_t b = 0; b < bodies.size(); ++b) frame(*bodies[b], name, b, indent);
    }
    for (std::size_t o = 0; o < graph.outputs.size(); ++o) {
      const std::string name = prefix + "out" + std::to_string(o);
      box(indent, name, "output " + std::to_string(o), ", shape=ellipse, style=bold");
      edge(indent, source(graph.outputs[o]), name, "");
    }
  }

  void frame(const ir::Graph& graph, const std::string& owner, std::size_t index, const std::string& indent) {
    const std::string prefix = owner + "_" + std::to_string(index) + "_";
    text_ += indent + "subgraph cluster_" + prefix + " {\n";
    text_ += indent + "  label=\"" + (index == 0 ? "body" : "branch " + std::to_string(index)) + "\";\n";
    body(graph, prefix, indent + "  ");
    text_ += indent + "}\n";
    if (!graph.outputs.empty()) edge(indent, prefix + "out0", owner, ", style=dotted");
  }

  static std::vector<ir::GraphRef> bodies_of(const ir::Attrs& attrs) {
    if (const auto* call = std::get_if<ir::CallAttrs>(&attrs)) return {call->body};
    if (const auto* scan = std::get_if<ir::ScanAttrs>(&attrs)) return {scan->body};
    if (const auto* loop = std::get_if<ir::WhileAttrs>(&attrs)) return {loop->body, loop->condition};
    if (const auto* cond = std::get_if<ir::CondAttrs>(&attrs)) return cond->branches;
    return {};
  }
  static std::string label(const ir::Graph& graph, ir::Value v) {
    return "%" + std::to_string(v) + ": " + graph.type_of(v).str();
  }
  void box(const std::string& indent, const std::string& name, const std::string& words, const std::string& style) {
    text_ += indent + name + " [label=\"" + words + "\"" + style + "];\n";
  }
  void edge(const std::string& indent, const std::string& from, const std::string& to, const std::string& style) {
    text_ += indent + from + " -> " + to + (style.empty() ? "" : " [" + style.substr(2) + "]") + ";\n";
  }

  std::string text_;
};

}  // namespace

std::string dot(const ir::Graph& graph) { return Picture().draw(graph); }

}  // namespace espalier::opt
