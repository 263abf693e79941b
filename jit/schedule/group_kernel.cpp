#include "espalier/jit/schedule/group_kernel.h"

#include <algorithm>

#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/jit/schedule/worth.h"

namespace espalier::codegen {
namespace {

using namespace ir;

bool is_number(Type type) { return type.ndim() == 0; }

// A broadcast of a number fills an array of a member's shape, whatever that is.
bool fits_any_length(const Graph& body, const Node& node) {
  if (is_elementwise(node.op)) return true;
  if (node.op == Op::constant) return is_number(body.type_of(node.first_result));
  return node.op == Op::broadcast && is_number(body.type_of(body.operands_of(node)[0]));
}

// Adds a member at a length to a graph; `inputs` are its own.
std::vector<Value> add_member(Builder& builder, const Graph& member, std::vector<Value> values, std::int64_t length) {
  values.resize(member.types.size());
  for (const Node& node : member.nodes) {
    std::vector<Value> operands;
    for (Value operand : member.operands_of(node)) operands.push_back(values[operand]);
    Attrs attrs = member.attrs_of(node);
    if (node.op == Op::broadcast) std::get<BroadcastAttrs>(attrs) = {is_number(member.type_of(node.first_result)) ? Shape() : Shape{length}, {}};
    const Value first = builder.add(node.op, operands, std::move(attrs), node.loc);
    for (std::uint32_t r = 0; r < node.n_results; ++r) values[node.first_result + r] = first + r;
  }
  std::vector<Value> outputs;
  for (Value output : member.outputs) outputs.push_back(values[output]);
  return outputs;
}

Value add_input(Builder& builder, Type type, std::int64_t length) { return builder.input(is_number(type) ? type : Type(type.dtype(), {length})); }

}  // namespace

std::size_t GroupKernel::n_shared() const { return static_cast<std::size_t>(std::count(shared.begin(), shared.end(), true)); }
std::size_t GroupKernel::n_own() const { return shared.size() - n_shared(); }
std::vector<GroupKernel::Task> GroupKernel::tasks() const {
  std::vector<Task> tasks;
  for (std::size_t m = 0; m < lengths.size(); ++m)
    for (std::int64_t first = 0; first < lengths[m]; first += most_elements) tasks.push_back({m, first, std::min(first + most_elements, lengths[m])});
  return tasks;
}

std::optional<Graph> as_member(const Graph& body, const LoopKernel& kernel) {
  const LoopPlan& plan = kernel.loops;
  const auto* shape = std::get_if<LoopShape>(&kernel.mapping);
  const bool one_loop = plan.loops.size() == 1 && plan.n_parallel() == 1 && plan.vector_loop == 0 && shape != nullptr && shape->width > 1;
  if (!one_loop || !kernel.streamed.empty()) return {};
  std::optional<Shape> domain;
  for (Type type : body.types) {
    if (is_number(type)) continue;
    if (!domain) domain = type.shape();
    if (type.shape() != *domain) return {};
  }
  const auto fits = [&](const Node& node) { return fits_any_length(body, node); };
  const auto is_array = [&](Value v) { return !is_number(body.type_of(v)); };
  if (!std::all_of(body.nodes.begin(), body.nodes.end(), fits) || !std::all_of(body.outputs.begin(), body.outputs.end(), is_array)) return {};
  return resized(body, domain->size());
}

Graph resized(const Graph& member, std::int64_t length) {
  Builder builder;
  std::vector<Value> inputs;
  for (Type type : member.input_types()) inputs.push_back(add_input(builder, type, length));
  return builder.take(add_member(builder, member, std::move(inputs), length));
}

GroupKernel plan_group(const Graph& member, std::vector<bool> shared, std::vector<std::int64_t> lengths, const Target& target) {
  constexpr std::int64_t least_elements = 4096, most_tasks = 256;  // beside one for each member
  GroupKernel group;
  std::int64_t elements = 0;
  for (std::int64_t length : lengths) elements += length;
  group.member = resized(member, *std::max_element(lengths.begin(), lengths.end()));
  group.loops = plan_loop_kernel(group.member, target);
  group.loops.threads = false;  // it is the group that is split
  group.loops.streamed.clear();
  group.shared = std::move(shared);
  group.lengths = std::move(lengths);
  const std::int64_t each = std::max(least_elements, elements / most_tasks);
  group.most_elements = (each + group.width() - 1) / group.width() * group.width();
  group.threads = work_of(group.member) * static_cast<double>(elements) / static_cast<double>(*std::max_element(group.lengths.begin(), group.lengths.end())) >= worth_threads;
  return group;
}

Graph joined(const GroupKernel& group) {
  Builder builder;
  const auto types = group.member.input_types();
  std::vector<Value> common(types.size());
  for (std::size_t i = 0; i < types.size(); ++i)
    if (group.shared[i]) common[i] = builder.input(types[i]);
  std::vector<std::vector<Value>> inputs;
  for (std::int64_t length : group.lengths) {
    inputs.push_back(common);
    for (std::size_t i = 0; i < types.size(); ++i)
      if (!group.shared[i]) inputs.back()[i] = add_input(builder, types[i], length);
  }
  std::vector<Value> outputs;
  for (std::size_t m = 0; m < inputs.size(); ++m)
    for (Value output : add_member(builder, group.member, inputs[m], group.lengths[m])) outputs.push_back(output);
  return builder.take(outputs);
}

std::vector<int> joined(const GroupKernel& group, const std::vector<int>& aliases) {
  std::vector<int> place(group.shared.size(), -1);  // of a member's own inputs, among these
  for (int i = 0, own = 0; i < static_cast<int>(place.size()); ++i)
    if (!group.shared[static_cast<std::size_t>(i)]) place[static_cast<std::size_t>(i)] = own++;
  std::vector<int> all;
  for (std::size_t m = 0; m < group.lengths.size(); ++m) {
    for (int alias : aliases) {
      const int own = alias < 0 ? -1 : place[static_cast<std::size_t>(alias)];
      all.push_back(own < 0 ? -1 : static_cast<int>(group.n_shared() + m * group.n_own()) + own);
    }
  }
  return all;
}

GroupKernel plan_group_kernel(const Graph&, const Target&) { throw CompileError("group", "is made of calls, not of a body"); }

std::string verify(const Graph& body, const GroupKernel& kernel) {
  if (kernel.shared.size() != kernel.member.n_inputs) return "not every input of a member is shared or its own";
  for (Value i = 0; i < kernel.member.n_inputs; ++i)
    if (kernel.shared[i] && !is_number(kernel.member.type_of(i))) return "members that share an array";
  if (kernel.lengths.empty() || *std::min_element(kernel.lengths.begin(), kernel.lengths.end()) < 1) return "members without elements";
  if (const std::string problem = verify(kernel.member, kernel.loops); !problem.empty()) return problem;
  if (!as_member(kernel.member, kernel.loops)) return "a member that is not elementwise work along one loop of vectors";
  if (kernel.most_elements < 1 || kernel.most_elements % kernel.width() != 0) return "tasks of " + std::to_string(kernel.most_elements) + " elements, which are no whole vectors";
  if (!(joined(kernel) == body)) return "its members side by side are not its body";
  return "";
}

std::string describe(const GroupKernel& kernel) {
  const auto [least, most] = std::minmax_element(kernel.lengths.begin(), kernel.lengths.end());
  std::string text = describe(kernel.loops);
  text.resize(text.rfind(';'));  // the tasks are the group's
  text += "; " + std::to_string(kernel.lengths.size()) + " members of " + std::to_string(*least);
  if (*least != *most) text += " to " + std::to_string(*most);
  text += "; " + std::to_string(kernel.tasks().size()) + " tasks of at most " + std::to_string(kernel.most_elements);
  return text + (kernel.threads ? "; threads" : "");
}

}  // namespace espalier::codegen
