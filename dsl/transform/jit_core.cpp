#include "espalier/dsl/transform/jit_core.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <new>
#include <ostream>

#include "espalier/dsl/memory.h"
#include "espalier/dsl/transform/dump.h"
#include "espalier/dsl/transform/jit.h"
#include "espalier/ir/checks.h"
#include "espalier/ir/eval.h"
#include "espalier/ir/memory.h"
#include "espalier/ir/print.h"
#include "espalier/ir/simplify.h"
#include "espalier/dsl/compiler.h"

namespace espalier {
namespace detail {

namespace {

// The captured arrays that live outside the function, as text. One of which only the capture is left was made inside.
std::string in_words(std::span<const Array> captures) {
  std::string text;
  std::size_t outside = 0;
  for (const Array& a : captures) {
    if (ArrayAccess::is_sole_buffer(a) || ++outside > 3) continue;
    text += (text.empty() ? "" : ", ") + ArrayAccess::type(a).str() + (a.weak() ? " weak" : "");
    if (a.where().line() != 0) text += std::string(" made at ") + a.where().file_name() + ":" + std::to_string(a.where().line());
  }
  return outside <= 3 ? text : text + " and " + std::to_string(outside - 3) + " more";
}

}  // namespace

Captures::Captures(std::vector<Array> arrays, const std::vector<bool>& made_inside) : arrays_(std::move(arrays)) {
  for (std::size_t i = 0; i < arrays_.size(); ++i) {
    if (made_inside[i]) continue;
    const runtime::Buffer* memory = ArrayAccess::memory(arrays_[i]);
    if (memory == nullptr) {
      can_be_kept_ = false;
      continue;
    }
    memory->watch();
    watched_.emplace_back(memory, memory->let_go());
  }
}
Captures::~Captures() {
  const runtime::OwnReferences own;
  arrays_.clear();
}
bool Captures::are_unchanged() const {
  return std::all_of(watched_.begin(), watched_.end(), [](const auto& one) { return one.first->let_go() == one.second; });
}
std::uint64_t CallArguments::donated_alone() const {
  if (count_ > last_bit) return 0;
  const auto all = leaves_.all();
  const auto leaves_of = [&](int i) {
    const std::size_t begin = i == 0 ? 0 : ends_[i - 1];
    return all.subspan(begin, ends_[i] - begin);
  };
  // Two argument objects share nothing, or one contains the other, and then the first leaf of the part too.
  const auto has_first_of = [&](int whole, int part) {
    const auto leaves = leaves_of(whole), parts = leaves_of(part);
    return !parts.empty() && std::find(leaves.begin(), leaves.end(), parts[0]) != leaves.end();
  };
  std::uint64_t alone = donated_;
  for (int i = 0; i < count_; ++i) {
    if ((donated_ >> i & 1) == 0) continue;
    for (int other = 0; other < count_; ++other) {
      if (other != i && (has_first_of(i, other) || has_first_of(other, i))) alone &= ~(std::uint64_t{1} << i);
    }
  }
  return alone;
}

CompiledCall::~CompiledCall() {
  const runtime::OwnReferences own;
  captures_.clear();
}

void CompiledCall::add_input(const Array& leaf, int argument) {
  if (!leaf.is_nothing()) present_.push_back(static_cast<std::uint32_t>(inputs_.size()));
  inputs_.push_back(input_of(leaf));
  argument_.push_back(std::min(argument, CallArguments::last_bit));
}

void CompiledCall::set(ir::Graph graph, std::vector<Array> captures, const JitOptions& options) {
  traced_ = std::move(graph);
  captures_ = std::move(captures);
  options_ = options;
  outside_ = in_words(captures_);
  for (const Array& capture : captures_) made_inside_.push_back(ArrayAccess::is_sole_buffer(capture));
  checks_ = options.check | settings::check();
  graph_ = ir::simplify(ir::with_checks(traced_, checks_));
  // Outputs that are inputs, and values that are output twice, are not computed by the code: copies follow the call.
  const auto definers = ir::definers(graph_);
  std::vector<ir::Value> computed;
  for (std::uint32_t result = 0; result < graph_.outputs.size(); ++result) {
    const ir::Value output = graph_.outputs[result];
    const bool weak_input = output < present_.size() && inputs_[present_[output]].weak;
    const auto before = std::find(computed.begin(), computed.end(), output);
    if (output < graph_.n_inputs && !weak_input) {
      copied_.push_back({result, true, output});
    } else if (before != computed.end()) {
      copied_.push_back({result, false, static_cast<std::uint32_t>(before - computed.begin())});
    } else {
      computed.push_back(output);
      const std::uint32_t node = definers[output];
      computed_.push_back({result, graph_.type_of(output), node == ir::no_node ? ir::Loc() : graph_.nodes[node].loc});
    }
  }
  graph_.outputs = std::move(computed);
  graph_ = ir::canonical(graph_);  // as simple as before: what is gone took no work of its own
}

bool CompiledCall::is_program(const ir::Graph& other) const {
  const auto same_node = [](const ir::Node& a, const ir::Node& b) {
    return a.op == b.op && a.first_operand == b.first_operand && a.n_operands == b.n_operands && a.first_result == b.first_result && a.n_results == b.n_results;
  };
  return traced_.n_inputs == other.n_inputs && traced_.types == other.types && traced_.operands == other.operands && traced_.outputs == other.outputs &&
         std::equal(traced_.nodes.begin(), traced_.nodes.end(), other.nodes.begin(), other.nodes.end(), same_node);
}

bool CompiledCall::captures_like(std::span<const Array> captures) const {
  const auto same_type = [](const Array& a, const Array& b) { return ArrayAccess::physical(a) == ArrayAccess::physical(b) && a.weak() == b.weak(); };
  return std::equal(captures_.begin(), captures_.end(), captures.begin(), captures.end(), same_type);
}

std::shared_ptr<const Captures> CompiledCall::unchanged() const {
  const std::lock_guard guard(noting_);
  return kept_ != nullptr && kept_->are_unchanged() ? kept_ : nullptr;
}

std::shared_ptr<const Captures> CompiledCall::note(std::vector<Array> captures) const {
  for (std::size_t i = 0; i < captures.size(); ++i) {
    if (made_inside_[i]) captures[i] = captures_[i];
  }
  auto now = std::make_shared<const Captures>(std::move(captures), made_inside_);
  std::shared_ptr<const Captures> before;  // destroyed without the lock
  const std::lock_guard guard(noting_);
  const bool is_kept = now->can_be_kept() && (!traced_before_ || now->watched() == seen_);
  before = std::exchange(kept_, is_kept ? now : nullptr);
  seen_ = now->watched();
  traced_before_ = true;
  return now;
}

void CompiledCall::forget_traces() {
  for (Array& capture : captures_) {
    if (capture.is_traced()) capture = ArrayAccess::abstract(ArrayAccess::type(capture), capture.weak(), capture.where());
  }
}

void CompiledCall::throw_changed(Where where) const {
  throw ArgumentError(options_.name.empty() ? "jit" : options_.name,
                      "the function has other ops than when it was compiled, for the same arguments and captured arrays: a C++ value that it captures has changed, or captured arrays share their memory in another way",
                      "pass what changes as an argument, or call jit again", where);
}

codegen::CompileOptions CompiledCall::compile_options() const {
  codegen::CompileOptions options;
  // The code works with and without the memory of its arguments: each call decides whether it may be taken.
  options.donated.assign(present_.size(), true);
  options.donated.resize(graph_.n_inputs, false);
  for (const Copied& copy : copied_) {
    if (copy.from_input) options.donated[copy.index] = false;  // it lives on as a result
  }
  options.debug_info = options_.debug_info;
  return options;
}

void CompiledCall::compile() const {
  const std::lock_guard guard(compiling_);
  if (compiled_.load(std::memory_order_relaxed)) return;
  const codegen::CompileOptions options = compile_options();
  ir::Hash signature;
  signature.add(ir::hash(graph_));
  for (bool donated : options.donated) signature.add(donated);
  if (options.debug_info) signature.add(std::string_view("debug_info"));
  dump(*this, options_.name, signature.value());
  code_ = codegen::compiler().compile(graph_, options);
  code_.threads = options_.threads;
  code_.flush_subnormals = options_.flush_subnormals;
  compiled_.store(true, std::memory_order_release);
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

void CompiledCall::run(std::span<const Array* const> leaves, std::uint64_t donated, std::span<const Array> captures, std::span<Array* const> results) const {
  if (Trace* trace = Trace::current()) record(*trace, leaves, captures, results);
  else execute(leaves, donated, captures, results);
}

void CompiledCall::record(Trace& trace, std::span<const Array* const> leaves, std::span<const Array> captures, std::span<Array* const> results) const {
  std::vector<ir::Value> operands;
  for (std::uint32_t leaf : present_) {
    ir::Value v = trace.value_of(*leaves[leaf], "jit", leaves[leaf]->where());
    operands.push_back(v);
  }
  for (const Array& capture : captures) operands.push_back(trace.value_of(capture, "jit", capture.where()));
  // What the whole process is checked for, the program is checked for that this becomes a part of.
  const auto body = std::make_shared<const ir::Graph>(ir::with_checks_inside(traced_, options_.check & ~settings::check()));
  const auto loc = traced_.nodes.empty() ? ir::Loc{} : traced_.nodes.back().loc;
  const ir::Value first = trace.builder.add(ir::Op::call, operands, ir::CallAttrs{body, options_.name.empty() ? "jit" : options_.name}, loc);
  for (std::size_t o = 0; o < traced_.outputs.size(); ++o) *results[o] = trace.array_of(first + static_cast<ir::Value>(o), false, {});
}

void CompiledCall::execute(std::span<const Array* const> leaves, std::uint64_t donated, std::span<const Array> captures, std::span<Array* const> results) const {
  const bool eager = settings::eager_only();
  if (!eager && !compiled_.load(std::memory_order_acquire)) compile();  // so far it was only recorded in traces, or evaluated
  // Pointers for small calls stand on the stack.
  constexpr std::size_t small = 64;
  const std::size_t n_inputs = present_.size() + captures.size(), n_outputs = computed_.size();
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
  auto given = [&](std::size_t input) -> const Array& {
    return input < present_.size() ? *leaves[present_[input]] : captures[input - present_.size()];
  };
  for (std::size_t i = 0; i < n_inputs; ++i) {
    const Array& a = given(i);
    if (ArrayAccess::kind(a) == ArrayAccess::Kind::buffer) {
      inputs[i] = const_cast<void*>(ArrayAccess::data(a));
    } else if (ArrayAccess::kind(a) == ArrayAccess::Kind::literal) {
      if (literals.empty()) literals.reserve(n_inputs - i);  // so that pointers to them stay valid
      literals.push_back(ArrayAccess::literal(a));
      inputs[i] = const_cast<void*>(literals.back().data());
    } else {
      held.push_back(materialise(a, "jit", {}));
      inputs[i] = const_cast<void*>(ArrayAccess::data(held.back()));
    }
  }
  if (eager) {
    evaluate({inputs, n_inputs}, results);
  } else {
    std::size_t ready = 0;
    try {
      for (; ready < n_outputs; ++ready) {
        const Output& output = computed_[ready];
        Array& result = *results[output.result];
        const int donor = code_.donations[ready];
        const bool may_take = donor >= 0 && static_cast<std::size_t>(donor) < present_.size() && (donated >> argument_[present_[donor]] & 1) != 0;
        if (may_take && ArrayAccess::may_take_buffer(given(donor))) {
          // The argument is an rvalue: the front has checked that it may be taken.
          ArrayAccess::become(result, output.type, ArrayAccess::take_buffer(const_cast<Array&>(given(donor))));
        } else {
          ArrayAccess::become(result, output.type, runtime::Buffer::allocate(static_cast<std::size_t>(output.type.nbytes())));
        }
        outputs[ready] = const_cast<void*>(ArrayAccess::data(result));
      }
      code_(inputs, outputs);
    } catch (const std::bad_alloc&) {  // a result's, the arena's or the scratch memory's: compiled code does not throw
      if (ready < n_outputs) ir::fail_memory(computed_[ready].type, computed_[ready].made);
      if (!code_.callees.empty()) throw;  // or one that the host threw
      fail_arena();
    }
  }
  for (const Copied& copy : copied_) *results[copy.result] = copy.from_input ? given(copy.index) : *results[computed_[copy.index].result];
}

void CompiledCall::evaluate(std::span<void* const> inputs, std::span<Array* const> results) const {
  std::vector<ir::View> views;
  for (ir::Value i = 0; i < inputs.size(); ++i) views.push_back({graph_.type_of(i), inputs[i]});
  const std::vector<ir::Literal> values = ir::eval(graph_, views);
  for (std::size_t o = 0; o < computed_.size(); ++o) {
    Array& result = *results[computed_[o].result];
    result = ArrayAccess::fresh(computed_[o].type, {});
    std::memcpy(const_cast<void*>(ArrayAccess::data(result)), values[o].data(), static_cast<std::size_t>(computed_[o].type.nbytes()));
  }
}

// There is no memory for the values between arguments and results: the error names the largest value of the program.
void CompiledCall::fail_arena() const {
  const auto definers = ir::definers(graph_);
  ir::Value largest = 0;
  for (ir::Value v = 0; v < graph_.types.size(); ++v) {
    if (graph_.types[v].nbytes() >= graph_.types[largest].nbytes()) largest = v;
  }
  const std::uint32_t node = definers[largest];
  const ir::Loc loc = node == ir::no_node ? ir::Loc() : graph_.nodes[node].loc;
  const std::string place = loc.line == 0 ? "" : " made at " + std::string(loc.file) + ":" + std::to_string(loc.line);
  ShapeError error("jit", "there is no memory for what the program keeps between its arguments and results, " + ir::memory_text(code_.cost.arena_bytes + code_.scratch_bytes) + "; its largest value is " + graph_.types[largest].str() + place, "compute it in parts; text(\"schedule\") shows what is stored");
  error.shapes = {graph_.types[largest].shape()};
  throw error;
}

std::string CompiledCall::text(std::string_view stage) const {
  const codegen::Stage wanted = codegen::stage_named(stage).stage;
  if (wanted == codegen::Stage::trace) return ir::print(traced_, {.locations = true});
  if (wanted == codegen::Stage::graph) return ir::print(graph_, {.locations = true});
  return codegen::compiler().text(graph_, stage, compile_options());
}

runtime::Cost CompiledCall::cost() const {
  return compiled_.load(std::memory_order_acquire) ? code_.cost : codegen::compiler().cost(graph_, compile_options());
}

namespace {

std::string text_of(const Input& input) { return !input.type ? "Nothing" : input.type.str() + (input.weak ? " weak" : ""); }

// Why `entry` is not what was compiled before.
std::string difference(const JitEntry& before, const JitEntry& entry) {
  const auto &then = before.call->inputs(), &now = entry.call->inputs();
  for (std::size_t i = 0; i < now.size() && i < then.size(); ++i) {
    if (then[i].type != now[i].type || then[i].weak != now[i].weak) return entry.paths[i] + text_of(then[i]) + " -> " + text_of(now[i]);
  }
  return before.call->checks() != entry.call->checks() ? "other checks" : "what the function captures changed";
}

}  // namespace

void JitCache::prepare(JitEntry& entry, const CallArguments& args, const std::string& static_difference, int max_compiles) const {
  entry.statics = args.statics();
  std::vector<Cleared> gone;
  {
    const std::lock_guard guard(lock_);
    gone = unused();
    entry.reason = entries_.empty() ? "first call" : (static_difference.empty() ? difference(*entries_.back(), entry) : static_difference);
    if (static_cast<int>(entries_.size()) >= max_compiles) {
      throw ArgumentError("jit", "this function has been compiled for " + std::to_string(entries_.size()) + " signatures; the last change: " + entry.reason, "make what changes an Array instead of a static, or raise max_compiles");
    }
  }
  if (Trace::current() == nullptr && !settings::eager_only()) entry.call->compile();
}
const JitEntry* JitCache::keep(std::shared_ptr<JitEntry> entry) {
  entries_.push_back(std::move(entry));
  last_.store(entries_.back().get(), std::memory_order_release);
  last_call_.store(LastCall::compiled, std::memory_order_relaxed);
  return entries_.back().get();
}
std::shared_ptr<JitEntry> JitCache::last_added() const {
  const std::lock_guard guard(lock_);
  return entries_.empty() ? nullptr : entries_.back();
}
std::size_t JitCache::size() const {
  const std::lock_guard guard(lock_);
  return entries_.size();
}
void JitCache::clear() {
  std::vector<Cleared> gone;
  const std::lock_guard guard(lock_);
  last_.store(nullptr, std::memory_order_release);
  std::vector<std::shared_ptr<JitEntry>> entries;
  entries.swap(entries_);
  cleared_.push_back({std::move(entries), runtime::CallsInProgress()});
  gone = unused();
}
std::vector<JitCache::Cleared> JitCache::unused() const {
  const auto used = std::partition(cleared_.begin(), cleared_.end(), [](const Cleared& c) { return c.users.ended(); });
  std::vector<Cleared> gone(std::make_move_iterator(cleared_.begin()), std::make_move_iterator(used));
  cleared_.erase(cleared_.begin(), used);
  return gone;
}
std::string JitCache::explain() const {
  const std::lock_guard guard(lock_);
  if (entries_.empty()) return "";
  switch (last_call_.load(std::memory_order_relaxed)) {
    case LastCall::ran: return "";
    case LastCall::traced: {
      const JitEntry* last = last_.load(std::memory_order_acquire);
      return last == nullptr ? "" : "traced again, to read what it captures: " + last->call->outside();
    }
    case LastCall::compiled: return entries_.back()->reason;
  }
  return "";
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
