// Planning: graph -> clusters -> steps with memory. Bodies of loops and branches are planned the same way.
#include "espalier/jit/schedule/schedule.h"

#include <algorithm>
#include <unordered_map>

#include "espalier/ir/attr_fields.h"
#include "espalier/ir/effects.h"
#include "espalier/ir/error.h"
#include "espalier/ir/expr.h"
#include "espalier/ir/host_function.h"
#include "espalier/ir/op_sets.h"
#include "espalier/ir/simplify.h"
#include "espalier/jit/schedule/group_calls.h"
#include "espalier/jit/schedule/halves.h"
#include "espalier/jit/schedule/outline.h"
#include "espalier/jit/schedule/loop_distribution.h"
#include "espalier/jit/schedule/lower_factors.h"
#include "espalier/jit/schedule/lower_windows.h"
#include "espalier/jit/schedule/buffer_assignment.h"
#include "espalier/jit/schedule/canonicalize.h"
#include "espalier/jit/schedule/duplicate_producers.h"
#include "espalier/jit/schedule/split_complex.h"
#include "espalier/jit/schedule/updates.h"

namespace espalier::codegen {
namespace {

using namespace ir;

// Whether two equal graphs are of the same lines, in the bodies that they hold too.
bool has_lines_of(const Graph& a, const Graph& b) {
  const auto bodies_of = [](const Attrs& attrs) {
    std::vector<const Graph*> bodies;
    for_each_body(attrs, [&](const GraphRef& body) { bodies.push_back(body.get()); });
    return bodies;
  };
  return std::equal(a.nodes.begin(), a.nodes.end(), b.nodes.begin(), b.nodes.end(), [&](const Node& x, const Node& y) {
    if (x.loc.line != y.loc.line || std::string_view(x.loc.file) != y.loc.file) return false;
    const auto own = bodies_of(a.attrs_of(x)), others = bodies_of(b.attrs_of(y));
    return std::equal(own.begin(), own.end(), others.begin(), others.end(), [](const Graph* p, const Graph* q) { return has_lines_of(*p, *q); });
  });
}

// The distinct kernels of a program.
class Kernels {
 public:
  Kernels(Program& program, const Target& target, bool by_line) : program_(program), target_(target), by_line_(by_line) {}
  // The kernel of a body, which is planned where there is none that equals it: a plan follows from the body, its kind and the target.
  std::uint32_t add(Graph body, KernelKind kind) {
    const std::uint64_t key = hash(body) * 31 + static_cast<std::uint64_t>(kind);
    for (auto [at, end] = by_hash_.equal_range(key); at != end; ++at) {
      const Kernel& other = program_.kernels[at->second];
      if (other.kind() == kind && other.body == body && (!by_line_ || has_lines_of(other.body, body))) return at->second;
    }
    const auto index = static_cast<std::uint32_t>(program_.kernels.size());
    by_hash_.emplace(key, index);
    program_.kernels.push_back(make_kernel(std::move(body), kind, target_));
    return index;
  }

