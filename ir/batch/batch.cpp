#include "espalier/ir/batch.h"

#include <algorithm>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/batch/rules.h"

namespace espalier::ir {
namespace {

// Whether an op asks for the new axis by its name, itself or in its bodies. Recursion is as deep as bodies nest.
bool names_axis(Op op, const Attrs& attrs, std::string_view axis_name) {
  if (axis_name.empty()) return false;
  if (family(op) == Family::collective) return std::get<CollectiveAttrs>(attrs).axis_name == axis_name;
  bool found = false;
  for_each_body(attrs, [&](const GraphRef& body) {
    for (const Node& node : body->nodes) found = found || names_axis(node.op, body->attrs_of(node), axis_name);
  });
  return found;
}

class Batcher {
 public:
  Batcher(const Graph& graph, std::int64_t size, std::string_view axis_name, BatchedBodies& bodies)
      : graph_(graph), size_(size), axis_name_(axis_name), bodies_(bodies), values_(graph.types.size()) {}

  Batched run(const std::vector<bool>& batched, const std::vector<bool>& keep) {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = {{&b_, b_.input(input_type(i, batched[i]))}, batched[i]};
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      record(node);
    }
    b_.loc = {};
    Batched out;
    std::vector<Value> outputs;
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      BatchedValue value = values_[graph_.outputs[o]];
      if (!value.batched && o < keep.size() && keep[o]) value = {insert_axis(value.expr, 0, size_), true};
      outputs.push_back(value.expr.value);
      out.output_batched.push_back(value.batched);
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

  void record(const Node& node) {
    bool any = false;
    operands_.clear();
    for (Value v : graph_.operands_of(node)) {
      operands_.push_back(values_[v]);
      any = any || values_[v].batched;
    }
    const BatchNode n{b_, node.op, graph_.attrs_of(node), operands_, size_, axis_name_, bodies_};
    const auto same_op = [&] {  // over all examples
      recorded_.clear();
      for (std::size_t i = 0; i < operands_.size(); ++i) recorded_.push_back(any ? n.spread(i).value : n.x(i).value);
      const Value first = b_.add(node.op, recorded_, n.attrs, node.loc);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = {{&b_, first + r}, any};
    };
    if (!any && !names_axis(node.op, n.attrs, axis_name_)) return same_op();
    if (family(node.op) == Family::control) {
      std::ranges::copy(batch_control(node.op.as<Control>(), n), values_.begin() + node.first_result);
      return;
    }
    BatchedValue& result = values_[node.first_result];
    visit(node.op,
          [&](Unary) { same_op(); },
          [&](Binary) { same_op(); },
          [&](Ternary) { same_op(); },
          [&](Source) { same_op(); },
          [&](Movement movement) { result = batch_movement(movement, n); },
          [&](Reducing reducing) { result = batch_reducing(reducing, n); },
          [&](Contraction contraction) { result = batch_contraction(contraction, n); },
          [&](Library) { same_op(); },
          [&](Fourier) { same_op(); },  // whose axis counts from the end
          [&](Random) { same_op(); },
          [&](Collective collective) { result = batch_collective(collective, n); },
          [](Control) {});  // above: it may have no result
  }

  const Graph& graph_;
  const std::int64_t size_;
  const std::string_view axis_name_;
  BatchedBodies& bodies_;
  Builder b_;
  std::vector<BatchedValue> values_;
  std::vector<BatchedValue> operands_;  // of the node in hand
  std::vector<Value> recorded_;         // the same
};

}  // namespace

Batched batch(const Graph& graph, const std::vector<bool>& batched, std::int64_t size, const std::vector<bool>& keep_batched, std::string_view axis_name) {
  BatchedBodies bodies;
  return Batcher(graph, size, axis_name, bodies).run(batched, keep_batched);
}
const BatchedBody& batch_body(const BatchNode& n, const GraphRef& body, const std::vector<bool>& batched, const std::vector<bool>& keep_batched) {
  const auto made = [&](const std::vector<bool>& keep) -> const BatchedBody& {
    return n.bodies.get(body, batched, keep, [&]() -> BatchedBody {
      Batched result = Batcher(*body, n.size, n.axis_name, n.bodies).run(batched, keep);
      return {std::make_shared<const Graph>(std::move(result.graph)), std::move(result.output_batched)};
    });
  };
  const BatchedBody& plain = made({});
  return covers(plain.output_batched, keep_batched) ? plain : made(keep_batched);
}

}  // namespace espalier::ir
