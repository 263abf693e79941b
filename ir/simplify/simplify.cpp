// The passes: what `simplify.h` promises, each a walk that sends every node through its rules.
#include "espalier/ir/simplify.h"

#include <numeric>
#include <unordered_map>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/op_sets.h"
#include "espalier/ir/simplify/control.h"
#include "espalier/ir/simplify/rules.h"

namespace espalier::ir {

std::optional<Value> simplify_op(Rewriter& rw, const Application& a) {
  return visit(a.op,
               [&](Unary) { return simplify_elementwise(rw, a); },
               [&](Binary) { return simplify_elementwise(rw, a); },
               [&](Ternary) { return simplify_elementwise(rw, a); },
               [&](Source source) { return simplify_source(rw, source, a); },
               [&](Movement movement) { return simplify_movement(rw, movement, a); },
               [&](Reducing reducing) { return simplify_reducing(rw, reducing, a); },
               [&](Contraction contraction) { return simplify_contraction(rw, contraction, a); },
               [](Library) { return std::optional<Value>(); },
               [](Fourier) { return std::optional<Value>(); },
               [](Random) { return std::optional<Value>(); },   // two results: no rule is asked
               [](Collective) { return std::optional<Value>(); },
               [](Control) { return std::optional<Value>(); });  // simplified as a whole, below
}

namespace {

constexpr int max_rounds = 8;

// What one walk does: the rules that it asks about each node, and the control ops that it simplifies as a whole.
struct Rules {
  std::vector<Rule> rules = {};
  bool calls = false, conds = false, loops = false;
  int rounds = 1;
};

class Walk {
 public:
  explicit Walk(Rules rules) : rules_(std::move(rules)) {}

  Graph run(const Graph& graph) {
    bool changed = false;
    Graph result = round(canonical(graph), changed);
    for (int i = 1; changed && i < rules_.rounds; ++i) result = round(result, changed);
    return result;
  }

 private:
  // A body is rewritten once, however many nodes hold it.
  const GraphRef& body(const GraphRef& before) {
    if (const auto found = bodies_.find(before.get()); found != bodies_.end()) return found->second.after;
    auto after = std::make_shared<const Graph>(run(*before));
    if (*after == *before) return bodies_.emplace(before.get(), Body{before, before}).first->second.after;
    bodies_.emplace(after.get(), Body{after, after});  // what is simple needs no second look
    return bodies_.emplace(before.get(), Body{before, after}).first->second.after;
  }
  Attrs with_bodies(Attrs attrs) {
    for_each_body(attrs, [&](GraphRef& graph) { graph = body(graph); });
    return attrs;
  }

  Results simplified(Rewriter& rw, Control op, const ControlNode& node) {
    if (const Graph* body = called_body(op, node.attrs)) {
      if (!rules_.calls) return std::nullopt;
      return op == Control::checkpoint ? checkpoint(rw, node) : rw.splice(*body, node.in);
    }
    switch (static_cast<Flow>(Op(op).row())) {
      case Flow::cond: return rules_.conds ? simplify_cond(rw, node) : std::nullopt;
      case Flow::scan: return rules_.loops ? simplify_scan(rw, node) : std::nullopt;
      case Flow::while_: return rules_.loops ? simplify_while(rw, node) : std::nullopt;
      case Flow::custom_linear: return std::nullopt;
      case Flow::checkpoint_name: return rules_.calls ? Results({node.in.begin(), node.in.end()}) : std::nullopt;
      case Flow::barrier: return simplify_barrier(rw, node);
      case Flow::custom_call:
      case Flow::host_call: return std::nullopt;
    }
    __builtin_unreachable();
  }
  // Its body; one that computes again what was computed before stands behind a barrier, or the two would be merged.
  static std::vector<Value> checkpoint(Rewriter& rw, const ControlNode& node) {
    const auto& a = std::get<CheckpointAttrs>(node.attrs);
    if (!a.again || node.in.empty()) return rw.splice(*a.body, node.in);
    std::vector<Type> types;
    for (Value v : node.in) types.push_back(rw.type(v));
    std::vector<Value> args(node.in.size());
    std::iota(args.begin(), args.end(), rw.add(Op::barrier, node.in, {}, types));
    return rw.splice(*a.body, args);
  }