 private:
  Program& program_;
  const Target& target_;
  const bool by_line_;
  std::unordered_multimap<std::uint64_t, std::uint32_t> by_hash_;
};

// One operation for each element that is computed or reduced, and for each factor of a product's sums; none for moving.
double flops_of(const Graph& body, const Node& node) {
  const auto elements = [&](Value v) { return static_cast<double>(body.type_of(v).size()); };
  switch (info(node.op).pattern) {
    case Pattern::map: return elements(node.first_result);
    case Pattern::view: return 0;
    case Pattern::reduction: return elements(body.operands_of(node)[0]);
    case Pattern::contraction: {
      const Type lhs = body.type_of(body.operands_of(node)[0]);
      double k = 1;
      for (auto axis : body.attrs_as<DotAttrs>(node).lhs_contract) k *= static_cast<double>(lhs.shape()[static_cast<int>(axis)]);
      return 2 * elements(node.first_result) * k;
    }
    case Pattern::opaque: return info(node.op).moves ? 0 : elements(node.first_result);
  }
  __builtin_unreachable();
}

double flops_of(const Graph& body) {
  double flops = 0;
  for (const Node& node : body.nodes) flops += flops_of(body, node);
  return flops;
}

// What a call of the host calls; a function that text alone is known of fails when it is called.
runtime::Callee unknown_callee(const std::string& name) {
  return {.name = name, .object = std::make_shared<const std::string>(name), .call = [](const void* object, const void* const*) { fail_unknown_function(Op::host_call, *static_cast<const std::string*>(object)); }};
}
runtime::Callee callee_of(const HostCallAttrs& a) {
  if (a.function == nullptr) return unknown_callee(a.name);
  return {.name = a.name, .object = a.function, .call = [](const void* object, const void* const* operands) { static_cast<const HostFunction*>(object)->call(operands); }};
}
runtime::Callee callee_of(const CustomCallAttrs& a) {
  if (a.function == nullptr) return unknown_callee(a.name);
  return {.name = a.name, .c_function = a.function};
}

struct Work {
  double flops = 0, bytes = 0;
  std::int64_t calls = 0;
};

// What a schedule may do with the memory of its inputs.
struct InputMemory {
  std::vector<bool> donated;  // outputs may take it over, if the caller agrees at each call
  std::vector<int> homes;     // steps may write it, and the output of that number may lie in it; -1: no output; an input without it is only read
  std::vector<bool> owned;
};
Schedule plan(const Graph& graph, Program& program, Kernels& kernels, const InputMemory& memory, Work& work);

// The steps of a graph whose clusters are known: a kernel for each, in order, and whose memory each value shares.
class Planner {
 public:
  Planner(const Graph& graph, const DependenceGraph& dependences, const Clustering& clustering, const Rematerialization& rematerialization, Program& program, Kernels& kernels, const InputMemory& memory)
      : graph_(graph), program_(program), kernels_(kernels), memory_(memory), dependences_(dependences), clustering_(clustering), rematerialization_(rematerialization) {
    memory_.donated.resize(graph.n_inputs, false);
    memory_.owned.resize(graph.n_inputs, false);
    memory_.homes.resize(graph.n_inputs, -1);
    refs_.assign(graph.types.size(), {});
    storage_.resize(graph.types.size());
    for (Value v = 0; v < graph.types.size(); ++v) storage_[v] = v;
  }

  Schedule run(Work& work) {
    const auto inputs = graph_.input_types();
    out_.inputs.assign(inputs.begin(), inputs.end());
    out_.outputs = graph_.output_types();
    out_.donations.assign(graph_.outputs.size(), -1);
    out_.in_place.assign(graph_.outputs.size(), -1);
    out_.writes.assign(graph_.n_inputs, false);
    place();
    for (std::uint32_t c = 0; c < clustering_.clusters.size(); ++c) step(c, work);
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      const Ref target{Ref::Kind::output, static_cast<std::uint32_t>(o)};
      const Ref from = ref(graph_.outputs[o]);
      if (from.kind == Ref::Kind::input && memory_.owned[from.index] && memory_.homes[from.index] == static_cast<int>(o)) {
        out_.in_place[o] = static_cast<int>(from.index);  // where it is expected
        continue;
      }
      if (from == target || out_.outputs[o].nbytes() == 0) continue;
      touch(from, step_index());
      out_.steps.push_back(Copy{from, target, out_.outputs[o].nbytes(), loc_of(graph_.outputs[o])});
    }
    return std::move(out_);
  }

 private:
  std::uint32_t step_index() const { return static_cast<std::uint32_t>(out_.steps.size()); }

