#include "espalier/ir/ad/split_while.h"

#include <algorithm>
#include <cmath>

#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"

namespace espalier::ir {
namespace {

GraphRef finished(const Builder& b, std::span<const Value> outputs) { return std::make_shared<const Graph>(b.finish(outputs)); }
std::vector<Value> inputs_of(Builder& b, std::span<const Type> types) {
  std::vector<Value> inputs;
  for (Type type : types) inputs.push_back(b.input(type));
  return inputs;
}
std::vector<Value> joined(std::initializer_list<std::span<const Value>> parts) {
  std::vector<Value> all;
  for (auto part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
std::vector<Value> results_from(Value first, std::size_t n) {
  std::vector<Value> results(n);
  for (std::size_t i = 0; i < n; ++i) results[i] = first + static_cast<Value>(i);
  return results;
}

// The pieces of a loop that its two parts are made of.
class Pieces {
 public:
  Pieces(const WhileAttrs& loop, const Split& body, const std::vector<bool>& unknown) : loop_(loop), body_(body), unknown_(unknown) {
    for (std::size_t i = 0; i < unknown.size(); ++i) {
      const bool is_const = i < static_cast<std::size_t>(loop.consts);
      auto& types = unknown[i] ? (is_const ? rest_consts_ : rest_carries_) : (is_const ? consts_ : carries_);
      types.push_back(loop.body->type_of(static_cast<Value>(i)));
    }
    if (loop.max_steps < 0) return;
    chunk_ = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(loop.max_steps)))));
    chunks_ = (loop.max_steps + chunk_ - 1) / chunk_;
    is_counted_ = chunk_ * chunks_ != loop.max_steps;
    if (is_counted_) carries_.push_back(Type(i64));
  }
  bool is_counted() const { return is_counted_; }

  // The loop of what is known, over consts and carries.
  WhileAttrs known_loop(std::int64_t max_steps) const {
    WhileAttrs out{nullptr, nullptr, static_cast<int>(consts_.size()), max_steps};
    Builder condition, body;
    const auto c = inputs_of(condition, consts_), x = inputs_of(condition, carries_);
    const Value holds[] = {goes_on(condition, c, x).value};
    out.condition = finished(condition, holds);
    const auto d = inputs_of(body, consts_), y = inputs_of(body, carries_);
    out.body = finished(body, step(body, d, y).carries);
    return out;
  }

  ScanAttrs known() const {
    Builder b;
    const auto consts = inputs_of(b, consts_), carries = inputs_of(b, carries_);
    const auto operands = joined({consts, carries});
    const auto last = results_from(b.add(Op::while_, operands, known_loop(chunk_)), carries_.size());
    return {finished(b, joined({last, carries})), static_cast<int>(consts_.size()), static_cast<int>(carries_.size()), chunks_, false};
  }

  // A chunk that is over before it begins leaves all as it is.
  ScanAttrs rest() const {
    Builder b;
    const auto consts = inputs_of(b, consts_), rest_consts = inputs_of(b, rest_consts_), rest_carries = inputs_of(b, rest_carries_), first = inputs_of(b, carries_);
    const Value index = stops(b, consts, first);
    Builder runs, idles;
    const auto c = inputs_of(runs, consts_), r = inputs_of(runs, rest_consts_), t = inputs_of(runs, rest_carries_), x = inputs_of(runs, carries_);
    inputs_of(idles, consts_), inputs_of(idles, rest_consts_);
    const auto idle = inputs_of(idles, rest_carries_);
    inputs_of(idles, carries_);
    const CondAttrs chunk{{finished(runs, linear_steps(runs, c, r, t, x)), finished(idles, idle)}};
    const Value of_index[] = {index};
    const Value out = b.add(Op::cond, joined({of_index, consts, rest_consts, rest_carries, first}), chunk);
    return {finished(b, results_from(out, rest_carries_.size())), static_cast<int>(consts_.size() + rest_consts_.size()), static_cast<int>(rest_carries_.size()), chunks_, false};
  }

 private:
  // What one iteration of what is known gives.
  struct Step {
    std::vector<Value> carries, residuals;
  };
  std::span<const Value> without_counter(std::span<const Value> carries) const { return carries.first(carries.size() - (is_counted_ ? 1 : 0)); }
  Step step(Builder& b, std::span<const Value> consts, std::span<const Value> carries) const {
    const auto results = b.splice(body_.known, joined({consts, without_counter(carries)}));
    const auto n_known = static_cast<std::ptrdiff_t>(results.size() - body_.n_residuals);
    Step out{{results.begin(), results.begin() + n_known}, {results.begin() + n_known, results.end()}};
    if (is_counted_) out.carries.push_back((Expr{&b, carries.back()} + 1).value);
    return out;
  }
  // Whether there is another iteration.
  Expr goes_on(Builder& b, std::span<const Value> consts, std::span<const Value> carries) const {
    std::vector<Value> args;
    std::size_t next_const = 0, next_carry = 0;
    for (std::size_t i = 0; i < unknown_.size(); ++i) {
      if (unknown_[i]) args.push_back(no_value);  // which it does not ask for
      else args.push_back(i < static_cast<std::size_t>(loop_.consts) ? consts[next_const++] : carries[next_carry++]);
    }
    const Expr holds{&b, b.splice(*loop_.condition, args)[0]};
    if (!is_counted_) return holds;
    return apply(Op::and_, {holds, compare(Expr{&b, carries.back()}, Comparison::lt, static_cast<double>(loop_.max_steps))});
  }
  // The same as the index of a branch: 0 where it goes on.
  Value stops(Builder& b, std::span<const Value> consts, std::span<const Value> carries) const { return convert(apply(Op::not_, {goes_on(b, consts, carries)}), i32).value; }

