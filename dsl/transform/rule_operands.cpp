#include "espalier/dsl/transform/rule_operands.h"

namespace espalier::detail {
namespace {

// Weak operands enter as the physical scalars that the functions were traced with.
Array physical_array(const Array& x) {
  if (!x.weak()) return x;
  Trace& trace = *Trace::current();
  return trace.array_of(trace.value_of(x, "custom", x.where()), false, x.where());
}

}  // namespace

RuleOperands::RuleOperands(std::span<const Array> args, std::initializer_list<const TracedRule*> functions) : arguments(args.size()) {
  for (const Array& a : args) arrays.push_back(physical_array(a));
  for (const TracedRule* f : functions)
    for (const Array& a : f->captures) arrays.push_back(physical_array(a));
  for (const Array& a : arrays) types.push_back(ArrayAccess::physical(a));
}

std::vector<ir::Value> inputs_for(ir::Builder& b, std::span<const ir::Type> types) {
  std::vector<ir::Value> values;
  for (ir::Type type : types) values.push_back(b.input(type));
  return values;
}

std::vector<ir::Value> spliced(ir::Builder& b, const TracedRule& f, std::span<const ir::Value> own, std::span<const ir::Value> operands, std::size_t first) {
  std::vector<ir::Value> args(own.begin(), own.end());
  for (std::size_t i = 0; i < f.captures.size(); ++i) args.push_back(operands[first + i]);
  return b.splice(f.graph, args);
}

}  // namespace espalier::detail
