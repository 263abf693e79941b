// Transposition of linear programs: cotangents flow from the results of each node to its linear operands.
#include <algorithm>

#include "espalier/ir/ad/rules.h"
#include "espalier/ir/error.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir {
namespace {

std::vector<Tangent> transpose_elementwise(const TransposeNode& n) {
  const Expr* x = n.operands.data();
  const Tangent ct = n.ct();
  switch (static_cast<Linear>(n.node.op.row())) {
    case Linear::neg: return {-ct};
    // Linear over the real numbers. Cotangents multiply without a conjugate, as JAX has it: Re(ct t) is what both sides agree on.
    case Linear::real: return {complex(ct.expr, zeros_like(ct.expr))};
    case Linear::imag: return {complex(zeros_like(ct.expr), -ct.expr)};
    case Linear::conj: return {unary(Op::conj, ct.expr)};
    case Linear::complex: return {real(ct.expr), -imag(ct.expr)};
    case Linear::add: return {ct, ct};
    case Linear::sub: return {ct, -ct};
    case Linear::mul:
      if (n.linear[0] && n.linear[1]) return {};
      return n.linear[0] ? std::vector{ct * x[1], Tangent()} : std::vector{Tangent(), x[0] * ct};
    case Linear::div:
      if (n.linear[1]) return {};
      return {ct / x[1], {}};
    case Linear::reduce_precision: return {apply(Op::reduce_precision, {ct.expr}, n.attrs)};
    case Linear::convert: return {convert(ct.expr, n.types[0].dtype())};
    case Linear::select: {
      if (n.linear[0]) return {};
      const Expr zero = zeros_like(ct.expr);
      return {{}, n.linear[1] ? Tangent(select(x[0], ct.expr, zero)) : Tangent(), n.linear[2] ? Tangent(select(x[0], zero, ct.expr)) : Tangent()};
    }
  }
  __builtin_unreachable();
}

// What all members sum is handed back to all, and what all see is handed back as the sum of what they make of it.
std::vector<Tangent> transpose_collective(Collective op, const TransposeNode& n) {
  CollectiveAttrs back = std::get<CollectiveAttrs>(n.attrs);
  switch (op) {
    case Collective::psum: return {apply(Op::psum, {n.ct().expr}, n.attrs)};
    case Collective::all_gather: return {apply(Op::reduce_scatter, {n.ct().expr}, n.attrs)};
    case Collective::reduce_scatter: return {apply(Op::all_gather, {n.ct().expr}, n.attrs)};
    case Collective::all_to_all:
      std::swap(back.axis, back.into);
      return {apply(Op::all_to_all, {n.ct().expr}, back)};
    case Collective::ppermute: {
      const Ints sources = back.sources;
      std::fill(back.sources.begin(), back.sources.end(), -1);
      for (std::size_t member = 0; member < sources.size(); ++member)
        if (sources[member] >= 0) back.sources[static_cast<std::size_t>(sources[member])] = static_cast<std::int64_t>(member);
      return {apply(Op::ppermute, {n.ct().expr}, back)};
    }
    case Collective::axis_index: return {};
  }
  __builtin_unreachable();
}

bool is_zero(const Builder& b, Value v) {
  const Node* node = b.made_by(v);
  if (node != nullptr && node->op == Op::broadcast) node = b.made_by(b.operands_of(*node)[0]);
  if (node == nullptr || node->op != Op::constant) return false;
  const auto& bytes = *std::get<ConstantAttrs>(b.attrs_of(*node)).value.bytes;
  return std::all_of(bytes.begin(), bytes.end(), [](std::byte byte) { return byte == std::byte{0}; });
}
bool is_slice_of_zeros(const Builder& b, Tangent t) {
  const Node* node = b.made_by(t.expr.value);
  return node != nullptr && node->op == Op::dynamic_update_slice && is_zero(b, b.operands_of(*node)[0]);
}

// The sum of two cotangents. One that is zero but for a slice is added to that slice of the other: of a table that is read row by
// row each row costs its own size, and not that of the table.
Tangent accumulated(Builder& b, Tangent x, Tangent y) {
  if (!x.present || !y.present) return x + y;
  if (is_slice_of_zeros(b, x)) std::swap(x, y);
  if (!is_slice_of_zeros(b, y)) return x + y;
  const auto operands = b.operands_of(*b.made_by(y.expr.value));
  const Expr update{&b, operands[1]};
  std::vector<Expr> at{x.expr};
  for (Value start : operands.subspan(2)) at.push_back({&b, start});
  const Expr sum = ir::apply(Op::dynamic_slice, at, DynamicSliceAttrs{update.shape()}) + update;
  at.insert(at.begin() + 1, sum);
  return ir::apply(Op::dynamic_update_slice, at);
}

class Puller {
 public:
  Puller(Builder& b, const Graph& graph) : b_(b), graph_(graph), linear_(graph.types.size(), false), values_(graph.types.size(), no_value), cotangents_(graph.types.size()) {}

