// Transposition of linear programs: cotangents flow from the results of each node to its linear operands.
#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/linearize.h"

namespace espalier::ir {
namespace {

class Puller {
 public:
  Puller(const Graph& graph, std::uint32_t n_residuals) : graph_(graph), linear_(graph.types.size(), false), values_(graph.types.size(), no_value), cotangents_(graph.types.size()) {
    for (Value i = 0; i < graph.n_inputs; ++i) {
      linear_[i] = i >= n_residuals;
      if (!linear_[i]) values_[i] = b_.input(graph.type_of(i));
    }
  }

  Graph run() {
    for (const Node& node : graph_.nodes) forward(node);
    for (Value v : graph_.outputs) {
      const Expr ct{&b_, b_.input(graph_.type_of(v))};
      if (linear_[v]) cotangents_[v] = cotangents_[v] + Tangent(ct);  // what is no function of the inputs sends nothing back
    }
    for (std::size_t n = graph_.nodes.size(); n-- > 0;) backward(graph_.nodes[n]);
    std::vector<Value> outputs;
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      if (linear_[i]) outputs.push_back(instantiate(b_, cotangents_[i], graph_.type_of(i)).value);
    }
    return b_.finish(outputs);
  }

 private:
  void forward(const Node& node) {
    bool linear = false;
    for (Value v : graph_.operands_of(node)) linear = linear || linear_[v];
    for (std::uint32_t r = 0; r < node.n_results; ++r) linear_[node.first_result + r] = linear;
    if (linear) return;
    b_.loc = node.loc;
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    const Value first = b_.add(node.op, operands, graph_.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
  }

  void backward(const Node& node) {
    if (node.n_results == 0 || !linear_[node.first_result]) return;
    TransposeNode n{b_, node, graph_.attrs_of(node), {}, {}, {}, {}, {}};
    bool any = false;
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      n.cotangents.push_back(cotangents_[node.first_result + r]);
      n.result_types.push_back(graph_.type_of(node.first_result + r));
      any = any || n.cotangents.back().present;
    }
    if (!any) return;
    const auto operands = graph_.operands_of(node);
    for (Value v : operands) {
      n.types.push_back(graph_.type_of(v));
      n.linear.push_back(linear_[v]);
      n.operands.push_back(linear_[v] ? Expr{} : Expr{&b_, values_[v]});
    }
    b_.loc = node.loc;
    const auto cts = rule(n);
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (linear_[operands[i]]) cotangents_[operands[i]] = cotangents_[operands[i]] + cts[i];
    }
  }

  std::vector<Tangent> rule(const TransposeNode& n) {
    const Expr* x = n.operands.data();
    const Tangent ct = n.ct();
    switch (n.node.op) {
      case Op::neg: return {-ct};
      case Op::add: return {ct, ct};
      case Op::sub: return {ct, -ct};
      case Op::mul:
        if (n.linear[0] && n.linear[1]) break;
        return n.linear[0] ? std::vector{ct * x[1], Tangent()} : std::vector{Tangent(), x[0] * ct};
      case Op::div:
        if (n.linear[1]) break;
        return {ct / x[1], {}};
      case Op::convert: return {convert(ct.expr, n.types[0].dtype())};
      case Op::select: {
        if (n.linear[0]) break;
        const Expr zero = zeros_like(ct.expr);
        return {{}, n.linear[1] ? Tangent(select(x[0], ct.expr, zero)) : Tangent(), n.linear[2] ? Tangent(select(x[0], zero, ct.expr)) : Tangent()};
      }
      case Op::broadcast: case Op::reshape: case Op::transpose: case Op::slice: case Op::pad: case Op::concatenate:
      case Op::reverse: case Op::dynamic_slice: case Op::dynamic_update_slice: case Op::reduce: case Op::cumulative:
        return transpose_structural(n);
      case Op::dot:
        if (n.linear[0] && n.linear[1]) break;
        return n.linear[0] ? std::vector{transpose_dot(n, 0), Tangent()} : std::vector{Tangent(), transpose_dot(n, 1)};
      case Op::call: case Op::cond: case Op::scan: return transpose_control(n);

      case Op::abs: case Op::sign: case Op::floor: case Op::ceil: case Op::round_even: case Op::round_away: case Op::exp:
      case Op::exp2: case Op::expm1: case Op::log: case Op::log1p: case Op::sqrt: case Op::rsqrt: case Op::cbrt:
      case Op::sin: case Op::cos: case Op::tan: case Op::asin: case Op::acos: case Op::atan: case Op::sinh:
      case Op::cosh: case Op::tanh: case Op::asinh: case Op::acosh: case Op::atanh: case Op::logistic: case Op::erf:
      case Op::erfc: case Op::erf_inv: case Op::lgamma: case Op::digamma: case Op::is_finite: case Op::not_:
      case Op::popcount: case Op::clz: case Op::bitcast: case Op::rem: case Op::pow: case Op::max: case Op::min:
      case Op::atan2: case Op::nextafter: case Op::polygamma: case Op::and_: case Op::or_: case Op::xor_:
      case Op::shift_left: case Op::shift_right_arithmetic: case Op::shift_right_logical: case Op::compare:
      case Op::clamp: case Op::constant: case Op::iota: case Op::arg_reduce: case Op::threefry2x32: break;
    }
    throw DifferentiationError(std::string(name(n.node.op)), "is not linear in the tangents it was given", "only linear functions can be transposed");
  }

  const Graph& graph_;
  Builder b_;
  std::vector<bool> linear_;
  std::vector<Value> values_;
  std::vector<Tangent> cotangents_;
};

}  // namespace

Graph transpose(const Graph& linear, std::uint32_t n_residuals) { return Puller(linear, n_residuals).run(); }

}  // namespace espalier::ir
