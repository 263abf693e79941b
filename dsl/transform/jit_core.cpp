#include "espalier/dsl/transform/jit_core.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <ostream>

#include "espalier/dsl/transform/jit.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "espalier/jit/compile.h"

namespace espalier {
namespace detail {
namespace {

// Every stage of a compiled function as files, where ESPALIER_DUMP names a folder.
void dump(const CompiledCall& call, const std::string& name, std::uint64_t hash) {
  const char* folder = std::getenv("ESPALIER_DUMP");
  if (folder == nullptr || *folder == 0) return;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
  const std::string stem = std::string(folder) + "/" + (name.empty() ? "jit" : name) + "." + digits;
  for (const char* stage : {"trace", "graph", "schedule", "mlir", "llvm", "asm"}) {
    std::ofstream file(stem + "." + stage);
    file << call.text(stage);
    if (!file) {
      IoError error("jit", "cannot write " + stem + "." + stage, "ESPALIER_DUMP must name a folder that exists");
      error.path = stem;
      throw error;
    }
  }
}

}  // namespace

void CompiledCall::add_input(const Array& leaf, bool donated) {
  if (!leaf.is_nothing()) present_.push_back(static_cast<std::uint32_t>(inputs_.size()));
  inputs_.push_back(input_of(leaf));
  donated_.push_back(donated);
}

void CompiledCall::set(ir::Graph graph, std::vector<Array> captures, std::string name) {
  traced_ = std::move(graph);
  captures_ = std::move(captures);
  name_ = std::move(name);
  graph_ = ir::simplify(traced_);
  // Inputs that come out as they are, and values that come out twice, are not the code's business.
  std::vector<ir::Value> computed;
  for (ir::Value output : graph_.outputs) {
    const bool weak_input = output < present_.size() && inputs_[present_[output]].weak;
    if (output < graph_.n_inputs && !weak_input) {
      sources_.push_back({false, output});
      continue;
    }
    auto at = std::find(computed.begin(), computed.end(), output);
    sources_.push_back({true, static_cast<std::uint32_t>(at - computed.begin())});
    if (at == computed.end()) computed.push_back(output);
  }
  graph_.outputs = std::move(computed);
  graph_ = ir::canonical(graph_);
  output_types_ = graph_.output_types();
}

void CompiledCall::compile() {
  codegen::CompileOptions options;
  for (std::uint32_t leaf : present_) options.donated.push_back(donated_[leaf]);
  code_ = codegen::compiler().compile(graph_, options);
  dump(*this, name_, ir::hash(graph_));
}

bool CompiledCall::matches(std::span<const Array* const> leaves) const {
  if (leaves.size() != inputs_.size()) return false;
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    if (ArrayAccess::type(*leaves[i]) != inputs_[i].type || leaves[i]->weak() != inputs_[i].weak) return false;
  }
  return true;
}

void CompiledCall::require_types(std::span<const Array* const> leaves) const {
  if (matches(leaves)) return;
  throw ArgumentError("compiled", "the arguments have other shapes, dtypes or structure than it was compiled for", "call the jitted function, which compiles for each signature");
}

std::vector<Array> CompiledCall::run(std::span<const Array* const> leaves) const {
  Trace* trace = Trace::current();
  return trace ? record(*trace, leaves) : execute(leaves);
}

std::vector<Array> CompiledCall::record(Trace& trace, std::span<const Array* const> leaves) const {
  std::vector<ir::Value> operands;
  for (std::uint32_t leaf : present_) {
    ir::Value v = trace.value_of(*leaves[leaf], "jit", leaves[leaf]->where());
    operands.push_back(v);
  }
  for (const Array& capture : captures_) operands.push_back(trace.value_of(capture, "jit", capture.where()));
  const auto body = std::make_shared<const ir::Graph>(traced_);
  const auto loc = traced_.nodes.empty() ? ir::Loc{} : traced_.nodes.back().loc;
  const ir::Value first = trace.builder.add(ir::Op::call, operands, ir::CallAttrs{body, name_.empty() ? "jit" : name_}, loc);
  std::vector<Array> results;
  for (std::size_t o = 0; o < traced_.outputs.size(); ++o) results.push_back(trace.array_of(first + static_cast<ir::Value>(o), false, {}));
  return results;
}

std::vector<Array> CompiledCall::execute(std::span<const Array* const> leaves) const {
  // Pointers for small calls stand on the stack.
  constexpr std::size_t small = 64;
  const std::size_t n_inputs = present_.size() + captures_.size(), n_outputs = graph_.outputs.size();
  void* few[small];
  std::vector<void*> many;
  void** inputs = few;
  if (n_inputs + n_outputs > small) {
    many.resize(n_inputs + n_outputs);
    inputs = many.data();
  }
  void** outputs = inputs + n_inputs;
  std::vector<ir::Literal> literals;  // weak scalars, as the code takes them
  std::vector<Array> held;
  for (std::size_t i = 0; i < n_inputs; ++i) {
    const Array& a = i < present_.size() ? *leaves[present_[i]] : captures_[i - present_.size()];
    if (ArrayAccess::kind(a) == ArrayAccess::Kind::buffer) {
      inputs[i] = const_cast<void*>(ArrayAccess::data(a));
    } else if (ArrayAccess::kind(a) == ArrayAccess::Kind::literal) {
      literals.push_back(ArrayAccess::literal(a));
      inputs[i] = const_cast<void*>(literals.back().data());
    } else {
      held.push_back(materialise(a, "jit", a.where()));
      inputs[i] = const_cast<void*>(ArrayAccess::data(held.back()));
    }
  }
  std::vector<Array> computed;
  computed.reserve(n_outputs);
  for (std::size_t o = 0; o < n_outputs; ++o) {
    const int donor = code_.donations[o];
    const Array* given = donor >= 0 && static_cast<std::size_t>(donor) < present_.size() ? leaves[present_[donor]] : nullptr;
    if (given != nullptr && ArrayAccess::buffer(*given) && ArrayAccess::buffer(*given)->sole()) computed.push_back(ArrayAccess::concrete(output_types_[o], ArrayAccess::buffer(*given), given->where()));
    else computed.push_back(ArrayAccess::fresh(output_types_[o], {}));
    outputs[o] = const_cast<void*>(ArrayAccess::data(computed.back()));
  }
  code_(inputs, outputs);
  if (sources_.size() == n_outputs) {
    bool straight = true;
    for (std::size_t s = 0; s < sources_.size(); ++s) straight = straight && sources_[s].computed && sources_[s].index == s;
    if (straight) return computed;
  }
  std::vector<Array> results;
  results.reserve(sources_.size());
  for (const Source& source : sources_) {
    if (source.computed) results.push_back(computed[source.index]);
    else results.push_back(source.index < present_.size() ? *leaves[present_[source.index]] : captures_[source.index - present_.size()]);
  }
  return results;
}

std::string CompiledCall::text(std::string_view stage) const {
  if (stage == "trace") return ir::print(traced_, {.locations = true});
  if (stage == "graph") return ir::print(graph_);
  codegen::CompileOptions options;
  for (std::uint32_t leaf : present_) options.donated.push_back(donated_[leaf]);
  return codegen::compiler().text(graph_, stage, options);
}

runtime::Cost CompiledCall::cost() const {
  if (code_.entry != nullptr) return code_.cost;
  codegen::CompileOptions options;
  for (std::uint32_t leaf : present_) options.donated.push_back(donated_[leaf]);
  return codegen::compiler().cost(graph_, options);
}

void JitCache::add(std::shared_ptr<JitEntry> entry, const CallArguments& args, const std::string& static_difference, int max_compiles) {
  if (Trace::current() == nullptr) entry->call->compile();
  const std::lock_guard guard(lock_);
  entry->statics = args.statics();
  entry->donated = args.donated();
  reason_ = "first call";
  if (!entries_.empty()) {
    const auto& before = entries_.back()->call->inputs();
    const auto& now = entry->call->inputs();
    reason_ = static_difference;
    for (std::size_t i = 0; reason_.empty() && i < now.size() && i < before.size(); ++i) {
      auto text = [](const Input& input) { return !input.type ? std::string("Nothing") : input.type.str() + (input.weak ? " weak" : ""); };
      if (before[i].type != now[i].type || before[i].weak != now[i].weak) reason_ = entry->paths[i] + text(before[i]) + " -> " + text(now[i]);
    }
    if (reason_.empty()) reason_ = "donated arguments differ";
  }
  if (static_cast<int>(entries_.size()) >= max_compiles) {
    throw ArgumentError("jit", "this function has been compiled for " + std::to_string(entries_.size()) + " signatures; the last change: " + reason_, "make what changes an Array instead of a static, or raise max_compiles");
  }
  entries_.push_back(entry);
  last_.store(entry.get(), std::memory_order_release);
  explained_.store(true, std::memory_order_relaxed);
}
const KeptTrees* JitCache::last_kept() const {
  const std::lock_guard guard(lock_);
  return entries_.empty() ? nullptr : entries_.back()->kept.get();
}
std::size_t JitCache::size() const {
  const std::lock_guard guard(lock_);
  return entries_.size();
}
void JitCache::clear() {
  const std::lock_guard guard(lock_);
  last_.store(nullptr, std::memory_order_release);
  cleared_.insert(cleared_.end(), entries_.begin(), entries_.end());
  entries_.clear();
}
std::string JitCache::explain() const {
  const std::lock_guard guard(lock_);
  return explained_.load(std::memory_order_relaxed) ? reason_ : std::string();
}

Cost cost_of(const CompiledCall& call) {
  const runtime::Cost c = call.cost();
  return {c.flops, c.bytes, c.arena_bytes, c.kernels, c.arena_lower_bound, c.distinct_kernels};
}

}  // namespace detail

std::string Cost::str() const {
  auto number = [](double n) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", n);
    return std::string(text);
  };
  return "flops " + number(flops) + ", bytes " + number(bytes) + ", arena " + std::to_string(arena_bytes) + " bytes (lower bound " + std::to_string(arena_lower_bound) + "), " +
         std::to_string(kernels) + " kernel calls (" + std::to_string(distinct_kernels) + " distinct)";
}
std::ostream& operator<<(std::ostream& out, const Cost& cost) { return out << cost.str(); }

}  // namespace espalier
