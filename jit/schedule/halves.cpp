#include "espalier/jit/schedule/halves.h"

#include <cstring>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/half.h"

namespace espalier::codegen {
namespace {

using namespace ir;

class Widener {
 public:
  explicit Widener(const Graph& graph) : graph_(graph), values_(graph.types.size(), no_value), widened_(graph.types.size(), no_value), definer_(graph.types.size(), nullptr) {
    for (const Node& node : graph.nodes) definer_[node.first_result] = &node;
  }

  Graph run() {
    for (Value i = 0; i < graph_.n_inputs; ++i) values_[i] = b_.input(graph_.type_of(i));
    for (const Node& node : graph_.nodes) {
      b_.loc = node.loc;
      const Value first = computes(node) ? in_single(node) : plain(node);
      for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
    }
    std::vector<Value> outputs;
    for (Value output : graph_.outputs) outputs.push_back(values_[output]);
    return b_.finish(outputs);
  }

 private:
  bool half(Value v) const { return is_half(graph_.type_of(v).dtype()); }

  // Whether the node is arithmetic on halves. Conversions are what kernels know.
  bool computes(const Node& node) const {
    if (info(node.op).moves || node.op == Op::convert) return false;
    if (half(node.first_result)) return true;
    if (family(node.op) == Family::contraction) return false;
    for (Value v : graph_.operands_of(node))
      if (half(v)) return true;
    return false;
  }

  Value plain(const Node& node) {
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    Attrs attrs = graph_.attrs_of(node);
    for_each_body(attrs, [](GraphRef& body) { body = std::make_shared<const Graph>(widen_halves(*body)); });
    return b_.add(node.op, operands, std::move(attrs), node.loc);
  }

  // The op in f32 (counts in integers, which have room for all of them); elementwise ops, reductions and products have one result.
  Value in_single(const Node& node) {
    if (node.op == Op::nextafter) return nextafter(node).value;
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(family(node.op) == Family::contraction ? values_[v] : widened(v));
    Attrs attrs = graph_.attrs_of(node);
    if (DType* sums = accumulation(attrs)) *sums = f32;
    if (auto* a = std::get_if<PrecisionAttrs>(&attrs)) a->exponent_bits = exponent_bits_in_single(graph_.type_of(node.first_result).dtype(), a->exponent_bits);
    if (auto* a = std::get_if<IotaAttrs>(&attrs)) a->type = a->type.with(a->type.shape()[a->axis] <= 1 << 24 ? f32 : i64);
    const Expr wide{&b_, b_.add(node.op, operands, std::move(attrs), node.loc)};
    return half(node.first_result) ? convert(wide, graph_.type_of(node.first_result).dtype()).value : wide.value;
  }

  // The value in f32; a constant, and one repeated, is one there too, so that what asks for constants finds it.
  Value widened(Value v) {
    if (!half(v)) return values_[v];
    if (widened_[v] != no_value) return widened_[v];
    const Node* node = definer_[v];
    if (node != nullptr && node->op == Op::constant && graph_.type_of(v).ndim() == 0) {
      const Literal& value = graph_.attrs_as<ConstantAttrs>(*node).value;
      visit_real(value.type.dtype(), [&]<class T>() {
        T number;
        std::memcpy(&number, value.data(), sizeof number);
        widened_[v] = b_.add(Op::constant, {}, ConstantAttrs{scalar_literal(f32, static_cast<double>(number))}, node->loc);
      });
    } else if (node != nullptr && node->op == Op::broadcast && graph_.type_of(graph_.operands_of(*node)[0]).ndim() == 0) {
      widened_[v] = b_.add(Op::broadcast, {widened(graph_.operands_of(*node)[0])}, graph_.attrs_of(*node), node->loc);
    } else {
      widened_[v] = convert({&b_, values_[v]}, f32).value;
    }
    return widened_[v];
  }

  // The neighbour of x on the way to y, which f32 does not have: bits without the sign count the numbers from zero on.
  Expr nextafter(const Node& node) {
    const auto operands = graph_.operands_of(node);
    const DType dtype = graph_.type_of(node.first_result).dtype();
    const auto bits = [&](Value v) { return unary_to(Op::bitcast, {&b_, values_[v]}, i16); };
    const Expr from = bits(operands[0]), to = bits(operands[1]), x{&b_, widened(operands[0])}, y{&b_, widened(operands[1])};
    const auto mask = [&](double n) { return full_like(from, n); };
    const Expr away = compare(compare(x, Comparison::lt, y), Comparison::eq, compare(x, Comparison::gt, 0));
    const Expr step = from + select(away, mask(1), mask(-1));
    const Expr smallest = binary(Op::or_, binary(Op::and_, to, mask(-32768)), mask(1));
    Expr result = select(compare(x, Comparison::eq, 0), smallest, step);
    result = select(compare(x, Comparison::eq, y), to, result);
    const Expr nan = binary(Op::or_, compare(x, Comparison::ne, x), compare(y, Comparison::ne, y));
    return unary_to(Op::bitcast, select(nan, mask(dtype == f16 ? 0x7e00 : 0x7fc0), result), dtype);
  }
  static Expr unary_to(Op op, Expr x, DType to) { return apply(op, {x}, ConvertAttrs{to}); }

  const Graph& graph_;
  Builder b_;
  std::vector<Value> values_, widened_;
  std::vector<const Node*> definer_;
};

}  // namespace

Graph widen_halves(const Graph& graph) { return Widener(graph).run(); }

}  // namespace espalier::codegen
