#include "espalier/ir/batch.h"

#include "espalier/ir/batch/rules.h"

namespace espalier::ir {
namespace {

class Batcher {
 public:
  Batcher(const Graph& graph, std::int64_t size, BatchedBodies& bodies) : graph_(graph), size_(size), bodies_(bodies), lanes_(graph.types.size()) {}

  Batched run(const std::vector<bool>& batched, const std::vector<bool>& keep) {
    for (Value i = 0; i < graph_.n_inputs; ++i) lanes_[i] = {{&b_, b_.input(input_type(i, batched[i]))}, batched[i]};
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      visit(node);
    }
    b_.loc = {};
    Batched out;
    std::vector<Value> outputs;
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      Lane lane = lanes_[graph_.outputs[o]];
      if (!lane.batched && o < keep.size() && keep[o]) lane = {insert_axis(lane.expr, 0, size_), true};
      outputs.push_back(lane.expr.value);
      out.output_batched.push_back(lane.batched);
    }
    out.graph = b_.finish(outputs);
    return out;
  }

 private:
  Type input_type(Value i, bool batched) const {
    const Type type = graph_.type_of(i);
    if (!batched) return type;
    Ints shape = type.shape().extents();
    shape.insert(shape.begin(), size_);
    return type.with(Shape(shape));
  }

  void visit(const Node& node) {
    bool any = false;
    operands_.clear();
    for (Value v : graph_.operands_of(node)) {
      operands_.push_back(lanes_[v]);
      any = any || lanes_[v].batched;
    }
    const BatchNode n{b_, node.op, graph_.attrs_of(node), operands_, size_, bodies_};
    if (!any || is_elementwise(node.op) || node.op == Op::threefry2x32) {  // the same op, over all lanes
      values_.clear();
      for (std::size_t i = 0; i < operands_.size(); ++i) values_.push_back(any ? n.spread(i).value : n.x(i).value);
      const Value first = b_.add(node.op, values_, n.attrs, node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) lanes_[node.first_result + r] = {{&b_, first + r}, any};
      return;
    }
    const auto results = rule(n);
    for (std::uint32_t r = 0; r < node.n_results; ++r) lanes_[node.first_result + r] = results[r];
  }

  std::vector<Lane> rule(const BatchNode& n) {
    switch (n.op) {
      case Op::neg: case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even:
      case Op::round_away: case Op::exp: case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt:
      case Op::rsqrt: case Op::cbrt: case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos:
      case Op::atan: case Op::sinh: case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh:
      case Op::logistic: case Op::erf: case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma:
      case Op::is_finite: case Op::not_: case Op::popcount: case Op::clz: case Op::convert: case Op::bitcast:
      case Op::add: case Op::sub: case Op::mul: case Op::div: case Op::rem: case Op::pow: case Op::max: case Op::min:
      case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
      case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare:
      case Op::select: case Op::clamp: case Op::threefry2x32: break;  // visit does them
      case Op::constant: case Op::iota: break;  // no operand: never batched
      case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice: case Op::pad: case Op::concatenate:
      case Op::reverse: case Op::dynamic_slice: case Op::dynamic_update_slice: case Op::reduce: case Op::arg_reduce:
      case Op::cumulative: return batch_structural(n);
      case Op::dot: return {batch_dot(n)};
      case Op::call: case Op::cond: case Op::scan: return batch_control(n);
    }
    return {};
  }

  const Graph& graph_;
  const std::int64_t size_;
  BatchedBodies& bodies_;
  Builder b_;
  std::vector<Lane> lanes_;
  std::vector<Lane> operands_;  // of the node in hand
  std::vector<Value> values_;   // the same
};

}  // namespace

Batched batch(const Graph& graph, const std::vector<bool>& batched, std::int64_t size, const std::vector<bool>& keep_batched) {
  BatchedBodies bodies;
  return Batcher(graph, size, bodies).run(batched, keep_batched);
}
const BatchedBody& batch_body(const BatchNode& n, const GraphRef& body, const std::vector<bool>& batched, const std::vector<bool>& keep_batched) {
  const auto made = [&](const std::vector<bool>& keep) -> const BatchedBody& {
    return n.bodies.get(body, batched, keep, [&]() -> BatchedBody {
      Batched result = Batcher(*body, n.size, n.bodies).run(batched, keep);
      return {std::make_shared<const Graph>(std::move(result.graph)), std::move(result.output_batched)};
    });
  };
  const BatchedBody& plain = made({});
  return covers(plain.output_batched, keep_batched) ? plain : made(keep_batched);
}

}  // namespace espalier::ir
