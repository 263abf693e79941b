#include "espalier/dsl/transform/checkpoint.h"

#include "espalier/ir/effects.h"

namespace espalier {

std::vector<Array> detail::checkpoint_op(const TracedRule& body, const CheckpointPolicy& policy, std::span<const Array> args, Where where) {
  if (body.graph.outputs.empty() && !ir::has_effects(body.graph)) return {};
  const RuleOperands operands(args, {&body});
  return apply_many(ir::Op::checkpoint, operands.arrays, ir::CheckpointAttrs{shared(body.graph), policy.saved, policy.names, false}, where, "checkpoint");
}

Array checkpoint_name(Operand x, std::string_view name) {
  if (name.empty()) throw ArgumentError("checkpoint_name", "the name is empty", "give the name that a policy saves: policies::save_names({\"name\"})", x.where);
  if (Trace::current() == nullptr || x.array.is_nothing() || x.array.weak()) return x.array;
  return detail::apply(ir::Op::checkpoint_name, {x}, ir::NameAttrs{std::string(name)}, x.where, "checkpoint_name");
}

}  // namespace espalier
