// Of control flow.
#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"
#include "espalier/ir/infer/rules.h"

namespace espalier::ir::inference {
namespace {

std::vector<Type> call(const CallAttrs& a, Types in) {
  require_operands(Op::call, a.body, in, a.name);
  return a.body->output_types();
}

std::vector<Type> cond(const CondAttrs& a, Types in) {
  if (a.branches.empty()) fail_arguments(Op::cond, "needs at least one branch");
  if (in.empty() || in[0] != Type(i32)) fail_dtypes(Op::cond, "the branch index must be an i32 scalar" + (in.empty() ? std::string() : ", not " + in[0].str()), in);
  const auto results = a.branches[0]->output_types();
  for (const auto& branch : a.branches) {
    require_operands(Op::cond, branch, in.subspan(1), "a branch");
    if (branch->output_types() == results) continue;
    std::string first, other;
    for (Type t : results) first += " " + t.str();
    for (Type t : branch->output_types()) other += " " + t.str();
    throw StructureError("cond", "branches differ in their results:" + first + " and" + other, "make both branches return the same shapes and dtypes");
  }
  return results;
}

std::vector<Type> scan(const ScanAttrs& a, Types in) {
  const auto params = a.body->input_types();
  const auto outs = a.body->output_types();
  if (a.consts < 0 || a.carries < 0) fail_arguments(Op::scan, "the numbers of consts and carries must not be negative");
  const std::size_t fixed = static_cast<std::size_t>(a.consts) + a.carries;
  if (params.size() != in.size() || fixed > in.size() || outs.size() < static_cast<std::size_t>(a.carries)) fail_arguments(Op::scan, "the body takes " + std::to_string(params.size()) + " operands, not " + std::to_string(in.size()));
  if (a.length < 0) fail_arguments(Op::scan, "length " + std::to_string(a.length) + " is negative");
  std::vector<Type> results;
  for (std::size_t i = 0; i < in.size(); ++i) {
    Type want = params[i];
    if (i >= fixed) {
      Ints stacked = want.shape().extents();
      stacked.insert(stacked.begin(), a.length);
      want = want.with(Shape(stacked));
    }
    if (in[i] == want) continue;
    const Type pair[] = {want, in[i]};
    fail_shapes(Op::scan, "operand " + std::to_string(i) + " must be " + want.str() + ", not " + in[i].str(), pair);
  }
  for (std::size_t i = 0; i < outs.size(); ++i) {
    if (i < static_cast<std::size_t>(a.carries)) {
      if (outs[i] != params[a.consts + i]) {
        throw StructureError("scan", "carry " + std::to_string(i) + " enters as " + params[a.consts + i].str() + " and leaves as " + outs[i].str(), "the body must return its carry with the same shape and dtype");
      }
      results.push_back(outs[i]);
    } else {
      Ints stacked = outs[i].shape().extents();
      stacked.insert(stacked.begin(), a.length);
      results.push_back(outs[i].with(Shape(stacked)));
    }
  }
  return results;
}

std::vector<Type> while_(const WhileAttrs& a, Types in) {
  if (a.consts < 0 || static_cast<std::size_t>(a.consts) > in.size()) fail_arguments(Op::while_, std::to_string(a.consts) + " consts of " + std::to_string(in.size()) + " operands");
  if (a.max_steps < -1) fail_arguments(Op::while_, "max_steps " + std::to_string(a.max_steps) + " is negative");
  require_operands(Op::while_, a.condition, in, "the condition");
  require_operands(Op::while_, a.body, in, "the body");
  const auto holds = a.condition->output_types();
  if (holds.size() != 1) fail_arguments(Op::while_, "the condition gives " + std::to_string(holds.size()) + " results, not one");
  if (holds[0].ndim() != 0) fail_shapes(Op::while_, "the condition is " + holds[0].str() + ", not a bool scalar", holds);
  if (holds[0].dtype() != bool_) fail_dtypes(Op::while_, "the condition is " + holds[0].str() + ", not a bool scalar", holds);
  const auto carried = in.subspan(static_cast<std::size_t>(a.consts));
  auto results = a.body->output_types();
  if (results.size() != carried.size()) throw StructureError("while", std::to_string(carried.size()) + " carries enter and " + std::to_string(results.size()) + " leave", "the body must return as many carries as it takes");
  for (std::size_t c = 0; c < carried.size(); ++c) {
    if (results[c] == carried[c]) continue;
    throw StructureError("while", "carry " + std::to_string(c) + " enters as " + carried[c].str() + " and leaves as " + results[c].str(), "the body must return its carry with the same shape and dtype");
  }
  return results;
}

std::vector<Type> checkpoint(const CheckpointAttrs& a, Types in) {
  require_operands(Op::checkpoint, a.body, in, "the body");
  return a.body->output_types();
}

std::vector<Type> checkpoint_name(const NameAttrs&, Types in) { return {in.begin(), in.end()}; }
std::vector<Type> barrier(none, Types in) { return {in.begin(), in.end()}; }

std::vector<Type> custom_call(const CustomCallAttrs& a, Types) { return a.results; }
std::vector<Type> host_call(const HostCallAttrs& a, Types in) {
  if (!a.ordered) return {};
  if (in.empty() || in[0] != effect_token) fail_dtypes(Op::host_call, "an ordered call begins with what the effects before it gave, " + effect_token.str(), in);
  return {effect_token};
}

}  // namespace

std::vector<Type> infer(Control op, const Attrs& attrs, Types in) {
  switch (op) {
#define CONTROL(name, attributes, calls, effect) \
  case Control::name: return name(std::get<attributes>(attrs), in);
#include "espalier/ir/ops.def"
  }
  __builtin_unreachable();
}

}  // namespace espalier::ir::inference
