// The walk: every op as it was, and behind those that the checks concern, a report.
#include "espalier/ir/checks.h"

#include <algorithm>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/checks/rules.h"
#include "espalier/ir/checks/uses.h"
#include "espalier/ir/op_sets.h"
#include "espalier/ir/simplify.h"

namespace espalier::ir {
namespace checks {
namespace {

// A check of an op's results: what it says of a bad one, and which are bad.
struct ResultRule {
  Check check;
  std::string (*what)(const CheckNode&);
  const char* hint;
  Expr (*bad)(const CheckNode&, std::uint32_t result);
};
constexpr ResultRule result_rules[] = {
    {Check::nan, [](const CheckNode&) -> std::string { return "a NaN that none of its operands has"; },
     "keep the operands where the op gives a number, or choose with where what is computed elsewhere", made_nan},
    {Check::div, [](const CheckNode&) -> std::string { return "a division by 0"; },
     "divide by where(y == 0, 1, y), and choose with where what holds there", [](const CheckNode& n, std::uint32_t) { return divided_by_zero(n); }},
    {Check::overflow, [](const CheckNode& n) { return (n.node.op == Op::convert ? "a number that does not fit in " : "a result that does not fit in ") + std::string(name(n.result_type().dtype())); },
     "compute in a wider dtype, .as(i64); what should wrap is unsigned", [](const CheckNode& n, std::uint32_t) { return overflowed(n); }},
};

// Nesting is as deep as the user's loops and branches, so recursion is bounded.
class Instrument {
 public:
  Instrument(const Graph& graph, Check wanted, bool& found)
      : graph_(graph), wanted_(wanted), found_(found), definers_(definers(graph)), uses_(graph, false), uses_of_nan_(graph, true), values_(graph.types.size(), no_value), waiting_(graph.nodes.size()) {}

  // What the inputs are beside the program's own: in front the counters of the loops around, and at `own_at` that of the body itself.
  struct Frame {
    std::size_t loops = 0;
    std::int64_t step = 0;   // what the body's own counter goes on by; 0: it has none
    std::size_t own_at = 0;
    bool gives = false;      // whether that comes out, in front
  };
  Graph run(const Frame& frame) {
    Value own = no_value;
    for (std::size_t l = 0; l < frame.loops; ++l) loops_.push_back(b_.input(Type(i64)));
    for (std::size_t i = 0; i <= graph_.n_inputs; ++i) {
      if (frame.step != 0 && i == frame.own_at) own = b_.input(Type(i64));
      if (i < graph_.n_inputs) values_[i] = b_.input(graph_.types[i]);
    }
    if (own != no_value) loops_.push_back(own);
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
      add(n);
      plan(n);
      for (const Planned& planned : waiting_[n]) emit(planned);
    }
    std::vector<Value> outputs;
    if (frame.gives) {
      const Expr counter{&b_, own};
      outputs.push_back((counter + integer_like(counter, frame.step)).value);
    }
    for (Value v : graph_.outputs) outputs.push_back(values_[v]);
    return b_.finish(outputs);
  }

 private:
  struct Planned {
    std::uint32_t node;
    Check check;
    std::uint32_t result;  // or, of bounds, which index
  };

  // ---- the program -----------------------------------------------------------------------------------------------------

  std::vector<Value> operands_of(const Node& node) const {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    return operands;
  }
  void define(const Node& node, Value first) {
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
  }

  void add(std::uint32_t n) {
    const Node& node = graph_.nodes[n];
    b_.loc = node.loc;
    if (family(node.op) == Family::control && add_control(node)) return;
    define(node, b_.add(node.op, operands_of(node), graph_.attrs_of(node), node.loc));
  }

  // A body with its checks, or null where nothing in it is checked.
  GraphRef checked(const GraphRef& body, const Frame& frame) const {
    bool found = false;
    Graph graph = Instrument(*body, wanted_, found).run(frame);
    if (!found) return nullptr;
    found_ = true;
    return std::make_shared<const Graph>(std::move(graph));
  }

