#include "espalier/ir/jvp.h"

#include <algorithm>

#include "espalier/ir/ad/rules.h"

namespace espalier::ir {
namespace {

class Pusher {
 public:
  Pusher(const Graph& graph, PushedBodies& bodies) : graph_(graph), bodies_(bodies), values_(graph.types.size(), no_value), tangents_(graph.types.size()) {}

  Jvp run(const std::vector<bool>& active, const std::vector<bool>& keep, bool canonically) {
    b_.reserve(3 * graph_.nodes.size());
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.type_of(i));
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      if (active[i]) tangents_[i] = Expr{&b_, b_.input(graph_.type_of(i))};
    }
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      push(node);
    }
    b_.loc = {};
    Jvp out;
    std::vector<Value> outputs;
    for (Value v : graph_.outputs) outputs.push_back(values_[v]);
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      const Value v = graph_.outputs[o];
      const bool kept = o < keep.size() && keep[o] && is_inexact(graph_.type_of(v).dtype());
      out.output_active.push_back(tangents_[v].present || kept);
      if (out.output_active.back()) outputs.push_back(instantiate(b_, tangents_[v], graph_.type_of(v)).value);
    }
    out.graph = canonically ? b_.finish(outputs) : b_.take(outputs);
    return out;
  }

 private:
  void push(const Node& node) {
    bool any = false;
    operands_.clear();
    exprs_.clear();
    given_.clear();
    for (Value v : graph_.operands_of(node)) {
      any = any || tangents_[v].present;
      operands_.push_back(values_[v]);
      exprs_.push_back({&b_, values_[v]});
      given_.push_back(tangents_[v]);
    }
    JvpNode n{b_, node.op, graph_.attrs_of(node), exprs_, given_, bodies_, {}};
    if (any && family(node.op) == Family::control) {
      const ControlJvp both = jvp_control(node.op.as<Control>(), n);
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        values_[node.first_result + r] = both.results[r];
        tangents_[node.first_result + r] = both.tangents[r];
      }
      return;
    }
    const Value first = b_.add(node.op, operands_, n.attrs, node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
    if (!any) return;
    n.result = {&b_, first};
    if (family(node.op) == Family::library) std::ranges::copy(jvp_library(node.op.as<Library>(), n), tangents_.begin() + node.first_result);
    else tangents_[node.first_result] = rule(n);
  }

  Tangent rule(const JvpNode& n) {
    if (info(n.op).derivative == Derivative::flat) return {};
    return visit(n.op,
                 [&](Unary) { return jvp_elementwise(n); },
                 [&](Binary) { return jvp_elementwise(n); },
                 [&](Ternary) { return jvp_elementwise(n); },
                 [&](Source) { return Tangent(); },
                 [&](Movement movement) { return jvp_movement(movement, n); },
                 [&](Reducing reducing) { return jvp_reducing(reducing, n); },
                 [&](Contraction) { return jvp_contraction(n); },
                 [&](Library) { return Tangent(); },  // above: they have several results
                 [&](Fourier) -> Tangent { return apply(n.op, {n.t(0).expr}, n.attrs); },
                 [&](Random) { return Tangent(); },   // integers have no tangent
                 [&](Collective) -> Tangent { return apply(n.op, {n.t(0).expr}, n.attrs); },
                 [&](Control) { return Tangent(); });  // without active operands
  }

  const Graph& graph_;
  PushedBodies& bodies_;
  Builder b_;
  std::vector<Value> values_;
  std::vector<Tangent> tangents_;
  std::vector<Value> operands_;    // of the node in hand
  std::vector<Expr> exprs_;        // the same
  std::vector<Tangent> given_;     // their tangents
};

}  // namespace

Jvp jvp(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& keep_active) {
  PushedBodies bodies;
  return Pusher(graph, bodies).run(active, keep_active, true);
}
Jvp push(const Graph& graph, const std::vector<bool>& active, const std::vector<bool>& keep_active) {
  PushedBodies bodies;
  return Pusher(graph, bodies).run(active, keep_active, false);
}
const PushedBody& push_body(PushedBodies& bodies, const GraphRef& body, const std::vector<bool>& active, const std::vector<bool>& keep_active) {
  const auto pushed = [&](const std::vector<bool>& keep) -> const PushedBody& {
    return bodies.get(body, active, keep, [&]() -> PushedBody {
      Jvp made = Pusher(*body, bodies).run(active, keep, true);
      return {std::make_shared<const Graph>(std::move(made.graph)), std::move(made.output_active)};
    });
  };
  const PushedBody& plain = pushed({});
  // What was not asked for may be there all the same, or cannot be.
  std::vector<bool> asked = keep_active;
  for (std::size_t o = 0; o < asked.size(); ++o) asked[o] = asked[o] && is_inexact(body->type_of(body->outputs[o]).dtype());
  return covers(plain.output_active, asked) ? plain : pushed(asked);
}

}  // namespace espalier::ir