  // Values that share memory, and which of them the caller's outputs hold.
  void place() {
    for (Value i = 0; i < graph_.n_inputs; ++i) refs_[i] = {Ref::Kind::input, i};
    for (std::uint32_t n = 0; n < graph_.nodes.size(); ++n) {
      const Node& node = graph_.nodes[n];
      if (dependences_.kinds[n] == FusionKind::alias) storage_[node.first_result] = storage_[graph_.operands_of(node)[0]];
      if (node.op == Op::barrier)
        for (std::uint32_t r = 0; r < node.n_results; ++r) storage_[node.first_result + r] = storage_[graph_.operands_of(node)[r]];
      if (node.op == Op::constant) {
        refs_[node.first_result] = {Ref::Kind::constant, static_cast<std::uint32_t>(out_.constants.size())};
        out_.constants.push_back(graph_.attrs_as<ConstantAttrs>(node).value);
      }
    }
    // The last use of every input, over all steps to come: an input read later may not be given away.
    last_use_.assign(graph_.types.size(), 0);
    for (std::uint32_t c = 0; c < clustering_.clusters.size(); ++c) {
      for (std::uint32_t node : clustering_.clusters[c].nodes) {
        for (std::uint32_t e : dependences_.by_consumer[node]) note_use(dependences_.edges[e].root, c);
        for (Value operand : graph_.operands_of(graph_.nodes[node])) {
          if (dependences_.definer[operand] != no_node && graph_.nodes[dependences_.definer[operand]].op == Op::constant) note_use(operand, c);
        }
      }
    }
    for (Value v = 0; v < graph_.types.size(); ++v) {
      for (std::uint32_t c : rematerialization_.more_readers[v]) note_use(v, c);
    }
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) {
      const Value s = storage_[graph_.outputs[o]];
      const std::uint32_t definer = dependences_.definer[s];
      const bool computed = definer != no_node && graph_.nodes[definer].op != Op::constant;
      if (computed && !has_ref_.count(s)) {
        refs_[s] = {Ref::Kind::output, static_cast<std::uint32_t>(o)};
        has_ref_.emplace(s, true);
      }
      last_use_[s] = static_cast<std::uint32_t>(clustering_.clusters.size());
    }
    for (std::size_t o = 0; o < graph_.outputs.size(); ++o) place_updated(storage_[graph_.outputs[o]]);
  }
  // What an output is made of by an update that is the last to read it is computed where the output lies.
  void place_updated(Value updated) {
    while (refs_[updated].kind == Ref::Kind::output && dependences_.definer[updated] != no_node) {
      const std::uint32_t n = dependences_.definer[updated];
      const Node& node = graph_.nodes[n];
      if (family(node.op) == Family::control || dependences_.kinds[n] != FusionKind::opaque || !updates(kernel_kind(node.op))) return;
      const auto operands = graph_.operands_of(node);
      const Value base = storage_[operands[0]];
      const std::uint32_t definer = dependences_.definer[base];
      const bool computed = definer != no_node && graph_.nodes[definer].op != Op::constant;
      if (!computed || has_ref_.count(base) || last_use_[base] != clustering_.cluster_of[n] || std::count_if(operands.begin(), operands.end(), [&](Value v) { return storage_[v] == base; }) != 1) return;
      refs_[base] = refs_[updated];
      has_ref_.emplace(base, true);
      updated = base;
    }
  }
  void note_use(Value value, std::uint32_t cluster) {
    auto& last = last_use_[storage_[value]];
    last = std::max(last, cluster);
  }