  Graph round(const Graph& graph, bool& changed) {
    std::vector<bool> used(graph.types.size(), false);
    for (Value v : graph.operands) used[v] = true;
    for (Value v : graph.outputs) used[v] = true;

    Rewriter rw(graph.input_types(), rules_.rules);
    std::vector<Value> map(graph.types.size(), no_value), operands;
    for (Value i = 0; i < graph.n_inputs; ++i) map[i] = i;
    for (const Node& node : graph.nodes) {
      operands.clear();
      for (Value v : graph.operands_of(node)) operands.push_back(map[v]);
      const std::span<const Type> types(graph.types.data() + node.first_result, node.n_results);
      rw.loc = node.loc;
      if (family(node.op) == Family::control) {
        const Attrs attrs = with_bodies(graph.attrs_of(node));
        rw.changed = rw.changed || !(attrs == graph.attrs_of(node));
        const std::vector<bool> results_used(used.begin() + node.first_result, used.begin() + node.first_result + node.n_results);
        if (const auto results = simplified(rw, node.op.as<Control>(), {attrs, operands, types, results_used})) {
          std::copy(results->begin(), results->end(), map.begin() + node.first_result);
          rw.changed = true;
          continue;
        }
        const Value first = rw.add(node.op, operands, attrs, types);
        for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
        continue;
      }
      const Value first = rw.emit(node.op, operands, graph.attrs_of(node), types);
      for (std::uint32_t r = 0; r < node.n_results; ++r) map[node.first_result + r] = first + r;
    }
    std::vector<Value> outputs;
    for (Value v : graph.outputs) outputs.push_back(map[v]);
    changed = rw.changed;
    return rw.finish(outputs);
  }

  struct Body {
    GraphRef before, after;
  };  // both kept: a body is known by its address
  Rules rules_;
  std::unordered_map<const Graph*, Body> bodies_;
};

// The identities of some families alone.
template <Family... families> std::optional<Value> identities_of(Rewriter& rw, const Application& a) {
  return ((family(a.op) == families) || ...) ? simplify_op(rw, a) : std::nullopt;
}

constexpr Pass passes[] = {
    {"inline-calls", "calls are replaced by their bodies; rules of the user's for derivatives, checkpoints and their names go", inline_calls},
    {"dead-code", "nodes that no output needs go; those that stay are in canonical order", [](const Graph& graph) { return canonical(graph); }},
    {"common-subexpressions", "equal nodes are computed once", eliminate_common},
    {"fold-constants", "nodes of constants are computed, up to 1024 bytes each; sinks broadcasts, so that a repeated constant is one element", [](const Graph& graph) { return Walk({.rules = {sink_broadcast, fold}}).run(graph); }},
    {"sink-broadcasts", "elementwise work on repeated values is done before they are repeated", [](const Graph& graph) { return Walk({.rules = {sink_broadcast}}).run(graph); }},
    {"elementwise", "identities of arithmetic, logic, comparison and conversion", [](const Graph& graph) { return Walk({.rules = {identities_of<Family::unary, Family::binary, Family::ternary>}}).run(graph); }},
    {"structural", "identities of ops that make and move elements", [](const Graph& graph) { return Walk({.rules = {identities_of<Family::source, Family::movement>}}).run(graph); }},
    {"reduction", "identities of reductions, running reductions and contractions", [](const Graph& graph) { return Walk({.rules = {identities_of<Family::reducing, Family::contraction>}}).run(graph); }},
    {"algebra", "the last four together", [](const Graph& graph) { return Walk({.rules = {sink_broadcast, simplify_op}}).run(graph); }},
    {"cond", "branches of a constant index are taken; what no branch needs goes", [](const Graph& graph) { return Walk({.conds = true}).run(graph); }},
    {"scan", "loops of at most one iteration, or whose condition fails at once, are opened; what no iteration needs goes, what none changes is hoisted", [](const Graph& graph) { return Walk({.loops = true}).run(graph); }},
};

}  // namespace

Graph inline_calls(const Graph& graph) { return Walk({.calls = true}).run(graph); }
Graph eliminate_common(const Graph& graph) { return Walk({}).run(graph); }

Graph simplify(const Graph& graph) {
  return Walk({.rules = {sink_broadcast, fold, simplify_op}, .calls = true, .conds = true, .loops = true, .rounds = max_rounds}).run(graph);
}

std::span<const Pass> simplify_passes() { return passes; }

}  // namespace espalier::ir
