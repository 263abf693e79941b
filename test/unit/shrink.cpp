#include "shrink.h"

#include <algorithm>
#include <sstream>

#include "espalier/ir/builder.h"
#include "espalier/ir/print.h"

namespace espalier::test {
namespace {

using namespace ir;

std::vector<Literal> values_of(const Case& program) {
  Case all = program;
  all.graph.outputs.clear();
  for (Value v = 0; v < program.graph.types.size(); ++v) all.graph.outputs.push_back(v);
  return evaluated(all);
}

// Inputs that nobody reads are left out.
Case without_idle_inputs(const Case& program) {
  std::vector<bool> used(program.graph.n_inputs, false);
  for (Value v : program.graph.operands)
    if (v < used.size()) used[v] = true;
  for (Value v : program.graph.outputs)
    if (v < used.size()) used[v] = true;
  Case out;
  Builder b;
  std::vector<Value> args;
  for (std::uint32_t i = 0; i < program.graph.n_inputs; ++i) {
    if (used[i]) out.inputs.push_back(program.inputs[i]);
    args.push_back(used[i] ? b.input(program.graph.type_of(i)) : b.add(Op::constant, {}, ConstantAttrs{program.inputs[i]}));
  }
  out.graph = b.finish(b.splice(program.graph, args));
  return out;
}

// The program with the results of one node as inputs.
Case cut(const Case& program, std::uint32_t index, const std::vector<Literal>& values) {
  const Graph& graph = program.graph;
  Case out{{}, program.inputs};
  Builder b;
  std::vector<Value> map;
  for (Type t : graph.input_types()) map.push_back(b.input(t));
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    if (n == index) {
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        map.push_back(b.input(graph.type_of(node.first_result + r)));
        out.inputs.push_back(values[node.first_result + r]);
      }
      continue;
    }
    std::vector<Value> operands;
    for (Value v : graph.operands_of(node)) operands.push_back(map[v]);
    const Value first = b.add(node.op, operands, graph.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) map.push_back(first + r);
  }
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(map[v]);
  out.graph = b.finish(outputs);
  return out;
}

// A body with one node's results replaced by zeros.
GraphRef zeroed(const Graph& graph, std::uint32_t index) {
  Builder b;
  std::vector<Value> map;
  for (Type t : graph.input_types()) map.push_back(b.input(t));
  for (std::uint32_t n = 0; n < graph.nodes.size(); ++n) {
    const ir::Node& node = graph.nodes[n];
    std::vector<Value> operands;
    for (Value v : graph.operands_of(node)) operands.push_back(map[v]);
    for (std::uint32_t r = 0; n == index && r < node.n_results; ++r) {
      const Type type = graph.type_of(node.first_result + r);
      const std::vector<std::byte> zeros(static_cast<std::size_t>(type.nbytes()));
      map.push_back(b.add(Op::constant, {}, ConstantAttrs{literal(type, zeros.data())}));
    }
    if (n == index) continue;
    const Value first = b.add(node.op, operands, graph.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) map.push_back(first + r);
  }
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(map[v]);
  return std::make_shared<const Graph>(b.finish(outputs));
}

class Shrinker {
 public:
  Shrinker(Case program, const std::function<bool(const Case&)>& fails) : best_(std::move(program)), fails_(fails) {}

  Case run() {
    for (bool smaller = true; smaller;) {
      smaller = false;
      smaller |= drop_outputs();
      smaller |= cut_nodes();
      smaller |= zero_bodies();
    }
    return best_;
  }

 private:
  bool accept(Case candidate) {
    candidate = without_idle_inputs(candidate);
    if (!fails_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }
  bool drop_outputs() {
    bool smaller = false;
    for (std::size_t o = best_.graph.outputs.size(); o-- > 0;) {
      if (best_.graph.outputs.size() < 2) break;
      Case candidate = best_;
      candidate.graph.outputs.erase(candidate.graph.outputs.begin() + static_cast<std::ptrdiff_t>(o));
      candidate.graph = canonical(candidate.graph);
      smaller |= accept(std::move(candidate));
    }
    return smaller;
  }
  bool cut_nodes() {
    bool smaller = false;
    for (std::size_t n = best_.graph.nodes.size(); n-- > 0;) {
      if (n >= best_.graph.nodes.size()) continue;
      if (best_.graph.nodes[n].op == Op::constant && best_.graph.type_of(best_.graph.nodes[n].first_result).size() == 1) continue;
      smaller |= accept(cut(best_, static_cast<std::uint32_t>(n), values_of(best_)));
    }
    return smaller;
  }
  bool zero_bodies() {
    bool smaller = false;
    for (std::size_t a = 1; a < best_.graph.attrs.size(); ++a) {
      for (std::size_t body = 0; body < bodies(best_.graph.attrs[a]).size(); ++body) {
        for (std::size_t n = 0;; ++n) {
          if (a >= best_.graph.attrs.size() || body >= bodies(best_.graph.attrs[a]).size()) break;
          const GraphRef old = *bodies(best_.graph.attrs[a])[body];
          if (n >= old->nodes.size()) break;
          if (old->nodes[n].op == Op::constant) continue;
          Case candidate = best_;
          *bodies(candidate.graph.attrs[a])[body] = zeroed(*old, static_cast<std::uint32_t>(n));
          smaller |= accept(std::move(candidate));
        }
      }
    }
    return smaller;
  }
  static std::vector<GraphRef*> bodies(Attrs& attrs) {
    std::vector<GraphRef*> found;
    if (auto* call = std::get_if<CallAttrs>(&attrs)) found.push_back(&call->body);
    if (auto* scan = std::get_if<ScanAttrs>(&attrs)) found.push_back(&scan->body);
    if (auto* cond = std::get_if<CondAttrs>(&attrs))
      for (auto& branch : cond->branches) found.push_back(&branch);
    return found;
  }

  Case best_;
  const std::function<bool(const Case&)>& fails_;
};

}  // namespace

Case shrunk(Case program, const std::function<bool(const Case&)>& fails) { return Shrinker(std::move(program), fails).run(); }

std::string text_of(const Case& program) {
  std::ostringstream out;
  out << print(program.graph);
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    if (program.inputs[i].type.size() > 64) continue;
    Builder b;
    const Value v = b.add(Op::constant, {}, ConstantAttrs{program.inputs[i]});
    out << "\ninput " << i << ": " << print(b.finish({{v}}));
  }
  return out.str();
}

}  // namespace espalier::test