  // `so_far`: what some linear inputs have got before, to which their cotangents add up.
  std::vector<Value> run(std::span<const Value> residuals, std::span<const Value> cotangents, std::span<const Tangent> so_far) {
    std::copy(residuals.begin(), residuals.end(), values_.begin());
    std::copy(so_far.begin(), so_far.end(), cotangents_.begin() + static_cast<std::ptrdiff_t>(residuals.size()));
    for (std::size_t i = residuals.size(); i < graph_.n_inputs; ++i) linear_[i] = true;
    for (const Node& node : graph_.nodes) forward(node);
    for (std::size_t o = 0; o < cotangents.size(); ++o) {
      const Value v = graph_.outputs[o];
      if (linear_[v]) cotangents_[v] = cotangents_[v] + Tangent(Expr{&b_, cotangents[o]});  // what is no function of the inputs sends nothing back
    }
    for (std::size_t n = graph_.nodes.size(); n-- > 0;) backward(graph_.nodes[n]);
    b_.loc = {};
    std::vector<Value> outputs;
    for (Value i = 0; i < graph_.n_inputs; ++i) {
      if (linear_[i]) outputs.push_back(instantiate(b_, cotangents_[i], graph_.type_of(i)).value);
    }
    return outputs;
  }

 private:
  void forward(const Node& node) {
    bool linear = false;
    for (Value v : graph_.operands_of(node)) linear = linear || linear_[v];
    for (std::uint32_t r = 0; r < node.n_results; ++r) linear_[node.first_result + r] = linear;
    if (linear && node.effect) {
      const std::string place = node.loc.line == 0 ? "" : " at " + std::string(node.loc.file) + ":" + std::to_string(node.loc.line);
      throw DifferentiationError(std::string(name(node.op)), "a call of the host" + place + " is given tangents, and reverse mode has none", "act on values, or give a reverse rule by custom_vjp and act there");
    }
    if (linear) return;
    b_.loc = node.loc;
    std::vector<Value> operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    const Value first = b_.add(node.op, operands, graph_.attrs_of(node), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values_[node.first_result + r] = first + r;
  }

  void backward(const Node& node) {
    if (node.n_results == 0 || !linear_[node.first_result]) return;
    const std::span<const Tangent> cotangents(cotangents_.data() + node.first_result, node.n_results);
    if (std::none_of(cotangents.begin(), cotangents.end(), [](const Tangent& t) { return t.present; })) return;
    const auto operands = graph_.operands_of(node);
    types_.clear();
    flags_.clear();
    exprs_.clear();
    for (Value v : operands) {
      types_.push_back(graph_.type_of(v));
      flags_.push_back(linear_[v]);
      exprs_.push_back(linear_[v] ? Expr{} : Expr{&b_, values_[v]});
    }
    const TransposeNode n{b_, node, graph_.attrs_of(node), types_, flags_, exprs_, cotangents, {graph_.types.data() + node.first_result, node.n_results}};
    b_.loc = node.loc;
    const auto cts = rule(n);
    for (std::size_t i = 0; i < operands.size(); ++i) {
      if (linear_[operands[i]]) cotangents_[operands[i]] = accumulated(b_, cotangents_[operands[i]], cts[i]);
    }
  }

  std::vector<Tangent> rule(const TransposeNode& n) {
    std::vector<Tangent> cotangents;
    if (info(n.node.op).derivative == Derivative::linear) {
      cotangents = visit(n.node.op,
                         [&](Unary) { return transpose_elementwise(n); },
                         [&](Binary) { return transpose_elementwise(n); },
                         [&](Ternary) { return transpose_elementwise(n); },
                         [&](Source) { return std::vector<Tangent>(); },
                         [&](Movement movement) { return transpose_movement(movement, n); },
                         [&](Reducing reducing) { return transpose_reducing(reducing, n); },
                         [&](Contraction contraction) { return transpose_contraction(contraction, n); },
                         [&](Library of_library) { return transpose_library(of_library, n); },
                         [&](Fourier fourier) { return transpose_fourier(fourier, n); },
                         [&](Random) { return std::vector<Tangent>(); },
                         [&](Collective collective) { return transpose_collective(collective, n); },
                         [&](Control control) { return transpose_control(control, n); });
    }
    if (cotangents.empty()) throw DifferentiationError(std::string(name(n.node.op)), "is not linear in the tangents it was given", "only linear functions can be transposed");
    return cotangents;
  }

  Builder& b_;
  const Graph& graph_;
  std::vector<bool> linear_;
  std::vector<Value> values_;
  std::vector<Tangent> cotangents_;
  std::vector<Type> types_;   // of the operands of the node in hand
  std::vector<bool> flags_;   // which of them are linear
  std::vector<Expr> exprs_;   // those that are not
};

}  // namespace

std::vector<Value> pull(Builder& b, const Graph& linear, std::span<const Value> residuals, std::span<const Value> cotangents) {
  return pull(b, linear, residuals, cotangents, {});
}
std::vector<Value> pull(Builder& b, const Graph& linear, std::span<const Value> residuals, std::span<const Value> cotangents, std::span<const Tangent> so_far) {
  return Puller(b, linear).run(residuals, cotangents, so_far);
}

Graph transpose(const Graph& linear, std::uint32_t n_residuals) {
  Builder b;
  std::vector<Value> residuals, cotangents;
  for (Value i = 0; i < n_residuals; ++i) residuals.push_back(b.input(linear.type_of(i)));
  for (Value v : linear.outputs) cotangents.push_back(b.input(linear.type_of(v)));
  return b.finish(pull(b, linear, residuals, cotangents));
}

}  // namespace espalier::ir