  Ref ref(Value value) const { return refs_[storage_[value]]; }
  Loc loc_of(Value value) const {
    const std::uint32_t definer = dependences_.definer[value];
    return definer == no_node ? Loc() : graph_.nodes[definer].loc;
  }
  void touch(Ref r, std::uint32_t step) {
    if (r.kind == Ref::Kind::temp) out_.temps[r.index].last_step = std::max(out_.temps[r.index].last_step, step);
  }
  Ref new_temp(std::int64_t bytes) {
    out_.temps.push_back({bytes, 0, step_index(), step_index()});
    return {Ref::Kind::temp, static_cast<std::uint32_t>(out_.temps.size() - 1)};
  }
  std::vector<Ref> read_all(std::span<const Value> values) {
    std::vector<Ref> refs;
    for (Value v : values) {
      refs.push_back(ref(v));
      touch(refs.back(), step_index());
    }
    return refs;
  }
  // Whether a step may write the memory of an operand: nobody reads it later, and the step itself reads it in no other way, at other
  // indices than the one that is written.
  bool dies(const std::vector<Ref>& operands, std::span<const Value> operand_values, std::size_t i, std::uint32_t c) const {
    return last_use_[storage_[operand_values[i]]] == c && std::count(operands.begin(), operands.end(), operands[i]) == 1;
  }
  bool is_own(Ref r) const { return r.kind == Ref::Kind::temp || (r.kind == Ref::Kind::input && memory_.owned[r.index]); }
  void note_write(Ref r) {
    if (r.kind == Ref::Kind::input) out_.writes[r.index] = true;
  }
  // Memory of a value computed by this step: an output's, that of an operand which dies here, or a new piece.
  Ref define(Value value, const std::vector<Ref>& operands, std::span<const Value> operand_values, int alias, std::uint32_t c) {
    Ref& r = refs_[value];
    const Ref from = alias >= 0 ? operands[static_cast<std::size_t>(alias)] : Ref{};
    const bool dying = alias >= 0 && dies(operands, operand_values, static_cast<std::size_t>(alias), c);
    const bool fits = dying && from.kind == Ref::Kind::input && out_.inputs[from.index].nbytes() == graph_.type_of(value).nbytes();
    if (has_ref_.count(value)) {
      if (fits && memory_.owned[from.index] && memory_.homes[from.index] == static_cast<int>(r.index)) {
        note_write(from);
        return r = from;
      }
      if (fits && memory_.donated[from.index]) {
        out_.donations[r.index] = static_cast<int>(from.index);
        memory_.donated[from.index] = false;
      }
      return r;
    }
    if (dying && is_own(from) && (from.kind == Ref::Kind::temp || fits)) {
      note_write(from);
      r = from;
    } else {
      r = new_temp(graph_.type_of(value).nbytes());
    }
    has_ref_.emplace(value, true);
    return r;
  }

  void control(Control op, const Node& node, std::uint32_t c, Work& work) {
    if (called_body(op, graph_.attrs_of(node))) throw CompileError(std::string(name(node.op)), "calls are inlined before scheduling");
    switch (static_cast<Flow>(node.op.row())) {
      case Flow::cond: return branch(node, c, work);
      case Flow::scan: return scan(node, c, work);
      case Flow::while_: return while_(node, c, work);
      case Flow::custom_linear: throw CompileError("custom_vjp", "a function with a reverse rule has no derivative in forward mode", "differentiate it with grad or vjp, or give it a rule by custom_jvp");
      case Flow::checkpoint_name: throw CompileError(std::string(name(node.op)), "names are dropped before scheduling");
      case Flow::barrier: return;  // its results lie where its operands do
      case Flow::custom_call:
      case Flow::host_call: return host(node, c);
    }
  }

  void step(std::uint32_t c, Work& work) {
    const std::uint32_t first = clustering_.clusters[c].nodes[0];
    const Node& node = graph_.nodes[first];
    if (dependences_.kinds[first] == FusionKind::alias) return;
    const bool in_registers = node.op == Op::while_ && runs_in_registers(graph_, node);
    if (family(node.op) == Family::control && !in_registers) return control(node.op.as<Control>(), node, c, work);
    Outlined e = outline(graph_, dependences_, clustering_, rematerialization_, c);
    if (e.results.empty()) return;  // all its readers recompute its values
    Call call;
    call.loc = graph_.nodes[clustering_.clusters[c].nodes.back()].loc;
    call.operands = read_all(e.operands);
    const auto define_results = [&](const std::vector<int>& aliases) {
      for (std::size_t i = 0; i < e.results.size(); ++i) call.results.push_back(define(e.results[i], call.operands, e.operands, aliases[i], c));
    };
    if (std::all_of(e.results.begin(), e.results.end(), [&](Value v) { return graph_.type_of(v).size() == 0; })) {
      return define_results(find_aliases(e.body, e.kind));  // only empty arrays: nothing to do
    }
    call.kernel = kernels_.add(std::move(e.body), e.kind);
    const Kernel& kernel = program_.kernels[call.kernel];
    define_results(kernel.aliases);
    work.flops += flops_of(kernel.body);
    for (Type t : kernel.body.input_types()) work.bytes += static_cast<double>(t.nbytes());
    for (Type t : kernel.body.output_types()) work.bytes += static_cast<double>(t.nbytes());
    ++work.calls;
    out_.steps.push_back(std::move(call));
  }

