#include "table.h"

#include <algorithm>
#include <map>
#include <set>

#include "espalier/dsl/compiler.h"
#include "espalier/ir/attr_fields.h"
#include "espalier/ir/batch.h"
#include "espalier/ir/builder.h"
#include "espalier/ir/error.h"
#include "espalier/ir/host_function.h"
#include "espalier/ir/jvp.h"
#include "espalier/ir/linearize.h"
#include "espalier/ir/simplify.h"
#include "inputs.h"
#include "run.h"

namespace espalier::opt {
namespace {

using namespace ir;

constexpr DType dtypes[] = {bool_, i8, i16, i32, i64, u8, u16, u32, u64, f16, bf16, f32, f64, c64, c128};

// What is asked of an op, in the order of the columns.
enum Rule {
  evaluated,
  forward,
  reverse,
  batched,
  on_cpu,
  on_gpu,
  rule_count
};
constexpr const char* rule_names[] = {"eval", "jvp", "vjp", "batch", "cpu", "gpu"};

// An op as it stands in a graph, on operands of another dtype.
struct Use {
  Op op;
  Attrs attrs;
  std::vector<Type> operands;
};

// The dtype that a node works on: of what it gives, if an operand has it, else of its first operand.
DType dtype_of(const Graph& graph, const Node& node) {
  const auto operands = graph.operands_of(node);
  if (node.n_results == 0 && operands.empty()) return f32;
  const DType given = node.n_results == 0 ? f32 : graph.type_of(node.first_result).dtype();
  const bool taken = std::any_of(operands.begin(), operands.end(), [&](Value v) { return graph.type_of(v).dtype() == given; });
  return operands.empty() || taken ? given : graph.type_of(operands[0]).dtype();
}

DType bits_of(DType t) { return is_bool(t) ? bool_ : (byte_size(t) == 1 ? u8 : (byte_size(t) == 2 ? u16 : (byte_size(t) == 4 ? u32 : (byte_size(t) == 8 ? u64 : t)))); }

// Functions of the host's that text has no more of than the name.
struct Ignoring final : HostFunction {
  void call(const void* const*) const override {}
};

Use used_with(const Graph& graph, const Node& node, DType from, DType to) {
  Use use{node.op, graph.attrs_of(node), {}};
  for (Value v : graph.operands_of(node)) {
    const Type type = graph.type_of(v);
    use.operands.push_back(type.dtype() == from ? type.with(to) : type);
  }
  if (DType* sums = accumulation(use.attrs)) *sums = to;
  if (auto* a = std::get_if<IotaAttrs>(&use.attrs)) a->type = a->type.with(to);
  if (auto* a = std::get_if<ConstantAttrs>(&use.attrs)) {
    const std::vector<std::byte> zeros(static_cast<std::size_t>(a->value.type.with(to).nbytes()));
    a->value = literal(a->value.type.with(to), zeros.data());
  }
  if (node.op == Op::bitcast) use.attrs = ConvertAttrs{bits_of(to)};
  if (auto* a = std::get_if<CustomCallAttrs>(&use.attrs)) {
    for (Type& type : a->results)
      if (type.dtype() == from) type = type.with(to);
    a->function = [](void* const*, const void* const*) {};
  }
  if (auto* a = std::get_if<HostCallAttrs>(&use.attrs)) a->function = std::make_shared<const Ignoring>();
  return use;
}

bool has_bodies(const Attrs& attrs) {
  bool found = false;
  for_each_body(attrs, [&](const GraphRef&) { found = true; });
  return found;
}

// The op alone. Collectives mean something over an axis: they are batched over it.
Graph program_of(const Use& use) {
  Builder b;
  std::vector<Value> operands;
  for (Type type : use.operands) operands.push_back(b.input(type));
  const Value first = b.add(use.op, operands, use.attrs);
  std::vector<Value> results;
  for (Value v = first; v < b.value_count(); ++v) results.push_back(v);
  const Graph alone = b.finish(results);
  if (family(use.op) != Family::collective) return alone;
  const auto& axis = std::get<CollectiveAttrs>(use.attrs);
  return batch(alone, std::vector<bool>(alone.n_inputs, true), axis.size, {}, axis.axis_name).graph;
}

void run(const Graph& graph) { evaluate(graph, inputs_of(graph, {})); }

// Whether the rule can be asked for: derivatives are those of floating-point numbers that an op moves or computes with.
bool applies(Rule rule, const Use& use, const Graph& program) {
  if (rule != forward && rule != reverse) return true;
  const auto inexact = [](const auto& types) { return std::any_of(types.begin(), types.end(), [](Type t) { return is_inexact(t.dtype()); }); };
  return info(use.op).derivative != Derivative::flat && inexact(program.input_types()) && inexact(program.output_types());
}

// Applies a rule, or throws what it says.
void apply_rule(Rule rule, const Graph& program) {
  std::vector<bool> inexact;
  for (Type t : program.input_types()) inexact.push_back(is_inexact(t.dtype()));
  switch (rule) {
    case evaluated: return run(program);
    case forward: return run(jvp(program, inexact).graph);
    case reverse: return run(vjp(program, inexact).graph);
    case batched: return run(batch(program, std::vector<bool>(program.n_inputs, true), 3).graph);
    case on_cpu: codegen::compiler().text(simplify(program), "asm", {}); return;
    case on_gpu: codegen::compiler().text(simplify(program), "ptx", {}); return;
    case rule_count: break;
  }
}

// What is known of an op: of each rule the dtypes in which it holds, and the errors of the others.
struct Findings {
  std::set<DType> taken;
  std::set<DType> asked[rule_count], held[rule_count];
  std::map<DType, std::string> errors[rule_count];
  bool bodies = false;
};

void probe(const Use& use, DType dtype, Findings& found) {
  Graph program;
  try {
    program = program_of(use);
  } catch (const Error&) {
    return;
  }
  found.taken.insert(dtype);
  for (int r = 0; r < rule_count; ++r) {
    const auto rule = static_cast<Rule>(r);
    if (found.held[r].contains(dtype) || !applies(rule, use, program)) continue;
    found.asked[r].insert(dtype);
    try {
      apply_rule(rule, program);
      found.held[r].insert(dtype);
    } catch (const Error& error) {
      const std::string text = error.what();
      found.errors[r][dtype] = text.substr(0, text.find('\n'));
    }
  }
}

std::string list(const std::set<DType>& which) {
  std::string text;
  for (DType t : which) text += (text.empty() ? "" : " ") + std::string(name(t));
  return text;
}
// "all", "all but bool", or the list.
std::string described(const std::set<DType>& taken) {
  std::set<DType> rest;
  for (DType t : dtypes)
    if (!taken.contains(t)) rest.insert(t);
  if (rest.empty()) return "all";
  return rest.size() <= 3 ? "all but " + list(rest) : list(taken);
}
std::string cell(const Findings& found, int rule) {
  if (found.asked[rule].empty()) return "-";
  std::set<DType> lacking;
  for (DType t : found.asked[rule])
    if (!found.held[rule].contains(t)) lacking.insert(t);
  return lacking.empty() ? "yes" : "not " + list(lacking);
}

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(text.size(), width), ' ');
  return text + "  ";
}

}  // namespace