  bool add_control(const Node& node) {
    Attrs attrs = graph_.attrs_of(node);
    if (auto* cond = std::get_if<CondAttrs>(&attrs)) return add_cond(node, std::move(*cond));
    if (auto* scan = std::get_if<ScanAttrs>(&attrs)) return add_scan(node, std::move(*scan));
    if (auto* loop = std::get_if<WhileAttrs>(&attrs)) return add_while(node, std::move(*loop));
    const auto set = [&](GraphRef& body) {
      GraphRef made = checked(body, {});
      if (made == nullptr) return false;
      body = std::move(made);
      return true;
    };
    bool changed = false;
    if (auto* call = std::get_if<CallAttrs>(&attrs)) changed = set(call->body);
    if (auto* custom = std::get_if<CustomJvpAttrs>(&attrs)) changed = set(custom->body);
    if (auto* custom = std::get_if<CustomVjpAttrs>(&attrs)) {
      changed = set(custom->body);
      changed = set(custom->forward) || changed;
    }
    if (auto* checkpoint = std::get_if<CheckpointAttrs>(&attrs)) changed = set(checkpoint->body);
    if (!changed) return false;
    define(node, b_.add(node.op, operands_of(node), std::move(attrs), node.loc));
    return true;
  }

  bool add_cond(const Node& node, CondAttrs attrs) {
    const Frame frame{.loops = loops_.size()};
    bool any = false;
    std::vector<GraphRef> branches;
    for (const GraphRef& branch : attrs.branches) {
      branches.push_back(checked(branch, frame));
      any = any || branches.back() != nullptr;
    }
    if (!any) return false;
    for (std::size_t i = 0; i < branches.size(); ++i) attrs.branches[i] = branches[i] != nullptr ? branches[i] : with_counters(attrs.branches[i], frame);
    std::vector<Value> operands = operands_of(node);
    operands.insert(operands.begin() + 1, loops_.begin(), loops_.end());
    define(node, b_.add(node.op, operands, std::move(attrs), node.loc));
    return true;
  }

  bool add_scan(const Node& node, ScanAttrs attrs) {
    const auto consts = static_cast<std::size_t>(attrs.consts);
    const Frame frame{.loops = loops_.size(), .step = attrs.reverse ? -1 : 1, .own_at = consts, .gives = true};
    GraphRef body = checked(attrs.body, frame);
    if (body == nullptr) return false;
    const std::int64_t begin = attrs.reverse ? attrs.length - 1 : 0;
    attrs.body = std::move(body);
    attrs.consts += static_cast<int>(loops_.size());
    ++attrs.carries;
    define(node, b_.add(node.op, with_counter(node, consts, begin), std::move(attrs), node.loc) + 1);
    return true;
  }

  bool add_while(const Node& node, WhileAttrs attrs) {
    const auto consts = static_cast<std::size_t>(attrs.consts);
    const Frame body_frame{.loops = loops_.size(), .step = 1, .own_at = consts, .gives = true};
    Frame asks_frame = body_frame;
    asks_frame.gives = false;
    GraphRef body = checked(attrs.body, body_frame), asks = checked(attrs.condition, asks_frame);
    if (body == nullptr && asks == nullptr) return false;
    attrs.body = body != nullptr ? body : with_counters(attrs.body, body_frame);
    attrs.condition = asks != nullptr ? asks : with_counters(attrs.condition, asks_frame);
    attrs.consts += static_cast<int>(loops_.size());
    define(node, b_.add(node.op, with_counter(node, consts, 0), std::move(attrs), node.loc) + 1);
    return true;
  }

  // The counters of the loops around, the constants, a counter that begins, and the rest.
  std::vector<Value> with_counter(const Node& node, std::size_t consts, std::int64_t begin) {
    std::vector<Value> operands = operands_of(node);
    const Value counter = b_.add(Op::constant, {}, ConstantAttrs{scalar_literal(i64, begin)});
    operands.insert(operands.begin() + static_cast<std::ptrdiff_t>(consts), counter);
    operands.insert(operands.begin(), loops_.begin(), loops_.end());
    return operands;
  }
  // A body in which nothing is checked, of the same inputs and outputs as one in which something is.
  static GraphRef with_counters(const GraphRef& body, const Frame& frame) {
    bool found = false;
    return std::make_shared<const Graph>(Instrument(*body, Check::none, found).run(frame));
  }

  // ---- the checks ------------------------------------------------------------------------------------------------------

  CheckNode subject(std::uint32_t n) { return {b_, graph_, graph_.nodes[n], values_}; }
  bool asks_for(const Node& node, Check check) const { return has(wanted_, check) && !has(node.loc.intended, check); }