  // Tokens are in no memory: they have said in which order calls are made.
  void host(const Node& node, std::uint32_t c) {
    const Attrs& attrs = graph_.attrs_of(node);
    const bool is_effect = node.op == Op::host_call;
    const auto values = graph_.operands_of(node);
    HostCall call;
    call.loc = node.loc;
    call.callee = callee(is_effect ? callee_of(std::get<HostCallAttrs>(attrs)) : callee_of(std::get<CustomCallAttrs>(attrs)));
    call.operands = read_all(values.subspan(is_effect ? 1 : 0));
    for (Value v : values.subspan(is_effect ? 1 : 0)) call.takes.push_back(graph_.type_of(v));
    const auto all = read_all(values);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const Ref made = define(node.first_result + r, all, values, -1, c);
      if (is_effect) continue;
      call.results.push_back(made);
      call.makes.push_back(graph_.type_of(node.first_result + r));
    }
    out_.steps.push_back(std::move(call));
  }
  std::uint32_t callee(const runtime::Callee& wanted) {
    auto& known = program_.callees;
    const auto found = std::find(known.begin(), known.end(), wanted);
    const auto index = static_cast<std::uint32_t>(found - known.begin());
    if (found == known.end()) known.push_back(wanted);
    return index;
  }

  std::shared_ptr<Schedule> plan_body(const Graph& body, const InputMemory& memory, Work& work) {
    auto planned = std::make_shared<Schedule>(plan(body, program_, kernels_, memory, work));
    assign_buffers(*planned);
    return planned;
  }

  void scan(const Node& node, std::uint32_t c, Work& work) {
    const auto& attrs = graph_.attrs_as<ScanAttrs>(node);
    Loop loop;
    loop.consts = attrs.consts, loop.carries = attrs.carries;
    loop.length = attrs.length, loop.reverse = attrs.reverse;
    Work body;
    this->loop(std::move(loop), *attrs.body, nullptr, node, c, body);
    work.flops += body.flops * static_cast<double>(attrs.length);
    work.bytes += body.bytes * static_cast<double>(attrs.length);
    work.calls += body.calls;
  }

  // How often it runs is not known: it counts as one iteration.
  void while_(const Node& node, std::uint32_t c, Work& work) {
    const auto& attrs = graph_.attrs_as<WhileAttrs>(node);
    Builder b;
    std::vector<Value> args;
    for (Type type : attrs.condition->input_types()) args.push_back(b.input(type));
    const Value holds[] = {convert({&b, b.splice(*attrs.condition, args)[0]}, i32).value};
    const Graph condition = canonicalize(simplify(b.finish(holds)));
    Loop loop;
    loop.consts = attrs.consts, loop.carries = static_cast<int>(node.n_results);
    loop.length = attrs.max_steps;
    this->loop(std::move(loop), *attrs.body, &condition, node, c, work);
  }

  void loop(Loop loop, const Graph& body, const Graph* condition, const Node& node, std::uint32_t c, Work& work) {
    const auto first_carry = static_cast<std::size_t>(loop.consts), carries = static_cast<std::size_t>(loop.carries);
    // A body may do what it likes with the carries it is given.
    InputMemory memory{{}, std::vector<int>(body.n_inputs, -1), std::vector<bool>(body.n_inputs, false)};
    for (std::size_t i = 0; i < carries; ++i) {
      memory.owned[first_carry + i] = true;
      memory.homes[first_carry + i] = static_cast<int>(i);
    }
    loop.body = plan_body(body, memory, work);
    if (condition != nullptr) loop.condition = plan_body(*condition, {}, work);
    const auto values = graph_.operands_of(node);
    loop.operands = read_all(values);
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const std::size_t init = first_carry + r;
      int alias = -1;
      if (r < carries) {
        const bool in_place = loop.body->in_place[r] >= 0;
        const bool written = loop.body->writes[init] && !(is_own(loop.operands[init]) && dies(loop.operands, values, init, c));
        loop.places.push_back(in_place ? CarryPlace::in_place : (written ? CarryPlace::copied : CarryPlace::rotates));
        if (in_place) alias = static_cast<int>(init);
        else if (loop.body->writes[init] && !written) note_write(loop.operands[init]);
      }
      loop.results.push_back(define(node.first_result + r, loop.operands, values, alias, c));
    }
    for (std::size_t i = 0; i < carries; ++i) {
      loop.spares.push_back(new_temp(loop.places[i] == CarryPlace::in_place ? 0 : graph_.type_of(node.first_result + static_cast<Value>(i)).nbytes()));
    }
    if (condition != nullptr) loop.holds = new_temp(4);
    loop.loc = node.loc;
    loop.arena = new_temp(std::max(loop.body->arena_bytes, condition == nullptr ? 0 : loop.condition->arena_bytes));
    out_.steps.push_back(std::move(loop));
  }

  void branch(const Node& node, std::uint32_t c, Work& work) {
    const auto& attrs = graph_.attrs_as<CondAttrs>(node);
    Branch branch;
    branch.loc = node.loc;
    const auto values = graph_.operands_of(node);
    auto operands = read_all(values);
    const InputMemory memory = memory_of_branches(attrs, node, operands, c);
    Work most;
    std::int64_t arena = 0;
    for (const GraphRef& body : attrs.branches) {
      Work one;
      branch.branches.push_back(plan_body(*body, memory, one));
      arena = std::max(arena, branch.branches.back()->arena_bytes);
      most.flops = std::max(most.flops, one.flops);
      most.bytes = std::max(most.bytes, one.bytes);
      most.calls += one.calls;
    }
    work.flops += most.flops;
    work.bytes += most.bytes;
    work.calls += most.calls;
    std::vector<int> aliases(node.n_results, -1);
    for (std::size_t i = 0; i < memory.homes.size(); ++i) {
      if (!memory.owned[i]) continue;
      if (std::any_of(branch.branches.begin(), branch.branches.end(), [&](const auto& body) { return body->writes[i]; })) note_write(operands[i + 1]);
      const auto home = static_cast<std::size_t>(memory.homes[i]);
      const bool all = std::all_of(branch.branches.begin(), branch.branches.end(), [&](const auto& body) { return body->in_place[home] == static_cast<int>(i); });
      if (all) aliases[home] = static_cast<int>(i) + 1;
    }
    for (std::uint32_t r = 0; r < node.n_results; ++r) branch.results.push_back(define(node.first_result + r, operands, values, aliases[r], c));
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      const bool lies_there = aliases[r] >= 0 && branch.results[r] == operands[static_cast<std::size_t>(aliases[r])];
      for (const auto& body : branch.branches) {
        if (body->in_place[r] < 0 || lies_there) continue;
        // Another branch, or an output of the caller's, wants the result elsewhere.
        if (body->outputs[r].nbytes() != 0) body->steps.push_back(Copy{{Ref::Kind::input, static_cast<std::uint32_t>(body->in_place[r])}, {Ref::Kind::output, r}, body->outputs[r].nbytes(), node.loc});
        body->in_place[r] = -1;
      }
    }
    branch.index = operands[0];
    branch.operands.assign(operands.begin() + 1, operands.end());
    branch.arena = new_temp(arena);
    out_.steps.push_back(std::move(branch));
  }

  // Operands that die here and that some branch updates, or returns as they are: the branch may write them, and its result may lie there.
  InputMemory memory_of_branches(const CondAttrs& attrs, const Node& node, const std::vector<Ref>& operands, std::uint32_t c) const {
    const auto values = graph_.operands_of(node);
    InputMemory memory{{}, std::vector<int>(values.size() - 1, -1), std::vector<bool>(values.size() - 1, false)};
    for (std::uint32_t r = 0; r < node.n_results; ++r) {
      bool updates = false;
      Value from = no_value;
      for (const GraphRef& body : attrs.branches) {
        const Value source = update_source(*body, body->outputs[r]);
        updates = updates || (source != no_value && source != body->outputs[r]);
        if (source != no_value) from = source;
      }
      if (!updates || memory.owned[from]) continue;
      if (!is_own(operands[from + 1]) || !dies(operands, values, from + 1, c)) continue;
      memory.owned[from] = true;
      memory.homes[from] = static_cast<int>(r);
    }
    return memory;
  }

  const Graph& graph_;
  Program& program_;
  Kernels& kernels_;
  InputMemory memory_;
  const DependenceGraph& dependences_;
  const Clustering& clustering_;
  const Rematerialization& rematerialization_;
  std::vector<Ref> refs_;               // per storage value
  std::vector<Value> storage_;          // per value: the value whose memory it shares
  std::unordered_map<Value, bool> has_ref_;
  std::vector<std::uint32_t> last_use_; // per storage value: the last cluster that reads it
  Schedule out_;
};