  bool is_const(std::uint32_t residual) const { return of_residual(residual) < consts_.size(); }
  Value of_residual(std::uint32_t residual) const { return body_.known.outputs[body_.known.outputs.size() - body_.n_residuals + residual]; }

  // The iterations of one chunk: those of what is known again, which stack what the others need.
  std::vector<Value> linear_steps(Builder& b, std::span<const Value> consts, std::span<const Value> rest_consts, std::span<const Value> rest_carries, std::span<const Value> first) const {
    std::vector<std::uint32_t> stacked;
    for (std::uint32_t r = 0; r < body_.n_residuals; ++r)
      if (!is_const(r)) stacked.push_back(r);

    Builder again;
    const auto c = inputs_of(again, consts_), x = inputs_of(again, carries_);
    const Value index = stops(again, c, x);
    Builder runs, idles;
    const auto d = inputs_of(runs, consts_), y = inputs_of(runs, carries_);
    const Step one = step(runs, d, y);
    std::vector<Value> made = one.carries;
    for (std::uint32_t r : stacked) made.push_back(one.residuals[r]);
    inputs_of(idles, consts_);
    std::vector<Value> kept = inputs_of(idles, carries_);
    for (std::uint32_t r : stacked) kept.push_back(full(idles, body_.unknown.type_of(r), 0).value);
    const Value of_index[] = {index};
    const Value result = again.add(Op::cond, joined({of_index, c, x}), CondAttrs{{finished(runs, made), finished(idles, kept)}});
    const auto next = results_from(result, carries_.size()), residuals = results_from(result + static_cast<Value>(carries_.size()), stacked.size());
    const ScanAttrs known{without_effects(finished(again, joined({next, of_index, residuals}))), static_cast<int>(consts_.size()), static_cast<int>(carries_.size()), chunk_, false};
    const Value stacks = b.add(Op::scan, joined({consts, first}), known) + static_cast<Value>(carries_.size());

    std::vector<Value> operands, shared;
    for (std::uint32_t r = 0; r < body_.n_residuals; ++r)
      if (is_const(r)) shared.push_back(consts[of_residual(r)]);
    operands = joined({shared, rest_consts, rest_carries, results_from(stacks, stacked.size() + 1)});
    const ScanAttrs linear{linear_step(stacked), static_cast<int>(shared.size() + rest_consts.size()), static_cast<int>(rest_carries.size()), chunk_, false};
    return results_from(b.add(Op::scan, operands, linear), rest_carries.size());
  }

  // (residuals that are consts…, unknown consts…, unknown carries…, index, stacked residuals…) -> unknown carries, one iteration on.
  GraphRef linear_step(const std::vector<std::uint32_t>& stacked) const {
    std::vector<Type> types;
    for (std::uint32_t r = 0; r < body_.n_residuals; ++r)
      if (is_const(r)) types.push_back(body_.unknown.type_of(r));
    const std::size_t n_shared = types.size(), first_carry = n_shared + rest_consts_.size();
    types.insert(types.end(), rest_consts_.begin(), rest_consts_.end());
    types.insert(types.end(), rest_carries_.begin(), rest_carries_.end());
    const std::size_t first_stacked = types.size();
    for (std::uint32_t r : stacked) types.push_back(body_.unknown.type_of(r));

    Builder runs, idles, b;
    const auto in = inputs_of(runs, types);
    std::vector<Value> args(body_.n_residuals);
    for (std::uint32_t r = 0, shared = 0, next = 0; r < body_.n_residuals; ++r) args[r] = is_const(r) ? in[shared++] : in[first_stacked + next++];
    args.insert(args.end(), in.begin() + static_cast<std::ptrdiff_t>(n_shared), in.begin() + static_cast<std::ptrdiff_t>(first_stacked));
    const auto unchanged = inputs_of(idles, types);
    const CondAttrs choice{{finished(runs, runs.splice(body_.unknown, args)), finished(idles, std::span(unchanged).subspan(first_carry, rest_carries_.size()))}};

    const auto front = inputs_of(b, std::span(types).first(first_stacked));
    const Value index[] = {b.input(Type(i32))};
    const auto behind = inputs_of(b, std::span(types).subspan(first_stacked));
    return finished(b, results_from(b.add(Op::cond, joined({index, front, behind}), choice), rest_carries_.size()));
  }

  const WhileAttrs& loop_;
  const Split& body_;
  const std::vector<bool>& unknown_;
  std::vector<Type> consts_, carries_, rest_consts_, rest_carries_;
  std::int64_t chunk_ = 0, chunks_ = 0;
  bool is_counted_ = false;
};

}  // namespace

bool depends(const Graph& graph, const std::vector<bool>& inputs) {
  std::vector<bool> flags(graph.types.size(), false);
  std::copy(inputs.begin(), inputs.end(), flags.begin());
  for (const Node& node : graph.nodes) {
    const auto operands = graph.operands_of(node);
    const bool any = std::any_of(operands.begin(), operands.end(), [&](Value v) { return flags[v]; });
    for (std::uint32_t r = 0; r < node.n_results; ++r) flags[node.first_result + r] = any;
  }
  return std::any_of(graph.outputs.begin(), graph.outputs.end(), [&](Value v) { return flags[v]; });
}

WhileParts split_while(const WhileAttrs& loop, const Split& body, const std::vector<bool>& unknown) {
  const Pieces pieces(loop, body, unknown);
  if (loop.max_steps < 0) return {pieces.known_loop(loop.max_steps), {}, {}, false};
  if (has_effects(*loop.condition)) {
    throw DifferentiationError("while_loop", "its condition has an effect, and reverse mode asks it another number of times", "act in the body of the loop, not in its condition");
  }
  return {{}, pieces.known(), pieces.rest(), pieces.is_counted()};
}

}  // namespace espalier::ir