  // What of a node is to be checked, once all is there that it takes.
  void plan(std::uint32_t n) {
    const Node& node = graph_.nodes[n];
    const CheckNode about = subject(n);
    if (asks_for(node, Check::bounds)) {
      const auto indices = is_used(node) ? indices_of(about, definers_) : std::vector<IndexOperand>();
      for (std::uint32_t i = 0; i < indices.size(); ++i) emit({n, Check::bounds, i});  // whatever becomes of what is there
    }
    if (asks_for(node, Check::div) && divides(about)) wait(n, Check::div, 0, uses_);
    if (asks_for(node, Check::overflow) && may_overflow(about)) wait(n, Check::overflow, 0, uses_);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      if (asks_for(node, Check::nan) && may_make_nan(about, r)) wait(n, Check::nan, r, uses_of_nan_);
    }
  }
  bool is_used(const Node& node) const {
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      if (uses_.used(node.first_result + r) != Uses::Used::none) return true;
    }
    return false;
  }
  void wait(std::uint32_t n, Check check, std::uint32_t result, const Uses& uses) {
    const Value v = graph_.nodes[n].first_result + result;
    if (uses.used(v) == Uses::Used::none) return;
    std::uint32_t until = n;
    if (is_masked(graph_.nodes[n], check, uses, v) && uses.ready(v) != no_node) until = std::max(n, uses.ready(v));
    waiting_[until].push_back({n, check, result});
  }

  void emit(const Planned& planned) {
    found_ = true;
    const CheckNode n = subject(planned.node);
    b_.loc = n.node.loc;
    b_.loc.intended = ~Check::none;  // of a check nothing is checked, where a program with checks becomes a part of another
    Suspect suspect{planned.check, n.node.op, n.node.loc, "", "", ""};
    if (planned.check == Check::bounds) return report_index(n, suspect, indices_of(n, definers_)[planned.result]);
    const ResultRule& rule = *std::find_if(std::begin(result_rules), std::end(result_rules), [&](const ResultRule& row) { return row.check == planned.check; });
    suspect.what = rule.what(n);
    suspect.hint = rule.hint;
    Uses& uses = planned.check == Check::nan ? uses_of_nan_ : uses_;
    const Expr bad = used(rule.bad(n, planned.result), n.node, planned.check, uses, n.node.first_result + planned.result);
    report(b_, suspect, bad, n.result_type(planned.result), loops_);
  }
  void report_index(const CheckNode& n, Suspect suspect, const IndexOperand& index) {
    suspect.what = "lies outside of axis " + std::to_string(index.axis) + " of " + n.type(0).str();
    suspect.hint = "places go from 0 to " + std::to_string(index.last) + "; a mode says what an index outside means: x.at(i).get({.mode = AtMode::clip})";
    suspect.among = "the indices ";
    report(b_, suspect, outside(n, index), n.type(index.operand), loops_, n.x(index.operand));
  }
  static bool is_masked(const Node& node, Check check, const Uses& uses, Value v) { return uses.used(v) == Uses::Used::some && !has(node.loc.counted, check); }
  Expr used(Expr bad, const Node& node, Check check, Uses& uses, Value v) { return is_masked(node, check, uses, v) ? both(bad, uses.mask(b_, values_, v)) : bad; }

  const Graph& graph_;
  Check wanted_;
  bool& found_;
  std::vector<std::uint32_t> definers_;
  Uses uses_, uses_of_nan_;
  Builder b_;
  std::vector<Value> values_;
  std::vector<Value> loops_;  // the iterations of the loops around
  std::vector<std::vector<Planned>> waiting_;  // by the node after which they are made
};

template <Check check> Graph with_check(const Graph& graph) { return with_checks(graph, check); }

constexpr Pass passes[] = {
    {"check-nan", "each NaN that an op makes is reported to the host; calls are inlined", with_check<Check::nan>},
    {"check-bounds", "each index outside of its axis is reported; calls are inlined", with_check<Check::bounds>},
    {"check-div", "each division by 0 is reported; calls are inlined", with_check<Check::div>},
    {"check-overflow", "each signed integer that does not hold its result is reported; calls are inlined", with_check<Check::overflow>},
};

}  // namespace
}  // namespace checks

Graph with_checks_inside(const Graph& graph, Check checks) {
  if (checks == Check::none) return graph;
  bool found = false;
  Graph out = checks::Instrument(graph, checks, found).run({});
  return found ? out : graph;
}
Graph with_checks(const Graph& graph, Check checks) { return checks == Check::none ? graph : with_checks_inside(inline_calls(graph), checks); }

std::span<const Pass> check_passes() { return checks::passes; }

}  // namespace espalier::ir