// A graph in the form that kernels take becomes kernels, steps and memory; bodies of loops and branches with it.
Schedule plan(const Graph& graph, Program& program, Kernels& kernels, const InputMemory& memory, Work& work) {
  const DependenceGraph dependences = dependences_of(graph);
  const Clustering clustering = cluster(graph, dependences);
  const Rematerialization rematerialization = rematerialize(graph, dependences, clustering);
  return Planner(graph, dependences, clustering, rematerialization, program, kernels, memory).run(work);
}

// What calls kernels, at any depth.
template <class F> void for_each_call(Schedule& schedule, F&& f) {
  for (Step& step : schedule.steps) {
    if (auto* call = std::get_if<Call>(&step)) f(*call);
    if (auto* loop = std::get_if<Loop>(&step)) {
      for_each_call(*loop->body, f);
      if (loop->condition) for_each_call(*loop->condition, f);
    }
    if (auto* branch = std::get_if<Branch>(&step))
      for (const auto& body : branch->branches) for_each_call(*body, f);
  }
}

// Kernels that calls of groups have replaced are gone; the others stay in order.
void drop_unused(Program& program) {
  std::vector<std::uint32_t> number(program.kernels.size(), 0);
  for_each_call(program.entry, [&](Call& call) { number[call.kernel] = 1; });
  std::vector<Kernel> kept;
  for (std::uint32_t k = 0; k < number.size(); ++k) {
    if (number[k] == 0) continue;
    number[k] = static_cast<std::uint32_t>(kept.size());
    kept.push_back(std::move(program.kernels[k]));
  }
  program.kernels = std::move(kept);
  for_each_call(program.entry, [&](Call& call) { call.kernel = number[call.kernel]; });
}

}  // namespace

Program schedule(const Graph& graph, const Target& target, const ScheduleOptions& options) {
  Graph rewritten = widen_halves(split_complex(with_tokens(graph)));
  rewritten = distribute_loops(rewritten);
  rewritten = lower_windows(lower_factors(rewritten));
  rewritten = canonicalize(rewritten);
  rewritten = duplicate_producers(rewritten);

  Program program;
  Kernels kernels(program, target, options.by_line);
  Work work;
  program.entry = plan(rewritten, program, kernels, {options.donated, {}, {}}, work);
  const std::size_t n_kernels = program.kernels.size(), n_steps = program.entry.steps.size();
  group_calls(program.entry, program, target, options.by_line);
  if (program.kernels.size() != n_kernels) drop_unused(program);
  assign_buffers(program.entry);
  // The caller's types: of complex numbers the memory is that of what kernels read and write.
  const auto inputs = graph.input_types();
  program.entry.inputs.assign(inputs.begin(), inputs.end());
  program.entry.outputs = graph.output_types();
  program.flops = work.flops;
  program.bytes = work.bytes;
  program.kernel_calls = work.calls - static_cast<std::int64_t>(n_steps - program.entry.steps.size());
  return program;
}

}  // namespace espalier::codegen