std::string rules_table(const Graph& graph) {
  std::map<std::uint8_t, Findings> all;
  for (const Node& node : graph.nodes) {
    Findings& found = all[node.op.row()];
    const DType from = dtype_of(graph, node);
    found.bodies = has_bodies(graph.attrs_of(node));
    if (found.bodies || (graph.operands_of(node).empty() && family(node.op) != Family::source)) {
      probe(used_with(graph, node, from, from), from, found);
      continue;
    }
    for (DType to : dtypes) probe(used_with(graph, node, from, to), to, found);
  }

  std::vector<std::vector<std::string>> rows{{"op", "operands of"}};
  rows[0].insert(rows[0].end(), std::begin(rule_names), std::end(rule_names));
  std::string holes;
  for (const auto& [row, found] : all) {
    const std::string op(name(Op(row)));
    rows.push_back({op, found.bodies ? "its bodies" : described(found.taken)});
    for (int r = 0; r < rule_count; ++r) {
      rows.back().push_back(cell(found, r));
      for (const auto& [dtype, error] : found.errors[r])
        if (!found.held[r].contains(dtype)) holes += "  " + op + ", " + rule_names[r] + ", " + std::string(name(dtype)) + ": " + error + "\n";
    }
  }
  std::vector<std::size_t> widths(rows[0].size(), 0);
  for (const auto& row : rows)
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], row[c].size());
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t c = 0; c < row.size(); ++c) text += padded(row[c], widths[c]);
    text.erase(text.find_last_not_of(' ') + 1);
    text += '\n';
  }
  return text + (holes.empty() ? "" : "\nHoles\n" + holes);
}

}  // namespace espalier::opt
