#include "espalier/dsl/transform/custom.h"

#include "espalier/dsl/transform/rule_operands.h"
#include "espalier/ir/expr.h"

namespace espalier::detail {
namespace {

std::vector<ir::Type> floating(std::span<const ir::Type> types) {
  std::vector<ir::Type> found;
  for (ir::Type type : types)
    if (ir::is_inexact(type.dtype())) found.push_back(type);
  return found;
}
// Outputs of a rule as its op wants them: zero where there is none.
void append(ir::Builder& b, std::vector<ir::Value>& outputs, const RuleOutputs& which, std::span<const ir::Value> made, std::span<const ir::Type> types) {
  for (std::size_t i = 0; i < which.size(); ++i) outputs.push_back(which[i] < 0 ? ir::full(b, types[i], 0).value : made[static_cast<std::size_t>(which[i])]);
}

}  // namespace

std::vector<Array> call_with_jvp(const TracedRule& f, const TracedRule& rule, std::span<const Array> args, const RuleOutputs& tangents, Where where) {
  const RuleOperands operands(args, {&f, &rule});
  const std::vector<ir::Type> results = f.graph.output_types();
  ir::CustomJvpAttrs attrs;
  attrs.arguments = static_cast<int>(args.size());
  {
    ir::Builder b;
    const auto in = inputs_for(b, operands.types);
    attrs.body = shared(b.finish(spliced(b, f, std::span(in).first(args.size()), in, args.size())));
  }
  {
    ir::Builder b;
    const auto in = inputs_for(b, operands.types);
    std::vector<ir::Value> own(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(args.size()));
    for (ir::Type type : floating(operands.argument_types())) own.push_back(b.input(type));
    const auto made = spliced(b, rule, own, in, args.size() + f.captures.size());
    std::vector<ir::Value> outputs(made.begin(), made.begin() + static_cast<std::ptrdiff_t>(std::min(results.size(), made.size())));
    append(b, outputs, tangents, made, floating(results));
    attrs.rule = shared(b.finish(outputs));
  }
  return apply_many(ir::Op::custom_jvp, operands.arrays, std::move(attrs), where, "custom_jvp");
}

std::vector<Array> call_with_vjp(const TracedRule& f, const TracedRule& forward, const TracedRule& backward, std::span<const Array> args, const RuleOutputs& cotangents, Where where) {
  const RuleOperands operands(args, {&f, &forward, &backward});
  const std::size_t results = f.graph.outputs.size(), first = args.size();
  ir::CustomVjpAttrs attrs;
  attrs.arguments = static_cast<int>(args.size());
  {
    ir::Builder b;
    const auto in = inputs_for(b, operands.types);
    attrs.body = shared(b.finish(spliced(b, f, std::span(in).first(first), in, first)));
  }
  {
    ir::Builder b;
    const auto in = inputs_for(b, operands.types);
    attrs.forward = shared(b.finish(spliced(b, forward, std::span(in).first(first), in, first + f.captures.size())));
  }
  {
    ir::Builder b;
    const auto captured = inputs_for(b, std::span(operands.types).subspan(first));
    const auto made_types = forward.graph.output_types();
    const auto residuals = inputs_for(b, std::span(made_types).subspan(std::min(results, made_types.size())));
    std::vector<ir::Value> own = residuals;
    for (ir::Type type : floating(f.graph.output_types())) own.push_back(b.input(type));
    const auto made = spliced(b, backward, own, captured, f.captures.size() + forward.captures.size());
    std::vector<ir::Value> outputs;
    append(b, outputs, cotangents, made, floating(operands.argument_types()));
    attrs.backward = shared(b.finish(outputs));
  }
  return apply_many(ir::Op::custom_vjp, operands.arrays, std::move(attrs), where, "custom_vjp");
}

}  // namespace espalier::detail
