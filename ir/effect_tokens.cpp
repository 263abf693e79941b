// The order of effects as dependences, for whoever orders nodes by these alone.
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"

namespace espalier::ir {
namespace {

// Nesting is as deep as the user's loops and branches, so recursion is bounded.
class Threading {
 public:
  explicit Threading(const Graph& graph) : graph_(graph), values_(graph.types.size(), no_value) {}

  // A program, in which nothing has happened yet.
  Graph program() {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.types[i]);
    token_ = b_.add(Op::constant, {}, ConstantAttrs{literal(effect_token, nullptr)});
    record();
    return b_.finish(outputs_of(graph_.outputs));
  }
  // A body, with a token at `input` among its inputs and at `output` among its outputs.
  GraphRef body(std::size_t input, std::size_t output) {
    for (Value i = 0; i <= graph_.n_inputs; ++i) {
      if (i == input) token_ = b_.input(effect_token);
      if (i < graph_.n_inputs) values_[i] = b_.input(graph_.types[i]);
    }
    record();
    auto outputs = outputs_of(graph_.outputs);
    outputs.insert(outputs.begin() + static_cast<std::ptrdiff_t>(output), token_);
    return std::make_shared<const Graph>(b_.finish(outputs));
  }

 private:
  std::vector<Value> outputs_of(std::span<const Value> old) const {
    std::vector<Value> values;
    for (Value v : old) values.push_back(values_[v]);
    return values;
  }

  void record() {
    for (const Node& node : graph_.nodes) {
      std::vector<Value> operands = outputs_of(graph_.operands_of(node));
      b_.loc = node.loc;
      if (node.effect) {
        effect(node, std::move(operands));
      } else {
        const Value first = b_.add(node.op, operands, graph_.attrs_of(node));
        for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
      }
    }
  }

  // The node with the token as operand `input`, and as its result `output`.
  void add(const Node& node, std::vector<Value> operands, std::size_t input, std::size_t output, Attrs attrs) {
    operands.insert(operands.begin() + static_cast<std::ptrdiff_t>(input), token_);
    const Value first = b_.add(node.op, operands, std::move(attrs));
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r + (r >= output ? 1 : 0);
    token_ = first + static_cast<Value>(output);
  }
  static GraphRef threaded(const GraphRef& body, std::size_t input, std::size_t output) { return Threading(*body).body(input, output); }

  void effect(const Node& node, std::vector<Value> operands) {
    Attrs attrs = graph_.attrs_of(node);
    if (auto* call = std::get_if<HostCallAttrs>(&attrs)) {
      call->ordered = true;
      return add(node, std::move(operands), 0, 0, std::move(attrs));
    }
    if (auto* cond = std::get_if<CondAttrs>(&attrs)) {
      for (GraphRef& branch : cond->branches) branch = threaded(branch, 0, 0);
      return add(node, std::move(operands), 1, 0, std::move(attrs));
    }
    if (auto* scan = std::get_if<ScanAttrs>(&attrs)) {  // the first of the carries
      const auto first = static_cast<std::size_t>(scan->consts);
      scan->body = threaded(scan->body, first, 0);
      ++scan->carries;
      return add(node, std::move(operands), first, 0, std::move(attrs));
    }
    if (auto* loop = std::get_if<WhileAttrs>(&attrs)) return while_(node, std::move(operands), *loop);
    throw CompileError(std::string(name(node.op)), "calls are inlined before effects are ordered", "this is a defect of the compiler: the graph's text reproduces it");
  }

  void while_(const Node& node, std::vector<Value> operands, WhileAttrs loop) {
    const auto first = static_cast<std::size_t>(loop.consts);
    if (has_effects(*loop.condition)) return while_asked_in_the_body(node, operands, loop);
    Builder c;
    const auto in = inputs(c, *loop.condition, first, {effect_token});
    loop.condition = finished(c, c.splice(*loop.condition, in.own));
    loop.body = threaded(loop.body, first, 0);
    add(node, std::move(operands), first, 0, std::move(loop));
  }

  // A condition gives nothing but whether the loop goes on, and no token. One with effects is asked before the loop, and again at the end
  // of each iteration that another may follow; carried are the token, the answer and, where there is a bound, the iterations so far.
  void while_asked_in_the_body(const Node& node, std::span<const Value> operands, const WhileAttrs& loop) {
    const auto first = static_cast<std::size_t>(loop.consts);
    const bool counted = loop.max_steps >= 0;
    const GraphRef asks = threaded(loop.condition, 0, 0), step = threaded(loop.body, 0, 0);
    std::vector<Type> carried{effect_token, Type(bool_)};
    if (counted) carried.push_back(Type(i64));

    Builder c;
    const auto of_condition = inputs(c, *loop.condition, first, carried);
    const Value holds[] = {of_condition.added[1]};
    Builder b;
    const auto in = inputs(b, *loop.body, first, carried);
    std::vector<Value> outputs = b.splice(*step, with_front(in.added[0], in.own));
    std::vector<Value> next = with_front(outputs[0], std::span(in.own).first(first));
    next.insert(next.end(), outputs.begin() + 1, outputs.end());
    std::vector<Value> answer;
    if (counted) {
      const Expr so_far = Expr{&b, in.added[2]} + 1;
      const Expr ends = apply(Op::not_, {compare(so_far, Comparison::lt, static_cast<double>(loop.max_steps))});
      Builder stops;
      const Value token = stops.input(effect_token);
      for (Type type : loop.condition->input_types()) stops.input(type);
      const Value ended[] = {token, full(stops, Type(bool_), 0).value};
      const Value choice = b.add(Op::cond, with_front(convert(ends, i32).value, next), CondAttrs{{asks, finished(stops, ended)}});
      answer = {choice, choice + 1, so_far.value};
    } else {
      answer = b.splice(*asks, next);
    }
    outputs.erase(outputs.begin());
    outputs.insert(outputs.begin(), answer.begin(), answer.end());
    const WhileAttrs out{finished(c, holds), finished(b, outputs), loop.consts, -1};

    std::vector<Value> begin = b_.splice(*asks, with_front(token_, operands));
    if (counted) begin.push_back(full(b_, Type(i64), 0).value);
    begin.insert(begin.begin(), operands.begin(), operands.begin() + static_cast<std::ptrdiff_t>(first));
    begin.insert(begin.end(), operands.begin() + static_cast<std::ptrdiff_t>(first), operands.end());
    token_ = b_.add(Op::while_, begin, out);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = token_ + static_cast<Value>(carried.size()) + r;
  }

  // Inputs like those of a body, with others of the types `added` in front of input `first`.
  struct Inputs {
    std::vector<Value> own, added;
  };
  static Inputs inputs(Builder& b, const Graph& body, std::size_t first, const std::vector<Type>& added) {
    Inputs in;
    for (std::size_t i = 0; i <= body.n_inputs; ++i) {
      if (i == first)
        for (Type type : added) in.added.push_back(b.input(type));
      if (i < body.n_inputs) in.own.push_back(b.input(body.types[i]));
    }
    return in;
  }
  static std::vector<Value> with_front(Value front, std::span<const Value> rest) {
    std::vector<Value> all{front};
    all.insert(all.end(), rest.begin(), rest.end());
    return all;
  }
  static GraphRef finished(const Builder& b, std::span<const Value> outputs) { return std::make_shared<const Graph>(b.finish(outputs)); }

  const Graph& graph_;
  Builder b_;
  std::vector<Value> values_;
  Value token_ = no_value;
};

}  // namespace

Graph with_tokens(const Graph& graph) { return has_effects(graph) ? Threading(graph).program() : graph; }

}  // namespace espalier::ir
