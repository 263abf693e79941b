#include "espalier/ir/ad/split_checkpoint.h"

#include <algorithm>
#include <optional>

#include "espalier/ir/effects.h"

namespace espalier::ir {
namespace {

// Calls of jitted functions are part of the body: what is saved may lie in them. Recursion is as deep as they nest.
std::vector<Value> splice_inlined(Builder& b, const Graph& graph, std::span<const Value> args) {
  std::vector<Value> values(args.begin(), args.end());
  values.resize(graph.types.size());
  const Loc around = b.loc;
  for (const Node& node : graph.nodes) {
    std::vector<Value> operands;
    for (Value v : graph.operands_of(node)) operands.push_back(values[v]);
    b.loc = node.loc;
    if (node.op == Op::call) {
      const auto results = splice_inlined(b, *graph.attrs_as<CallAttrs>(node).body, operands);
      std::copy(results.begin(), results.end(), values.begin() + node.first_result);
      continue;
    }
    const Value first = b.add(node.op, operands, graph.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  b.loc = around;
  std::vector<Value> outputs;
  for (Value v : graph.outputs) outputs.push_back(values[v]);
  return outputs;
}
Graph inlined(const Graph& graph) {
  Builder b;
  std::vector<Value> args;
  for (Type type : graph.input_types()) args.push_back(b.input(type));
  return b.take(splice_inlined(b, graph, args));
}

bool saves(const CheckpointAttrs& a, const Graph& graph, const Node& node) {
  switch (a.saved) {
    case Saved::nothing: return false;
    case Saved::everything: return true;
    case Saved::dots: return node.op == Op::dot;
    case Saved::dots_without_batch: return node.op == Op::dot && graph.attrs_as<DotAttrs>(node).lhs_batch.empty();
    case Saved::names: return node.op == Op::checkpoint_name && std::find(a.names.begin(), a.names.end(), graph.attrs_as<NameAttrs>(node).name) != a.names.end();
  }
  __builtin_unreachable();
}

// A program that saves, and how it is repeated from what it saved.
struct Repetition {
  Graph first;            // the program; its last outputs are the saved values
  std::size_t saved = 0;  // how many they are
  Graph again;            // (inputs…, saved values…) -> the wanted outputs
};

// Decides, from the wanted outputs back, what is saved and what is computed again. A loop is looked into: what its iterations save is
// stacked, and the loop that runs again reads it as xs.
class Repeater {
 public:
  Repeater(const CheckpointAttrs& attrs, const Graph& program, const std::vector<bool>& wanted) : attrs_(attrs), program_(inlined(program)), wanted_(wanted), plans_(program_.nodes.size()), needed_(program_.types.size(), false) {
    for (std::size_t o = 0; o < wanted.size(); ++o)
      if (wanted[o]) needed_[program_.outputs[o]] = true;
    for (std::size_t i = program_.nodes.size(); i-- > 0;) decide(program_.nodes[i], plans_[i]);
  }

  Repetition run() {
    Repetition out;
    out.first = first();
    out.saved = out.first.outputs.size() - program_.outputs.size();
    out.again = again(std::span(out.first.outputs).last(out.saved), out.first);
    return out;
  }

 private:
  struct Plan {
    enum {
      not_again,
      saved,
      again
    } what = not_again;
    std::optional<Repetition> loop = {};  // of a loop's body, where it saves anything
  };

  void decide(const Node& node, Plan& plan) {
    std::vector<bool> results(node.n_results);
    for (std::uint32_t r = 0; r < node.n_results; ++r) results[r] = needed_[node.first_result + r];
    if (std::find(results.begin(), results.end(), true) == results.end()) return;
    plan.what = node.op != Op::constant && saves(attrs_, program_, node) ? Plan::saved : Plan::again;
    if (plan.what == Plan::saved) return;
    for (Value v : program_.operands_of(node)) needed_[v] = true;
    if (node.op != Op::scan) return;
    const auto& scan = program_.attrs_as<ScanAttrs>(node);
    std::fill_n(results.begin(), scan.carries, true);
    Repetition loop = Repeater(attrs_, *scan.body, results).run();
    if (loop.saved != 0) plan.loop = std::move(loop);
  }

  static ScanAttrs with_body(ScanAttrs attrs, const Graph& body) {
    attrs.body = std::make_shared<const Graph>(canonical(body));
    return attrs;
  }
  std::vector<Value> operands(const Node& node, const std::vector<Value>& values) const {
    std::vector<Value> out;
    for (Value v : program_.operands_of(node)) out.push_back(values[v]);
    return out;
  }

  Graph first() const {
    Builder b;
    std::vector<Value> values, saved;
    for (Type type : program_.input_types()) values.push_back(b.input(type));
    values.resize(program_.types.size(), no_value);
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const Node& node = program_.nodes[i];
      const Plan& plan = plans_[i];
      const Attrs attrs = plan.loop ? Attrs(with_body(program_.attrs_as<ScanAttrs>(node), plan.loop->first)) : program_.attrs_of(node);
      const Value result = b.add(node.op, operands(node, values), attrs, node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) {
        values[node.first_result + r] = result + r;
        if (plan.what == Plan::saved && needed_[node.first_result + r]) saved.push_back(result + r);
      }
      for (std::size_t r = 0; plan.loop && r < plan.loop->saved; ++r) saved.push_back(result + node.n_results + static_cast<Value>(r));
    }
    std::vector<Value> outputs;
    for (Value v : program_.outputs) outputs.push_back(values[v]);
    outputs.insert(outputs.end(), saved.begin(), saved.end());
    return b.take(outputs);
  }

  // `saved` are the values of `first` that it has for inputs.
  Graph again(std::span<const Value> saved, const Graph& first) const {
    Builder b;
    std::vector<Value> values, read;
    for (Type type : program_.input_types()) values.push_back(b.input(type));
    values.resize(program_.types.size(), no_value);
    for (Value v : saved) read.push_back(b.input(first.type_of(v)));
    auto next = read.begin();
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      const Node& node = program_.nodes[i];
      const Plan& plan = plans_[i];
      if (plan.what == Plan::saved) {
        for (std::uint32_t r = 0; r < node.n_results; ++r)
          if (needed_[node.first_result + r]) values[node.first_result + r] = *next++;
      } else if (plan.loop) {
        std::vector<Value> args = operands(node, values);
        const auto& scan = program_.attrs_as<ScanAttrs>(node);
        args.insert(args.end(), next, next + static_cast<std::ptrdiff_t>(plan.loop->saved));
        next += static_cast<std::ptrdiff_t>(plan.loop->saved);
        Value result = b.add(Op::scan, args, with_body(scan, plan.loop->again), node.loc);
        for (std::uint32_t r = 0; r < node.n_results; ++r)
          if (r < static_cast<std::uint32_t>(scan.carries) || needed_[node.first_result + r]) values[node.first_result + r] = result++;
      } else if (plan.what == Plan::again) {
        const Value result = b.add(node.op, operands(node, values), without_effects(program_.attrs_of(node)), node.loc);  // it has acted where it was computed first
        for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = result + r;
      }
    }
    std::vector<Value> outputs;
    for (std::size_t o = 0; o < wanted_.size(); ++o)
      if (wanted_[o]) outputs.push_back(values[program_.outputs[o]]);
    return b.take(outputs);
  }

  const CheckpointAttrs& attrs_;
  const Graph program_;
  const std::vector<bool> wanted_;
  std::vector<Plan> plans_;
  std::vector<bool> needed_;
};

CheckpointAttrs with_body(const CheckpointAttrs& a, Graph body, bool again) {
  return {std::make_shared<const Graph>(std::move(body)), a.saved, a.names, again};
}

}  // namespace

CheckpointParts split_checkpoint(const CheckpointAttrs& a, const Split& body) {
  std::vector<bool> residuals(body.known.outputs.size(), false);
  std::fill(residuals.end() - body.n_residuals, residuals.end(), true);
  Repetition repetition = Repeater(a, body.known, residuals).run();
  Graph& known = repetition.first;
  const Graph& again = repetition.again;
  std::vector<bool> read(again.types.size(), false);
  for (Value v : again.operands) read[v] = true;
  for (Value v : again.outputs) read[v] = true;

  CheckpointParts out;
  out.saved = repetition.saved;
  Builder b;
  std::vector<Value> args, rest_args;
  for (Value i = 0; i < known.n_inputs; ++i) {
    args.push_back(read[i] ? b.input(known.type_of(i)) : no_value);
    if (read[i]) out.reads.push_back(i);
  }
  for (Value i = known.n_inputs; i < again.n_inputs; ++i) args.push_back(b.input(again.type_of(i)));
  std::vector<Value> unknown;
  for (std::size_t i = body.n_residuals; i < body.unknown.n_inputs; ++i) unknown.push_back(b.input(body.unknown.type_of(static_cast<Value>(i))));
  rest_args = b.splice(again, args);
  rest_args.insert(rest_args.end(), unknown.begin(), unknown.end());
  out.rest = with_body(a, b.finish(b.splice(body.unknown, rest_args)), true);

  const auto first_residual = known.outputs.end() - static_cast<std::ptrdiff_t>(repetition.saved) - body.n_residuals;
  known.outputs.erase(first_residual, first_residual + body.n_residuals);
  out.known = with_body(a, canonical(known), a.again);
  return out;
}

}  // namespace espalier::ir
