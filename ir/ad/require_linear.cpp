// What transposing a user's own program asks of it: that it is linear, and not something linear with a constant added.
#include <algorithm>
#include <span>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/error.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir {
namespace {

// How a value depends on the linear inputs. They are in order: what is read beside a value of a later kind becomes of that kind.
enum class Dependency : std::uint8_t {
  zero,    // not at all, and it is zero
  known,   // not at all
  linear,
};
using Dependencies = std::vector<Dependency>;

bool is_zero(const Literal& literal) {
  return std::all_of(literal.bytes->begin(), literal.bytes->end(), [](std::byte b) { return b == std::byte{0}; });
}

class Linearity {
 public:
  explicit Linearity(const Graph& graph) : graph_(graph) {}

  // The outputs' dependencies, given those of the inputs. Recursion is as deep as bodies nest.
  Dependencies run(Dependencies inputs) {
    values_ = std::move(inputs);
    values_.resize(graph_.types.size(), Dependency::known);
    for (const Node& node : graph_.nodes) visit(node);
    Dependencies outputs;
    for (Value v : graph_.outputs) outputs.push_back(values_[v]);
    return outputs;
  }

 private:
  void visit(const Node& node) {
    Dependencies operands;
    for (Value v : graph_.operands_of(node)) operands.push_back(values_[v]);
    if (info(node.op).family == Family::control) {
      const Dependencies results = control(node, operands);
      std::copy(results.begin(), results.end(), values_.begin() + node.first_result);
      return;
    }
    const bool is_linear = std::find(operands.begin(), operands.end(), Dependency::linear) != operands.end();
    if (is_linear) require_no_constant(node, operands);
    const Dependency result = is_linear ? Dependency::linear : (makes_zero(node, operands) ? Dependency::zero : Dependency::known);
    std::fill_n(values_.begin() + node.first_result, node.n_results, result);
  }

  // The operands that are added to each other, or of which the result has elements.
  static std::pair<std::size_t, std::size_t> summands(const Node& node) {
    if (node.op == Op::add || node.op == Op::sub || node.op == Op::complex) return {0, 2};
    if (node.op == Op::select) return {1, 3};
    if (info(node.op).family == Family::movement) return {0, std::min<std::size_t>(info(node.op).moved, node.n_operands)};
    return {0, 0};
  }
  void require_no_constant(const Node& node, const Dependencies& operands) const {
    const auto [first, end] = summands(node);
    for (std::size_t i = first; i < end; ++i) {
      if (operands[i] == Dependency::known) refuse(node);
    }
  }
  bool makes_zero(const Node& node, const Dependencies& operands) const {
    if (node.op == Op::constant) return is_zero(graph_.attrs_as<ConstantAttrs>(node).value);
    const auto zero = [](Dependency d) { return d == Dependency::zero; };
    if (node.op == Op::mul) return std::any_of(operands.begin(), operands.end(), zero);
    if (node.op == Op::neg || node.op == Op::convert) return zero(operands[0]);
    const auto [first, end] = summands(node);
    return first < end && std::all_of(operands.begin() + static_cast<std::ptrdiff_t>(first), operands.begin() + static_cast<std::ptrdiff_t>(end), zero);
  }

  Dependencies control(const Node& node, const Dependencies& operands) {
    const auto op = node.op.as<Control>();
    if (op == Control::custom_linear_solve) {
      const auto unknowns = operands.begin() + graph_.attrs_as<LinearSolveAttrs>(node).unknowns;
      return Dependencies(node.n_results, std::find(operands.begin(), operands.end(), Dependency::linear) != operands.end()             ? Dependency::linear
                                          : std::all_of(operands.begin(), unknowns, [](Dependency d) { return d == Dependency::zero; }) ? Dependency::zero
                                                                                                                                        : Dependency::known);
    }
    if (const Graph* body = called_body(op, graph_.attrs_of(node))) return Linearity(*body).run(operands);
    switch (static_cast<Flow>(node.op.row())) {
      case Flow::cond: return branches(node, operands);
      case Flow::scan: {
        const auto& scan = graph_.attrs_as<ScanAttrs>(node);
        return loop(node, operands, *scan.body, static_cast<std::size_t>(scan.consts), static_cast<std::size_t>(scan.carries));
      }
      case Flow::while_: {
        const auto& loop_while = graph_.attrs_as<WhileAttrs>(node);
        return loop(node, operands, *loop_while.body, static_cast<std::size_t>(loop_while.consts), node.n_results);
      }
      case Flow::custom_linear: return Dependencies(node.n_results, Dependency::linear);
      case Flow::checkpoint_name:
      case Flow::barrier: return operands;
      case Flow::custom_call: return Dependencies(node.n_results, Dependency::known);
      case Flow::host_call: return {};
    }
    __builtin_unreachable();
  }
  Dependencies branches(const Node& node, const Dependencies& operands) {
    const Dependencies taken(operands.begin() + 1, operands.end());
    Dependencies results(node.n_results, Dependency::zero);
    for (const GraphRef& branch : graph_.attrs_as<CondAttrs>(node).branches) (void)join(node, results, Linearity(*branch).run(taken));
    return results;
  }
  Dependencies loop(const Node& node, const Dependencies& operands, const Graph& body, std::size_t first, std::size_t carries) {
    Dependencies inputs = operands, outputs;
    for (bool changed = true; changed;) {  // at most twice per carry
      outputs = Linearity(body).run(inputs);
      changed = join(node, std::span(inputs).subspan(first, carries), outputs);
    }
    std::copy_n(inputs.begin() + static_cast<std::ptrdiff_t>(first), carries, outputs.begin());
    return outputs;
  }
  // Where control flow meets: whether that changed something.
  static bool join(const Node& node, std::span<Dependency> into, std::span<const Dependency> other) {
    bool changed = false;
    for (std::size_t i = 0; i < into.size(); ++i) {
      const auto [lesser, greater] = std::minmax(into[i], other[i]);
      if (greater == Dependency::linear && lesser == Dependency::known) refuse(node);
      changed = changed || into[i] != greater;
      into[i] = greater;
    }
    return changed;
  }

  [[noreturn]] static void refuse(const Node& node) {
    const std::string place = node.loc.line == 0 ? "" : " (" + std::string(node.loc.file) + ":" + std::to_string(node.loc.line) + ")";
    throw DifferentiationError(std::string(name(node.op)), "joins what is linear in the arguments with a constant that is not zero" + place, "only linear functions can be transposed, and f(0) is 0 of those");
  }

  const Graph& graph_;
  Dependencies values_;
};

}  // namespace

void require_linear(const Graph& program, std::uint32_t n_residuals) {
  Dependencies inputs(program.n_inputs, Dependency::linear);
  std::fill_n(inputs.begin(), n_residuals, Dependency::known);
  const Dependencies outputs = Linearity(program).run(std::move(inputs));
  for (std::size_t o = 0; o < outputs.size(); ++o) {
    if (outputs[o] == Dependency::known && is_inexact(program.type_of(program.outputs[o]).dtype())) {
      throw DifferentiationError("linear_transpose", "output " + std::to_string(o) + " is a constant that is not zero", "only linear functions can be transposed, and f(0) is 0 of those");
    }
  }
}

}  // namespace espalier::ir
