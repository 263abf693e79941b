// Calls, branches, loops; and running a graph.
#include <algorithm>
#include <cstring>
#include <new>
#include <stdexcept>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/error.h"
#include "espalier/ir/eval/rules.h"
#include "espalier/ir/host_function.h"
#include "espalier/ir/memory.h"
#include "espalier/ir/op_sets.h"

namespace espalier::ir {
namespace evaluate {
namespace {

void store(const std::vector<Literal>& results, std::span<void* const> outputs, std::size_t first = 0) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& bytes = *results[first + i].bytes;
    if (!bytes.empty()) std::memcpy(outputs[i], bytes.data(), bytes.size());
  }
}

void cond(const CondAttrs& attrs, Views operands, std::span<void* const> outputs) {
  std::int32_t index;
  std::memcpy(&index, operands[0].data, sizeof index);
  const auto chosen = std::clamp<std::int64_t>(index, 0, static_cast<std::int64_t>(attrs.branches.size()) - 1);
  store(eval(*attrs.branches[static_cast<std::size_t>(chosen)], operands.subspan(1)), outputs);
}

void scan(const ScanAttrs& attrs, Views operands, std::span<void* const> outputs) {
  const auto consts = static_cast<std::size_t>(attrs.consts), carries = static_cast<std::size_t>(attrs.carries);
  const auto types = attrs.body->input_types();
  std::vector<View> args(operands.begin(), operands.end());
  std::vector<Literal> results;  // of the round before: they hold the carries
  for (std::int64_t round = 0; round < attrs.length; ++round) {
    const std::int64_t at = attrs.reverse ? attrs.length - 1 - round : round;
    for (std::size_t i = consts + carries; i < args.size(); ++i) {
      args[i] = {types[i], static_cast<const std::byte*>(operands[i].data) + at * types[i].nbytes()};
    }
    std::vector<Literal> next = eval(*attrs.body, args);
    for (std::size_t i = carries; i < next.size(); ++i) {
      const auto& bytes = *next[i].bytes;
      if (!bytes.empty()) std::memcpy(static_cast<std::byte*>(outputs[i]) + at * static_cast<std::int64_t>(bytes.size()), bytes.data(), bytes.size());
    }
    results = std::move(next);
    for (std::size_t i = 0; i < carries; ++i) args[consts + i] = {types[consts + i], results[i].data()};
  }
  for (std::size_t i = 0; i < carries; ++i) {
    const View& last = args[consts + i];
    if (last.type.nbytes() != 0) std::memcpy(outputs[i], last.data, static_cast<std::size_t>(last.type.nbytes()));
  }
}

void same(Views operands, std::span<void* const> outputs) {
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const View& x = operands[i];
    if (x.type.nbytes() != 0) std::memcpy(outputs[i], x.data, static_cast<std::size_t>(x.type.nbytes()));
  }
}

void while_(const WhileAttrs& attrs, Views operands, std::span<void* const> outputs) {
  const auto consts = static_cast<std::size_t>(attrs.consts);
  const auto types = attrs.body->input_types();
  std::vector<View> args(operands.begin(), operands.end());
  std::vector<Literal> results;  // of the iteration before: they hold the carries
  for (std::int64_t step = 0; attrs.max_steps < 0 || step < attrs.max_steps; ++step) {
    bool holds = false;
    std::memcpy(&holds, eval(*attrs.condition, args)[0].data(), sizeof holds);
    if (!holds) break;
    results = eval(*attrs.body, args);
    for (std::size_t c = 0; c < results.size(); ++c) args[consts + c] = {types[consts + c], results[c].data()};
  }
  for (std::size_t c = 0; c < outputs.size(); ++c) {
    const View& last = args[consts + c];
    if (last.type.nbytes() != 0) std::memcpy(outputs[c], last.data, static_cast<std::size_t>(last.type.nbytes()));
  }
}

std::vector<const void*> pointers_of(Views operands) {
  std::vector<const void*> pointers;
  for (const View& x : operands) pointers.push_back(x.data);
  return pointers;
}
void custom_call(const CustomCallAttrs& attrs, Views operands, std::span<void* const> outputs) {
  if (attrs.function == nullptr) fail_unknown_function(Op::custom_call, attrs.name);
  attrs.function(outputs.data(), pointers_of(operands).data());
}
void host_call(const HostCallAttrs& attrs, Views operands) {
  if (attrs.function == nullptr) fail_unknown_function(Op::host_call, attrs.name);
  attrs.function->call(pointers_of(operands.subspan(attrs.ordered ? 1 : 0)).data());
}

}  // namespace

void fail_forward() {
  throw DifferentiationError("custom_vjp", "a function with a reverse rule has no derivative in forward mode", "differentiate it with grad or vjp, or give it a rule by custom_jvp");
}

void control(Control op, const Attrs& attrs, Views operands, std::span<void* const> outputs) {
  if (const Graph* body = called_body(op, attrs)) return store(eval(*body, operands), outputs);
  switch (static_cast<Flow>(Op(op).row())) {
    case Flow::cond: return cond(std::get<CondAttrs>(attrs), operands, outputs);
    case Flow::scan: return scan(std::get<ScanAttrs>(attrs), operands, outputs);
    case Flow::while_: return while_(std::get<WhileAttrs>(attrs), operands, outputs);
    case Flow::custom_linear: fail_forward();
    case Flow::checkpoint_name:
    case Flow::barrier: return same(operands, outputs);
    case Flow::custom_call: return custom_call(std::get<CustomCallAttrs>(attrs), operands, outputs);
    case Flow::host_call: return host_call(std::get<HostCallAttrs>(attrs), operands);
  }
}

}  // namespace evaluate

namespace {

std::shared_ptr<std::vector<std::byte>> memory_for(Type type, Loc made) {
  if (static_cast<std::uint64_t>(type.nbytes()) > machine_bytes()) fail_memory(type, made);
  try {
    return std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(type.nbytes()));
  } catch (const std::bad_alloc&) {
  } catch (const std::length_error&) {
  }
  fail_memory(type, made);
}

}  // namespace

std::vector<Literal> eval(const Graph& graph, std::span<const View> inputs) {
  // A value is dropped after its last use: the memory alive is that of the program, not of its length.
  std::vector<std::uint32_t> uses(graph.types.size(), 0);
  for (Value v : graph.operands) ++uses[v];
  for (Value v : graph.outputs) ++uses[v];
  std::vector<std::shared_ptr<std::vector<std::byte>>> made(graph.types.size());
  std::vector<View> views(graph.types.size());
  std::copy(inputs.begin(), inputs.end(), views.begin());
  std::vector<View> operands;
  std::vector<void*> outputs;
  for (const Node& node : graph.nodes) {
    operands.clear();
    outputs.clear();
    for (Value v : graph.operands_of(node)) operands.push_back(views[v]);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const Value v = node.first_result + r;
      made[v] = memory_for(graph.types[v], node.loc);
      views[v] = {graph.types[v], made[v]->data()};
      outputs.push_back(made[v]->data());
    }
    eval(node.op, graph.attrs_of(node), operands, outputs);
    for (Value v : graph.operands_of(node))
      if (--uses[v] == 0) made[v].reset();
    for (std::uint32_t r = 0; r < node.n_results; ++r)
      if (uses[node.first_result + r] == 0) made[node.first_result + r].reset();
  }
  std::vector<Literal> results;
  for (Value v : graph.outputs) results.push_back(made[v] ? Literal{graph.types[v], made[v]} : literal(graph.types[v], views[v].data));
  return results;
}

}  // namespace espalier::ir
